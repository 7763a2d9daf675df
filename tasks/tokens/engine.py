"""Engines that turn texts into flat ids: the reference, and a faster one where it proves equal."""

from __future__ import annotations

import importlib
import importlib.metadata
import json
import os
from typing import Any

import numpy as np
import numpy.typing as npt
import tokenizers

from tasks.tokens.pieces import Ids, Positions
from tasks.tokens.probes import PROBES

Row = npt.NDArray[np.uint32]

# A stage runs one process a core: threads inside the encoder would fight over the same cores.
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")


class Engine:
    """Encodes plain text; never makes a special token of it."""

    name: str

    def rows(self, texts: list[str]) -> list[Row]:
        """Give the ids of each text."""
        raise NotImplementedError

    def encode(self, texts: list[str]) -> tuple[Ids, Positions]:
        """Give the ids of all texts, flat, and the n + 1 positions where each text's ids begin."""
        rows = [np.zeros(0, np.uint32), *self.rows(texts)]
        return np.concatenate(rows).view(np.int32), np.cumsum([len(row) for row in rows], dtype=np.int64)


class Reference(Engine):
    """Hugging Face tokenizers: what every other engine is measured against."""

    def __init__(self, config: str) -> None:
        self.name = f"tokenizers {importlib.metadata.version('tokenizers')}"
        self._tokenizer = tokenizers.Tokenizer.from_str(config)
        self.normalizer = self._tokenizer.normalizer

    def rows(self, texts: list[str]) -> list[Row]:
        """See Engine."""
        found = self._tokenizer.encode_batch_fast(texts, add_special_tokens=False)
        return [np.array(encoding.ids, np.uint32) for encoding in found]

    def offsets(self, text: str) -> list[tuple[int, int]]:
        """Give the (start, end) characters of each token of one text."""
        return list(self._tokenizer.encode(text, add_special_tokens=False).offsets)


class Gigatoken(Engine):
    """The faster engine of the extra `fast`."""

    def __init__(self, config: str) -> None:
        gigatoken: Any = importlib.import_module("gigatoken")
        self.name = f"gigatoken {importlib.metadata.version('gigatoken')}"
        self._tokenizer = gigatoken.Tokenizer.from_json(config)

    def rows(self, texts: list[str]) -> list[Row]:
        """See Engine."""
        # Text by text: as fast as its batch call, which imports awkward (0.8 s a process) to return one array.
        return list(map(self._tokenizer.encode, texts))


def choose_engine(config: str, reference: Reference) -> tuple[Engine, str]:
    """Pick the faster engine if it is installed and gives the reference's ids on every probe; say why.

    Args:
        config: `tokenizer.json` of the plain-text tokenizer.
        reference: the engine to equal.
    """
    try:
        fast = Gigatoken(config)
    except ImportError:
        return reference, "gigatoken is not installed (pip install 'sharegpt-clean[fast]')"
    except Exception as error:  # whatever a foreign engine cannot load, the reference can
        return reference, f"gigatoken cannot load this vocabulary ({type(error).__name__})"
    unequal = count_unequal(fast, reference, PROBES)
    if unequal:
        return reference, f"gigatoken differs on {unequal} of {len(PROBES)} probes"
    return fast, f"equal to {reference.name} on {len(PROBES)} probes"


def count_unequal(engine: Engine, reference: Engine, texts: list[str]) -> int:
    """Count the texts that two engines encode differently."""
    ours, starts = engine.encode(texts)
    theirs, expected = reference.encode(texts)
    if np.array_equal(ours, theirs) and np.array_equal(starts, expected):
        return 0
    return sum(
        not np.array_equal(ours[starts[i] : starts[i + 1]], theirs[expected[i] : expected[i + 1]])
        for i in range(len(texts))
    )


def plain_text(config: dict[str, Any]) -> str:
    """Give the `tokenizer.json` of a tokenizer that only knows words: no special tokens, no BOS.

    What it leaves out is put in by id (tasks/tokens/codec.py), so a user's literal `</s>` stays text.
    """
    words = [token for token in config["added_tokens"] if not token["special"]]
    nothing = {"post_processor": None, "truncation": None, "padding": None}
    return json.dumps(config | nothing | {"added_tokens": words}, ensure_ascii=False)
