"""Tables fit their width and never cut a number."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from flows.cli.table import clipped, make_table

FUNNEL = [
    "stage",
    "conversations_in",
    "conversations_kept",
    "conversations_dropped",
    "turns_in",
    "turns_kept",
    "turns_dropped",
    "tokens",
]
LARGE = ["language_filtered", 1_100_000, 900_000, 200_000, 39_747_391, 39_000_000, 747_391, 1_234_567_890]


def lines(names, rows, width, cut=False):
    return [line for line, _ in make_table(names, rows, cut=cut).lines(width)]


values = st.one_of(
    st.none(), st.integers(-(2**63), 2**63), st.floats(allow_nan=False, allow_infinity=False), st.text(max_size=60)
)


@settings(max_examples=80)
@given(
    rows=st.integers(1, 5).flatmap(
        lambda n: st.lists(st.lists(values, min_size=n, max_size=n), min_size=1, max_size=5)
    ),
    cut=st.booleans(),
    width=st.integers(40, 120),
)
def test_no_number_is_lost_and_no_line_is_too_long(rows, cut, width):
    """Whatever stands beside it, a number is printed whole, and no line is longer than the terminal."""
    printed = lines([f"column_{place}" for place in range(len(rows[0]))], rows, width, cut)
    assert max(map(cell_len, printed)) <= width
    words = re.split(r"\s+", " ".join(printed))
    for row in rows:
        for value in row:
            if isinstance(value, int | float):
                assert (f"{value:.6g}" if isinstance(value, float) else str(value)) in words


@pytest.mark.parametrize("width", [80, 120, 200])
def test_large_counts_are_whole_at_any_width(width):
    """The funnel of a million conversations: one line a stage where it fits, else a line a number."""
    printed = lines(FUNNEL, [LARGE, LARGE], width)
    assert sum(line.split().count("39747391") for line in printed) == 2
    assert max(map(len, printed)) <= width


def test_formatted_numbers_stand_on_the_right_too():
    """A count with separators or a share is a number."""
    assert lines(("what", "count"), [("a", "1,234"), ("b", "9.5%")], 80) == [
        "what  count",
        "a     1,234",
        "b      9.5%",
    ]


def test_a_long_text_is_cut_in_a_result_and_goes_on_in_a_dictionary():
    """Results have one line a row; sentences are folded between words."""
    rows = [("a", "one two three " * 10, 7), ("b", "x", 8)]
    cut = lines(("id", "text", "n"), rows, 40, cut=True)
    assert [len(cut), "…" in cut[1], cut[1].endswith(" 7")] == [3, True, True]
    folded = lines(("id", "text", "n"), rows, 40)
    assert len(folded) == 1 + 5 + 1
    assert " ".join(line[4:37].strip() for line in folded[1:-1]).split() == ("one two three " * 10).split()


def test_one_row_is_shown_whole():
    """A single row that would be cut is turned on its side; its lines stay lines."""
    assert lines(("id", "text"), [("a", "first line\n" + "y" * 50)], 40, cut=True) == [
        "id    a",
        "text  first line",
        "      " + "y" * 34,
        "      " + "y" * 16,
    ]


def test_lists_are_one_line_and_control_characters_are_pictures():
    """A struct is printed as JSON; an escape sequence cannot reach the terminal."""
    assert lines(("turns", "n"), [([{"role": "user"}], 1), ("a\x1b[2J\nb", 2)], 80) == [
        "turns               n",
        '[{"role": "user"}]  1',
        "a␛[2J␊b             2",
    ]


def test_a_name_goes_on_in_a_further_line_and_no_list_ends_within_a_number():
    """A row's id is never cut, whatever the result's form; a cut list shows whole numbers alone."""
    rows = [("sharegpt_2023.json:58", [1234, 39747391, 5, 6, 7, 8]), ("y", [1])]
    assert lines(("example", "ids"), rows, 36, cut=True)[1:] == [
        "sharegpt_   [1234, 39747391, 5, 6,…",
        "2023.json:",
        "58",
        "y           [1]",
    ]
    assert clipped("[1234, 39747391]", 10) == "[1234, …"
