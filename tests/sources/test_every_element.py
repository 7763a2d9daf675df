"""Every element of the outermost array, and every line of JSON lines, is a row with a fate, whatever it is."""

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.raw_rows import ANSWER, QUESTION, row, text_in

KEYS = st.sampled_from(["id", "conversations", "messages", "from", "value", "data", "mapping", "chats", "x"])
LEAVES = st.none() | st.booleans() | st.integers(-5, 5) | st.sampled_from(["", "Hi", "[]", "{", "nan", '{"a": 1}'])
SOUP = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3), max_leaves=8
)
GOOD = st.sampled_from([json.loads(row("a")), [QUESTION, ANSWER], {"messages": [QUESTION, ANSWER]}])
ELEMENTS = st.lists(SOUP | GOOD, min_size=1, max_size=6)


def numbers(text, folder):
    """Return the numbers of the rows of a file, each once."""
    return sorted({one["row"] for one in text_in(text, folder)})


@given(ELEMENTS, st.sampled_from([None, 1]))
@settings(max_examples=60, deadline=None)
def test_every_element_of_an_array_is_one_row(tmp_path_factory, elements, indent):
    """Lists, empty ones too, numbers, texts and objects between rows are rows of that place, never parts of others."""
    text = json.dumps([json.loads(row("first")), *elements], indent=indent)
    assert numbers(text, tmp_path_factory.mktemp("array")) == list(range(len(elements) + 1))


@given(ELEMENTS)
@settings(max_examples=60, deadline=None)
def test_every_line_is_one_row(tmp_path_factory, elements):
    """A line is a row, a list on it included, wherever the first object stands."""
    text = "\n".join(json.dumps(one) for one in [*elements, json.loads(row("last")), 1]) + "\n"
    assert numbers(text, tmp_path_factory.mktemp("lines")) == list(range(len(elements) + 2))


@given(ELEMENTS)
@settings(max_examples=60, deadline=None)
def test_every_element_inside_a_wrapper_is_one_row(tmp_path_factory, elements):
    """The list of rows under a name is read as the outermost array is; the wrapper's other fields are no rows."""
    wrapped = {"made": "by hand", "counts": [1, 2], "chats": [json.loads(row("first")), *elements]}
    assert numbers(json.dumps(wrapped), tmp_path_factory.mktemp("wrapped")) == list(range(len(elements) + 1))


@given(st.dictionaries(st.text(min_size=1, max_size=4), SOUP | GOOD, min_size=1, max_size=5))
@settings(max_examples=60, deadline=None)
def test_every_value_of_an_object_of_rows_is_one_row(tmp_path_factory, values):
    """An object by id has a row for each of its values."""
    held = {"first row": json.loads(row("first"))} | values
    assert numbers(json.dumps(held), tmp_path_factory.mktemp("by_id")) == list(range(len(held)))
