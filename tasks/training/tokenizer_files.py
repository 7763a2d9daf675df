"""The tokenizer of the shards as files that transformers, its servers and converters read to the same ids."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tasks.tokens.sp_model import to_config
from tasks.tokens.template import load_template
from tasks.tokens.tokenizer import find_vocabulary, load_tokenizer
from tasks.training.base import pieces_of
from tasks.training.files import write_json


@dataclass(frozen=True)
class TokenizerFiles:
    """The shards' tokenizer, ready to be written.

    Args:
        config: the whole tokenizer.json.
        pieces: the id of every piece and added token.
        settings: tokenizer_config.json.
        template: chat template, which writes BOS itself: servers render it and add no special token.
        model: the SentencePiece file it came from, which converters to GGUF read; None where there is none.
        digest: as the manifest of the version has it.
    """

    config: dict[str, Any]
    pieces: dict[str, int]
    settings: dict[str, Any]
    template: str
    model: Path | None
    digest: str

    @property
    def ids(self) -> dict[str, int | None]:
        """Return bos_token_id, eos_token_id and pad_token_id."""
        words = {key: self.settings.get(f"{key}_token") for key in ("bos", "eos", "pad")}
        return {f"{key}_token_id": self.pieces[word] if word else None for key, word in words.items()}


def read_tokenizer(name: str, template: str, context: int) -> TokenizerFiles:
    """Return the tokenizer and template that a version was made with.

    Args:
        name: tokens.tokenizer of the version.
        template: tokens.template of the version.
        context: tokens.context of the version.

    Raises:
        TokenizerError: it cannot be had.
    """
    tokenizer = load_tokenizer(name)
    path = find_vocabulary(name)
    config = to_config(path.read_bytes()) if path.suffix != ".json" else json.loads(path.read_text("utf-8"))
    config |= {"truncation": None, "padding": None}
    bound = load_template(template, tokenizer)
    unknown = config["model"].get("unk_token")
    settings = {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "bos_token": tokenizer.bos,
        "eos_token": tokenizer.eos,
        "unk_token": unknown,
        # FastChat pads with <unk>; padding has no label and no neighbour, so any id would do.
        "pad_token": unknown or tokenizer.eos,
        "model_max_length": context,
        "padding_side": "right",
        "clean_up_tokenization_spaces": False,
    }
    return TokenizerFiles(
        config=config,
        pieces=pieces_of(config),
        settings={key: value for key, value in settings.items() if value is not None},
        template=("{{ bos_token }}" if bound.adds_bos else "") + bound.source,
        model=path if path.suffix == ".model" or path.name.startswith("tokenizer.model") else None,
        digest=tokenizer.digest,
    )


def write_tokenizer(files: TokenizerFiles, folder: Path) -> None:
    """Write tokenizer.json, tokenizer_config.json, chat_template.jinja and, where there is one, tokenizer.model."""
    write_json(folder / "tokenizer_config.json", files.settings)
    (folder / "tokenizer.json").write_text(json.dumps(files.config, ensure_ascii=False), encoding="utf-8")
    (folder / "chat_template.jinja").write_text(files.template, encoding="utf-8")
    if files.model is not None:
        shutil.copyfile(files.model, folder / "tokenizer.model")
