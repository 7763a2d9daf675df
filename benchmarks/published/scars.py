"""What FastChat's converter did to 187 conversations, and how much of it is taken back."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from benchmarks.published.rows import Row, converted, read_rows
from benchmarks.reading import read


def show(corpus: Path) -> None:
    """Print how many turns equal the truth, as the file holds them and as converted; and what becomes of the truth."""
    truth = {row["id"]: row for row in read_rows(corpus / "sharegpt_html.truth.jsonl")}
    rows = read_rows(corpus / "sharegpt_cleaned_by_fastchat.json")
    done = converted(rows)
    counts = _counts(rows, done, truth)
    print("Scars of FastChat's converter (sharegpt_cleaned_by_fastchat.json; human turns but for blanks at their ends)")
    print(f"{'':44}{'turns':>7}{'as it is':>10}{'taken back':>12}{'points':>8}")
    for measure in ("human turns as typed", "… but for white space", "answers, same Markdown tree"):
        whole = counts[measure, "all"]
        before, after = (100 * counts[measure, when] / whole for when in ("before", "after"))
        print(f"{measure:44}{whole:>7}{before:>9.1f}%{after:>11.1f}%{after - before:>+8.1f}")
    kept = converted(list(truth.values()))
    pairs = [
        (turn["value"], found["content"])
        for row, out in zip(truth.values(), kept, strict=True)
        for turn, found in zip(row["conversations"], out["turns"], strict=True)
    ]
    print(f"the truth fed as Markdown: {sum(a == b for a, b in pairs)} of {len(pairs)} turns unchanged")
    print(f"went through FastChat, as told: {_told(done)} of {len(done)}; of the truth {_told(kept)} of {len(kept)}")
    repairs = Counter(made["kind"] for row in done for made in row["repairs"])
    print("repairs: " + ", ".join(f"{kind} {count}" for kind, count in repairs.most_common()) + "\n")


def _counts(rows: list[Row], done: list[Row], truth: dict[str, Row]) -> Counter[tuple[str, str]]:
    """Count the turns that meet each measure, before and after."""
    counts: Counter[tuple[str, str]] = Counter()
    for row, out in zip(rows, done, strict=True):
        for turn, found, meant in zip(
            row["conversations"], out["turns"], truth[row["id"]]["conversations"], strict=True
        ):
            for measure, as_seen in MEASURES[turn["from"]].items():
                want = as_seen(meant["value"])
                counts[measure, "all"] += 1
                counts[measure, "before"] += as_seen(turn["value"]) == want
                counts[measure, "after"] += as_seen(found["content"]) == want
    return counts


MEASURES = {
    "human": {
        "human turns as typed": str.strip,
        "… but for white space": lambda text: "".join(text.split()),
    },
    "gpt": {"answers, same Markdown tree": lambda text: read(text).tree},
}
"""What is compared of each role's turns."""


def _told(done: list[Row]) -> int:
    """Return how many conversations are said to have gone through FastChat."""
    return sum(row["encoding"] == "fastchat_markdown" for row in done)
