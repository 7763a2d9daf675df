"""Stage 02: every answer as the Markdown it was written in, every human turn as it was typed."""

from __future__ import annotations

import html
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

import pyarrow as pa

from schemas.reasons import Reason
from schemas.settings import Markup
from schemas.tables import Converted
from tasks.dialogue.encoding import Encoding, tell_encoding
from tasks.dialogue.human import as_typed
from tasks.dialogue.repairs import Fate, canonical_role, repair
from tasks.markup.answer import is_page, to_markdown
from tasks.stage import Stage

RepairRow = tuple[int, str, str]
CodeRow = tuple[int, int, str | None, str]


@dataclass(frozen=True, slots=True)
class Conversation:
    """One conversation's values, converted.

    Args:
        encoding: what the server had done to it, and `evidence` what told so.
        texts: one per turn.
        code: turn, number, language and label of each code block.
        repairs: turn, kind and detail of each change.
    """

    encoding: Encoding
    evidence: str
    texts: list[str]
    code: list[CodeRow]
    repairs: list[RepairRow]


def convert(rows: pa.Table, markup: Markup) -> pa.Table:
    """Convert a batch of conversations.

    Args:
        rows: `row_id` and `turns` (lists of RAW_TURN, as ingested).
        markup: limits of the conversion.

    Returns:
        The columns of `Converted` without row_id, one row per row given.
    """
    lists = rows["turns"].combine_chunks()
    lengths = lists.value_lengths().to_pylist()
    flat = lists.flatten()
    turns, words, values = (flat.field(name).to_pylist() for name in ("turn", "role", "content"))
    meant = {word: canonical_role(word) for word in set(words)}
    known = [meant[word] for word in words]
    done: list[Conversation] = []
    fates: list[Fate] = []
    reasons: list[str | None] = []
    start = 0
    for length in lengths:
        part = slice(start, start + length)
        done.append(convert_values(known[part], values[part], turns[part], markup))
        given = repair(known[part], done[-1].texts)
        alive = any(fate.fate is None and role == "user" for fate, role in zip(given, known[part], strict=True))
        reasons.append(None if alive else Reason.NO_EXCHANGE.value)
        fates += given
        start += length
    roles = [role or word for role, word in zip(known, words, strict=True)]
    return _table(done, reasons, lengths, _turn_columns(turns, roles, done, fates, lengths))


def convert_values(roles: list[str | None], values: list[str], turns: list[int], markup: Markup) -> Conversation:
    """Convert one conversation's values.

    Args:
        roles: canonical role of each turn; None = unknown, left as it is.
        values: the raw values.
        turns: the raw index of each turn.
        markup: limits of the conversion.
    """
    human = [value for role, value in zip(roles, values, strict=True) if role == "user"]
    answers = [value for role, value in zip(roles, values, strict=True) if role == "assistant"]
    done = Conversation(*tell_encoding(human, answers), [], [], [])
    for turn, role, value in zip(turns, roles, values, strict=True):
        text, made = value, _NOTHING
        if role == "user":
            text, made = as_typed(value, done.encoding)
        elif role == "assistant" and done.encoding is not Encoding.MARKDOWN:
            if is_page(value):
                lost = done.encoding is not Encoding.VERBATIM
                answer = to_markdown(value, lost, markup.max_depth, markup.max_answer_chars)
                text, made = answer.text, answer.repairs
                done.code.extend([(turn, block, *found) for block, found in enumerate(answer.code)])
            elif done.encoding is not Encoding.VERBATIM and "&" in value:
                text, made = html.unescape(value), [("entities", "")]
        done.texts.append(text)
        if made:
            done.repairs.extend([(turn, kind, detail) for kind, detail in made])
    return done


_NOTHING: list[tuple[str, str]] = []


def _turn_columns(
    turns: list[int], roles: list[str], done: list[Conversation], fates: list[Fate], lengths: list[int]
) -> list[list[Any]]:
    """Give the flat columns of TURN; `into_turn`, a position until here, becomes a raw index."""
    texts = [text for conversation in done for text in conversation.texts]
    starts = [
        start for start, length in zip(accumulate(lengths, initial=0), lengths, strict=False) for _ in range(length)
    ]
    into = [
        None if fate.into_turn is None else turns[start + fate.into_turn]
        for start, fate in zip(starts, fates, strict=True)
    ]
    return [turns, roles, texts, [fate.fate for fate in fates], into, [fate.reason for fate in fates]]


def _table(
    done: list[Conversation], reasons: list[str | None], lengths: list[int], turn_columns: list[list[Any]]
) -> pa.Table:
    """Assemble the columns of `Converted` from flat lists."""
    schema = Converted.schema()
    return pa.table(
        {
            "encoding": pa.array([conversation.encoding.value for conversation in done], pa.string()),
            "encoding_evidence": pa.array([conversation.evidence for conversation in done], pa.string()),
            "turns": _lists(schema.field("turns").type, lengths, turn_columns),
            "code_blocks": _rows(schema.field("code_blocks").type, [conversation.code for conversation in done]),
            "repairs": _rows(schema.field("repairs").type, [conversation.repairs for conversation in done]),
            "reason": pa.array(reasons, pa.string()),
        }
    )


def _rows(kind: pa.ListType, rows: list[list[Any]]) -> pa.ListArray:
    """Build a list column from a list of tuples per row."""
    columns = [list(column) for column in zip(*[item for row in rows for item in row], strict=True)]
    return _lists(kind, [len(row) for row in rows], columns or [[] for _ in kind.value_type])


def _lists(kind: pa.ListType, lengths: list[int], columns: list[list[Any]]) -> pa.ListArray:
    """Build a list<struct> column from the lists' lengths and flat columns."""
    fields = list(kind.value_type)
    struct = pa.StructArray.from_arrays(
        [pa.array(column, field.type) for column, field in zip(columns, fields, strict=True)],
        fields=fields,
    )
    offsets = pa.array([0, *accumulate(lengths)], pa.int32())
    return pa.ListArray.from_arrays(offsets, struct, type=kind)


STAGE = Stage(contract=Converted, reads=("turns",), concerns=("markup",), work=convert)
