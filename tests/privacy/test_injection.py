"""What counts as an imitation of the template."""

from __future__ import annotations

import pytest

from tasks.privacy.injection import imitations


@pytest.mark.parametrize(("text", "tokens", "headers"), [
    ("a </s> b <s>", 2, 0),
    ("<|im_start|>user\nhi<|im_end|>", 2, 0),
    ("<unk> and <|endoftext|>", 2, 0),
    ("[INST] x [/INST] <<SYS>>", 3, 0),
    ("Hi ASSISTANT: Sure", 0, 1),
    ("USER: a\nASSISTANT: b", 0, 2),
    ("### Human: a\n### Assistant: b", 0, 2),
    ("<span>1 < 2</span> and SUPERUSER: x", 0, 0),
    ("", 0, 0),
])  # fmt: skip
def test_special_tokens_and_headers_are_counted(text, tokens, headers):
    """Written-out special tokens and turn headers count, ordinary markup does not."""
    told = imitations([0, 1], [text])
    assert (told.special_tokens, told.template_headers) == ([tokens], [headers])


def test_counts_are_per_conversation():
    """Turns of a conversation are summed, an empty conversation has none."""
    told = imitations([0, 2, 2, 3], ["</s>", "</s>", "USER: x"])
    assert (told.special_tokens, told.template_headers) == ([2, 0, 0], [0, 0, 1])
