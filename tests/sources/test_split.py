"""Where rows begin and end, broken ones included."""

import json
import time
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.conversations.rows import read_plain_row
from tasks.conversations.rows import read_rows as rows_with_branches
from tasks.sources import split
from tasks.sources.between import START, Format, Place, next_row
from tasks.sources.formats import sniff
from tasks.sources.row_heads import HEAD, find_head
from tasks.sources.rows import _content as content_of
from tasks.sources.split import (
    LOOKAHEAD,
    Rows,
    count_array,
    count_lines,
    extent,
    extents,
    split_array,
    split_lines,
)
from tests.support.budget import examples
from tests.support.raw_rows import reasons, row, take_in, text_in

GOOD = [row("a"), row("b"), row("c")]
BROKEN = {
    "an unescaped quote": '{"id": "x", "conversations": [{"from": "human", "value": "say "hi" to"}]}',
    "a lost quote": '{"id": "x", "conversations": [{"from": "human, "value": "Hi"}]}',
    "a lost bracket": '{"id": "x", "conversations": [{"from": "human", "value": "Hi"}}',
    "a lost brace": '{"id": "x", "conversations": [{"from": "human", "value": "Hi"}]',
    "an end inside a string": '{"id": "x", "conversations": [{"from": "human", "value": "Hi',
    "an end between turns": '{"id": "x", "conversations": [{"from": "human", "value": "Hi"}',
    "an escape that is none": r'{"id": "x", "conversations": [{"from": "human", "value": "\x41"}]}',
    "a word that is none": '{"id": "x", "conversations": nope}',
    "words alone": "lorem ipsum",
    "a colon for a comma": '{"id": "x": "conversations": []}',
    "nesting": '{"id": "x", "deep": ' + "[" * 100_000 + "]" * 100_000 + "}",
}


@pytest.mark.parametrize("name", ["raw.json", "raw.jsonl"])
@pytest.mark.parametrize("broken", BROKEN.values(), ids=BROKEN)
def test_the_rows_around_a_broken_row_live_on(broken, name, tmp_path):
    """One broken row is recorded with its place and its first bytes, and both neighbours are kept."""
    rows = [GOOD[0], broken, GOOD[1], GOOD[2]]
    text = "[" + ",\n ".join(rows) + "]" if name.endswith("json") else "\n".join(rows)
    found = text_in(text, tmp_path, name)
    assert reasons(found) == [None, "broken_json", None, None]
    assert [one["conversation_id"] for one in found if not one["reason"]] == ["a", "b", "c"]
    assert found[1]["byte_offset"] == text.index(broken)
    assert found[1]["head"] == broken[:200]
    assert found[1]["row_id"] == f"{name}:1"


@pytest.mark.parametrize("name", ["raw.json", "raw.jsonl"])
def test_a_file_cut_off_anywhere_keeps_its_whole_rows(name, tmp_path):
    """Wherever the file ends, the whole rows before are kept, and the rest is one truncated row."""
    ends = "[,]" if name.endswith("json") else "\n\n\n"
    text = (ends[0] + ends[1].join(GOOD) + ends[2]).lstrip("\n")
    starts = [text.index(one) for one in GOOD]
    for end in range(starts[1] + 1, len(text)):
        found = text_in(text[:end], tmp_path, name)
        whole = sum(start + len(one) <= end for start, one in zip(starts, GOOD, strict=True))
        rest = end > starts[whole] if whole < 3 else False
        assert reasons(found) == [None] * whole + ["truncated_row"] * rest


def test_line_separators_inside_strings_do_not_split_a_row(tmp_path):
    """U+2028, U+2029, U+0085 and form feeds are content: JSON Lines are split on a line feed alone."""
    turn = {"from": "human", "value": "a\u2028b\u2029c\u0085d\x0ce\r"}
    text = json.dumps({"items": [turn]}, ensure_ascii=False) + "\r\n\n \n" + GOOD[0]
    found = text_in(text, tmp_path, "raw.jsonl")
    assert reasons(found) == [None, None]
    assert found[0]["turns"][0]["content"] == turn["value"]


@pytest.mark.parametrize("text", ["\ufeff[{}]", "\ufeff \n[{}]", "  {}\n{}", '{"data": [{}]}'])
def test_a_mark_before_the_rows_is_no_row(text, tmp_path):
    """A byte order mark, blanks, or a wrapper object before the first row are not rows."""
    assert set(reasons(text_in(text, tmp_path))) == {"not_a_conversation"}
    assert len(text_in(text, tmp_path)) <= 2


