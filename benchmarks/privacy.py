"""Measures privacy and decontamination: precision and recall by kind, cost, hostile text: `make bench-privacy`."""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable
from pathlib import Path

from schemas.settings import Decontamination, Privacy
from tasks.decontamination.contamination import Item, build, contaminated
from tasks.privacy.injection import imitations
from tasks.privacy.redact import redact
from tests.support.labelled.personal_data import Labelled, confusion, labelled

HOSTILE = (
    "a",
    "@",
    "a@a.",
    "1",
    "1 ",
    "1.",
    "+1 ",
    "eyJ",
    "-----BEGIN PRIVATE KEY-----",
    "://a:b@",
    "key=",
    "AA11",
    "sk-",
)


def judge(texts: list[Labelled]) -> None:
    """Print precision and recall by kind, exact to the character."""
    judged = confusion(texts)
    print(f"{len(texts)} labelled texts, {sum(1 for text in texts if not text.finds)} of them without a find")
    print(f"{'kind':<14}{'labels':>8}{'precision':>11}{'recall':>9}")
    for kind in [*judged.kinds(), None]:
        labels = sum(kind in (None, find[0]) for text in texts for find in text.finds)
        print(f"{kind or 'all':<14}{labels:>8}{judged.precision(kind):>11.1%}{judged.recall(kind):>9.1%}")
    for i, kind, start, end in judged.wrong:
        verb = "missed" if (kind, start, end) in texts[i].finds else "wrong"
        print(f"  {verb}: {kind} {texts[i].text[start:end]!r}")


def cost(offsets: list[int], content: list[str], repeats: int) -> None:
    """Print CPU microseconds a conversation, the best of some runs."""
    n, turn = len(offsets) - 1, list(range(len(content)))
    items = [Item("bench", str(i), text[:400]) for i, text in enumerate(content[::5])]
    index = build(items, Decontamination())
    found = redact(offsets, turn, content, Privacy())
    print(
        f"\n{n} conversations, {sum(map(len, content)) / n:,.0f} characters each; {len(found.changed)} turns redacted"
    )
    steps: dict[str, Callable[[], object]] = {
        "redact": lambda: redact(offsets, turn, content, Privacy()),
        "imitations": lambda: imitations(offsets, content),
        f"contaminated ({len(items)} items)": lambda: contaminated(offsets, turn, content, index, 0.5),
    }
    for name, step in steps.items():
        best = min(_seconds(step) for _ in range(repeats))
        print(f"{name:<28}{best / n * 1e6:>8.1f} µs a conversation")


def _seconds(step: Callable[[], object]) -> float:
    since = time.process_time()
    step()
    return time.process_time() - since


def read(source: Path) -> tuple[list[int], list[str]]:
    """Return the turns of a ShareGPT file (one JSON array) as flat texts and offsets."""
    offsets, content = [0], []
    for row in json.loads(source.read_text(encoding="utf-8")):
        content += [turn["value"] for turn in row["conversations"]]
        offsets.append(len(content))
    return offsets, content


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("source", type=Path, nargs="?", help="a ShareGPT file (JSON array) for the cost")
    parser.add_argument("--repeats", type=int, default=5)
    arguments = parser.parse_args()
    judge(labelled())
    if arguments.source:
        cost(*read(arguments.source), arguments.repeats)
    print("\nhostile megabytes, CPU seconds")
    for seed in HOSTILE:
        text = seed * (1_000_000 // len(seed))
        print(f"  {seed!r:<34}{_seconds(lambda text=text: redact([0, 1], [0], [text], Privacy())):>6.2f}")


if __name__ == "__main__":
    main()
