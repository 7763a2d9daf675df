"""Settings of training: what decides the weights, what only decides where and how they are made, and the presets."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import model_validator

from schemas.settings.section import Section, Share, setting


class Train(Section):
    """How a model is trained on a published version."""

    preset: str | None = setting(
        None,
        "The fields that are not given are this preset's: vicuna-7b, vicuna-13b, alpaca, small, tiny; null = none.",
        "published recipes",
    )
    base: str | None = setting(
        None,
        "What is trained: a folder with a model, a hub id (owner/model or owner/model@revision), or tiny or small: "
        "random weights of that shape.",
        "Vicuna starts from LLaMA, whose weights nobody may ship",
    )
    method: Literal["full", "lora"] = setting(
        "full", "full: every weight is trained; lora: low-rank additions, by peft.", "FastChat train.py, train_lora.py"
    )
    epochs: float = setting(3.0, "Passes over the train split.", "FastChat README: 3 epochs", gt=0, le=1_000)
    max_steps: int | None = setting(None, "Optimiser steps; null = as epochs say.", "epochs decide", ge=1)
    max_tokens: int | None = setting(
        None,
        "End before the step that would exceed so many tokens; null = no bound.",
        "--compare gives equal budgets",
        ge=1,
    )
    learning_rate: float = setting(2e-5, "Peak learning rate.", "FastChat README, train_vicuna_13b.sh", gt=0, le=1)
    schedule: Literal["cosine", "linear", "constant_with_warmup"] = setting(
        "cosine", "How the learning rate falls after warm-up.", "train_vicuna_13b.sh"
    )
    warmup: Share = setting(
        0.03,
        "Share of the steps over which the learning rate rises.",
        "FastChat README and the YAML of March 2023; the later train_vicuna_*.sh say 0.04",
    )
    weight_decay: float = setting(0.0, "AdamW's weight decay.", "FastChat README", ge=0, le=1)
    clip: float = setting(
        1.0, "Gradients are scaled to at most this norm.", "transformers' default, kept by FastChat", gt=0
    )
    batch: int = setting(
        128,
        "Samples (or packs, see unit) of one optimiser step over all devices.",
        "FastChat README: 128; the YAML of March 2023 computed 32 sequences",
        ge=1,
        le=1_000_000,
    )
    unit: Literal["sample", "pack"] = setting(
        "sample",
        "What batch counts: sample (samples of a step are packed among themselves) or pack (rows of packs.parquet).",
        "Vicuna counted samples; a step of 128 packs holds some times as many tokens",
    )
    context: int | None = setting(
        None,
        "Longest sample that the shards may hold; null = whatever they were cut for.",
        "Vicuna 2,048, Alpaca 512",
        ge=32,
    )
    longest: int | None = setting(
        None,
        "Samples of more tokens are left out, and counted; null = none is.",
        "for trying out: short ones are learned fast",
        ge=16,
    )
    precision: Literal["auto", "bf16", "fp32"] = setting(
        "auto",
        "auto: bf16 where a CUDA device has it, else fp32; master weights are always fp32.",
        "train_vicuna_13b.sh",
    )
    seed: int = setting(17, "Of sample order, random weights and dropout.", "any", ge=0, lt=2**32)
    lora_rank: int = setting(8, "Rank of the additions.", "FastChat train_lora.py", ge=1, le=1_024)
    lora_alpha: int = setting(16, "Scale of the additions.", "FastChat train_lora.py", ge=1)
    lora_dropout: Share = setting(0.05, "Dropout before the additions.", "FastChat train_lora.py")
    lora_targets: tuple[str, ...] = setting(
        ("q_proj", "v_proj"), "Layers that get additions.", "FastChat train_lora.py", min_length=1
    )
    devices: int | None = setting(
        None, "GPUs of this machine; null = all, or the CPU where there are none.", "all", ge=1
    )
    device_batch: int = setting(
        4, "Most samples (or packs) of one forward pass on one device.", "train_vicuna_13b.sh: 8 GPUs x 4 x 4", ge=1
    )
    attention: Literal["auto", "sdpa", "flash_attention_2", "eager"] = setting(
        "auto", "auto: flash_attention_2 where flash-attn is installed and CUDA is there, else sdpa.", "train_mem.py"
    )
    recompute: bool = setting(
        True, "Activation checkpointing: activations are computed again in the backward pass.", "train_vicuna_13b.sh"
    )
    liger: Literal["auto", "on", "off"] = setting(
        "auto", "Liger's fused kernels: auto = where liger-kernel and CUDA are.", "they never hold all logits at once"
    )
    save_steps: int = setting(600, "Steps between two checkpoints.", "SkyPilot llm/vicuna/train.yaml", ge=1)
    save_minutes: float = setting(
        20.0, "Minutes between two checkpoints, whichever is first.", "what a preempted machine may lose", gt=0
    )
    notice_seconds: float = setting(
        30.0,
        "Seconds from SIGTERM to the machine's end: a checkpoint that takes longer is not begun.",
        "Google Cloud gives 30, AWS 120",
        ge=0,
    )
    keep: int = setting(3, "Whole checkpoints kept; the last one always is.", "SkyPilot llm/vicuna/train.yaml", ge=1)
    evaluate_steps: int | None = setting(
        1_500,
        "Steps between two evaluations on the validation split, also at the end; null = never.",
        "train_vicuna_*.sh",
        ge=1,
    )
    price: float | None = setting(
        None, "What one hour of this machine costs; null = unknown.", "your cloud's list", ge=0
    )
    price_on_demand: float | None = setting(
        None, "What the same hour costs on demand; null = unknown.", "your cloud's list", ge=0
    )
    deterministic: bool = setting(
        False,
        "Deterministic kernels on CUDA too, at a cost in speed; on a CPU they always are.",
        "speed is the default",
    )
    seeds: int = setting(
        3, "Runs per version of --compare, with seed, seed + 1 …", "three show whether chance decides", ge=1, le=100
    )
    near: Share = setting(
        0.5,
        "--compare leaves out conversations whose runs of five tokens reach this Jaccard index with a training sample.",
        "below deduplication.threshold: what is only alike leaks too",
    )
    threads: int | None = setting(
        None, "CPU threads of one process; null = torch's own choice.", "torch", ge=1, le=1_024
    )

    @model_validator(mode="before")
    @classmethod
    def _begin_with_preset(cls, given: Any) -> Any:
        """Take the fields that are not given from the preset; random weights of a shape bring their own."""
        if not isinstance(given, dict):
            return given
        named = given.get("preset") or (given["base"] if given.get("base") in SHAPES else None)
        if named is not None and named not in PRESETS:
            raise ValueError(f"there is no preset {named}; there are {', '.join(PRESETS)}")
        return PRESETS[named] | given | {"preset": named} if named else given

    @model_validator(mode="after")
    def _shape_and_method(self) -> Train:
        """Refuse what would be ignored."""
        if self.method == "lora" and self.base in SHAPES:
            raise ValueError(f"low-rank additions to the random weights of {self.base} teach nothing: use method=full")
        return self


ELSEWHERE = (
    *("preset", "base", "devices", "device_batch", "attention", "recompute", "liger", "save_steps", "save_minutes"),
    *(
        "notice_seconds",
        "keep",
        "evaluate_steps",
        "price",
        "price_on_demand",
        "deterministic",
        "seeds",
        "near",
        "threads",
    ),
)
"""Fields outside a run's digest: devices, saving and bookkeeping; the base has a digest of its own."""

