"""Questions and pieces of answers about a documented function: prose, lists, steps, tables, code, formulas."""

from __future__ import annotations

import random

from benchmarks.blocks import Block
from benchmarks.prose import Member
from benchmarks.tongues import TONGUES

ASK = (
    "What does `{n}` do and when would I use it?", "How can I use {n} in my project?",
    "explain {n} to me like I am new to python",
    "Can you show me an example of {n} with {a}?", "I keep getting an error when I call {n}({a}), what could be wrong?",
    "Write documentation for {n}", "Is there a better way to do this than {n}?",
    "What is the difference between {n} and {m}?",
    "Please list the most important things to know about {n}.", "make a table of the parameters of {n}",
    "How would you test {n}?", "Could you rewrite your last answer so that it also covers {m}?",
    "Thanks! And how does {m} fit in?",
    "I have a class with an attribute called my_{n}_cache and a method {m}(). Should both be public?",
    "Please continue", "Give me step by step instructions to set up {n} together with {m}.",
)  # fmt: skip
PASTE = (
    "Please review this code:\n\n{c}", "What does the following function do?\n{c}", "{c}\n\ncan you simplify this?",
    "I get a TypeError from this, can you fix it?\n\n{c}\n\nThe error only appears when the input is empty.",
    "Convert this to TypeScript:\n{c}",
)  # fmt: skip
OPEN = (
    "Sure! Here is how `{n}` works.", "`{n}` is best understood with an example.", "Certainly. In short: {s}",
    "There are a few things to know about `{n}` before you use it.", "Good question. {s}", "Here is an overview:",
    "To answer this, let us first look at what `{n}` is for.", "Yes, that is possible with `{n}`.",
)  # fmt: skip
LINK = (
    "Here is what `{n}` does in detail:", "Next to it stands `{n}`. {s}", "The following part deals with `{n}`.",
    "Note that `{n}` behaves differently:", "In the same way you can use `{n}`.", "A closer look at `{n}`:",
)  # fmt: skip
FORMULAS = (
    r"E = mc^2", r"\sum_{i=1}^{n} i = \frac{n(n+1)}{2}", r"a^2 + b^2 = c^2", r"\int_0^1 x^2 dx = \frac{1}{3}",
    r"P(A|B) = \frac{P(B|A) P(A)}{P(B)}", r"\sigma = \sqrt{\mu_2}", r"f'(x) = 2x", r"e^{i\pi} + 1 = 0", r"O(n \cdot m)",
)  # fmt: skip
SHELL = ("pip install {m}", "python -m {m} --help", "cd {m} && make test", "git clone https://example.org/{m}.git")


