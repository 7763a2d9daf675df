"""Makes a file many times as long, in minutes: each copy says the same in other words, so no row resembles another.

The generator needs 2 ms a conversation: 40 minutes for 1.1 million.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import sys
from collections import Counter
from pathlib import Path

KEYS = rb'"(?:conversations|model)": |"from": "(?:human|gpt)", "value": '
WORD = re.compile(rb"<[^<>]{0,2000}>|&\w+;|\\.|" + KEYS + rb"|\b[a-z]{5,}\b")
"""Tags, entities, escapes and keys stay; a word of five letters carries meaning, not grammar."""
VOCABULARY = 2_000
"""Rows of which the words are read."""
ID = re.compile(rb'"id": "')


def english(truth: Path) -> list[bool]:
    """Return for each row whether it is English."""
    with truth.open(encoding="utf-8") as lines:
        return [json.loads(line).get("language") == "en" for line in lines]


def vocabulary(source: Path, told: list[bool]) -> list[bytes]:
    """Return the words of the first English rows, the commonest first."""
    counts: Counter[bytes] = Counter()
    with source.open("rb") as lines:
        next(lines)
        for line, mine in zip(lines, told[:VOCABULARY], strict=False):
            if mine:
                counts.update(word for word in WORD.findall(line) if word.isalpha())
    return sorted(counts, key=lambda word: (-counts[word], word))


def other_words(words: list[bytes], copy: int) -> dict[bytes, bytes]:
    """Swap words of like length and frequency: lengths in tokens stay about the same."""
    swapped: dict[bytes, bytes] = {}
    rng = random.Random(copy)
    for size in {len(word) for word in words}:
        alike = [word for word in words if len(word) == size]
        for start in range(0, len(alike), 200):
            block = alike[start : start + 200]
            swapped.update(zip(block, rng.sample(block, len(block)), strict=True))
    return swapped


def write(source: Path, out: Path, copies: int) -> None:
    """Write the rows of `source` (an array, a row a line) and `copies - 1` times the same in other words."""
    told = english(source.with_name(f"{source.stem}.truth.jsonl"))
    words = vocabulary(source, told)
    with out.open("wb") as target:
        target.write(b"[\n")
        for copy in range(copies):
            swapped = other_words(words, copy) if copy else {}

            def swap(found: re.Match[bytes], swapped: dict[bytes, bytes] = swapped) -> bytes:
                return swapped.get(found[0], found[0])

            with source.open("rb") as lines:
                next(lines)
                for number, (line, mine) in enumerate(zip(lines, told, strict=False)):
                    row = line.rstrip(b",\n")
                    if not row.startswith(b"{"):
                        break
                    if copy:
                        row = ID.sub(b'"id": "%d-' % copy, WORD.sub(swap, row) if mine else row, count=1)
                    target.write((b",\n" if copy or number else b"") + row)
            print(f"{copy + 1} of {copies}", file=sys.stderr, flush=True)
        target.write(b"\n]\n")


def main() -> None:
    """Read the command line and write."""
    cli = argparse.ArgumentParser(prog="python -m benchmarks.multiply", description=__doc__)
    cli.add_argument("source", type=Path, help="a file of benchmarks.generate --no-broken, its truth beside it")
    cli.add_argument("out", type=Path)
    cli.add_argument("--copies", type=int, default=10)
    chosen = cli.parse_args()
    write(chosen.source, chosen.out, chosen.copies)


if __name__ == "__main__":
    main()
