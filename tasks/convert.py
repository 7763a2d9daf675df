"""Stage 02: every answer as the Markdown it was written in, every human turn as it was typed."""

from __future__ import annotations

import html
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain, compress, pairwise
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from schemas.repairs import Repair
from schemas.settings import Input, Markdown
from schemas.tables import JOINED, Converted
from tasks.conversations.boilerplate import may_hold_page_text
from tasks.conversations.citations import cut_citations
from tasks.conversations.cleaned import without_scars
from tasks.conversations.continuing import asks_to_go_on
from tasks.conversations.encoding import Encoding, capture_of, detect_encoding
from tasks.conversations.fastchat import fastchat_evidence
from tasks.conversations.human import as_typed
from tasks.conversations.page_answers import page_answers
from tasks.conversations.page_texts import Capture
from tasks.conversations.pieces import with_pieces
from tasks.conversations.ragged import offsets_of
from tasks.conversations.raw import RawTurns, raw_turns
from tasks.conversations.repair_batch import BatchMarks, read_marks, repair_batch
from tasks.conversations.replacing import replaced
from tasks.conversations.stitching import stitch_batch
from tasks.markdown.answer import to_markdown
from tasks.markdown.opening import opens_with_block
from tasks.markdown.state import OpenList
from tasks.privacy.places import redact_words
from tasks.runtime.stage import Stage

RepairRow = tuple[int, str, str]
CodeRow = tuple[int, int, str | None, str]


@dataclass(slots=True)
class ConvertedTurns:
    """One conversation's values, converted.

    Args:
        encoding: what the server had done to it, and `evidence` what shows it.
        texts: one per turn read.
        code: turn, number, language and label of each code block.
        repairs: turn, kind and detail of each change.
    """

    encoding: Encoding
    evidence: str
    texts: list[str]
    code: list[CodeRow]
    repairs: list[RepairRow]


def convert(rows: pa.Table, markdown: Markdown, input: Input) -> pa.Table:  # noqa: A002  # a section's name
    """Convert a batch of conversations.

    Args:
        rows: `row_id`, `turns` (lists of RAW_TURN), `marks`, `pieces` and `joined_into`, as ingested.
        markdown: limits of the conversion.
        input: what becomes of roles, repeated turns, tools, images, reasoning and answers that break off.

    Returns:
        The columns of `Converted` without row_id, one row per row given.
    """
    turns, joined = with_pieces(rows)
    raw = raw_turns(turns, input.roles, redact_words)
    done, content = _converted(raw, markdown)
    content, cited = cut_citations(raw, content)
    for row, turn, count in cited:
        _record(done, row, (turn, Repair.CITATIONS.value, str(count)))
    marks = read_marks(rows["marks"])
    content = _with_reasoning(raw, content, marks, done, inline=input.reasoning == "inline")
    repaired = repair_batch(raw, content, marks, [one.encoding is not Encoding.MARKDOWN for one in done], input)
    for row, turn, kind in repaired.made:
        _record(done, row, (turn, kind.value, ""))
    stitched = stitch_batch(raw, content, repaired, input)
    reasons = [JOINED if away else reason for away, reason in zip(joined, repaired.reasons, strict=True)]
    schema = Converted.schema()
    return pa.table(
        {
            "encoding": pa.array([conversation.encoding.value for conversation in done], pa.string()),
            "encoding_evidence": pa.array([conversation.evidence for conversation in done], pa.string()),
            "turns": _lists(schema.field("turns").type, raw.ends, [raw.turn, repaired.role, content, *stitched.fates]),
            "unlabelled": pa.array(repaired.unlabelled, schema.field("unlabelled").type),
            "continuations": _rows(schema.field("continuations").type, stitched.found),
            "unlabelled_eos": pa.array(stitched.unlabelled_eos, schema.field("unlabelled_eos").type),
            "code_blocks": _rows(schema.field("code_blocks").type, [conversation.code for conversation in done]),
            "repairs": _rows(schema.field("repairs").type, [conversation.repairs for conversation in done]),
            "reason": pa.array(reasons, pa.string()),
        }
    )


def _converted(raw: RawTurns, markdown: Markdown) -> tuple[list[ConvertedTurns], pa.StringArray]:
    """Convert what may change; return the conversations, with the texts that were read, and all texts."""
    tagged = raw.tagged()
    evidence = fastchat_evidence(raw, raw.has(raw.answer & ~tagged))
    read = raw.to_read(tagged, np.array([shown is not None for shown in evidence], np.bool_))
    # Polars filters views of the texts where Arrow would copy them all.
    columns = (pl.Series(column) for column in (raw.role, raw.content, raw.turn))
    roles, values, turns = (column.filter(pl.Series(read)).to_list() for column in columns)
    places = np.flatnonzero(read)
    borders = np.searchsorted(places, raw.ends).tolist()
    done: list[ConvertedTurns] = []
    known = zip(pairwise(borders), raw.ends[:-1].tolist(), evidence, raw.surely_pages(read).tolist(), strict=True)
    for (start, end), first, fastchat, sure in known:
        part = slice(start, end)
        if start < end:
            asked = partial(_question, raw, first, places[part])
            given = roles[part], values[part], turns[part]
            done.append(convert_values(*given, markdown, fastchat, all_pages=sure, asked=asked))
        else:
            done.append(ConvertedTurns(*detect_encoding([], [], fastchat), [], [], []) if fastchat else _PLAIN)
    texts = [text for conversation in done for text in conversation.texts]
    return done, pc.replace_with_mask(raw.content, pa.array(read), pa.array(texts, pa.string()))


def _record(done: list[ConvertedTurns], row: int, made: RepairRow) -> None:
    """Add a repair to a conversation; those without any share one value."""
    done[row] = replace(done[row], repairs=[*done[row].repairs, made])