class Pool:
    """The members of the installed packages, from which every fragment is drawn."""

    def __init__(self, members: tuple[Member, ...]) -> None:
        self.members = members
        self.coded = [m for m in members if m.source]

    def near(self, rng: random.Random, member: int, count: int) -> list[Member]:
        """Return `count` members from the neighbourhood, so that an answer keeps to its subject."""
        low = max(0, member - 150)
        return rng.sample(self.members[low : low + 300], count)

    def piece(self, rng: random.Random, at: int) -> list[Block]:
        """Return the blocks of one point about members near `at`."""
        kind = rng.random()
        one, other = self.near(rng, at, 2)
        if kind < 0.36:
            return [Block("p", (" ".join(one.paragraphs[:2]) or f"{one.sentence} {other.sentence}",))]
        if kind < 0.62:
            return [self.code(rng, one)]
        if kind < 0.76:
            return [Block("ul", tuple(f"`{m.name}`: {m.sentence}" for m in self.near(rng, at, rng.randint(3, 6))))]
        if kind < 0.86:
            return steps(self.near(rng, at, rng.randint(3, 5)), code=rng.random() < 0.5)
        if kind < 0.92:
            return [table(self.near(rng, at, rng.randint(3, 6)))]
        if kind < 0.94:
            return [Block("p", (f"The cost is ${rng.choice(FORMULAS)}$, so:",)), Block("math", (rng.choice(FORMULAS),))]
        if kind < 0.97:
            return [Block("quote", (one.sentence,)), Block("p", (f"**Note:** *all* of this holds for `{one.name}`.",))]
        return [
            Block("h", (f"Using `{one.name}`",)),
            Block("p", (f"{one.sentence} See https://example.org/{one.name} for more.",)),
        ]

    def code(self, rng: random.Random, one: Member) -> Block:
        """Return a fenced block: a function, an example session or a shell command."""
        if one.example and rng.random() < 0.5:
            return Block("code", (one.example,), "python")
        if rng.random() < 0.2:
            return Block("code", (rng.choice(SHELL).format(m=one.name),), rng.choice(("bash", "sh", "")))
        return Block("code", (one.source or rng.choice(self.coded).source,), "python")

    def question(self, rng: random.Random, at: int) -> str:
        """Return what a person types: mostly a sentence, sometimes pasted code."""
        one, other = self.near(rng, at, 2)
        if rng.random() < 0.15:
            return rng.choice(PASTE).format(c=rng.choice(self.coded).source)
        args = ", ".join(one.args[:2]) or "no arguments"
        return rng.choice(ASK).format(n=one.name, m=other.name, a=args)

    def answer(self, rng: random.Random, at: int) -> list[Block]:
        """Return the blocks of an answer: an opening, then points with a linking sentence between."""
        one = self.near(rng, at, 1)[0]
        blocks = [Block("p", (rng.choice(OPEN).format(n=one.name, s=one.sentence),))]
        for i in range(min(14, 1 + int(rng.expovariate(0.75)))):
            if i:
                linked = self.near(rng, at, 1)[0]
                blocks.append(Block("p", (rng.choice(LINK).format(n=linked.name, s=linked.sentence),)))
            blocks += self.piece(rng, at)
        return blocks


def steps(members: list[Member], *, code: bool) -> list[Block]:
    """Return a numbered list; with code, blocks stand between the items, so that the page restarts the list."""
    if not code:
        return [Block("ol", tuple(f"**`{m.name}`**: {m.sentence}" for m in members))]
    out: list[Block] = []
    for i, m in enumerate(members, 1):
        out += [Block("ol", (m.sentence,), str(i)), Block("code", (f"{m.name}({', '.join(m.args)})",), "python")]
    return out


def table(members: list[Member]) -> Block:
    """Return a table with an empty cell where a function takes nothing."""
    rows = [
        f"`{m.name}`\t{', '.join(m.args[:3]).replace('_', ' ').strip()}\t{m.sentence.replace('|', '/')}"
        for m in members
    ]
    return Block("table", ("Name\tParameters\tMeaning", *rows))


def foreign_question(rng: random.Random, language: str) -> str:
    """Return a question in another language."""
    bank = TONGUES[language]
    return rng.choice(bank.questions).format(t=rng.choice(bank.topics))


def foreign_answer(rng: random.Random, pool: Pool, language: str, at: int) -> list[Block]:
    """Return an answer in another language: paragraphs, often a list, sometimes a code block."""
    blocks = [Block("p", (sentences(rng, language, rng.randint(2, 4)),))]
    if rng.random() < 0.5:
        items = tuple(sentences(rng, language, 1) for _ in range(rng.randint(2, 4)))
        blocks += [Block("ol", items), Block("p", (sentences(rng, language, 1),))]
    if rng.random() < 0.35:
        blocks.append(pool.code(rng, pool.near(rng, at, 1)[0]))
    return blocks


def sentences(rng: random.Random, language: str, count: int) -> str:
    """Return so many sentences of a language, joined."""
    bank = TONGUES[language]
    gap = "" if language in ("zh-cn", "ja") else " "
    made = (rng.choice(bank.openings) + gap + rng.choice(bank.endings) for _ in range(count))
    return gap.join(s.format(t=rng.choice(bank.topics)) for s in made)
