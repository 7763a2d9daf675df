import json

from flows.cli.query import open_catalogue
from schemas.settings import Privacy
from tasks.report.examples import fetch_examples
from tasks.report.redaction import whole_words, without_markup
from tasks.report.side_by_side import HEAD, TAIL, Turn, before_after, choose_turns, clip, side_by_side
from tests.support.pipeline import run


def turns(*texts: str) -> list[Turn]:
    return [Turn(place, ("user", "assistant")[place % 2], text) for place, text in enumerate(texts)]


def words(pieces) -> str:
    return "".join(text for text, _ in pieces)


def test_shown_turns_are_those_in_question_and_the_one_before():
    """Of many turns those in question are shown, after the turn that stands before the first of them."""
    many = turns(*"abcdefgh")
    assert choose_turns(many, [4, 5]) == [3, 4, 5]
    assert choose_turns(many, [0]) == [0]
    assert choose_turns(many, []) == [0, 1]
    assert choose_turns(many, list(range(8))) == [0, 1, 2]


def test_a_long_text_keeps_its_start_and_end():
    """A long text is cut in its middle; one that fits is whole."""
    text = "a" * 5_000 + "z"
    assert clip(text) == ("a" * HEAD, text[-TAIL:])
    assert clip("short") == ("short", "")


def test_a_small_change_deep_in_a_text_is_shown():
    """Where a change stands deep in a text, both sides are shown from just before it."""
    before, after = "x " * 1_000 + "&lt;tag&gt;", "x " * 1_000 + "<tag>"
    sample = before_after("r", [], [Turn(0, "human", before)], [Turn(0, "user", after)], [0], "difference")
    ((left, right),) = sample.pairs
    assert words(left.pieces).endswith("&lt;tag&gt;")
    assert right is not None
    assert words(right.pieces).endswith("<tag>")


def test_a_copy_is_shown_where_it_parts_from_what_was_kept():
    """Of two like conversations the turns are shown where they part, with the words marked that differ."""
    copy = turns("same", "same", "same", "the red context")
    kept = turns("same", "same", "same", "the blue context")
    sample = side_by_side("r", [], copy, kept)
    assert [left.turn for left, _ in sample.pairs] == [2, 3]
    left, right = sample.pairs[-1]
    assert [text.strip() for text, marked in left.pieces if marked] == ["red"]
    assert right is not None
    assert [text.strip() for text, marked in right.pieces if marked] == ["blue"]
    assert sample.more == 2


def test_pseudonyms_are_marked():
    """A pseudonym in a text is marked, so that one sees what was replaced."""
    sample = before_after("r", [], turns("write to <EMAIL_1>"), turns("write to <EMAIL_1>"), [0])
    assert sample.pairs[0][0].pieces == [("write to ", False), ("<EMAIL_1>", True)]


def test_words_behind_markup_are_read():
    """Tags and entities, also doubled ones, do not hide words."""
    assert without_markup("a<b>b</b>c &#64; &amp;#64; &amp;lt;i&amp;gt;d") == "abc @ @ d"


def test_hostile_markup_is_read_in_linear_time():
    """A megabyte of opened brackets is read at once."""
    assert without_markup("<" * 1_000_000) == "<" * 1_000_000


def test_half_a_word_is_not_shown():
    """A text that was cut loses its last word, which may be half a secret; a whole one keeps it."""
    assert whole_words("my key is sk-abc", cut=True) == "my key is"
    assert whole_words("my key is sk-abc", cut=False) == "my key is sk-abc"
    assert whole_words("sk-abc", cut=True) == ""


def test_rows_joined_into_one_conversation_are_shown_as_that(tmp_path):
    """An example of what befell a joined row shows the whole conversation, with the turns in question."""
    rows = []
    for name, place in (("a", "lake"), ("b", "road to Paris")):
        texts = [f"What is the finest house at the {place}?", f"The finest house at the {place} is red."] * 2
        texts[3] += " \ud83d"
        words = [{"from": ("human", "gpt")[at % 2], "value": text} for at, text in enumerate(texts)]
        rows += [{"id": f"{name}_{at}", "conversations": words[at : at + 2]} for at in (2, 0)]
    (tmp_path / "rows.json").write_text(json.dumps(rows))
    run(tmp_path / "rows.json", tmp_path / "data")
    with open_catalogue(tmp_path / "data") as connection:
        found = fetch_examples(connection, tmp_path / "data", Privacy().model_dump())
    (group,) = found.repairs
    assert group.word == "lone_surrogate"
    assert {example.row_id for example in group.examples} == {"rows.json:1", "rows.json:3"}
    assert {left.turn for example in group.examples for left, _ in example.pairs} == {2, 3}
