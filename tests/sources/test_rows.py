"""What a raw row says, in every shape that rows come in."""

import json

import pytest

from schemas.reasons import Reason
from tasks.conversations.rows import read_any_row, read_object, read_plain_row
from tasks.conversations.shapes import Fault, RawConversation

TURNS = [{"from": "human", "value": "Hi"}, {"from": "gpt", "value": "Hello"}]


def both(row):
    """Read a row both ways, which must agree."""
    piece = row if isinstance(row, bytes) else json.dumps(row).encode()
    (slow,) = read_any_row(piece, "current")
    try:
        fast = read_plain_row(piece)
    except (ValueError, RecursionError):
        return slow
    assert fast == slow
    return fast


@pytest.mark.parametrize("key", ["conversations", "items", "messages"])
@pytest.mark.parametrize(("role", "value"), [("from", "value"), ("role", "content"), ("from", "content")])
def test_turns_under_any_usual_name_are_read(key, role, value):
    """Turns are found under each of the three keys, with either pair of names."""
    said = both({"id": "a", key: [{role: "user", value: "Hi"}, {role: "chatgpt", value: "Hello"}]})
    shape = "openai" if key == "messages" else "sharegpt"
    assert said == RawConversation("a", None, None, ["user", "chatgpt"], ["Hi", "Hello"], [], shape)


def test_roles_and_values_stay_raw():
    """The raw role word and the raw value are kept, whatever their letters and markup."""
    said = both({"conversations": [{"from": "Human ", "value": " <p>a\r\n\u0000</p> "}]})
    assert (said.roles, said.values) == (["Human "], [" <p>a\r\n\u0000</p> "])


@pytest.mark.parametrize(
    ("raw", "name"), [("x", "x"), (7, "7"), (10**30, str(10**30)), ("", None), (None, None), (True, None), ({}, None)]
)
def test_an_id_is_text_or_a_number(raw, name):
    """Text and whole numbers are ids; anything else counts as none."""
    assert both({"id": raw, "items": TURNS}).id == name


def test_model_and_plugins_are_kept():
    """The model is text and the plugins are JSON, as the row gives them."""
    said = both({"model": "gpt-4", "plugins": [{"name": "é", "on": True}], "items": TURNS})
    assert (said.model, said.plugins) == ("gpt-4", '[{"name":"é","on":true}]')
    assert both({"model": {"slug": "x"}, "items": TURNS}).model == '{"slug":"x"}'


@pytest.mark.parametrize("row", [17, "text", None, [], {}, {"id": "a"}, {"conversations": "text"}, {"items": None}])
def test_what_has_no_list_of_turns_is_no_conversation(row):
    """A row without a list of turns is not_a_conversation."""
    assert both(row).reason == Reason.NOT_A_CONVERSATION


@pytest.mark.parametrize(
    ("turn", "read"),
    [
        ({"value": "no role"}, ("", "no role")),
        ({"from": "", "value": "empty role"}, ("", "empty role")),
        ({"from": None, "value": "null role"}, ("", "null role")),
        ({"from": 3, "value": "number as role"}, ("3", "number as role")),
        ({"from": "human"}, ("human", "")),
        ({"from": "human", "value": None}, ("human", "")),
        ({"from": "human", "value": 5}, ("human", "5")),
        ({"from": "human", "value": 0.5}, ("human", "0.5")),
        ({"from": "human", "value": False}, ("human", "false")),
        ({"from": "human", "value": {"text": "a"}}, ("human", "a")),
        ({"from": "human", "value": []}, ("human", "")),
        ({"author": {"role": "tool"}, "content": {"parts": ["a", None, "b"]}}, ("tool", "a\n\nb")),
        ("a turn that is text", ("", "a turn that is text")),
        (None, ("", "")),
    ],
)
def test_an_odd_turn_costs_no_more_than_itself(turn, read):
    """A turn without a role or with a value that is no text is read as far as it goes: null is empty."""
    said = both({"id": "a", "conversations": [*TURNS, turn]})
    assert (said.roles[2], said.values[2]) == read


def test_an_empty_list_has_no_turns():
    """A row whose list is empty is understood, and has no turns; the next key's turns are preferred."""
    assert both({"conversations": []}).roles == []
    assert both({"conversations": [], "items": TURNS}).roles == ["human", "gpt"]


def test_parts_of_text_are_joined_and_recorded():
    """A content list of text parts is joined by blank lines, which is recorded."""
    parts = [{"type": "text", "text": "a"}, {"type": "text", "text": "b"}]
    said = both({"messages": [{"role": "user", "content": parts}]})
    assert said.values == ["a\n\nb"]
    assert said.repairs == [{"turn": 0, "kind": "parts_joined", "detail": "2 parts of text"}]


def test_lone_surrogates_are_replaced_and_recorded():
    """Half a surrogate pair becomes U+FFFD and a repair; whole pairs are characters."""
    said = both(rb'{"id":"\udc00","items":[{"from":"human","value":"a\ud800b \ud83d\ude00"}]}')
    assert (said.id, said.values) == ("\ufffd", ["a\ufffdb \U0001f600"])
    assert said.repairs == [{"turn": 0, "kind": "lone_surrogate", "detail": "1 replaced by U+FFFD"}]


def test_bad_utf8_is_replaced_and_recorded():
    """Each byte that is not UTF-8 becomes U+FFFD; the turn says so."""
    said = both(b'{"items":[{"from":"human","value":"ok"},{"from":"gpt","value":"a\xff\xfeb"}]}')
    assert said.values == ["ok", "a\ufffd\ufffdb"]
    assert said.repairs == [{"turn": 1, "kind": "bad_utf8", "detail": "2 replaced by U+FFFD"}]


def test_control_characters_in_strings_are_kept():
    """A raw line feed or NUL inside a string is content, though strict JSON forbids it."""
    assert both(b'{"items":[{"from":"human","value":"a\nb\x00"}]}').values == ["a\nb\x00"]


def test_the_last_of_two_equal_keys_wins():
    """Of a key given twice the last one counts, as in every JSON library."""
    assert both(b'{"id":"a","id":"b","items":[{"from":"x","from":"human","value":"v"}]}').id == "b"


@pytest.mark.parametrize("number", ["NaN", "-Infinity", "1e999", "1" * 5_000])
def test_odd_numbers_elsewhere_do_no_harm(number):
    """A number that strict JSON or Python refuses is ignored where no turn needs it."""
    piece = b'{"score":%b,"id":%b,"items":[{"from":"human","value":"v"}]}' % (number.encode(), number.encode())
    assert both(piece).values == ["v"]


def test_deep_nesting_is_broken_not_fatal():
    """A row nested 100,000 deep is broken_json; nothing overflows."""
    deep = b"[" * 100_000 + b"]" * 100_000
    said = both(b'{"id":"a","x":' + deep + b',"items":[]}')
    assert said == Fault(Reason.BROKEN_JSON, "nested too deeply", "a")


def test_rows_of_parquet_have_nulls_for_missing_fields():
    """Null fields, which Parquet gives for absent ones, count as absent."""
    turn = {"from": None, "value": None, "role": "user", "content": "Hi"}
    assert read_object({"id": None, "conversations": None, "messages": [turn]}, "current")[0].values == ["Hi"]
