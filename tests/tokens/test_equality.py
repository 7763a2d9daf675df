"""Ids and labels beside FastChat's preprocess and transformers' apply_chat_template, whose outputs lie in golden/."""

import json

import pytest

from tests.support.chats import hostile, talks
from tests.support.window_rows import BYTES, HERE, cut, template

FASTCHAT = json.loads((HERE / "golden" / "fastchat.json").read_text())
TEMPLATES = json.loads((HERE / "golden" / "templates.json").read_text())
PAIRS = sorted({(row["template"], row["vocabulary"]) for row in TEMPLATES})


def spans(row: dict) -> list[list[int]]:
    return [[span["token_start"], span["token_end"]] for span in row["label_spans"]]


def test_ids_and_labels_are_fastchats():
    """Every conversation that FastChat handles has FastChat's input_ids and labels."""
    for ours, theirs in zip(cut(talks(60)), FASTCHAT[:60], strict=True):
        assert ours["input_ids"] == theirs["ids"]
        assert spans(ours) == theirs["labels"]
        assert ours["exact_messages"]


def test_each_difference_from_fastchat_is_theirs():
    """Where ids or labels differ, a message holds words of the template, and the window says it is not exact.

    FastChat turns a user's `</s>` into the special token, and zeroes a sample or a tail on " ASSISTANT: ".
    """
    ours = cut(hostile(16))
    different = [
        row
        for row, theirs in zip(ours, FASTCHAT[60:], strict=True)
        if (row["input_ids"], spans(row)) != (theirs["ids"], theirs["labels"])
    ]
    assert 0 < len(different) < len(ours)
    assert not any(row["exact_messages"] for row in different)
    assert all(row["mask_ok"] for row in ours)


@pytest.mark.parametrize(("name", "vocabulary"), PAIRS, ids="-".join)
def test_ids_are_those_of_apply_chat_template(name, vocabulary):
    """A Jinja template gives the ids that transformers gives, and its generation blocks the same labels."""
    theirs = [row for row in TEMPLATES if (row["template"], row["vocabulary"]) == (name, vocabulary)]
    known = talks(30)
    system = [("system", "Be brief.")]
    conversations = [(system if row["messages"] % 2 else []) + known[row["talk"]] for row in theirs]
    tokenizer = BYTES if vocabulary == "bytes" else "mistral-v1"
    ours = cut(conversations, tokenizer=tokenizer, template=template(name), context=8_192)
    assert [row["input_ids"] for row in ours] == [row["ids"] for row in theirs]
    for mine, row in zip(ours, theirs, strict=True):
        if "labels" in row:
            assert [i for start, end in spans(mine) for i in range(start, end)] == row["labels"]


def test_a_message_that_the_template_rewrites_is_not_exact():
    """A template that drops the thoughts of earlier answers keeps them in the ids, and the window is not exact."""
    talk = [("user", "a"), ("assistant", "<think>b</think>c"), ("user", "d"), ("assistant", "e")]
    plain = [("user", "a"), ("assistant", "c"), ("user", "d"), ("assistant", "e")]
    rewritten, kept = cut([talk, plain], tokenizer=BYTES, template=template("thinking"))
    assert (rewritten["exact_messages"], kept["exact_messages"]) == (False, True)
    assert rewritten["n_label_tokens"] > kept["n_label_tokens"]
    assert rewritten["mask_ok"]
