"""Answers followed by a request to go on: what was decided on published rows, and on planted ones."""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path

from benchmarks.published.rows import Row, read_rows, table
from benchmarks.tongues import TONGUES
from schemas.settings import Input, Markdown
from tasks.conversations.turns import kept_turns
from tasks.convert import convert

CONVERSATIONS = 4_000
SEED = 18
REQUESTS = (
    "continue",
    "Please continue.",
    "go on",
    "keep going please",
    "continue from where you left off",
    "you stopped. continue",
)
OTHERS = (
    "Thanks! What about the other one?",
    "continue to step 2",
    "more",
    "next question: why?",
    "Explain the second point.",
)
OPENINGS = (
    "Sure, here is the rest:\n\n",
    "Apologies for that! Here is the rest of the answer:\n\n",
    "Certainly! Continuing:\n\n",
)
CODE = (
    "def total(rows, column):\n    result = 0\n    for row in rows:\n"
    "        result += row[column]\n    return result\n",
    "function total(rows, column) {\n  let result = 0;\n  for (const row of rows) {\n    result += row[column];\n  }\n"
    "  return result;\n}\n",
)


def show(corpus: Path) -> None:
    """Print both tables."""
    rows = read_rows(corpus / "sharegpt_v3_cleaned.json")
    done = convert(table(rows), Markdown(), Input()).to_pylist()
    counts = Counter(
        (found["request"], found["ending"] or "none", found["start"] or "none", found["done"])
        for row in done
        for found in row["continuations"]
    )
    print(f"Answers that a request to go on follows, {len(rows):,} published rows")
    for key, count in sorted(counts.items()):
        print("".join(f"{word:17}" for word in key) + f"{count:>5}")
    print(f"{'all':68}{sum(counts.values()):>5}\n")
    _planted()


def _planted() -> None:
    """Print what became of cut and of whole answers, followed by requests and by other questions."""
    chance = random.Random(SEED)
    rows, truth = zip(*(conversation(chance, number) for number in range(CONVERSATIONS)), strict=True)
    done = convert(table(list(rows)), Markdown(), Input())
    batch = kept_turns(done["turns"].combine_chunks())
    texts, borders = batch.content.to_pylist(), batch.offsets.tolist()
    counts: Counter[tuple[str, str]] = Counter()
    for at, (kind, whole) in enumerate(truth):
        found = [one["done"] for one in done["continuations"][at].as_py()]
        verdict = found[0] if found else "kept"
        if verdict == "stitched" and texts[borders[at] + 1] != whole:
            verdict = "stitched wrongly"
        counts[kind, verdict] += 1
    print(f"Cut-off answers planted into {CONVERSATIONS:,} conversations, whole answers among them")
    verdicts = ("stitched", "stitched wrongly", "unlabelled_eos", "kept")
    print(f"{'':34}" + "".join(f"{name:>18}" for name in verdicts))
    for kind in sorted({kind for kind, _ in counts}):
        print(f"{kind:34}" + "".join(f"{counts[kind, name]:>18}" for name in verdicts))
    cut = sum(n for (kind, _), n in counts.items() if kind.startswith("cut"))
    seen = sum(
        n for (kind, name), n in counts.items() if kind.startswith("cut") and name in ("stitched", "unlabelled_eos")
    )
    wrong = sum(
        n for (kind, name), n in counts.items() if name == "stitched wrongly" or (kind[:3] != "cut" and name != "kept")
    )
    print(f"precision {100 * seen / (seen + wrong):.2f} %, recall {100 * seen / cut:.2f} %\n")


def conversation(chance: random.Random, number: int) -> tuple[Row, tuple[str, str]]:
    """Return a row of two rounds, what kind it is, and its first answer as it was before it was cut."""
    tongue = chance.choice([TONGUES[name] for name in ("en", "de", "es", "fr") if name in TONGUES])
    sentences = [
        f"{chance.choice(tongue.openings).format(t=topic)} {chance.choice(tongue.endings)}"
        for topic in chance.sample(tongue.topics, 3)
    ]
    prose, question = "\n\n".join(sentences), chance.choice(tongue.questions).format(t=chance.choice(tongue.topics))
    kind, whole, first, second = _cut(chance, prose)
    asked = chance.choice(OTHERS if kind.startswith("whole, other") else REQUESTS)
    values = [question, first, asked, second]
    turns = [{"from": ("human", "gpt")[at % 2], "value": value} for at, value in enumerate(values)]
    return {"id": f"row_{number}", "conversations": turns}, (kind, whole)


def _cut(chance: random.Random, prose: str) -> tuple[str, str, str, str]:
    """Return kind, whole answer, first half and second half."""
    draw = chance.random()
    if draw < 0.25:
        return "whole, other question", prose, prose, "This is another answer, and it is whole."
    if draw < 0.4:
        return "whole, request to go on", prose, prose, "Another point is this one, and it is whole."
    if draw < 0.7:
        blanks = [
            at for at, sign in enumerate(prose) if sign == " " and prose[at - 1].isalnum() and prose[at + 1].islower()
        ]
        blanks = [at for at in blanks if at > 20] or [prose.rindex(" ")]
        at = chance.choice(blanks)
        if chance.random() < 0.5:
            return "cut in mid-sentence", prose, prose[:at], prose[at + 1 :]
        line = prose.rindex("\n", 0, at) + 1 if "\n" in prose[:at] else 0
        return "cut, half a line repeated", prose, prose[:at], chance.choice(("", *OPENINGS)) + prose[line:]
    code = chance.choice(CODE)
    whole = f"{prose}\n\n```\n{code}```"
    lines = code.split("\n")
    at = chance.randint(2, len(lines) - 3)
    first = f"{prose}\n\n```\n" + "\n".join(lines[:at])
    if draw < 0.85:
        return "cut in code, at a line's end", whole, first + "\n```", "```\n" + "\n".join(lines[at:]) + "```"
    size = max(len(lines[at]) // 2, len(lines[at]) - len(lines[at].lstrip()) + 1)
    half = f"{first}\n{lines[at][:size]}"
    return (
        "cut in code, half a line repeated",
        whole,
        half + "\n```",
        chance.choice(OPENINGS) + "```\n" + "\n".join(lines[at:]) + "```",
    )
