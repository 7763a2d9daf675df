"""What a stage counts while it writes a part: kept in the part's footer, compared with the ledger."""

from __future__ import annotations

import msgspec


class Counts(msgspec.Struct, frozen=True, omit_defaults=True):
    """Numbers of one batch, of one part, or of several.

    Args:
        rows: rows that were read.
        kept_before: rows that no stage before dropped.
        results: rows that were written; of windows more than came in.
        kept: rows that are kept after the stage.
        turns: raw turns.
        broken: rows that are no conversation.
        tokens: tokens of the windows.
        label_tokens: tokens with loss.
    """

    rows: int = 0
    kept_before: int = 0
    results: int = 0
    kept: int = 0
    turns: int = 0
    broken: int = 0
    tokens: int = 0
    label_tokens: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(*(getattr(self, name) + getattr(other, name) for name in self.__struct_fields__))

    def to_json(self) -> str:
        """Return the numbers that are not 0 as JSON."""
        return msgspec.json.encode(self, order="sorted").decode()

    @staticmethod
    def from_json(text: bytes) -> Counts:
        """Return the numbers that `to_json` wrote."""
        return msgspec.json.decode(text, type=Counts)
