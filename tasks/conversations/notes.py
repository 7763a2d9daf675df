"""What a stretch of rows showed of its file: shapes, fields that nothing reads, the keys of the first row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence

import pyarrow as pa

from schemas.inputs import InputParts
from tasks.conversations.rows import LENIENT
from tasks.conversations.shapes import RawConversation
from tasks.conversations.shapes.turn_lists import parsed

KEY_CHARS = 40
"""Characters of a key that are shown."""
MOST_KEYS = 30


class Notes:
    """Collects what the rows of one part show.

    Args:
        redact: takes personal data and secrets out of texts that people will see.
    """

    def __init__(self, redact: Callable[[Sequence[str]], list[str]] = list) -> None:
        self._redact = redact
        self._shapes: Counter[str] = Counter()
        self._fields: Counter[str] = Counter()
        self._keys: list[str] = []
        self.broken = 0
        self.keys_known = False

    def add_keys(self, piece: bytes) -> None:
        """Note the keys of the first row, whose bytes are `piece`."""
        self._keys, self.keys_known = self.shown(keys_of(piece)), True

    def add(self, shapes: Sequence[str], rows: Iterable[RawConversation]) -> None:
        """Note the shapes of conversations, and those among them with fields that become no turn."""
        self._shapes.update(shapes)
        for row in rows:
            self._fields.update(row.unused)

    def shown(self, keys: Sequence[str]) -> list[str]:
        """Return keys as they may be shown: redacted and short, not more than MOST_KEYS."""
        return [key[:KEY_CHARS] for key in self._redact([key[: 10 * KEY_CHARS] for key in keys[:MOST_KEYS]])]

    def table(self, source: str, first_row: int, charset: str) -> pa.Table:
        """Return what was noted as one row of InputParts."""
        names = self.shown(list(dict(self._fields.most_common(MOST_KEYS))))
        counts = [count for _, count in self._fields.most_common(MOST_KEYS)]
        row = {
            "source": source,
            "first_row": first_row,
            "charset": charset,
            "rows": sum(self._shapes.values()),
            "broken": self.broken,
            "shapes": [{"name": name, "rows": count} for name, count in sorted(self._shapes.items())],
            "fields": [{"name": name, "rows": count} for name, count in zip(names, counts, strict=True)],
            "first_keys": self._keys,
        }
        return pa.Table.from_pylist([row], schema=InputParts.schema())


def keys_of(piece: bytes) -> list[str]:
    """Return the keys of a row, of a list those of its first element; none where it is no object."""
    try:
        row = parsed(LENIENT.decode(piece.decode(errors="replace")))
    except (ValueError, RecursionError):
        return []
    while isinstance(row, list) and row:
        row = row[0]
    return [str(key) for key in row] if isinstance(row, dict) else []
