"""Shapes of LLaMA models: what is made from a config, how many parameters it has, what a token and a GPU cost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

LLAMA: dict[str, dict[str, int]] = {
    # Touvron et al. 2023, table 2; intermediate sizes as in the published checkpoints.
    "7b": {"hidden_size": 4_096, "intermediate_size": 11_008, "num_hidden_layers": 32, "num_attention_heads": 32},
    "13b": {"hidden_size": 5_120, "intermediate_size": 13_824, "num_hidden_layers": 40, "num_attention_heads": 40},
    "360m": {"hidden_size": 1_024, "intermediate_size": 2_816, "num_hidden_layers": 24, "num_attention_heads": 16},
    "small": {"hidden_size": 768, "intermediate_size": 2_048, "num_hidden_layers": 12, "num_attention_heads": 12},
    "tiny": {"hidden_size": 128, "intermediate_size": 256, "num_hidden_layers": 2, "num_attention_heads": 4},
}

PEAK = {"H200": 989e12, "H100": 989e12, "A100": 312e12, "L40S": 362e12, "L4": 121e12, "V100": 125e12}
"""Dense bf16 (V100: fp16) FLOP a second by a word of the device's name; from NVIDIA's data sheets."""


@dataclass(frozen=True)
class Shape:
    """The sizes of a LLaMA model that decide memory and time.

    Args:
        hidden: width.
        intermediate: width of the feed-forward layers.
        layers: how many blocks.
        heads: attention heads.
        kv_heads: heads of keys and values.
        vocabulary: rows of the embedding.
        tied: whether the output layer is the embedding.
    """

    hidden: int
    intermediate: int
    layers: int
    heads: int
    kv_heads: int
    vocabulary: int
    tied: bool = False

    @property
    def embedding(self) -> int:
        """Return the parameters of the input embedding."""
        return self.vocabulary * self.hidden

    @property
    def parameters(self) -> int:
        """Return how many parameters the model has."""
        kv = self.hidden * self.kv_heads // self.heads
        attention = 2 * self.hidden * self.hidden + 2 * self.hidden * kv
        block = attention + 3 * self.hidden * self.intermediate + 2 * self.hidden
        return self.layers * block + self.hidden + self.embedding * (1 if self.tied else 2)

    def flops(self, context: int) -> float:
        """Return the training FLOP of one token in a full context: 6 a parameter that multiplies, and causal attention.

        What activation checkpointing computes again is not counted (MFU, Chowdhery et al. 2022, appendix B).
        """
        multiplying = self.parameters - (0 if self.tied else self.embedding)
        return 6.0 * multiplying + 6.0 * self.layers * self.hidden * context

    def state_bytes(self, devices: int = 1) -> float:
        """Return the bytes of a device's share: fp32 weights, gradients and Adam's two moments, 16 a parameter."""
        return 16.0 * self.parameters / devices


def shape_of(config: dict[str, Any]) -> Shape:
    """Return the shape that a model's config.json describes."""
    heads = int(config["num_attention_heads"])
    return Shape(
        hidden=int(config["hidden_size"]),
        intermediate=int(config["intermediate_size"]),
        layers=int(config["num_hidden_layers"]),
        heads=heads,
        kv_heads=int(config.get("num_key_value_heads") or heads),
        vocabulary=int(config["vocab_size"]),
        tied=bool(config.get("tie_word_embeddings", False)),
    )


def config_of(name: str, vocabulary: int, context: int, ids: dict[str, int | None]) -> dict[str, Any]:
    """Return the config of a LLaMA of a known shape.

    Args:
        name: key of LLAMA.
        vocabulary: how many ids the tokenizer has.
        context: longest sequence.
        ids: bos_token_id, eos_token_id and pad_token_id.
    """
    return {
        "model_type": "llama",
        "architectures": ["LlamaForCausalLM"],
        **LLAMA[name],
        "num_key_value_heads": LLAMA[name]["num_attention_heads"],
        "vocab_size": vocabulary,
        "max_position_embeddings": context,
        "rms_norm_eps": 1e-6,
        "tie_word_embeddings": False,
        **ids,
    }


def peak_flops(device: str) -> float | None:
    """Return the peak FLOP a second of a device by its name; None where it is not known."""
    return next((flops for word, flops in PEAK.items() if word in device), None)
