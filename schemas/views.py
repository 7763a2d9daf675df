"""The contracts of the questions people ask: views over the stages and the ledger, one SQL file each in views/."""

from __future__ import annotations

import polars as pl
import pyarrow as pa

from schemas.columns import REASON, ROW_ID
from schemas.contract import Column, Contract, rule
from schemas.enums import DuplicateKind, Split, listed
from schemas.signals import LanguageSignals, QualitySignals
from schemas.tables import QualityFiltered
from schemas.types import COUNT, FLAG, INDEX, SHARE, TEXT


class Funnel(Contract):
    """What each stage took in, kept and dropped."""

    view = "funnel"

    stage = Column(TEXT, "The stage's view, in flow order.")
    conversations_in = Column(COUNT, "Rows alive before the stage.")
    conversations_kept = Column(COUNT, "Rows alive after it.")
    conversations_dropped = Column(COUNT, "Rows it dropped.")
    turns_in = Column(COUNT, "Turns alive before the stage.")
    turns_kept = Column(COUNT, "Turns alive after it; merged ones count, their words live on.")
    turns_dropped = Column(COUNT, "Turns it dropped, alone or with their row.")
    tokens = Column(COUNT, "Tokens of the windows; null before there are tokens.")


class Rejections(Contract):
    """How often each reason was given, with an example to trace."""

    view = "rejections"

    stage = Column(TEXT, "The stage that gave the reason.")
    reason = Column(TEXT, "One word of the vocabulary (schemas/reasons.py).")
    conversations = Column(COUNT, "Rows dropped whole for it.")
    turns = Column(COUNT, "Turns dropped for it, alone or with their row.")
    example = Column(TEXT, "The row_id of the first one.")


class Refused(Rejections):
    """What the last run was refused for, reason by reason; empty after a good run."""

    view = "refused"


class Repairs(Contract):
    """Everything that was changed in a turn that lives."""

    view = "repairs"

    row_id = Column(TEXT, "The row.")
    turn = Column(INDEX, "Raw index of the turn.")
    kind = Column(TEXT, "One word of schemas/repairs.py.")
    detail = Column(TEXT, "What was changed, never a raw secret.")


class Unlabelled(Contract):
    """Answers that samples show without label: context alone, as the raw turn asks, or tool talk kept as text."""

    view = "unlabelled"

    row_id = ROW_ID
    turn = Column(INDEX, "Raw index of the answer.", nullable=False)
    sample_ids = Column(pa.list_(TEXT), "The samples that show it, in order.", nullable=False)


class Lengths(Contract):
    """How long the published samples are."""

    view = "lengths"

    bucket = Column(INDEX, "Lower bound of a bucket of 128 tokens.")
    samples = Column(COUNT, "Samples of that length.")
    tokens = Column(COUNT, "Their tokens together.")


class Duplicates(Contract):
    """One row per dropped copy: which conversation is kept in its place, and why."""

    view = "duplicates"

    row_id = ROW_ID
    kept_row_id = Column(TEXT, "The kept conversation.", nullable=False)
    kind = Column(TEXT, f"{listed(DuplicateKind)}.", nullable=False)
    jaccard = Column(SHARE, "Verified Jaccard of the two shingle sets.", nullable=False)
    group_id = Column(TEXT, "The smallest row_id of the deduplication group.", nullable=False)


class Leakage(Contract):
    """Published rows of one deduplication group on different splits: must be empty."""

    view = "leakage"

    group_id = Column(TEXT, "The deduplication group.", nullable=False)
    row_id = Column(TEXT, "A row in train.", nullable=False)
    other_row_id = Column(TEXT, "A row of the same group in validation.", nullable=False)


class Packs(Contract):
    """Which samples a trainer may lay end to end in one context: an index over the shards, no tokens."""

    view = "packs"

    pack_id = Column(INDEX, "Number of the pack, unique over both splits.", nullable=False)
    position = Column(INDEX, "Place of the sample in the pack, from 0.", nullable=False)
    sample_id = Column(TEXT, "The sample in `shards`.", nullable=False)
    token_offset = Column(INDEX, "Where the sample's tokens begin in the pack.", nullable=False)
    length = Column(INDEX, "The sample's tokens.", nullable=False)


