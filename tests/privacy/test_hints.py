"""Cheap tests let nothing through that the dear ones would find."""

import re

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.settings import Privacy
from tasks.privacy.find import MIXED, NUMBERED, NUMBERS, finders, suspects
from tasks.privacy.names import KEY_DIGIT
from tasks.privacy.plain import MARKED, plain, plain_series
from tests.support.labelled.personal_data import labelled

POLARS_KEEPS = 32  # compiled patterns
HIDDEN = ("\\_", "\u200b", "＠", "７", "\\/", "\ufeff", "Ａ", "\\")


@pytest.mark.parametrize("hint", NUMBERS)
@given(data=st.data())
def test_a_text_with_a_number_is_let_through(hint, data):
    """Whatever one of the hints that begin with digits finds is found by the one pass before them."""
    assert re.search(NUMBERED, data.draw(st.from_regex(hint)))


def test_every_find_of_a_finder_matches_one_of_its_hints():
    """On each labelled text, a finder that finds something is among those that the hints name."""
    searched = finders(Privacy())
    texts = [plain(text.text).text for text in labelled()]
    possible = suspects(pl.Series(texts), searched)
    unseen = [
        (text, finder.kind)
        for number, text in enumerate(texts)
        for finder, named in zip(searched, possible[number], strict=True)
        if not named and any(not span.spared for span in finder.find(text))
    ]
    assert unseen == []


def test_polars_keeps_the_hints_compiled():
    """With the four patterns that choose texts, there are no more hints than Polars keeps compiled patterns."""
    hints = {hint for finder in finders(Privacy()) for hint in finder.hints}
    assert len(hints | {KEY_DIGIT, MARKED, MIXED, NUMBERED}) <= POLARS_KEEPS


@given(st.lists(st.lists(st.sampled_from([*"ab@._/~7", *HIDDEN])).map("".join), max_size=4))
def test_a_column_is_read_as_its_texts_are(texts):
    """The one pass over a column and the reading of a single text leave out the same."""
    column, marked = plain_series(pl.Series(texts, dtype=pl.String))
    assert column.to_list() == [plain(text).text if i in marked else text for i, text in enumerate(texts)]
