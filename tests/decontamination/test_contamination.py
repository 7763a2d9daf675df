"""What decontamination promises: shares of an item's n-grams, by turn, linear, whatever the batch."""

from __future__ import annotations

import random
import time

import pytest

from schemas.settings import Decontamination
from tasks.decontamination.contamination import Index, Item, build, contaminated

LONG = (
    "Natalia sold clips to 48 of her friends in April, and then she sold half as many clips in May. "
    "How many clips did Natalia sell altogether in April and May?"
)
SHORT = "Which planet of the solar system has the most moons?"
SETTINGS = Decontamination()


def index(*texts: str, **settings) -> Index:
    items = [Item("bench", str(i), text) for i, text in enumerate(texts)]
    return build(items, Decontamination(**settings))


def hits(told: Index, *turns: str, min_share: float = SETTINGS.min_share):
    (found,) = contaminated([0, len(turns)], list(range(len(turns))), list(turns), told, min_share)
    return [(hit["turn"], hit["item"], round(hit["share"], 3)) for hit in found]


def test_a_quoted_item_is_found_in_its_turn():
    """Case, punctuation and markup between the words do not hide an item."""
    told = index(LONG, SHORT)
    asked = "Solve: **" + LONG.upper().replace(",", " –") + "** please"
    assert hits(told, "Hi", asked, SHORT) == [(1, "0", 1.0), (2, "1", 1.0)]


def test_the_share_is_that_of_the_items_ngrams():
    """Half the item is about half the share; below min_share nothing is told."""
    told = index(LONG)
    half = " ".join(LONG.split()[:21])
    [(_, _, share)] = hits(told, half, min_share=0.1)
    assert share == pytest.approx((21 - 12) / (len(LONG.split()) - 12), abs=0.001)
    assert hits(told, half) == []


def test_an_ngram_does_not_reach_across_turns():
    """An item that is spread over two turns is in neither."""
    first, second = LONG[:80], LONG[80:]
    assert hits(index(LONG), first, second, min_share=0.9) == []


def test_boilerplate_is_no_evidence():
    """What more than max_items items share is left out, and an item of nothing else is told from no text."""
    told = index(*[f"{SHORT} {SHORT}"] * 3, max_items=2)
    assert (told.untold, hits(told, SHORT * 2)) == (3, [])


def test_items_of_fewer_words_than_an_ngram_are_not_looked_for():
    """Two words are everywhere; the index says how many items it cannot tell."""
    told = index("Yes or no?", LONG)
    assert (told.untold, hits(told, "Yes or no?")) == (1, [])


def test_scripts_without_blanks_count_signs():
    """A Chinese item is found inside a longer sentence."""
    item = "小明有五个苹果他又买了三个苹果现在他一共有多少个苹果"
    assert hits(index(item), f"请回答：{item}？谢谢") == [(0, "0", 1.0)]


def test_finds_do_not_depend_on_the_batch():
    """Conversations have the same hits alone and together, in order of turn and item."""
    told = index(LONG, SHORT, SHORT + " Name it now.")
    turns = [[SHORT], [], ["no", f"{SHORT} Name it now. {LONG}"]]
    together = contaminated([0, 1, 1, 3], [0, 0, 1], [t for row in turns for t in row], told, 0.5)
    assert together == [contaminated([0, len(r)], list(range(len(r))), r, told, 0.5)[0] for r in turns]
    assert [hit["item"] for hit in together[2]] == ["0", "1", "2"]


def test_planted_items_are_found_and_others_are_not():
    """Of 200 items planted whole in noise of the same words all are found, and nothing else."""
    rng = random.Random(3)
    vocabulary = ["".join(rng.choices("abcdefghij", k=5)) for _ in range(300)]
    items = [" ".join(rng.choices(vocabulary, k=rng.randint(9, 60))) for _ in range(400)]
    told = index(*items)
    for i in range(0, 400, 2):
        turn = " ".join([*rng.choices(vocabulary, k=200), items[i], *rng.choices(vocabulary, k=200)])
        assert [item for _, item, _ in hits(told, turn)] == [str(i)]


def test_time_is_linear_in_text_and_bounded_by_boilerplate():
    """A megabyte that repeats one item of many takes a second, not the product of both."""
    told = index(*[f"{LONG} {i}" for i in range(2_000)])
    since = time.process_time()
    hits(told, LONG * 7_000)
    assert time.process_time() - since < 10
