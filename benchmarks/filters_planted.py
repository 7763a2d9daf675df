"""Plants bad answers into real conversations, each with the Reason that must catch it."""

from __future__ import annotations

import base64
import random
import re
from collections.abc import Callable, Iterator

WORD = re.compile(r"(?<=[a-z] )[a-z]{4,}")
SENTENCE = re.compile(r"(?<=[.!?])\s+")
ERRORS = (
    "!Too many requests in 1 hour. Try again later.",
    "An error occurred. If this issue persists please contact us through our help center at help.openai.com.",
    "Something went wrong. If this issue persists please contact us through our help center at help.openai.com.",
    "This content may violate our content policy. If you believe this to be in error, please submit your feedback.",
    "Only one message at a time. Please allow any other responses to complete before sending another message.",
)
PANELS = ("Used WebPilot\nREQUEST TO WEBPILOT\n", "Finished browsing\nClicked on:\n", "Used **Browsing**\n")

Plant = Callable[[str, random.Random], str | None]


def error(_: str, chance: random.Random) -> str:
    return chance.choice(ERRORS)


def nothing(_: str, chance: random.Random) -> str:
    return chance.choice(("\u200b", "...", "", "\n"))


def fence(text: str, _: random.Random) -> str | None:
    """Cut inside a code block."""
    start = text.find("```")
    return text[: start + 40].rstrip("`") if start >= 0 and "```" not in text[start + 3 : start + 43] else None


def mid_word(text: str, chance: random.Random) -> str | None:
    """Cut after two letters of some word."""
    spots = [match.start() + 2 for match in WORD.finditer(text) if match.start() > 150]
    return text[: chance.choice(spots)] if spots else None


def loop(text: str, chance: random.Random) -> str | None:
    """Say one sentence of the answer again and again."""
    said = [part for part in SENTENCE.split(text) if 30 < len(part) < 300 and "|" not in part and "`" not in part]
    return (chance.choice(said) + " ") * chance.randrange(8, 30) if said else None


def mojibake(text: str, _: random.Random) -> str | None:
    """Read UTF-8 as Windows-1252, in a text with accents."""
    return text.replace("e", "é").replace("'", "’").encode().decode("cp1252", "replace")


def blob(text: str, _: random.Random) -> str:
    return base64.b64encode(text.encode()).decode()


def run(text: str, chance: random.Random) -> str:
    return chance.choice("a-=.!") * max(200, len(text))


def panel(text: str, chance: random.Random) -> str:
    return chance.choice(PANELS) + text


PLANTS: tuple[tuple[str, str, Plant], ...] = (
    ("error of the page", "error_reply", error),
    ("nothing", "short_answer", nothing),
    ("cut inside a fence", "truncated_answer", fence),
    ("cut in mid-word", "truncated_answer", mid_word),
    ("loop", "repetition", loop),
    ("mojibake", "degenerate", mojibake),
    ("blob", "degenerate", blob),
    ("run", "degenerate", run),
    ("panel", "plugin_panel", panel),
)


def planted(rounds: list[tuple[str, str]], seed: int = 1) -> Iterator[tuple[str, str, str, str]]:
    """Yield kind, Reason, question and spoiled answer: each round is given the next kind that fits it."""
    chance = random.Random(seed)
    for number, (question, answer) in enumerate(rounds):
        kind, reason, plant = PLANTS[number % len(PLANTS)]
        spoiled = plant(answer, chance)
        if spoiled is not None:
            yield kind, reason, question, spoiled
