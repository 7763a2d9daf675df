"""Page text planted into 10,000 generated conversations, among typed text that looks like it: precision and recall."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from benchmarks.published.rows import Row, converted
from benchmarks.tongues import TONGUES

CONVERSATIONS = 10_000
SEED = 17
PLANTED, LOOK_ALIKE = 0.12, 0.08
"""Shares of human turns that get page text, and that are typed text which looks like it."""
BUTTONS = (
    "Share Prompt", "\nShare Prompt", "지금 번역하기", "\n \n \n \n 지금 번역하기", "\n \n \n \n Translate now",
    "Translate now",
    "Save & SubmitCancel", "立即翻译", "Traducir ahora", "\n \n \n \n Language: French", "Copy311 chars / 57 words",
)  # fmt: skip
NAMES = ("English", "German", "Spanish", "Japanese", "Chinese (Simplified)", "Brazilian Portuguese", "Korean", "Hindi")
TYPED = (
    "How do I simplify {n} / {n}?", "What is {n} / {n}", "Calculate 3 + {n} / {n}", "The film gets {n} / {n}",
    "This is the text, part {n} / {n}", "I rate your answer {n} / {n}", "Add these fractions:\n{n} / {n}",
    "What happens if I click the button Share Prompt", "Rename the label to Save & Submit",
    "Where in the menu is Share Prompt?", "Explain these words:\nShare Prompt", "Translate to German:\nTranslate now",
    "Write a poem about rain. Please write in {name} language.", "Please write in {name} language.",
    "Fill in this form\nName: Ann\nLanguage: {name}", "What does 지금 번역하기 mean", "Say this: 지금 번역하기",
    "Page {n} / {m} is missing", "Show page {n} / {n}", "Give me the other half, this was {n} / {m}",
    "f(x) = x{n} / {n}", "Here comes message {n} / {n}", "The button says Translate now", "Explain this: Copy that",
)  # fmt: skip


def show(_: Path) -> None:
    """Print precision and recall by kind."""
    chance = random.Random(SEED)
    rows, truth = zip(*(conversation(chance, number) for number in range(CONVERSATIONS)), strict=True)
    counts: Counter[tuple[str, str]] = Counter()
    for row, meant, out in zip(rows, truth, converted(list(rows)), strict=True):
        for turn, (text, kind), found in zip(row["conversations"], meant, out["turns"], strict=True):
            cut, right = found["content"] != turn["value"], found["content"] == text
            counts["planted", kind] += text != turn["value"]
            counts["found", kind] += cut and right
            counts["wrong", kind] += cut and not right
    planted, found, wrong = (
        sum(n for (what, _), n in counts.items() if what == name) for name in ("planted", "found", "wrong")
    )
    print(f"Page text planted into {CONVERSATIONS:,} conversations, typed look-alikes among them")
    for kind in sorted({kind for _, kind in counts} - {""}):
        print(f"{kind:44}{counts['planted', kind]:>7}{counts['found', kind]:>7}{counts['wrong', kind]:>7}")
    print(f"{'planted, found, wrong':44}{planted:>7}{found:>7}{wrong:>7}")
    print(f"precision {100 * found / (found + wrong):.2f} %, recall {100 * found / planted:.2f} %\n")


def conversation(chance: random.Random, number: int) -> tuple[Row, list[tuple[str, str]]]:
    """Return a row, and of each turn what was typed and the kind of what was planted or looks like it."""
    tongue = chance.choice(list(TONGUES.values()))
    turns, truth = [], []
    for _ in range(chance.randint(1, 4)):
        typed, value, kind = _question(chance, chance.choice(tongue.questions).format(t=chance.choice(tongue.topics)))
        answer = (
            f"{chance.choice(tongue.openings).format(t=chance.choice(tongue.topics))} {chance.choice(tongue.endings)}"
        )
        turns += [{"from": "human", "value": value}, {"from": "gpt", "value": answer}]
        truth += [(typed, kind), (answer, "")]
    return {"id": f"row_{number}", "conversations": turns}, truth


def _question(chance: random.Random, text: str) -> tuple[str, str, str]:
    """Return what was typed, what the row holds, and the kind."""
    draw = chance.random()
    if draw < PLANTED:
        planted, kind = chance.choice(list(_plants(chance)))
        return text, text + planted, kind
    if draw < PLANTED + LOOK_ALIKE:
        n = chance.randint(1, 12)
        typed = chance.choice(TYPED).format(n=n, m=n + 1, name=chance.choice(NAMES))
        return typed, typed, "typed look-alike"
    return text, text, ""


def _plants(chance: random.Random) -> Iterator[tuple[str, str]]:
    """Yield page text of each kind, with its name."""
    n = chance.randint(1, 9)
    aiprm = f"\n\nPlease write in {chance.choice(NAMES)} language."
    yield chance.choice(BUTTONS), "button"
    yield aiprm, "AIPRM's language"
    yield aiprm + "Share Prompt", "AIPRM's language and button"
    yield f"{chance.choice(('', chr(10)))}{n} / {n}", "counter"
