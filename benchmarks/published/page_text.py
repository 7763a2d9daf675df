"""Page text in 1,011 published rows: what is cut, and what is left of the words the page is known by."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

from benchmarks.published.rows import converted, read_rows

KNOWN = re.compile(
    r"(?:Share Prompt|Please write in \w+ language\.|지금 번역하기|Save & SubmitCancel|(\d{1,3}) / \1)\s*\Z"
)
"""The issue's list of page text, at a turn's end, however it stands there."""


def show(corpus: Path) -> None:
    """Print what is cut by kind, what is left, and each cut with the words before it."""
    rows = read_rows(corpus / "sharegpt_v3_cleaned.json")
    kinds: Counter[str] = Counter()
    left, cuts = [], []
    for row, out in zip(rows, converted(rows), strict=True):
        made = [(one["turn"], one["detail"]) for one in out["repairs"] if one["kind"] == "page_text"]
        kinds.update(detail for _, detail in made)
        for at in sorted({turn for turn, _ in made}):
            cuts.append((row["id"], at, row["conversations"][at]["value"], out["turns"][at]["content"]))
        left += [
            (row["id"], turn["turn"], turn["content"][-60:])
            for turn in out["turns"]
            if turn["role"] == "user" and KNOWN.search(turn["content"])
        ]
    print("Page text (sharegpt_v3_cleaned.json)")
    print("".join(f"{kind:44}{count:>7}\n" for kind, count in kinds.most_common()) + f"{'left':44}{len(left):>7}")
    for where in left:
        print("left: ", *where)
    for row_id, at, value, content in cuts:
        tail = value[-(len(value) - len(content.rstrip())) - 30 :] if len(content) < len(value) else value[-60:]
        print(f"  {row_id}:{at} {tail!r}")
    print()