SHAPES = ("tiny", "small")
"""Bases of random weights: tiny shows that everything works, small (134 M) is the least that learns language."""

VICUNA: dict[str, Any] = {
    "epochs": 3.0,
    "learning_rate": 2e-5,
    "schedule": "cosine",
    "warmup": 0.03,
    "weight_decay": 0.0,
    "batch": 128,
    "unit": "sample",
    "context": 2_048,
    "precision": "bf16",
}

PRESETS: dict[str, dict[str, Any]] = {
    # FastChat's README, Vicuna-7B and -13B; devices as in train_vicuna_7b.sh (4 x 2 x 16) and _13b.sh (8 x 4 x 4).
    "vicuna-7b": VICUNA | {"device_batch": 2},
    "vicuna-13b": VICUNA | {"device_batch": 4},
    # Stanford Alpaca's README, LLaMA-7B: the same with 512 tokens.
    "alpaca": VICUNA | {"context": 512, "device_batch": 4},
    # 134 M from random weights: GPT-3's learning rate for 125 M.
    "small": {"base": "small", "learning_rate": 6e-4, "batch": 128, "weight_decay": 0.1, "device_batch": 8},
    # 9 M from random weights: minutes on two cores.
    "tiny": {
        "base": "tiny",
        "learning_rate": 4e-3,
        "epochs": 60.0,
        "longest": 96,
        "batch": 8,
        "device_batch": 8,
        "save_steps": 50,
        "evaluate_steps": 50,
        "recompute": False,
    },
}


def make_train(preset: str | None, chosen: dict[str, Any]) -> Train:
    """Return the settings of a preset with chosen fields over it. Raise pydantic's ValidationError."""
    return Train.model_validate(chosen | ({"preset": preset} if preset else {}))
