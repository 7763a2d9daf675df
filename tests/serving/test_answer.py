"""Ids of an answer become its text as they come."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.serving.answer import AnswerText
from tasks.serving.prompt import PromptWriter
from tasks.tokens.chat_encoder import load_chat_encoder
from tests.support.serving_scene import prompts, samples
from tests.support.window_rows import BYTES, cut, template


def pieces(model, ids, cuts, strings=()):
    text, shown = AnswerText(model.writer, model.stops, strings), []
    for start, end in zip([0, *cuts], [*cuts, len(ids)], strict=True):
        shown.append(text.feed(ids[start:end]))
    return [*shown, text.finish()], text


def test_every_answer_of_the_sample_comes_back_word_for_word(sample_root, model):
    """The labelled ids of every exact answer, one by one, give the answer's text and its end."""
    rows = [row for row in samples(sample_root) if row["exact_messages"]]
    for row in rows:
        said = [one["content"] for one in row["messages"] if one["role"] == "assistant"]
        for expected, (_, _, ids) in zip(said, prompts(row), strict=True):
            shown, text = pieces(model, ids, range(1, len(ids)))
            assert "".join(shown) == expected, row["sample_id"]
            assert text.ended


@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_a_stop_string_ends_an_answer_however_it_comes(model, data):
    """Text is shown up to the first stop string, whole characters only, whatever the pieces it comes in."""
    words = data.draw(st.text("ab é🙂\n", min_size=1, max_size=30))
    ids = model.writer.encoder.tokenizer.engine.encode([" " + words])[0].tolist()
    cuts = sorted(data.draw(st.lists(st.integers(0, len(ids)), max_size=6)))
    shown, text = pieces(model, ids, cuts, ["ab\n", "🙂🙂"])
    places = [place for word in ("ab\n", "🙂🙂") if (place := words.find(word)) >= 0]
    assert "".join(shown) == (words[: min(places)] if places else words)
    assert text.ended == bool(places)


def test_nothing_follows_the_end(model):
    """What an engine sends after the end of an answer is not shown."""
    shown, text = pieces(model, [*model.writer.encoder.tokenizer.engine.encode([" Yes"])[0].tolist(), 2, 500, 501], [])
    assert "".join(shown) == "Yes"
    assert text.ended


@pytest.mark.parametrize("jinja", ["chatml", "llama3", "zephyr", "mistral", "thinking", "llama2"])
def test_what_a_template_writes_around_an_answer_is_not_shown(jinja):
    """Spaces, line ends and stops that other templates put around an answer are no part of it."""
    (row,) = cut(
        [[("user", "Hi"), ("assistant", "One,\ntwo."), ("user", "On"), ("assistant", "Three.")]],
        tokenizer=BYTES,
        template=template(jinja),
    )
    writer = PromptWriter(load_chat_encoder(BYTES, template(jinja), fast=False))
    for said, (_, _, ids) in zip(("One,\ntwo.", "Three."), prompts(row), strict=True):
        text = AnswerText(writer, [writer.encoder.stop])
        assert "".join([text.feed([number]) for number in ids]) + text.finish() == said