def test_a_row_may_hold_the_head_of_another(tmp_path):
    """A conversation nested in a good row is part of it."""
    nested = json.dumps(
        {"id": "x", "meta": {"id": "y", "conversations": [[]]}, "conversations": json.loads(GOOD[0])["conversations"]}
    )
    assert reasons(text_in(f"[{nested},{nested}]", tmp_path, range_bytes=60)) == [None, None]


def test_a_good_row_may_be_long(tmp_path):
    """A row longer than what is looked ahead is read like any other, also with a lone surrogate in it."""
    long = row("x", {"from": "human", "value": "é" * LOOKAHEAD})
    odd = long.replace("Hi", "")[:-4] + r"\ud800" + '"}]}'
    assert reasons(text_in(f"[{long},{odd},{GOOD[0]},{long}]", tmp_path, range_bytes=1_000)) == [None] * 4


def test_rows_that_never_close_are_told_apart(tmp_path):
    """A dump that breaks off between turns, with another behind it, costs its last row alone."""
    torn = '[{"id": "x", "conversations": [{"from": "human", "value": "Hi"},\n'
    found = text_in(torn + "[" + ",".join(GOOD) + "]", tmp_path)
    assert reasons(found) == ["broken_json", None, None, None]


def test_a_list_of_lists_names_each_odd_row(tmp_path):
    """Elements that are no objects are rows too: nothing is lost silently."""
    assert reasons(text_in('[17, "text", null, {"id": 1}]', tmp_path)) == ["not_a_conversation"] * 4


HOSTILE = ['{"items":[', '{"items":["', '},{"x', '{"items":[{},', '"', "[", '{"a":"', '{"items":[]},"', '{"items":']