def _with_reasoning(
    raw: RawTurns, content: pa.StringArray, marks: BatchMarks, done: list[ConvertedTurns], *, inline: bool
) -> pa.StringArray:
    """Return the texts with reasoning that stood in fields of its own before them, or as they are; record either."""
    texts: dict[int, str] = {}
    for row, turn, reasoning in marks.reasoning:
        place = int(raw.ends[row]) + turn
        kind = Repair.REASONING_INLINED if inline else Repair.REASONING_LEFT_OUT
        _record(done, row, (turn, kind.value, f"{len(reasoning):,} characters"))
        if inline:
            texts[place] = f"<think>\n{reasoning}\n</think>\n\n{content[place].as_py()}"
    return replaced(content, texts)


def convert_values(
    roles: list[str],
    values: list[str],
    turns: list[int],
    markdown: Markdown,
    fastchat: str | None = None,
    *,
    all_pages: bool = False,
    asked: Callable[[int], str] | None = None,
) -> ConvertedTurns:
    """Convert one conversation's values.

    Args:
        roles: canonical role of each turn; turns of any other word are left as they are.
        values: the raw values.
        turns: the raw index of each turn.
        markdown: limits of the conversion.
        fastchat: what shows that the conversation went through FastChat, if it did.
        all_pages: whether each answer is known to be the page's markup.
        asked: returns the question before one of the values, where those that change nothing are not among them.
    """
    asked = asked or (lambda at: values[at - 1] if at and roles[at - 1] == "user" else "")
    places = _pages(roles, values, asked, all_pages=all_pages)
    pages = [values[at] for at in places]
    human = [value for role, value in zip(roles, values, strict=True) if role == "user"]
    encoding, evidence = detect_encoding(human, pages, fastchat)
    if not pages:
        texts, made_of = without_scars(roles, values, encoding)
        repairs = [(turn, *made) for turn, some in zip(turns, made_of, strict=True) for made in some]
        return ConvertedTurns(encoding, evidence, texts, [], repairs)
    done = ConvertedTurns(encoding, evidence, [], [], [])
    capture = capture_of(encoding, pages) if any(map(may_hold_page_text, human)) else Capture.LATER
    limits = markdown.max_depth, markdown.max_answer_chars, markdown.guessed_labels == "drop"
    lost_starts = encoding is not Encoding.VERBATIM
    is_page = frozenset(places)
    broken: tuple[int, OpenList] | None = None
    for at, (turn, role, value) in enumerate(zip(turns, roles, values, strict=True)):
        text, made = value, _NOTHING
        if at in is_page:
            goes_on = broken[1] if broken and _may_go_on(turn - broken[0], at, asked) else None
            answer = to_markdown(value, lost_starts, *limits, goes_on)
            text, made = answer.text, answer.repairs
            broken = (turn, answer.open_list) if answer.open_list else None
            done.code.extend([(turn, block, name, label) for block, (name, label) in enumerate(answer.code)])
        elif role in ("user", "assistant"):
            text, made = as_typed(value, encoding, capture) if role == "user" else _kept(value, encoding)
        done.texts.append(text)
        if made:
            done.repairs.extend([(turn, kind, detail) for kind, detail in made])
    return done


def _pages(roles: list[str], values: list[str], asked: Callable[[int], str], *, all_pages: bool) -> list[int]:
    """Return the places of the answers that are the page's markup."""
    answers = [at for at, role in enumerate(roles) if role == "assistant"]
    if all_pages:
        return answers
    return [*compress(answers, page_answers([asked(at) for at in answers], [values[at] for at in answers]))]


def _kept(value: str, encoding: Encoding) -> tuple[str, list[tuple[str, str]]]:
    """Return an answer that is no markup of the page's: as it stands, but for entities that the server wrote."""
    if opens_with_block(value):
        return value, [("unconverted_markup", "")]
    if "&" in value and encoding in (Encoding.DEFAULT, Encoding.FULL):
        return html.unescape(value), [("entities", "")]
    return value, _NOTHING


def _may_go_on(distance: int, at: int, asked: Callable[[int], str]) -> bool:
    """Whether an answer may go on with the list of the one some turns before: nothing else was asked for."""
    return distance == 1 or (distance == 2 and asks_to_go_on(asked(at)))


def _question(raw: RawTurns, first: int, places: NDArray[np.int64], at: int) -> str:
    """Return the question right before a turn that was read, of a conversation's; empty where no question is there."""
    before = int(places[at]) - 1
    return str(raw.content[before]) if before >= first and raw.user[before] else ""


_NOTHING: list[tuple[str, str]] = []
_PLAIN = ConvertedTurns(*detect_encoding([], []), [], [], [])
"""A conversation none of whose answers may be a page."""


def _rows(kind: pa.ListType, rows: list[list[Any]]) -> pa.ListArray:
    """Build a list column from a list of tuples per row."""
    columns = list(zip(*chain.from_iterable(rows), strict=True)) or [()] * len(kind.value_type)
    fields = list(kind.value_type)
    arrays = [pa.array(column, field.type) for column, field in zip(columns, fields, strict=True)]
    return _lists(kind, offsets_of([len(row) for row in rows]), arrays)


def _lists(kind: pa.ListType, ends: NDArray[np.int64], columns: list[pa.Array]) -> pa.ListArray:
    """Build a list<struct> column from where the lists end and flat columns."""
    struct = pa.StructArray.from_arrays(columns, fields=list(kind.value_type))
    return pa.ListArray.from_arrays(pa.array(ends, pa.int32()), struct, type=kind)


STAGE = Stage(
    contract=Converted, reads=("turns", "marks", "pieces", "joined_into"), sections=("markdown", "input"), work=convert
)
