"""Which raw turns conversion reads, told from the columns."""

from __future__ import annotations

import numpy as np
import polars as pl
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.settings import Input
from schemas.types import RAW_TURN
from tasks.conversations.encoding import Encoding, detect_encoding
from tasks.conversations.human import MAY_CHANGE, as_typed
from tasks.conversations.page_texts import Capture
from tasks.conversations.raw import RawTurns, raw_turns
from tasks.conversations.repairs import repair
from tasks.conversations.roles import Role

PAGE = "<div><p>Hi</p></div>"
ENDS = st.sampled_from(["", "!", "\n!", "!\n", "1 / 2", "١ / 2", "²", "Share Prompt", "Save & SubmitCancel", "&lt;"])


def made(*conversations: list[tuple[str, str]]) -> RawTurns:
    """Read conversations of (role, content)."""
    turns = [
        [{"turn": at, "role": role, "content": content} for at, (role, content) in enumerate(conversation)]
        for conversation in conversations
    ]
    return raw_turns(pa.array(turns, pa.list_(RAW_TURN)), {}, list)


def read(raw: RawTurns) -> list[bool]:
    """Return which turns conversion reads, where nothing went through FastChat."""
    found: list[bool] = raw.to_read(raw.tagged(), np.zeros(len(raw.ends) - 1, np.bool_)).tolist()
    return found


def test_plain_questions_and_conversations_without_a_page_are_not_read() -> None:
    """Only what may change, or tells the encoding, becomes a string."""
    long = "tell me more about this and that, and about the other things that there are, " * 3
    page = [("human", long), ("gpt", PAGE), ("human", "a < b"), ("gpt", "# Title"), ("tool", "<x>")]
    markdown = [("human", "a < b"), ("gpt", "a < b")]
    assert read(made(page, [], markdown)) == [False, True, True, True, False, False, False]


@settings(max_examples=300, deadline=None, derandomize=True)
@given(ENDS, st.text("ab1 /!\n<&", max_size=6), ENDS)
def test_what_a_page_did_to_a_question_is_seen(before: str, middle: str, behind: str) -> None:
    """A value that the column's pattern does not find comes back as it is, and tells nothing."""
    value = before + middle + behind
    if not pl.Series([value]).str.contains(MAY_CHANGE).item():
        for capture in Capture:
            assert as_typed(value, Encoding.FULL, capture) == (value, [])
        assert detect_encoding([value], [PAGE]) == detect_encoding([], [PAGE])


@settings(max_examples=300, deadline=None, derandomize=True)
@given(
    st.lists(
        st.tuples(st.sampled_from(["user", "user", "assistant", "assistant", "system"]), st.sampled_from("ab ")),
        max_size=4,
    )
)
def test_well_formed_conversations_need_no_repair(turns: list[tuple[str, str]]) -> None:
    """The columns tell what the repair of each conversation would."""
    roles, contents = [role for role, _ in turns], [content for _, content in turns]
    raw = made([("human", "q"), ("gpt", "a")], turns)
    assert raw.well_formed(raw.content)[0]
    if raw.well_formed(raw.content)[1]:
        assert all(fate.fate is None for fate in repair([Role(role) for role in roles], contents, Input()).fates)