@pytest.mark.parametrize("unit", HOSTILE)
def test_hostile_input_costs_a_bounded_time_a_byte(unit):
    """Heads that never close, nest or quote each other cost at most 200 µs a byte, many times what they do."""
    data = unit.encode() * (20_000 // len(unit))
    start = time.process_time()
    assert sum(1 for _ in split_array(data, extent, extents)) <= len(data)
    assert time.process_time() - start < 200e-6 * len(data)


def test_the_quick_search_finds_the_first_head():
    """The search by keys gives the position that a search for HEAD gives."""
    data = ("[" + ", ".join([GOOD[0], BROKEN["a lost quote"], '{"m": {"items": []}}', GOOD[1]]) + "]").encode()
    for start in range(len(data)):
        found = HEAD.search(data, start)
        assert find_head(data, start) == (found and found.start())


PIECES = st.sampled_from(
    [
        *GOOD,
        *(text for name, text in BROKEN.items() if name != "nesting"),
        "17",
        '"x"',
        '{"id": 3}',
        '{"id": 4, "conversations": []}',
        '{"m": {"a": {"b": 1}}, "items": []}',
        GOOD[0] + "}",
        row("s").replace("Hi", r"\ud800"),
        '{"messages": [' + GOOD[1] + "," + GOOD[2] + "]}",
        "[]",
        "[[], [[]]]",
        f"[{GOOD[1]}, {GOOD[2]}]",
        '[{"from": "human", "value": "Hi"}, {"from": "gpt", "value": "a]}, {"}]',
        '{"conversations":[' + '{"items":[]},' * 9,
    ]
)


@settings(max_examples=examples(50), deadline=None)
@given(data=st.data())
def test_rows_do_not_depend_on_the_cuts(data, tmp_path_factory):
    """Any mix of rows, cut at any size, gives the same rows as the file read in one piece."""
    folder = tmp_path_factory.mktemp("cuts")
    pieces = data.draw(st.lists(PIECES, min_size=1, max_size=12))
    if data.draw(st.booleans()):
        text = (
            "["
            + data.draw(st.sampled_from([",", ",\n", " , "])).join(pieces)
            + data.draw(st.sampled_from(["]", "", "]\n"]))
        )
    else:
        text = "\n".join([row("first"), *pieces]) + data.draw(st.sampled_from(["\n", ""]))
    text += "" if HEAD.search(text.encode()) else row("last")  # a file without any is refused
    whole = text_in(text, folder)
    for one in whole:
        if one.get("byte_offset") is not None:
            assert text.encode()[one["byte_offset"] :].startswith(one["head"].encode())
    assert text_in(text, folder, range_bytes=data.draw(st.integers(1, 400))) == whole


read_rows = partial(rows_with_branches, branches="current")


def held(found, data):
    """Return what a row holds that stands by itself."""
    return tuple(content_of(found, data[found.start : found.end], "current"))


def one_by_one(_array):
    """Refuse to read rows at once."""
    raise ValueError("one by one")


def test_rows_that_begin_alike_are_read_at_once():
    """All but a stretch's first and last row are read in one go, and then which bytes are whose is not known."""
    data = json.dumps([json.loads(row(name)) for name in "abcde"]).encode()
    first, many, last = split_array(data, read_plain_row, read_rows)
    assert [first.value.id, [one.id for one in many.values], last.value.id] == ["a", ["b", "c", "d"], "e"]
    assert data[many.start : many.end].startswith(b'{"id": "b"')
    assert data[many.end :].startswith(b', {"id": "e"')


BORDERS = st.sampled_from([", ", ",", " ", "", "],[", ",,", "}, "])
ODD = st.sampled_from(
    ['{"id": 5, "x": 01}', '{"id": "s", "items": "no"}', '{"id": "q", "items": [{"from": 1}]}', "[" + GOOD[0] + "]"]
)


@settings(max_examples=300, deadline=None)
@given(
    pieces=st.lists(st.tuples(st.one_of(st.sampled_from(GOOD), PIECES, ODD), BORDERS), max_size=16),
    usual=BORDERS,
    lookahead=st.integers(100, 2_000),
    stop=st.integers(0, 3_000),
)
def test_rows_read_at_once_are_the_rows_read_one_by_one(pieces, usual, lookahead, stop):
    """Whatever the rows, what is between them and how far is looked ahead: the same rows, counted alike."""
    data = "".join(
        text + usual * (number % 5 > 0) + odd * (number % 5 == 0) for number, (text, odd) in enumerate(pieces)
    )
    data = ("[" + data).encode()
    stop = min(stop, len(data))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(split, "LOOKAHEAD", lookahead)
        slow = list(split_array(data, read_plain_row, one_by_one, START, stop))
        quick = list(split_array(data, read_plain_row, read_rows, START, stop))
        counted = count_array(data, START, stop)
    contents = [
        content
        for found in quick
        for content in ([(value,) for value in found.values] if isinstance(found, Rows) else [held(found, data)])
    ]
    assert contents == [held(found, data) for found in slow]
    known = {found.start: found for found in slow}
    for found in quick:
        if isinstance(found, Rows):
            ends = [one.end for one in slow if found.start <= one.start < found.end]
            assert (len(ends), ends[-1]) == (len(found.values), found.end)
        else:
            assert known[found.start] == found
    assert (counted.rows, counted.next) == (len(slow), slow[-1].next if slow else next_row(data, START))


@given(st.binary(max_size=60))
def test_any_bytes_split_into_rows_that_lie_one_behind_the_other(data):
    """Whatever the bytes, the rows lie inside them, in order, and do not overlap."""
    for rows in (list(split_array(data, extent, extents)), list(split_lines(data, extent))):
        edges = [edge for one in rows for edge in (one.start, one.end)]
        assert edges == sorted(edges)
        assert all(0 <= one.start < one.end <= len(data) for one in rows)
    assert count_lines(data) == len(list(split_lines(data, extent)))


def test_formats_are_told_by_content():
    """An array, lines, and objects over several lines are told apart by their first bytes."""
    turns, named = json.loads(GOOD[0])["conversations"], GOOD[0].encode()
    assert sniff(b'[{"id":1}]', "x") == (Format.ARRAY, Place(0))
    assert sniff(b'{"id":1}\n{"id":2}\n', "x") == (Format.LINES, Place(0))
    assert sniff(b'{"id":\n{"id":2}\n', "x") == (Format.LINES, Place(0))
    assert sniff(b'{\n "id": 1\n}\n', "x") == (Format.ARRAY, Place(0))
    assert sniff(b'\xef\xbb\xbf{"version": 1, "rows": [' + named, "x") == (
        Format.WRAPPED,
        Place(26, 0, Format.WRAPPED),
    )
    assert sniff(b'{"a": ' + named + b"}", "x") == (Format.BY_ID, Place(0, 0, Format.BY_ID))
    assert sniff(b'{\n"meta": ' + named + b', "conversations": [{"from": "human"}]}', "x") == (Format.ARRAY, Place(0))
    assert sniff(2 * (json.dumps(turns).encode() + b"\n"), "x") == (Format.LINES, Place(0))


def test_rows_of_several_files_are_numbered_per_file(tmp_path):
    """Each file's rows count from 0, and their ids start with the file's name below the folder."""
    (tmp_path / "in" / "sub").mkdir(parents=True)
    (tmp_path / "in" / "b.json").write_text(f"[{GOOD[0]},{GOOD[1]}]")
    (tmp_path / "in" / "sub" / "a.jsonl").write_text(GOOD[2])
    found = take_in(tmp_path / "in", tmp_path / "spool")
    assert [one["row_id"] for one in found] == ["b.json:0", "b.json:1", "sub/a.jsonl:0"]
