"""Stage 02: every answer as the Markdown it was written in, every human turn as it was typed."""

from __future__ import annotations

import html
from itertools import accumulate
from typing import Any

import pyarrow as pa

from schemas.reasons import Reason
from schemas.settings import Markup
from schemas.tables import Converted
from tasks.dialogue.encoding import Encoding, tell_encoding
from tasks.dialogue.human import as_typed
from tasks.dialogue.repairs import canonical_role, repair
from tasks.markup.answer import is_page, to_markdown
from tasks.stage import Stage

RepairRow = tuple[int, str, str]
CodeRow = tuple[int, int, str | None, str]


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
    turns, raw_roles, values = (flat.field(name).to_pylist() for name in ("turn", "role", "content"))
    out: dict[str, list[Any]] = {name: [] for name in ("encoding", "evidence", "reason", "code", "repairs")}
    roles: list[str] = []
    contents: list[str] = []
    fates: list[tuple[str | None, int | None, str | None]] = []
    start = 0
    for length in lengths:
        part = slice(start, start + length)
        start += length
        known = [canonical_role(word) for word in raw_roles[part]]
        encoding, evidence, texts, code, repairs = _conversation(known, values[part], turns[part], markup)
        given = repair(known, texts)
        alive = any(fate.fate is None and role == "user" for fate, role in zip(given, known, strict=True))
        out["encoding"].append(encoding.value)
        out["evidence"].append(evidence)
        out["reason"].append(None if alive else Reason.NO_EXCHANGE.value)
        out["code"].append(code)
        out["repairs"].append(repairs)
        contents += texts
        roles += [role or raw for role, raw in zip(known, raw_roles[part], strict=True)]
        raw_index = turns[part]
        fates += [
            (fate.fate, None if fate.into_turn is None else raw_index[fate.into_turn], fate.reason) for fate in given
        ]
    return _table(out, lengths, [turns, roles, contents, *map(list, zip(*fates, strict=True))])


def _conversation(
    roles: list[str | None], values: list[str], turns: list[int], markup: Markup
) -> tuple[Encoding, str, list[str], list[CodeRow], list[RepairRow]]:
    """Convert one conversation's values: encoding, evidence, texts, code blocks, repairs."""
    human = [value for role, value in zip(roles, values, strict=True) if role == "user"]
    answers = [value for role, value in zip(roles, values, strict=True) if role == "assistant"]
    encoding, evidence = tell_encoding(human, answers)
    texts: list[str] = []
    code: list[CodeRow] = []
    repairs: list[RepairRow] = []
    for turn, role, value in zip(turns, roles, values, strict=True):
        made: list[tuple[str, str]] = []
        if role == "user":
            value, made = as_typed(value, encoding)
        elif role == "assistant" and encoding is not Encoding.MARKDOWN:
            if is_page(value):
                answer = to_markdown(
                    value, encoding is not Encoding.VERBATIM, markup.max_depth, markup.max_answer_chars
                )
                value, made = answer.text, answer.repairs
                code += [(turn, block, language, label) for block, (language, label) in enumerate(answer.code)]
            elif encoding is not Encoding.VERBATIM and "&" in value:
                value, made = html.unescape(value), [("entities", "")]
        texts.append(value)
        repairs += [(turn, kind, detail) for kind, detail in made]
    return encoding, evidence, texts, code, repairs


def _table(out: dict[str, list[Any]], lengths: list[int], turn_columns: list[list[Any]]) -> pa.Table:
    """Assemble the columns of `Converted` from flat lists."""
    schema = Converted.schema()
    arrays = {
        "encoding": pa.array(out["encoding"], pa.string()),
        "encoding_evidence": pa.array(out["evidence"], pa.string()),
        "turns": _lists(schema.field("turns").type, lengths, turn_columns),
        "code_blocks": _rows(schema.field("code_blocks").type, out["code"]),
        "repairs": _rows(schema.field("repairs").type, out["repairs"]),
        "reason": pa.array(out["reason"], pa.string()),
    }
    return pa.table(arrays)


def _rows(kind: pa.ListType, rows: list[list[tuple[Any, ...]]]) -> pa.ListArray:
    """Build a list column from a list of tuples per row."""
    columns = [list(column) for column in zip(*[item for row in rows for item in row], strict=True)]
    return _lists(kind, [len(row) for row in rows], columns or [[] for _ in kind.value_type])


def _lists(kind: pa.ListType, lengths: list[int], columns: list[list[Any]]) -> pa.ListArray:
    """Build a list<struct> column from the lists' lengths and flat columns."""
    fields = list(kind.value_type)
    struct = pa.StructArray.from_arrays(
        [pa.array(column, field.type) for column, field in zip(columns or [[] for _ in fields], fields, strict=True)],
        fields=fields,
    )
    offsets = pa.array([0, *accumulate(lengths)], pa.int32())
    return pa.ListArray.from_arrays(offsets, struct, type=kind)


STAGE = Stage(contract=Converted, reads=("turns",), concerns=("markup",), work=convert)
