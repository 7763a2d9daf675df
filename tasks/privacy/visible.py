"""Shows the characters of a text that a terminal or browser would obey, which move, hide or turn what stands there."""

from __future__ import annotations

import json

_BIDI = (0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A))
"""Marks, embeddings, overrides and isolates that change the direction of writing (Unicode TR 9)."""
_HIDDEN = (0x00AD, 0x200B, 0x2028, 0x2029, 0x2060, 0xFEFF, *range(0xE0000, 0xE0080))
"""What is not seen: soft hyphens, joiners of nothing, separators of lines, tags. Joiners of scripts and emoji stay."""

_ESCAPES = {code: f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}" for code in (*_BIDI, *_HIDDEN)}
_JSON = {code: json.dumps(chr(code))[1:-1] for code in _ESCAPES}
_PICTURES = {code: chr(0x2400 + code) for code in range(32)} | {0x7F: "␡"} | dict.fromkeys(range(0x80, 0xA0), "\ufffd")
_SHOWN = {code: shown for code, shown in (_ESCAPES | _PICTURES).items() if chr(code) not in "\t\n"}


def visible(text: str) -> str:
    """Return a text with its controls shown, all but tabs and line ends: what hides or turns escaped, others drawn."""
    return text if text.isascii() and text.isprintable() else text.translate(_SHOWN)


def in_json(text: str) -> str:
    """Return JSON text with bidirectional and hidden characters as the escapes of JSON: the same values, readable."""
    return text if text.isascii() else text.translate(_JSON)
