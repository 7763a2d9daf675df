"""The filters against conversations labelled by reading: what `make bench-filters` prints, as bounds."""

from collections import Counter

import pytest

from tests.support.labelled.conversations import Judged, Labelled, judged, labelled, table


@pytest.fixture(scope="module")
def pairs() -> list[tuple[Labelled, Judged]]:
    rows = labelled()
    return list(zip(rows, judged(table(rows)), strict=True))


def test_set_is_large_enough(pairs: list[tuple[Labelled, Judged]]):
    """There are 200 conversations and more, in 20 languages and more, with every turn-level Reason."""
    assert len(pairs) >= 380
    assert len({row.language for row, _ in pairs}) >= 20
    assert len({row.id for row, _ in pairs}) == len(pairs)


def test_language_is_told(pairs: list[tuple[Labelled, Judged]]):
    """At least 97 in 100 of these short conversations have the right language, and no other passes as English."""
    right = sum(row.language == verdict.language for row, verdict in pairs)
    assert right / len(pairs) >= 0.97
    english = [(row.language, verdict.language) for row, verdict in pairs if verdict.language == "en"]
    assert sum(label == "en" for label, _ in english) / len(english) >= 0.99


def test_bad_rows_are_caught_with_the_right_reason(pairs: list[tuple[Labelled, Judged]]):
    """At least 95 in 100 bad conversations are dropped for the labelled Reason."""
    bad = [(row.reason, verdict.reason) for row, verdict in pairs if row.reason]
    assert sum(label == verdict for label, verdict in bad) / len(bad) >= 0.95


def test_good_rows_are_let_be(pairs: list[tuple[Labelled, Judged]]):
    """What a blunt filter would drop is neither dropped nor cut nor flagged."""
    touched = [row.id for row, verdict in pairs if row.kind == "good" and (verdict.reason, verdict.cut) != (None, [])]
    assert touched == []


def test_cuts_take_the_pair_or_the_tail(pairs: list[tuple[Labelled, Judged]]):
    """Where a turn is bad and the rest is good, exactly the labelled turns go."""
    wrong = {row.id: verdict.cut for row, verdict in pairs if row.kind == "cut" and verdict.cut != row.cut}
    assert wrong == {}


def test_tags_do_not_drop(pairs: list[tuple[Labelled, Judged]]):
    """Refusals and claimed identities are flagged and stay."""
    counted = Counter(flag for row, verdict in pairs if row.kind == "tag" for flag in verdict.flags)
    assert counted == Counter(flag for row, _ in pairs if row.kind == "tag" for flag in row.flags)
