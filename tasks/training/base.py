"""What is trained: random weights of a shape, a folder or a hub id; its digest, and whether it fits the shards."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from schemas.settings.train import SHAPES
from tasks.tokens.sp_model import to_config
from tasks.training.files import TrainingError, files_below, read_json, sha256, write_json
from tasks.training.shapes import config_of

HASHES = ".sharegpt-hashes.json"
TOKENIZERS = ("tokenizer.json", "tokenizer.model")
WANTED = ("*.json", "*.safetensors", "*.model", "*.jinja", "*.md")
"""What is fetched from the hub: weights as safetensors alone, which cannot run code."""
PADDED = 128
"""Embeddings are often padded to a multiple of this; more rows than that are another vocabulary."""


@dataclass(frozen=True)
class Base:
    """A base model before anything is loaded.

    Args:
        name: as the settings name it.
        path: its folder; None for random weights.
        identity: what its digest is made of: shape, hub id and revision, or names, sizes and hashes.
        config: its config.json.
        licence: what its README's header says; None where it says nothing.
    """

    name: str
    path: Path | None
    identity: dict[str, Any]
    config: dict[str, Any]
    licence: str | None = field(default=None)


def find_base(name: str | None, vocabulary: int, context: int, ids: dict[str, int | None]) -> Base:
    """Return the base that the settings name.

    Args:
        name: a shape, a folder, or `owner/model` with or without `@revision`.
        vocabulary: ids of the shards' tokenizer: the size of random embeddings.
        context: of the shards.
        ids: bos_token_id, eos_token_id, pad_token_id.

    Raises:
        TrainingError: none is named, or it cannot be had.
    """
    if name is None:
        raise TrainingError("Name what is trained: --base FOLDER, --base owner/model, or --base tiny to try it out.")
    if name in SHAPES:
        config = config_of(name, vocabulary, context, ids)
        return Base(name, None, {"shape": name, "config": config}, config)
    folder = Path(name).expanduser()
    if folder.is_dir():
        return _read(name, folder, {"files": hashes(folder)})
    owner, _, revision = name.partition("@")
    if owner.count("/") != 1 or name.startswith((".", "~", "/")):
        shapes = ", ".join(SHAPES)
        raise TrainingError(f"{name} is no folder and no hub id: give a folder, owner/model, or one of {shapes}.")
    folder = _fetch(owner, revision or None)
    return _read(name, folder, {"hub": owner, "revision": folder.name})


def _fetch(name: str, revision: str | None) -> Path:
    """Fetch a model through the hub's own cache; the folder is named after the commit."""
    import huggingface_hub

    try:
        return Path(huggingface_hub.snapshot_download(name, revision=revision, allow_patterns=list(WANTED)))
    except Exception as error:  # the network's many errors have one mend
        raise TrainingError(
            f"The base {name} could not be fetched from the hub ({type(error).__name__}): check name, revision, "
            "licence (`hf auth login`) and network, or give a folder."
        ) from error


def _read(name: str, folder: Path, identity: dict[str, Any]) -> Base:
    config = read_json(folder / "config.json")
    if not isinstance(config, dict) or "vocab_size" not in config:
        raise TrainingError(f"{folder} holds no config.json of a language model: give the folder that does.")
    if not any(folder.glob("*.safetensors")):
        raise TrainingError(f"{folder} holds no *.safetensors: convert the weights with save_pretrained first.")
    return Base(name, folder, identity, config, licence_of(folder))


def licence_of(folder: Path) -> str | None:
    """Return the licence in the header of a model's README; None where there is none."""
    try:
        lines = (folder / "README.md").read_text(encoding="utf-8").splitlines()
    except OSError:
        return None
    if not lines or lines[0].strip() != "---":
        return None
    header = lines[1 : next((n for n, line in enumerate(lines[1:], 1) if line.strip() == "---"), 1)]
    named = [line.partition(":")[2].strip() for line in header if line.startswith(("license:", "license_name:"))]
    return ", ".join(word for word in named if word) or None


def hashes(folder: Path) -> list[dict[str, Any]]:
    """Return name, bytes and sha256 of a model's files; hashes are kept beside them while size and time stay."""
    kept = read_json(folder / HASHES) or {}
    found: list[dict[str, Any]] = []
    fresh: dict[str, Any] = {}
    for path in files_below(folder, (HASHES,)):
        name, stat = path.relative_to(folder).as_posix(), path.stat()
        stamp = [stat.st_size, stat.st_mtime_ns]
        known = kept.get(name)
        digest = known["sha256"] if known and known["stamp"] == stamp else sha256(path)
        fresh[name] = {"stamp": stamp, "sha256": digest}
        if not name.endswith(".md"):  # a README decides no weights
            found.append({"name": name, "bytes": stat.st_size, "sha256": digest})
    if fresh != kept and os.access(folder, os.W_OK):
        write_json(folder / HASHES, fresh)
    return found


def check_base(base: Base, vocabulary: dict[str, int], context: int) -> None:
    """Raise TrainingError where a base does not fit the shards: other pieces, too few rows, too short a context.

    Args:
        base: what is to be trained.
        vocabulary: the id of every piece and added token of the shards' tokenizer.
        context: longest sample of the shards.
    """
    size, rows = max(vocabulary.values()) + 1, int(base.config["vocab_size"])
    longest = base.config.get("max_position_embeddings")
    if longest is not None and longest < context:
        raise TrainingError(
            f"{base.name} was made for {longest:,} positions, the shards were cut for {context:,}: run "
            f"`sharegpt run --context {longest}` for shards that fit it."
        )
    if base.path is None:
        return
    theirs = _pieces(base.path)
    wrong = next((piece for piece, number in vocabulary.items() if theirs.get(piece) != number), None)
    if wrong is not None:
        there = f"id {theirs[wrong]}" if wrong in theirs else "nothing"
        raise TrainingError(
            f"{base.name} has another tokenizer than the shards: {wrong!r} is {there} there and id "
            f"{vocabulary[wrong]} here. Run `sharegpt run --tokenizer {base.name}` for shards that fit it."
        )
    if rows < size or rows >= size + PADDED:
        raise TrainingError(
            f"{base.name} has {rows:,} embeddings, the shards' tokenizer {size:,} ids: run "
            f"`sharegpt run --tokenizer {base.name}` for shards that fit it."
        )


def _pieces(folder: Path) -> dict[str, int]:
    """Return the id of every piece and added token of a model's tokenizer.json, or else of its tokenizer.model."""
    path = next((folder / name for name in TOKENIZERS if (folder / name).is_file()), None)
    if path is None:
        raise TrainingError(
            f"{folder} holds neither {' nor '.join(TOKENIZERS)}: nothing says that its ids are those of the shards. "
            "Put the base's own beside its weights."
        )
    try:
        if path.suffix == ".model":
            return pieces_of(to_config(path.read_bytes()))
        return pieces_of(json.loads(path.read_text(encoding="utf-8")))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise TrainingError(f"{path} holds no vocabulary that can be read ({error}).") from error


def pieces_of(config: dict[str, Any]) -> dict[str, int]:
    """Return the id of every piece and added token of a parsed tokenizer.json."""
    vocab = config["model"]["vocab"]
    pieces = dict(vocab) if isinstance(vocab, dict) else {piece: number for number, (piece, _) in enumerate(vocab)}
    return pieces | {token["content"]: int(token["id"]) for token in config.get("added_tokens", [])}
