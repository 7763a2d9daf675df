"""Turns a SentencePiece BPE `.model` into a `tokenizers` object that gives the same ids."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from operator import itemgetter
from typing import Any

NORMAL, UNKNOWN, CONTROL, USER_DEFINED, BYTE = 1, 2, 3, 4, 6
ADDED = (UNKNOWN, CONTROL, USER_DEFINED)
BPE = 2

Piece = tuple[str, float, int]
"""Text, score, kind."""


class UnsupportedModelError(ValueError):
    """The `.model` uses a feature that cannot be carried over exactly; the message names it."""


def fields(data: bytes) -> Iterator[tuple[int, Any]]:
    """Yield (field number, value) of a protobuf message; lengths and numbers only, no schema needed."""
    at, size = 0, len(data)
    while at < size:
        key, at = (data[at], at + 1) if data[at] < 0x80 else _varint(data, at)
        kind = key & 7
        value: Any
        if kind == 5:
            value, at = struct.unpack_from("<f", data, at)[0], at + 4
        elif kind == 1:
            value, at = data[at : at + 8], at + 8
        elif kind in (0, 2):
            value, at = (data[at], at + 1) if at < size and data[at] < 0x80 else _varint(data, at)
            if kind == 2:
                value, at = data[at : at + value], at + value
        else:
            raise UnsupportedModelError("it is not a SentencePiece model")
        if at > size:
            raise UnsupportedModelError("it is cut off")
        yield key >> 3, value


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        if at >= len(data):
            raise UnsupportedModelError("it is cut off")
        byte = data[at]
        value |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:
            return value, at


def to_config(model: bytes) -> dict[str, Any]:
    """Return the `tokenizer.json` of a SentencePiece BPE model with byte fallback (LLaMA's family).

    Raises:
        UnsupportedModelError: unigram models, and normalisers that rewrite text.
    """
    pieces, trainer, normalizer = _read(model)
    _refuse_what_differs(pieces, trainer, normalizer)
    # transformers' slow LLaMA tokenizer, as steps: a space before the text, spaces as U+2581.
    steps: list[dict[str, Any]] = [{"type": "Replace", "pattern": {"String": " "}, "content": "▁"}]
    back: list[dict[str, Any]] = [{"type": "Replace", "pattern": {"String": "▁"}, "content": " "}]
    back += [{"type": "ByteFallback"}, {"type": "Fuse"}]
    if normalizer.get(3, 1):  # add_dummy_prefix
        steps.insert(0, {"type": "Prepend", "prepend": "▁"})
        back.append({"type": "Strip", "content": " ", "start": 1, "stop": 0})
    return {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": [_added(i, text, kind) for i, (text, _, kind) in enumerate(pieces) if kind in ADDED],
        "normalizer": {"type": "Sequence", "normalizers": steps},
        "pre_tokenizer": None,
        "post_processor": _begin(pieces, trainer),
        "decoder": {"type": "Sequence", "decoders": back},
        "model": _model(pieces),
    }


def _read(model: bytes) -> tuple[list[Piece], dict[int, Any], dict[int, Any]]:
    """Read the pieces, and the fields of the trainer's and the normaliser's settings by number."""
    pieces: list[Piece] = []
    trainer: dict[int, Any] = {}
    normalizer: dict[int, Any] = {}
    for number, value in fields(model):
        if number == 1:
            pieces.append(_piece(value))
        elif number == 2:
            trainer = dict(fields(value))
        elif number == 3:
            normalizer = dict(fields(value))
    return pieces, trainer, normalizer


def _piece(data: bytes) -> Piece:
    """Read a piece: at once where it is a short text (1), a score (2) and, if it is no usual one, a kind (3)."""
    end = 2 + data[1]
    rest = data[end:]
    if (
        data[0] == 0x0A
        and end < 130
        and rest[:1] == b"\x15"
        and (len(rest) == 5 or (len(rest) == 7 and rest[5] == 0x18))
    ):
        return data[2:end].decode(), struct.unpack_from("<f", rest, 1)[0], rest[6] if len(rest) == 7 else NORMAL
    found = dict(fields(data))
    return found[1].decode(), found.get(2, 0.0), found.get(3, NORMAL)


def _model(pieces: list[Piece]) -> dict[str, Any]:
    """Return the BPE model: a lone byte that no piece holds is a byte piece."""
    return {
        "type": "BPE",
        "dropout": None,
        "unk_token": next((text for text, _, kind in pieces if kind == UNKNOWN), None),
        "continuing_subword_prefix": None,
        "end_of_word_suffix": None,
        "fuse_unk": True,
        "byte_fallback": True,
        "ignore_merges": False,
        "vocab": {text: i for i, (text, _, _) in enumerate(pieces)},
        "merges": merges(pieces),
    }


def merges(pieces: list[Piece]) -> list[tuple[str, str]]:
    """List the merges that build every piece, best piece first; the longer left part first within a piece.

    Control pieces are never built: a literal `</s>` in a text stays text.
    """
    scores = {text: score for text, score, kind in pieces if kind == NORMAL}
    found = [
        (-score, -cut, piece[:cut], piece[cut:])
        for piece, score in scores.items()
        for cut in range(1, len(piece))
        if piece[:cut] in scores and piece[cut:] in scores
    ]
    found.sort(key=itemgetter(0, 1))
    return [(left, right) for _, _, left, right in found]


def _added(number: int, text: str, kind: int) -> dict[str, Any]:
    flags = {"single_word": False, "lstrip": False, "rstrip": False, "normalized": False}
    return {"id": number, "content": text, **flags, "special": kind != USER_DEFINED}


def _begin(pieces: list[Piece], trainer: dict[int, Any]) -> dict[str, Any] | None:
    """Return the post-processor that puts BOS first, as every LLaMA tokenizer does."""
    number = trainer.get(41, 1)
    if number >= len(pieces) or pieces[number][2] != CONTROL:
        return None
    bos = pieces[number][0]
    a, b = {"Sequence": {"id": "A", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 1}}
    first = [{"SpecialToken": {"id": bos, "type_id": kind}} for kind in (0, 1)]
    return {
        "type": "TemplateProcessing",
        "single": [first[0], a],
        "pair": [first[0], a, first[1], b],
        "special_tokens": {bos: {"id": bos, "ids": [number], "tokens": [bos]}},
    }


def _refuse_what_differs(pieces: list[Piece], trainer: dict[int, Any], normalizer: dict[int, Any]) -> None:
    """Raise UnsupportedModelError for what the BPE object cannot do exactly."""
    if not pieces:
        raise UnsupportedModelError("it is not a SentencePiece model")
    if trainer.get(3, 1) != BPE:
        raise UnsupportedModelError("it is no BPE model")
    if not trainer.get(35, 0):
        raise UnsupportedModelError("it has no byte fallback")
    if normalizer.get(2) or normalizer.get(4, 1):
        raise UnsupportedModelError("its normaliser rewrites the text")
