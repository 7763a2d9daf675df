"""The model: built from a shape or read from a folder, with fp32 master weights and the attention the machine has."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any


def choose_attention(wanted: str, cuda: bool) -> str:
    """Return the attention to use: flash_attention_2 where it is installed and CUDA is there, else sdpa."""
    if wanted != "auto":
        return wanted
    return "flash_attention_2" if cuda and importlib.util.find_spec("flash_attn") else "sdpa"


def choose_precision(wanted: str, torch: Any) -> str:
    """Return bf16 or fp32: what auto means on this machine."""
    if wanted != "auto":
        return wanted
    return "bf16" if torch.cuda.is_available() and torch.cuda.is_bf16_supported() else "fp32"


def build_model(config: dict[str, Any], path: Path | None, attention: str, seed: int) -> Any:
    """Return the base as a causal language model in fp32.

    Args:
        config: its config.json.
        path: folder of its weights; None = random weights from `seed`.
        attention: sdpa, eager or flash_attention_2.
        seed: of random weights.
    """
    import torch
    from transformers import AutoConfig, AutoModelForCausalLM

    torch.manual_seed(seed)
    if path is None:
        kind = str(config["model_type"])
        made = AutoConfig.for_model(kind, **{key: value for key, value in config.items() if key != "model_type"})
        model = AutoModelForCausalLM.from_config(made, attn_implementation=attention, dtype=torch.float32)
    else:
        model = AutoModelForCausalLM.from_pretrained(
            str(path), attn_implementation=attention, dtype=torch.float32, local_files_only=True
        )
    # With a cache transformers stops seeing where the samples of a row begin.
    model.config.use_cache = False
    return model


def add_lora(model: Any, settings: dict[str, Any]) -> Any:
    """Return the model with low-rank additions, the only weights that are trained then."""
    from peft import LoraConfig, get_peft_model

    return get_peft_model(
        model,
        LoraConfig(
            r=settings["lora_rank"],
            lora_alpha=settings["lora_alpha"],
            lora_dropout=settings["lora_dropout"],
            target_modules=list(settings["lora_targets"]),
            task_type="CAUSAL_LM",
        ),
    )


def gather_weights(model: Any) -> dict[str, Any]:
    """Return all weights on the CPU, gathered from every process where the model is sharded.

    Every process must call it; only the first gets the weights. Layer by layer, so no device holds them all.
    """
    import torch
    from torch.distributed.checkpoint.state_dict import StateDictOptions, get_model_state_dict

    if not torch.distributed.is_initialized():
        return {name: value.detach().cpu() for name, value in model.state_dict().items()}
    gathered: dict[str, Any] = get_model_state_dict(
        model, options=StateDictOptions(full_state_dict=True, cpu_offload=True)
    )
    return gathered
