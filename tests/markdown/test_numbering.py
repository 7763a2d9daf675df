"""Ordered lists that an answer goes on with after the answer before broke off in them."""

# ruff: noqa: SIM905  # words read better as a line

from __future__ import annotations

import random

import pytest

from schemas.settings import Markdown
from tasks.convert import convert_values

TITLES = "Plan Budget Design Research Testing Launch Review Training Support Delivery Security Privacy".split()
VERBS = "Measure Check Improve Discuss Collect Compare Document Repeat".split()
THINGS = ["the goals of your team", "what each user needs", "how long a step takes", "the cost of every part"]
CHINESE = "明确目标和范围 收集用户的需求 制定详细的计划 分配任务和资源 定期检查进度 总结经验教训 改进工作流程".split()


def items(rng: random.Random, size: int) -> list[str]:
    """Write the items of a list, all of one form."""
    form = rng.randrange(3)
    if form == 2:
        return [f"{text}，这样可以提高效率。" for text in rng.sample(CHINESE, min(size, len(CHINESE)))]
    titles = rng.sample(TITLES, size)
    out = []
    for title in titles:
        sentence = f"{rng.choice(VERBS)} {rng.choice(THINGS)} before you go on, since it decides what follows."
        out.append(f"<strong>{title}</strong>: {sentence}" if form else f"{title} first: {sentence}")
    return out


def answer(*parts: str) -> str:
    """Write a sanitised answer."""
    return f"<div>{''.join(parts)}</div>"


def ol(texts: list[str]) -> str:
    """Write a list, whose start the sanitiser lost."""
    return "<ol>" + "".join(f"<li><p>{text}</p></li>" for text in texts) + "</ol>"


def second(first: str, asked: str, then: str) -> int:
    """Return the first number of the second answer's first list."""
    done = convert_values(["user", "assistant"] * 2, ["Give me a list.", first, asked, then], [0, 1, 2, 3], Markdown())
    return next(int(line.split(".")[0]) for line in done.texts[3].split("\n") if line[:1].isdigit())


def cut(rng: random.Random, text: str) -> tuple[str, str]:
    """Break an item off in the middle; return it and its rest."""
    plain = text.replace("<strong>", "").replace("</strong>", "")
    place = rng.randrange(len(plain) // 2, len(plain) - 3)
    return plain[:place].rstrip(), plain[place:].lstrip()


LAST = ["Enjoy it. It is yours."]
ASKS = ["continue", "Please go on", "keep going", "继续", "weiter"]


@pytest.mark.parametrize("way", ["repeated", "next", "rest", "from the start"])
def test_a_list_that_goes_on_takes_its_number(way: str) -> None:
    """The item that was broken off is repeated, or the next one follows, with or without the rest before it."""
    right = 0
    for seed in range(80):
        rng = random.Random(f"{way}{seed}")
        texts = items(rng, rng.randint(4, 7))
        k = rng.randrange(2, len(texts))
        head, rest = cut(rng, texts[k])
        first = answer("<p>Here:</p>", ol([*texts[:k], head]))
        parts, number = {
            "repeated": ([ol(texts[k:])], k + 1),
            "next": ([ol(texts[k + 1 :] or LAST)], k + 2),
            "rest": (
                [f"<p>{rest[:1].lower() + rest[1:]}</p>", ol(texts[k + 1 :] or LAST)],
                k + 2,
            ),
            "from the start": ([ol(texts)], 1),
        }[way]
        found = second(first, rng.choice(ASKS), answer(*parts))
        assert found in (1, number)
        right += found == number
    assert right >= 60


@pytest.mark.parametrize("way", ["announced", "another question", "whole before", "heading", "not first"])
def test_a_new_list_begins_at_one(way: str) -> None:
    """A list that is announced, asked for anew, under a heading, or after a whole list never continues another."""
    for seed in range(70):
        rng = random.Random(f"{way}{seed}")
        texts, others = items(rng, rng.randint(4, 7)), items(rng, 3)
        head, _ = cut(rng, texts[-1])
        first = answer("<p>Here:</p>", ol([*texts[:-1], texts[-1] if way == "whole before" else head]))
        asked = "What else should I buy for it?" if way == "another question" else rng.choice(ASKS)
        parts = {
            "announced": ["<p>Here are some more ideas for you:</p>", ol(others)],
            "heading": ["<h2>Other steps</h2>", ol(others)],
            "not first": ["<p>sure.</p>", "<p>Those were the steps. Now a summary.</p>", ol(others)],
        }.get(way, [ol(others)])
        assert second(first, asked, answer(*parts)) == 1


def test_an_answer_that_follows_at_once_goes_on_too() -> None:
    """Two answers in a row need no request between them, and the number is recorded."""
    first = answer("<p>Your questions:</p><ol><li>Yes, you can use the low code services of GCP,</li></ol>")
    then = answer("<p>such as App Engine.</p><ol><li><p>Django is larger.</p></li></ol>")
    done = convert_values(["user", "assistant", "assistant"], ["q", first, then], [0, 1, 2], Markdown())
    assert done.texts[2] == "such as App Engine.\n\n2. Django is larger."
    assert done.repairs == [(2, "list_number", "2")]


def test_a_start_that_was_not_lost_is_not_touched() -> None:
    """On an unsanitised page a list begins where its markup says."""
    wrapper = '<div class="markdown prose">{}</div>'
    first = wrapper.format("<ol><li>One thing. </li><li>Another thing, and</li></ol>")
    assert second(first, "continue", wrapper.format("<ol><li>New.</li></ol>")) == 1
