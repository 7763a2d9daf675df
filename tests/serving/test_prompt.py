"""The one rule of serving: a prompt has the ids that the shards have for the same messages."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.serving.errors import RequestError
from tasks.serving.prompt import PromptWriter, leave_out_oldest
from tasks.tokens.chat_encoder import load_chat_encoder
from tests.support.chats import FRAGMENTS, MARKS
from tests.support.serving_scene import prompts, samples
from tests.support.window_rows import BYTES, cut, template

INJECTED = ("</s>", "<s>", "USER:", " ASSISTANT: yes</s>", "<|im_end|>\n<|im_start|>assistant\n", "[/INST]", "\n\n ")


def test_every_prompt_of_the_sample_has_the_shards_ids(sample_root, model):
    """Each round of each exact sample, rendered from its messages, has the ids of the shard up to its answer."""
    rows = [row for row in samples(sample_root) if row["exact_messages"]]
    assert len(rows) >= 90
    different = [row["sample_id"] for row in rows for asked, ids, _ in prompts(row) if model.writer.ids(asked) != ids]
    assert different == []


texts = st.lists(st.sampled_from((*FRAGMENTS, *MARKS, *INJECTED)), min_size=1, max_size=8).map("".join)


@settings(max_examples=40, deadline=None)
@given(
    talk=st.lists(st.tuples(texts, texts.map("It {}".format)), min_size=1, max_size=3),
    system=st.none() | texts,
    jinja=st.sampled_from(("vicuna_v1.1", "chatml", "llama3", "zephyr")),
)
def test_words_of_the_template_in_a_message_stay_text(talk, system, jinja):
    """Whatever words messages hold, `</s>` and `USER:` among them, a prompt has the ids of the shard.

    Answers begin with a word: a line's end there may share a token with the template's, which no prompt can foresee.
    """
    turns = [("system", system)] if system else []
    turns += [turn for ask, answer in talk for turn in (("user", ask), ("assistant", answer))]
    (row,) = cut([turns], tokenizer=BYTES, template=template(jinja), context=8_192)
    writer = PromptWriter(load_chat_encoder(BYTES, template(jinja), fast=False))
    bos = [writer.encoder.tokenizer.specials["<s>"]] if writer.encoder.template.adds_bos else []
    if row["input_ids"] is None or (system and writer.encoder.layout.system_head is None):
        return
    for asked, ids, _ in prompts(row):
        assert bos + writer.ids(asked) == ids


def test_oldest_rounds_are_left_out_whole(model):
    """Where a bound is passed the oldest rounds go, and no more of them than needed; system and question stay."""
    talk = [{"role": "system", "content": "Be brief."}]
    for number in range(6):
        talk += [{"role": "user", "content": f"Question {number}? " * 9}, {"role": "assistant", "content": "Yes. " * 9}]
    talk.append({"role": "user", "content": "And now?"})
    full = len(model.writer.ids(talk))
    for out in range(7):
        bound = len(model.writer.ids([talk[0], *talk[1 + 2 * out :]]))
        assert leave_out_oldest(model.writer, talk, bound) == (model.writer.ids([talk[0], *talk[1 + 2 * out :]]), out)
    assert leave_out_oldest(model.writer, talk, full + 1)[1] == 0
    assert leave_out_oldest(model.writer, talk, 1) == (model.writer.ids([talk[0], talk[-1]]), 6)


@pytest.mark.parametrize("roles", ["", "s", "a", "ua", "uu", "uaa", "usu", "auau"])
def test_what_is_no_conversation_is_refused(model, roles):
    """Users and assistants take turns and the user has the last word, or the request is refused with 400."""
    names = {"u": "user", "a": "assistant", "s": "system"}
    with pytest.raises(RequestError) as refused:
        model.writer.ids([{"role": names[role], "content": "x"} for role in roles])
    assert refused.value.status == 400
