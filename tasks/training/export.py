"""The final model as a folder that transformers, servers and converters read: weights, tokenizer, template, card."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from tasks.training.files import TrainingError, write_json
from tasks.training.gate import check_samples, load_tokenizer, rendered
from tasks.training.samples import IGNORED, Split

MOST_NEW = 1_024
TEMPERATURE = 0.7
"""Sampling of Vicuna's evaluation (FastChat gen_model_answer.py); max_new_tokens as there."""


def stop_ids(exact: dict[str, Any], eos: int | None) -> list[int]:
    """Return the ids that end an answer: the last one with loss in a sample, and EOS.

    Args:
        exact: a sample with input_ids and labels.
        eos: the tokenizer's end of sequence.
    """
    last = [number for number in exact["labels"] if number != IGNORED][-1]
    return sorted({last, *([eos] if eos is not None else [])})


def save_weights(model: Any, weights: dict[str, Any], folder: Path, precision: str, ids: dict[str, Any]) -> None:
    """Write weights, config.json and generation_config.json.

    Args:
        model: a transformers model (low-rank additions merged already).
        weights: its whole state on the CPU.
        folder: where to.
        precision: bf16 or fp32, in which the weights are stored.
        ids: bos_token_id, eos_token_id (a list) and pad_token_id.
    """
    import torch
    from transformers import GenerationConfig

    kind = torch.bfloat16 if precision == "bf16" else torch.float32
    stored = {name: value.to(kind) if value.is_floating_point() else value for name, value in weights.items()}
    model.config.use_cache = True  # training turned it off; a server without it takes quadratic time
    model.config.dtype = kind
    for name in ("bos_token_id", "pad_token_id"):
        setattr(model.config, name, ids[name])
    model.config.eos_token_id = ids["eos_token_id"][0] if len(ids["eos_token_id"]) == 1 else ids["eos_token_id"]
    model.generation_config = GenerationConfig(
        **ids, do_sample=True, temperature=TEMPERATURE, max_new_tokens=MOST_NEW, use_cache=True
    )
    model.save_pretrained(folder, state_dict=stored)


def finish_folder(folder: Path, tokenizer: Path, card: Path, splits: dict[str, Split], facts: dict[str, Any]) -> int:
    """Put tokenizer and cards beside the weights, and pass the gate; return how many samples it rendered.

    Args:
        folder: with the weights.
        tokenizer: folder with the tokenizer's files as trained.
        card: folder with README.md and DATA_CARD.md.
        splits: train and validation.
        facts: run, version, tokenizer and template digests, context.

    Raises:
        TrainingError: a sample would be rendered otherwise than it was trained on.
    """
    for source in (tokenizer, card):
        for path in sorted(source.iterdir()):
            shutil.copyfile(path, folder / path.name)
    split, count = gate(folder, splits)
    sample = next(splits[split].exact())
    prompt = sample["messages"][: next(n for n, one in enumerate(sample["messages"]) if one["role"] == "assistant")]
    made = load_tokenizer(folder)
    ids = made.apply_chat_template(prompt, tokenize=True, add_generation_prompt=True, return_dict=True)["input_ids"]
    if list(ids) != sample["input_ids"][: len(ids)]:
        raise TrainingError(f"{folder}: the prompt of sample {sample['sample_id']} is no beginning of the sample.")
    write_json(
        folder / "serving.json",
        {**facts, "gate": {"split": split, "samples": count}, "prompt": {"messages": prompt, "input_ids": list(ids)}},
    )
    return count


def gate(folder: Path, splits: dict[str, Split]) -> tuple[str, int]:
    """Render every exact sample of the validation split, of train where it has none; return which and how many."""
    split = "validation" if next(splits["validation"].exact(), None) is not None else "train"
    return split, check_samples(folder, splits[split].exact())


def answers(folder: Path, splits: dict[str, Split], count: int, most: int = 96) -> list[dict[str, Any]]:
    """Return greedy answers of a saved model to the first questions of short samples, beside the data's own.

    Args:
        folder: the saved model.
        splits: questions come from validation, then from train.
        count: how many.
        most: tokens of an answer.
    """
    import torch
    from transformers import AutoModelForCausalLM

    chosen = [(name, row) for name in ("validation", "train") for row in _short(splits[name], count)][:count]
    model = AutoModelForCausalLM.from_pretrained(str(folder), local_files_only=True).eval()
    tokenizer = load_tokenizer(folder)
    made = []
    for name, row in chosen:
        at = next(n for n, one in enumerate(row["messages"]) if one["role"] == "assistant")
        prompt = tokenizer.apply_chat_template(
            row["messages"][:at], add_generation_prompt=True, return_dict=True, return_tensors="pt"
        )
        with torch.no_grad():
            out = model.generate(prompt["input_ids"], do_sample=False, max_new_tokens=most)[0]
        new = out[prompt["input_ids"].shape[1] :].tolist()
        trained = rendered(tokenizer, row["messages"][: at + 1])[0][prompt["input_ids"].shape[1] :]
        made.append(
            {
                "split": name,
                "sample_id": row["sample_id"],
                "question": row["messages"][at - 1]["content"],
                "expected": row["messages"][at]["content"],
                "answer": tokenizer.decode(new, skip_special_tokens=True).strip(),
                "equal": new == trained[: len(new)] and len(new) == len(trained),
                "ended": bool(new) and new[-1] in stop_ids(row, tokenizer.eos_token_id),
            }
        )
    return made


def _short(split: Split, count: int) -> list[dict[str, Any]]:
    """Return the shortest exact samples of a split."""
    rows: list[dict[str, Any]] = []
    for row in split.exact():
        rows = sorted([*rows, row], key=lambda one: (len(one["input_ids"]), one["sample_id"]))[:count]
    return rows
