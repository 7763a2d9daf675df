"""Engines that turn texts into flat ids: the reference, and a faster one where it proves equal."""

from __future__ import annotations

import hashlib
import importlib
import importlib.metadata
import os
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt
import tokenizers

from tasks.tokens.check_texts import CHECK_TEXTS
from tasks.tokens.token_bytes import Ids, Positions

PROVED = "SHAREGPT_ENGINE_PROVED"
"""Environment variable: the digest of the engine, the reference and the vocabulary that were found equal."""

RENEWED = 256_000_000
"""Characters after which the faster engine is loaded anew: it keeps every word that it ever met, some 80 bytes each."""

TokenRow = npt.NDArray[np.uint32]

# A stage runs one process a core: threads inside the encoder would fight over the same cores.
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")


class Engine:
    """Encodes plain text; never makes a special token of it."""

    name: str

    def rows(self, texts: list[str]) -> list[TokenRow]:
        """Return the ids of each text."""
        raise NotImplementedError

    def encode(self, texts: list[str]) -> tuple[Ids, Positions]:
        """Return the ids of all texts, flat, and the n + 1 positions where each text's ids begin."""
        rows = [np.zeros(0, np.uint32), *self.rows(texts)]
        return np.concatenate(rows).view(np.int32), np.cumsum([len(row) for row in rows], dtype=np.int64)


def reference_name() -> str:
    """Return name and release of the library that every other engine is measured against."""
    return f"tokenizers {importlib.metadata.version('tokenizers')}"


class Reference(Engine):
    """Hugging Face tokenizers: what every other engine is measured against."""

    def __init__(self, config: str) -> None:
        self.name = reference_name()
        self._tokenizer = tokenizers.Tokenizer.from_str(config)

    def rows(self, texts: list[str]) -> list[TokenRow]:
        """See Engine."""
        found = self._tokenizer.encode_batch_fast(texts, add_special_tokens=False)
        return [np.array(encoding.ids, np.uint32) for encoding in found]

    def offsets(self, text: str) -> list[tuple[int, int]]:
        """Return the (start, end) characters of each token of one text."""
        return list(self._tokenizer.encode(text, add_special_tokens=False).offsets)


class Gigatoken(Engine):
    """The faster engine of the extra `fast`."""

    def __init__(self, config: str) -> None:
        self.name = f"gigatoken {importlib.metadata.version('gigatoken')}"
        self._config = config
        self._load()

    def _load(self) -> None:
        gigatoken: Any = importlib.import_module("gigatoken")
        self._encode = gigatoken.Tokenizer.from_json(self._config).backend.encode
        self._read = 0

    def rows(self, texts: list[str]) -> list[TokenRow]:
        """See Engine."""
        if self._read > RENEWED:
            self._load()
        self._read += sum(map(len, texts))
        # Text by text: as fast as its batch call, which imports awkward (0.8 s a process) to return one array.
        return list(map(self._encode, texts))


def choose_engine(config: str) -> tuple[Engine, str]:
    """Return the faster engine if it is installed and gives the reference's ids on every check text; and why.

    Once a run: worker processes inherit the proof of the process that began it.

    Args:
        config: `tokenizer.json` of the plain-text tokenizer.
    """
    try:
        fast = Gigatoken(config)
    except ImportError:
        return Reference(config), "gigatoken is not installed (pip install 'sharegpt-clean[fast]')"
    except Exception as error:  # whatever a foreign engine cannot load, the reference can
        return Reference(config), f"gigatoken cannot load this vocabulary ({type(error).__name__})"
    proof = hashlib.sha256(f"{fast.name} = {reference_name()}: {config}".encode()).hexdigest()
    if os.environ.get(PROVED) == proof:
        return fast, f"the run's first process proved it equal to {reference_name()}"
    reference = Reference(config)
    unequal = count_unequal(fast, reference, CHECK_TEXTS)
    if unequal:
        return reference, f"gigatoken differs on {unequal} of {len(CHECK_TEXTS)} check texts"
    os.environ[PROVED] = proof
    return fast, f"equal to {reference.name} on {len(CHECK_TEXTS)} check texts"


def count_unequal(engine: Engine, reference: Engine, texts: list[str]) -> int:
    """Return how many texts two engines encode differently."""
    ours, starts = engine.encode(texts)
    theirs, expected = reference.encode(texts)
    if np.array_equal(ours, theirs) and np.array_equal(starts, expected):
        return 0
    return sum(
        not np.array_equal(ours[starts[i] : starts[i + 1]], theirs[expected[i] : expected[i + 1]])
        for i in range(len(texts))
    )


def plain_text(config: dict[str, Any]) -> str:
    """Return the `tokenizer.json` of a tokenizer that only knows words: no special tokens, no BOS.

    What it leaves out is put in by id (tasks/tokens/chat_encoder.py), so a user's literal `</s>` stays text.
    """
    words = [token for token in config["added_tokens"] if not token["special"]]
    nothing = {"post_processor": None, "truncation": None, "padding": None}
    return msgspec.json.encode(config | nothing | {"added_tokens": words}).decode()
