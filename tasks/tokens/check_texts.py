"""Texts on which a faster engine must equal the reference before it is used: every kind that has ever differed."""

from __future__ import annotations

_WORDS = (
    "the",
    "Answer",
    "naïve",
    "Straße",
    "函数",
    "привет",
    "שלום",
    "한국어",
    "日本語",
    "👩‍👩‍👧‍👦",
    "🇳🇱",
    "e\u0301",
    "x_1",
    "3.14",
)
_SPACES = (" ", "  ", "   ", "\n", "\n\n", "\n\n\n", "\t", "\r\n", " \n ", "\u00a0", "\u200b", "\u2028", "\u3000", "")
_CODE = (
    "def f(x):\n    return x ** 2  # squared\n",
    "for (int i = 0; i < n; ++i) {\n\t\ta[i] = b[i] >> 1;\n}",
    '<div class="a">\n  <p>1 &lt; 2</p>\n</div>',
    "SELECT * FROM t WHERE a = 'b';\n-- end",
    "| a | b |\n|---|---|\n| 1 | 2 |\n",
    "$$\\int_0^1 x^2\\,dx = \\frac{1}{3}$$",
    "https://example.org/a?b=c&d=%20e#f",
)
_MARKS = ("<s>", "</s>", "<unk>", "<|im_start|>", "<|im_end|>", "[INST]", " ASSISTANT:", "USER: ", "<0x0A>", "▁", "▁▁")
_ODD = (
    "\x00",
    "\x01\x02",
    "\x7f",
    "\ufeff",
    "\ufffd",
    "\U0010ffff",
    "\ue000",
    "a" * 300,
    "ab" * 150,
    " " * 70,
    "\n" * 40,
    "." * 99,
    "=" * 80,
    "0" * 65,
)

CHECK_TEXTS: list[str] = [
    "",
    *(space + word for space in _SPACES for word in _WORDS),
    *(word + space for space in _SPACES for word in _WORDS[:6]),
    *(first + second for first in _WORDS for second in _WORDS),
    *_CODE,
    *_MARKS,
    *(f"{mark}{word}{mark} {mark}" for mark in _MARKS for word in _WORDS[:4]),
    *_ODD,
    *(f" USER: {odd} ASSISTANT: {code}" for odd in _ODD for code in _CODE[:3]),
]
"""Some 500 short texts, a few milliseconds' work."""
