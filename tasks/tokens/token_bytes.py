"""Spells token ids as bytes, which gives both the decoded text and every token's offset at once."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

Ids = NDArray[np.int32]
Positions = NDArray[np.int64]

# Bytes that no UTF-8 text holds stand before a special token's words, so that text cannot be taken for one.
SPECIAL = b"\xff"
MARK = "▁".encode()
BYTE_PIECE = re.compile(r"<0x([0-9A-F]{2})>")


@dataclass(frozen=True)
class Spelling:
    """What n tokens spell.

    Args:
        ends: n + 1 byte offsets.
        data: the bytes of all tokens, one after another.
    """

    ends: NDArray[np.int32]
    data: memoryview

    def between(self, start: int, end: int) -> memoryview:
        """Return the bytes of the tokens `[start, end)`."""
        return self.data[self.ends[start] : self.ends[end]]

    def each(self, start: int, end: int) -> list[bytes]:
        """Return the bytes of each of the tokens `[start, end)`."""
        return [bytes(self.data[a:b]) for a, b in pairwise(self.ends[start : end + 1].tolist())]

    def followed_by(self, others: list[Spelling]) -> Spelling:
        """Put spellings one after another."""
        ends, data = [self.ends], [self.data]
        for other in others:
            ends.append(ends[-1][-1] + other.ends[1:])
            data.append(other.data)
        return Spelling(np.concatenate(ends), memoryview(b"".join(data)))


@dataclass(frozen=True)
class TokenBytes:
    """The bytes of every id of a vocabulary.

    Args:
        table: binary array, row = id; a special token is `SPECIAL` and its words.
        breaks_before_space: whether no piece holds a space after another character, so that a text may be cut
            before a space and encoded in two.
        spaced: whether the vocabulary writes a space as U+2581.
    """

    table: pa.BinaryArray
    breaks_before_space: bool
    spaced: bool

    def normal(self, text: str) -> bytes:
        """Return the bytes that the text's tokens spell: a vocabulary that writes spaces as U+2581 cannot tell them."""
        return text.encode().replace(MARK, b" ") if self.spaced else text.encode()

    def normal_column(self, texts: pa.StringArray) -> pa.StringArray:
        """Return the same of each text; the very same array where there is nothing to change."""
        marked = self.spaced and pl.Series(texts, dtype=pl.String).str.contains(MARK.decode(), literal=True).any()
        return pc.replace_substring(texts, MARK.decode(), " ") if marked else texts

    def spell(self, ids: Ids) -> Spelling:
        """Spell tokens, one take for all of them."""
        spelled = self.table.take(pa.array(ids.view(np.uint32)))  # the bounds of unsigned ones are checked sooner
        offsets = spelled.buffers()[1]
        ends = np.frombuffer(offsets, np.int32, len(ids) + 1) if len(ids) else np.zeros(1, np.int32)
        return Spelling(ends, memoryview(joined(spelled)))


def joined(texts: pa.BinaryArray | pa.StringArray) -> pa.Buffer:
    """Return the bytes of all texts, one after another."""
    _, offsets, data = texts.buffers()
    start, end = (
        np.frombuffer(offsets, np.int32)[[texts.offset, texts.offset + len(texts)]].tolist() if data else (0, 0)
    )
    return data.slice(start, end - start) if data else pa.py_buffer(b"")


def read_token_bytes(config: dict[str, Any]) -> TokenBytes:
    """Read the bytes of each id out of a `tokenizer.json`.

    Raises:
        ValueError: its model does not spell text by pieces (WordPiece and the like).
    """
    model = config["model"]
    if model["type"] not in ("BPE", "Unigram") or model.get("end_of_word_suffix"):
        raise ValueError(f"its {model['type']} model does not spell text piece by piece")
    listed = model["vocab"]
    vocab = dict(listed) if isinstance(listed, dict) else {piece: i for i, (piece, _) in enumerate(listed)}
    spaced = '"ByteLevel"' not in json.dumps(config["decoder"])
    spelled = _spaced(vocab) if spaced else _byte_level(vocab)
    size = 1 + max([*vocab.values(), *(token["id"] for token in config["added_tokens"])])
    table: list[bytes] = [b""] * size
    for number, text in spelled.items():
        table[number] = text
    for token in config["added_tokens"]:
        text = token["content"].encode()
        table[token["id"]] = SPECIAL + text if token["special"] else text
    normal = [text for number, text in spelled.items() if not table[number].startswith(SPECIAL)]
    breaks = not any(b" " in text.lstrip(b" ") for text in normal)
    return TokenBytes(pa.array(table, pa.binary()), breaks, spaced)


def _spaced(vocab: dict[str, int]) -> dict[int, bytes]:
    """Spell pieces that write a space as U+2581 and a lone byte as <0xNN>."""
    spelled = {}
    for piece, number in vocab.items():
        byte = piece.startswith("<0x") and BYTE_PIECE.fullmatch(piece)
        spelled[number] = bytes([int(byte[1], 16)]) if byte else piece.replace("▁", " ").encode()
    return spelled


def _byte_level(vocab: dict[str, int]) -> dict[int, bytes]:
    """Spell pieces that write each byte as one printable character (GPT-2's alphabet)."""
    plain = [*range(33, 127), *range(161, 173), *range(174, 256)]
    alphabet = {chr(byte): byte for byte in plain}
    alphabet |= {chr(256 + i): byte for i, byte in enumerate(b for b in range(256) if b not in plain)}
    # Special tokens may stand in the vocabulary as plain words.
    return {
        number: bytes(alphabet[char] for char in piece) if alphabet.keys() >= set(piece) else piece.encode()
        for piece, number in vocab.items()
    }
