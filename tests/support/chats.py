"""Conversations for the token tests: every kind of character that tokenizers, templates and masks have stumbled on."""

import random

FRAGMENTS = (
    "the quick brown fox", "Hello", " ", "  ", "    ", "\n", "\n\n", "\t", "\r\n", "é", "naïve Straße", "日本語です",
    "한국어", "привет, мир", "مرحبا", "שלום", "😀", "👩‍👩‍👧‍👦", "🇳🇱", "e\u0301", "\u00a0", "\u200b", "\ufeff", "\x01",
    "def f(x):\n    return x ** 2\n", "```python\nprint('hi')\n```", "| a | b |\n|---|---|", "1. one\n2. two",
    "$x^2$", "https://example.org/?a=b&c=%20", "__init__", "<div class=\"a\">", "[link](url)", "&lt;", "***", "....",
    "====", "a" * 40, "0123456789", "USER", "ASSISTANT", "USER:", ":", "It ends here.", "Does it? Yes!",
)  # fmt: skip

MARKS = ("</s>", "<s>", "<unk>", "<|im_start|>", "<|im_end|>", " ASSISTANT: ", "USER: x ASSISTANT: y</s>", "[INST]")


def text(rng: random.Random, token_bytes: int) -> str:
    """Return some fragments in a row, never blank."""
    made = "".join(rng.choice(FRAGMENTS) + rng.choice(("", " ", " ", "\n")) for _ in range(rng.randint(1, token_bytes)))
    return made if made.strip() else made + "x"


def conversation(rng: random.Random, rounds: int = 5, token_bytes: int = 20) -> list[tuple[str, str]]:
    """Return (role, content) of some rounds."""
    return [(role, text(rng, token_bytes)) for _ in range(rng.randint(1, rounds)) for role in ("user", "assistant")]


def talks(count: int, seed: int = 6) -> list[list[tuple[str, str]]]:
    """Return conversations that FastChat handles: no words of its template in them."""
    rng = random.Random(seed)
    return [conversation(rng) for _ in range(count)]


def hostile(count: int, seed: int = 7) -> list[list[tuple[str, str]]]:
    """Return conversations whose messages hold words of templates."""
    rng = random.Random(seed)
    made = []
    for number in range(count):
        turns = conversation(rng, rounds=3, token_bytes=5)
        place = rng.randrange(len(turns))
        role, words = turns[place]
        made.append([*turns[:place], (role, words + MARKS[number % len(MARKS)] + "z"), *turns[place + 1 :]])
    return made
