"""The check of loss masks finds what was planted in finished windows, in that window and in no other."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.reasons import Reason
from schemas.settings import Tokens
from tasks.conversations.turns import kept_turns
from tasks.tokens.assemble import assemble
from tasks.tokens.chat_encoder import load_chat_encoder
from tasks.tokens.encode import encode_rounds
from tasks.tokens.mask import check_masks
from tasks.tokens.windows import plan_windows
from tests.support.chats import hostile, talks
from tests.support.window_rows import rows

TALKS = [*talks(12), *hostile(8), [("user", "Which?"), ("assistant", "That ▁ one.")]]
CONTEXTS = (96, 2_048)


@cache
def made(context):
    """Return windows with their layout and rounds."""
    table = rows(TALKS)
    encoder = load_chat_encoder("mistral-v1", "vicuna_v1.1")
    rounds = encode_rounds(table["row_id"], kept_turns(table["turns"].combine_chunks()), encoder)
    windows = [window for window in plan_windows(rounds, Tokens(context=context)) if window.reason is None]
    return windows, assemble(windows, rounds), rounds


@settings(max_examples=60, deadline=None)
@given(context=st.sampled_from(CONTEXTS), chosen=st.randoms(use_true_random=False))
def test_one_wrong_id_among_the_labels_is_found_where_it_stands(context, chosen):
    """A labelled token that is not the rounds' own makes its window a mismatch, and none before it or elsewhere."""
    windows, assembled, rounds = made(context)
    n = chosen.randrange(len(assembled.spans))
    owner = int(assembled.owner[n])
    answer, start, end, _ = assembled.spans[n].tolist()
    ids = assembled.ids.copy()
    at = assembled.offsets[owner] + chosen.randrange(start, end)
    ids[at] = chosen.choice([number for number in (259, 1_000, 20_000) if number != ids[at]])
    verdicts = check_masks(windows, replace(assembled, ids=ids), rounds)
    wrong = [i for i, verdict in enumerate(verdicts) if not verdict.ok]
    assert wrong[0] == owner
    assert verdicts[owner].reason is Reason.MASK_MISMATCH
    assert all(
        assembled.spans[assembled.span_offsets[i], 0] == answer for i in wrong[1:]
    )  # what is left of a cut answer


@pytest.mark.parametrize("context", CONTEXTS)
@pytest.mark.parametrize("column", [1, 2], ids=["start", "end"])
@pytest.mark.parametrize("step", [-1, 1])
def test_a_label_that_begins_or_ends_a_token_off_is_found(context, column, step):
    """Spans may be neither short of the answer nor beyond it: this window or the answer's next is a mismatch."""
    windows, assembled, rounds = made(context)
    for n in range(0, len(assembled.spans), 5):
        spans = assembled.spans.copy()
        spans[n, column] += step
        spans[n, 3] += step * (column == 1)
        owner = assembled.owner[n]
        if spans[n, 2] <= spans[n, 1] or spans[n, 2] > np.diff(assembled.offsets)[owner]:
            continue
        verdicts = check_masks(windows, replace(assembled, spans=spans), rounds)
        found = verdicts[owner : owner + 2] if windows[owner].cut else verdicts[owner : owner + 1]
        assert any(verdict.ok is False for verdict in found), spans[n]


@pytest.mark.parametrize("context", CONTEXTS)
def test_what_is_right_passes(context):
    """Windows as they were laid out, whole and cut ones and with words of templates in them, are all well."""
    windows, assembled, rounds = made(context)
    assert all(verdict.ok for verdict in check_masks(windows, assembled, rounds))
    assert any(window.cut for window in windows) == (context == 96)