class MaskCheck(Contract):
    """The loss mask of every sample, checked again in SQL."""

    view = "mask_check"

    sample_id = Column(TEXT, "The sample in `shards`.", nullable=False)
    ok = Column(
        FLAG,
        "Whether labels equal input_ids inside the spans, are -100 outside, and decoded right when made; where the "
        "stages are another run's, of labels and spans alone.",
    )
    detail = Column(TEXT, "What is wrong, where ok is false.")


class Languages(Contract):
    """What the users of the conversations speak, and how many of them are kept."""

    view = "languages"

    language = Column(TEXT, "ISO 639-1 code of the user's language (zh-cn, zh-tw apart), or unknown.", nullable=False)
    conversations = Column(COUNT, "Conversations in it.", nullable=False)
    turns = Column(COUNT, "Their living turns.", nullable=False)
    kept = Column(COUNT, "Conversations that the language filter kept.", nullable=False)
    unwanted = Column(COUNT, "Those it dropped because `language.keep` or `skip` says so.", nullable=False)
    uncertain = Column(COUNT, "Those it dropped for a confidence below `language.min_confidence`.", nullable=False)
    unknown = Column(
        COUNT, "Those it dropped because the language cannot be told (`language.unknown`).", nullable=False
    )


class Signals(QualitySignals, LanguageSignals):
    """Every signal of language and quality of a conversation: what to re-judge with SQL, without a new run."""

    view = "signals"

    flags = QualityFiltered.flags
    reason = REASON


class Pii(Contract):
    """Personal data and secrets found in the turns that reached the quality stage: where and what, never the value."""

    view = "pii"

    row_id = ROW_ID
    turn = Column(INDEX, "Raw index of the turn.", nullable=False)
    kind = Column(TEXT, "email | phone | card | iban | ip | api_key | private_key | jwt | password.", nullable=False)
    start_char = Column(INDEX, "First character, in the turn as it read before redaction.", nullable=False)
    end_char = Column(INDEX, "Character after the last.", nullable=False)
    digest = Column(
        TEXT, "Keyed BLAKE2b-64 of kind and value (privacy.salt): equal values, equal digests.", nullable=False
    )

    @rule("a find has a length")
    def has_length() -> pl.Expr:
        """Hold that a find ends after it starts."""
        return pl.col("start_char") < pl.col("end_char")


class Redactions(Contract):
    """Where a pseudonym stands in the place of a value, with the words around it as they read now; never the value."""

    view = "redactions"

    row_id = ROW_ID
    turn = Column(INDEX, "Raw index of the turn.", nullable=False)
    role = Column(TEXT, "Who says it.", nullable=False)
    kind = Column(TEXT, "What was replaced, as in `pii`.", nullable=False)
    pseudonym = Column(TEXT, "What stands there now; one value has one pseudonym in its conversation.", nullable=False)
    before = Column(TEXT, "At most 60 characters in front of it, redacted like all of the turn.", nullable=False)
    after = Column(TEXT, "At most 60 characters behind it, redacted like all of the turn.", nullable=False)
    digest = Column(TEXT, "As in `pii`: equal values, equal digests.", nullable=False)


class LabelledAnswers(Contract):
    """How many labelled tokens each published answer has, with what its quality was measured as."""

    view = "labelled_answers"

    row_id = ROW_ID
    turn = Column(INDEX, "Raw index of the answer.", nullable=False)
    split = Column(TEXT, f"{listed(Split)}.", nullable=False)
    language = Column(TEXT, "The user's language.")
    tokens = Column(COUNT, "Labelled tokens of the answer, in all of its samples.", nullable=False)
    truncated = Column(FLAG, "Whether it breaks off (`truncated_answer` in `turn_signals`).", nullable=False)
    refusals = Column(COUNT, "Phrases of refusal in it.", nullable=False)
    identity_claims = Column(COUNT, "Phrases in it that claim to be a named model.", nullable=False)


class Contamination(Contract):
    """Benchmark items that turns hold, whether they were dropped for it or only marked."""

    view = "contamination"

    benchmark = Column(TEXT, "The benchmark file's name without its ending.", nullable=False)
    item = Column(TEXT, "The item's row number in the benchmark file, from 0.", nullable=False)
    row_id = ROW_ID
    turn = Column(INDEX, "Raw index of the turn that holds the item.", nullable=False)
    share = Column(SHARE, "Share of the item's distinct word n-grams that the turn holds.", nullable=False)

    @rule("a share is above 0 and at most 1")
    def is_share() -> pl.Expr:
        """Hold that the share is one."""
        return (pl.col("share") > 0) & (pl.col("share") <= 1)
