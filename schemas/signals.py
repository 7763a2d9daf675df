"""Every signal, declared once: name, type, sentence, how it is folded from turns, and the reason it may lead to."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl
import pyarrow as pa

from schemas.columns import ROW_ID
from schemas.contract import Column, Contract
from schemas.reasons import Reason
from schemas.types import COUNT, FLAG, INDEX, SHARE, TEXT

POSITION = ("row", "round", "turn", "role", "last")
"""What is known of a turn without measuring: its conversation, its round (−1 for the system turn), its raw index, its
role, and whether it is the conversation's last. Rules may read these beside the signals."""

_ANSWER = pl.col("role") == "assistant"


@dataclass(frozen=True)
class Fold:
    """How a conversation's signal comes from what was measured of its turns.

    Args:
        turn: name of what is measured of a turn, a field of `turn_signals` unless it is one of POSITION.
        type: its Arrow type.
        expression: aggregates the turns of one conversation.
    """

    turn: str
    type: pa.DataType
    expression: pl.Expr


def count(turn: str) -> Fold:
    """Return the fold that counts the turns for which something holds."""
    return Fold(turn, FLAG, pl.col(turn).sum())


def total(turn: str, *, answers: bool = False, of: pa.DataType = INDEX) -> Fold:
    """Return the fold that adds up a number over all turns, or over the answers."""
    return Fold(turn, of, pl.col(turn).filter(_ANSWER).sum() if answers else pl.col(turn).sum())


def highest(turn: str, *, answers: bool = False) -> Fold:
    """Return the fold that takes the highest share of all turns, or of the answers."""
    return Fold(turn, SHARE, pl.col(turn).filter(_ANSWER).max() if answers else pl.col(turn).max())


def lowest_answer(turn: str, *, of: pa.DataType = SHARE) -> Fold:
    """Return the fold that takes the lowest value of the answers."""
    return Fold(turn, of, pl.col(turn).filter(_ANSWER).min())


@dataclass(frozen=True)
class Signal(Column):
    """A column of conversations that rules judge and SQL re-judges.

    Args:
        fold: how it comes from turns; None = it is measured of the conversation as a whole.
        reason: the reason that a rule gives because of it; None = it is information alone.
    """

    fold: Fold | None = None
    reason: Reason | None = None

    def proof(self) -> str:
        """Return what of the column decides the bytes of a file: its fold too."""
        return super().proof() + (f":{self.fold.expression}" if self.fold else "")


class LanguageSignals(Contract):
    """The languages of a conversation."""

    view = "language_signals"

    row_id = ROW_ID
    language = Column(TEXT, "ISO 639-1 code of the user's language (zh-cn, zh-tw apart), or unknown.")
    language_confidence = Column(SHARE, "Confidence of `language`, 0 – 1.")
    answer_language = Column(TEXT, "ISO 639-1 code of the answers' language, or unknown.")
    answer_confidence = Column(SHARE, "Confidence of `answer_language`, 0 – 1.")


