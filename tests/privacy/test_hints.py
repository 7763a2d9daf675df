"""Cheap tests let nothing through that the dear ones would find."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.privacy.find import NUMBERED, NUMBERS


@pytest.mark.parametrize("hint", NUMBERS)
@given(data=st.data())
def test_a_text_with_a_number_is_let_through(hint, data):
    """Whatever one of the hints that begin with digits finds is found by the one pass before them."""
    assert re.search(NUMBERED, data.draw(st.from_regex(hint)))
