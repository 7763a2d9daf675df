"""Prose is what is left of a text without code, addresses, maths, tables, quotations and tags."""

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.conversations.prose import FENCED, strip_to_prose, without_fenced
from tests.support.budget import examples

MARKS = st.sampled_from(["`", "``", "```", "````", "`````", "~~~", "~~", "\n", "a ", "é", "👍"])
TEXTS = st.lists(st.lists(MARKS, max_size=12).map("".join), max_size=6)


@settings(max_examples=examples(60), deadline=None)
@given(TEXTS)
def test_fences_pair_as_their_pattern_says(texts):
    """Whatever fences stand in texts, what is taken out of each is what the pattern matches in it alone."""
    column = pl.Series(texts, dtype=pl.String)
    for stand_in, bare in zip((" ", ""), without_fenced(column, " ", ""), strict=True):
        assert bare.to_list() == column.str.replace_all(FENCED, stand_in).to_list()


def test_what_is_no_prose_goes():
    """Each kind of what is no prose leaves a blank, and a text without any is whole behind a line's end."""
    texts = ["a `b` c", "see https://x.y/z now", "> quoted\nown", "so \\(x\\) is", "<b>bold</b>", "x\n```\ny", "plain"]
    prose = strip_to_prose(pl.Series(texts)).to_list()
    assert prose == ["\na   c", "\nsee   now", " \nown", "\nso   is", "\n bold ", "\nx\n ", "\nplain"]