class QualitySignals(Contract):
    """What the quality stage measures of a conversation."""

    view = "quality_signals"

    row_id = ROW_ID
    rounds = Signal(
        INDEX,
        "Question-answer rounds before this stage's cuts.",
        fold=Fold("round", INDEX, pl.col("round").max() + 1),
        reason=Reason.TOO_FEW_ROUNDS,
    )
    characters = Signal(
        COUNT, "Characters of all kept turns.", fold=total("characters", of=COUNT), reason=Reason.TOO_SHORT
    )
    answer_characters = Signal(
        COUNT, "Characters of the kept answers.", fold=total("characters", answers=True, of=COUNT)
    )
    shortest_answer = Signal(COUNT, "Characters of the shortest answer.", fold=lowest_answer("characters", of=COUNT))
    error_replies = Signal(
        INDEX,
        "Answers that are a message of the page (an error, a rate limit).",
        fold=count("error_reply"),
        reason=Reason.ERROR_REPLY,
    )
    short_answers = Signal(
        INDEX,
        "Answers of nothing, or of one word where more was asked.",
        fold=count("short_answer"),
        reason=Reason.SHORT_ANSWER,
    )
    truncated_answers = Signal(
        INDEX,
        "Answers that end inside a fence, in code that breaks off or in mid-sentence, no rest asked for.",
        fold=count("truncated_answer"),
        reason=Reason.TRUNCATED_ANSWER,
    )
    ends_truncated = Signal(
        FLAG,
        "Whether the last answer is one of `truncated_answers`.",
        fold=Fold("truncated_answer", FLAG, pl.col("truncated_answer").last()),
        reason=Reason.TRUNCATED_ANSWER,
    )
    refusals = Signal(
        INDEX, "Phrases of refusal or recited limits in the answers.", fold=total("refusals"), reason=Reason.REFUSAL
    )
    identity_claims = Signal(
        INDEX,
        "Phrases in the answers that claim to be a named model.",
        fold=total("identity_claims"),
        reason=Reason.IDENTITY_CLAIM,
    )
    plugin_panels = Signal(
        INDEX,
        "Answers that hold a plugin's or browsing panel, or whose row names plugins.",
        fold=count("plugin_panel"),
        reason=Reason.PLUGIN_PANEL,
    )
    compression = Signal(
        SHARE,
        "lz4 bytes per byte of prose, in the answer that packs best; null where all are short.",
        fold=lowest_answer("compression"),
        reason=Reason.REPETITION,
    )
    repeated_lines = Signal(
        SHARE,
        "Share of characters in lines seen before, in the prose of the worst answer.",
        fold=highest("repeated_lines", answers=True),
        reason=Reason.REPETITION,
    )
    repeated_paragraphs = Signal(
        SHARE,
        "Share of characters in paragraphs seen before, in the prose of the worst answer.",
        fold=highest("repeated_paragraphs", answers=True),
        reason=Reason.REPETITION,
    )
    repeated_ngrams = Signal(
        SHARE,
        "Share of words in n-grams seen before, in the prose of the worst answer.",
        fold=highest("repeated_ngrams", answers=True),
        reason=Reason.REPETITION,
    )
    run_share = Signal(
        SHARE,
        "Share of characters in runs of one character, in the worst turn.",
        fold=highest("run_share"),
        reason=Reason.DEGENERATE,
    )
    blob_share = Signal(
        SHARE,
        "Share of characters in base64-like runs outside code blocks, in the worst turn.",
        fold=highest("blob_share"),
        reason=Reason.DEGENERATE,
    )
    mojibake_share = Signal(
        SHARE,
        "Share of characters that are wrongly decoded, in the worst turn.",
        fold=highest("mojibake_share"),
        reason=Reason.DEGENERATE,
    )
    replacement_characters = Signal(
        INDEX,
        "Characters that were lost before or when the text was read (U+FFFD).",
        fold=total("replacement_characters"),
        reason=Reason.REPLACEMENT_CHARACTERS,
    )
    blocked_words = Signal(
        INDEX, "Blocked words in the roles the settings name.", fold=total("blocked_words"), reason=Reason.BLOCKED_WORD
    )
    asked_for = Signal(
        INDEX,
        "Answers with what would be a fault if the question did not ask for it: an error message, a refrain, a blob.",
        fold=count("asked_for"),
    )
    code_characters = Signal(
        COUNT, "Characters of the answers inside code fences.", fold=total("code_characters", of=COUNT)
    )
    list_characters = Signal(
        COUNT,
        "Characters of the answers in items of lists and what is indented below them, outside fences.",
        fold=total("list_characters", of=COUNT),
    )
    repeated_questions = Signal(INDEX, "Answers that begin with their question.", fold=count("repeats_question"))
    special_tokens = Signal(INDEX, "Special tokens of a tokenizer written out in the text; encoded as plain text.")
    template_headers = Signal(INDEX, "Headers of a chat template written out in the text; never taken for one.")


FOLDS: dict[str, Fold] = {
    name: column.fold
    for name, column in QualitySignals.columns().items()
    if isinstance(column, Signal) and column.fold is not None
}
"""How each signal of a conversation comes from its turns, by column."""

TURN_SIGNALS = pa.struct(
    {"turn": INDEX} | {fold.turn: fold.type for fold in FOLDS.values() if fold.turn not in POSITION}
)
"""What is measured of one turn; null where a signal does not apply to it."""


def signals_of(reason: str) -> tuple[str, ...]:
    """Return the columns that a reason of stage 04 rests on, in the order of the contract."""
    columns = QualitySignals.columns().items()
    return tuple(name for name, column in columns if isinstance(column, Signal) and column.reason == reason)
