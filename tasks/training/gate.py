"""The export gate: a saved tokenizer must give the ids and labels of every exact sample again."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from tasks.training.files import TrainingError
from tasks.training.samples import IGNORED

DECODED = 64
"""Samples whose labels are also decoded and compared with the assistant's words."""


def load_tokenizer(folder: Path) -> Any:
    """Return the tokenizer of a folder as transformers and its servers load it."""
    from transformers import AutoTokenizer

    return AutoTokenizer.from_pretrained(str(folder), local_files_only=True)


def rendered(tokenizer: Any, messages: list[dict[str, str]]) -> tuple[list[int], list[int]]:
    """Return ids and labels of messages as the chat template writes them."""
    made = tokenizer.apply_chat_template(messages, tokenize=True, return_dict=True, return_assistant_tokens_mask=True)
    ids, mask = made["input_ids"], made["assistant_masks"]
    return list(ids), [number if inside else IGNORED for number, inside in zip(ids, mask, strict=True)]


def check_samples(folder: Path, rows: Iterable[dict[str, Any]]) -> int:
    """Render every sample again with the tokenizer of a folder; return how many there were.

    Args:
        folder: with tokenizer files.
        rows: sample_id, messages, input_ids and labels of exact samples.

    Raises:
        TrainingError: a sample's ids or labels differ, its labels do not spell the assistant's words, or there is none.
    """
    tokenizer = load_tokenizer(folder)
    count = 0
    for row in rows:
        ids, labels = rendered(tokenizer, row["messages"])
        for name, own, theirs in (("ids", ids, row["input_ids"]), ("labels", labels, row["labels"])):
            if own != theirs:
                at = next((n for n, pair in enumerate(zip(own, theirs, strict=False)) if pair[0] != pair[1]), len(own))
                raise TrainingError(
                    f"{folder}: sample {row['sample_id']} rendered again has other {name} from token {at} on: a server "
                    "would show the model other tokens than it was trained on, so nothing is published."
                )
        if count < DECODED and not spells(tokenizer, row):
            raise TrainingError(
                f"{folder}: the labels of sample {row['sample_id']} do not spell the assistant's words."
            )
        count += 1
    if not count:
        raise TrainingError(
            "No sample of the version can be rendered again from its messages (exact_messages is false for all), so "
            "nothing proves that the tokenizer is right: use the template vicuna_v1.1 or chatml."
        )
    return count


def spells(tokenizer: Any, row: dict[str, Any]) -> bool:
    """Whether the labelled tokens of a sample decode to its assistant's words, white space aside."""
    learned = [number for number in row["labels"] if number != IGNORED]
    answered = "".join(message["content"] for message in row["messages"] if message["role"] == "assistant")
    decoded = tokenizer.decode(learned, skip_special_tokens=True)
    return _bare(decoded) == _bare(answered)


def _bare(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())
