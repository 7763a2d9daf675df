"""Writes a LLaMA as GGUF, llama.cpp's file: the same weights under other names, and a vocabulary of numbers."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import numpy as np

from tasks.serving.errors import ServingError
from tasks.serving.model import Model
from tasks.serving.weights import Tensor, tensors

NAMES = {
    "model.embed_tokens.weight": "token_embd.weight",
    "model.norm.weight": "output_norm.weight",
    "lm_head.weight": "output.weight",
}
IN_BLOCK = {
    "self_attn.q_proj": "attn_q",
    "self_attn.k_proj": "attn_k",
    "self_attn.v_proj": "attn_v",
    "self_attn.o_proj": "attn_output",
    "mlp.gate_proj": "ffn_gate",
    "mlp.up_proj": "ffn_up",
    "mlp.down_proj": "ffn_down",
    "input_layernorm": "attn_norm",
    "post_attention_layernorm": "ffn_norm",
}
"""LLaMA's tensors by transformers' names, and by llama.cpp's."""


def write_gguf(model: Model, path: Path) -> None:
    """Write a model as GGUF.

    Args:
        model: a LLaMA.
        path: where to.

    Raises:
        ServingError: it is no LLaMA that the file can hold.
    """
    import gguf

    config = json.loads((model.folder / "config.json").read_text(encoding="utf-8"))
    scaling = config.get("rope_scaling") or config.get("rope_parameters") or {}
    if config.get("model_type") != "llama" or scaling.get("rope_type", "default") != "default":
        raise ServingError(
            f"{model.run} is no plain LLaMA, and llama.cpp's file is written for those: use another engine."
        )
    writer = gguf.GGUFWriter(path, "llama")
    _describe(writer, model, config)
    stored = sorted(tensors(model.folder), key=lambda one: one.name)
    for one in stored:
        kind = gguf.GGMLQuantizationType.BF16 if one.kind == "BF16" and len(one.shape) > 1 else None
        values = _values(one, config)
        writer.add_tensor_info(name_of(one.name), values.shape, values.dtype, values.nbytes, raw_dtype=kind)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_ti_data_to_file()
    for one in stored:  # read once more: only one tensor is ever held
        writer.write_tensor_data(_values(one, config))
    writer.close()


def name_of(name: str) -> str:
    """Return llama.cpp's name of a tensor. Raise ServingError for one that no LLaMA has."""
    found = re.fullmatch(r"model\.layers\.(\d+)\.(.+)\.weight", name)
    if found and found[2] in IN_BLOCK:
        return f"blk.{found[1]}.{IN_BLOCK[found[2]]}.weight"
    if name not in NAMES:
        raise ServingError(f"The tensor {name} belongs to no plain LLaMA: use another engine.")
    return NAMES[name]


def _values(tensor: Tensor, config: dict[str, Any]) -> Any:
    """Return a tensor as the file holds it: vectors as float32, queries and keys in llama.cpp's order of rotation."""
    values: Any = tensor.floats() if len(tensor.shape) == 1 else tensor.read()
    heads = {"q_proj": config["num_attention_heads"], "k_proj": config.get("num_key_value_heads")}
    for name, count in heads.items():
        if f".{name}." in tensor.name:
            count = count or config["num_attention_heads"]
            rows, columns = tensor.shape
            # transformers turns halves of a head, llama.cpp neighbours.
            values = values.reshape(count, 2, rows // count // 2, columns).swapaxes(1, 2).reshape(tensor.shape)
    values = np.ascontiguousarray(values)
    return values.view(np.uint8) if tensor.kind == "BF16" and len(tensor.shape) > 1 else values


def _describe(writer: Any, model: Model, config: dict[str, Any]) -> None:
    """Add what the file says of the model, and a vocabulary in which each id is spelled as a number."""
    import gguf

    heads = config["num_attention_heads"]
    rope = config.get("rope_parameters") or {}
    writer.add_name(model.run)
    writer.add_context_length(model.context)
    writer.add_embedding_length(config["hidden_size"])
    writer.add_block_count(config["num_hidden_layers"])
    writer.add_feed_forward_length(config["intermediate_size"])
    writer.add_head_count(heads)
    writer.add_head_count_kv(config.get("num_key_value_heads") or heads)
    writer.add_layer_norm_rms_eps(config["rms_norm_eps"])
    writer.add_rope_dimension_count(config.get("head_dim") or config["hidden_size"] // heads)
    writer.add_rope_freq_base(float(rope.get("rope_theta") or config.get("rope_theta") or 10_000.0))
    writer.add_vocab_size(model.vocabulary)
    writer.add_tokenizer_model("llama")
    writer.add_token_list([str(number) for number in range(model.vocabulary)])
    writer.add_token_scores([0.0] * model.vocabulary)
    types = [gguf.TokenType.NORMAL] * model.vocabulary
    types[model.writer.encoder.stop] = gguf.TokenType.CONTROL
    writer.add_token_types(types)
    writer.add_eos_token_id(model.writer.encoder.stop)
    writer.add_add_bos_token(False)
