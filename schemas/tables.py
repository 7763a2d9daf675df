"""One contract per stage, in flow order: the data dictionary."""

from __future__ import annotations

import polars as pl
import pyarrow as pa

from schemas.columns import REASON, REPAIRS, ROW_ID
from schemas.contract import Column, Contract, rule
from schemas.enums import DuplicateKind, Split, listed
from schemas.signals import TURN_SIGNALS, LanguageSignals, QualitySignals
from schemas.types import CONTINUATION, COUNT, FLAG, INDEX, MARK, MESSAGE, PIECE, RAW_TURN, SHARE, TEXT, TURN


class Ingested(Contract):
    """Raw rows as they stood in the source, one row per conversation that could be read."""

    view = "ingested"
    folder = "01_ingested"

    row_id = ROW_ID
    source = Column(TEXT, "The file's name below the folder given, or its URL.", nullable=False)
    row = Column(COUNT, "Row number in the source, from 0, broken rows counted.", nullable=False)
    conversation_id = Column(TEXT, "The row's own id, or a hash of its content where it has none.", nullable=False)
    model = Column(TEXT, "The model the row names, where it does.")
    plugins = Column(TEXT, "The row's plugins field as JSON, where it has one.")
    content_hash = Column(TEXT, "xxh3-128 of the raw roles and values.", nullable=False)
    turns = Column(pa.list_(RAW_TURN), "The raw turns: turn, raw role, raw value.", nullable=False)
    marks = Column(
        pa.list_(MARK), "What fields of the turns say beside their words: turn, mark (schemas/marks.py), text."
    )
    pieces = Column(
        pa.list_(PIECE),
        "Rows that go on with the conversation (`input.rejoin`): ids, first, count, turns; null = none. Their marks "
        "and repairs stand with this row's.",
    )
    joined_into = Column(TEXT, "The row_id of the row that this one goes on with; null = it stands alone.")
    metadata = Column(TEXT, "The row's other fields as JSON, those of more than 4,000 characters left out.")
    repairs = REPAIRS
    reason = REASON


class Converted(Contract):
    """Answers as Markdown, human turns as typed, every raw turn at its raw index with its repair."""

    view = "converted"
    folder = "02_converted"

    row_id = ROW_ID
    encoding = Column(TEXT, "verbatim | default_sanitised | fully_sanitised | markdown | fastchat_markdown.")
    encoding_evidence = Column(TEXT, "What told the encoding, in a few words.")
    turns = Column(pa.list_(TURN), "Every raw turn at its raw index, with the fate a repair gave it.")
    unlabelled = Column(pa.list_(INDEX), "Raw indices of kept answers that are context without label; null = none.")
    continuations = Column(
        pa.list_(CONTINUATION),
        "Answers that a request to go on follows: request (rest | more | partly), what shows that one breaks off "
        "(ending), what shows that the next goes on (start), what was done (stitched | unlabelled_eos | kept).",
    )
    unlabelled_eos = Column(
        pa.list_(INDEX), "Raw indices of answers that break off: their end has no label; null = none."
    )
    code_blocks = Column(
        pa.list_(pa.struct([("turn", INDEX), ("block", INDEX), ("language", TEXT), ("code_label", TEXT)])),
        "The answers' code blocks: turn, number, language, and where it came from (class | header | none).",
    )
    repairs = REPAIRS
    reason = REASON


class LanguageFiltered(LanguageSignals):
    """The language of questions and answers, guessed from words alone."""

    view = "language_filtered"
    folder = "03_language_filtered"

    turn_languages = Column(
        pa.list_(pa.struct([("turn", INDEX), ("language", TEXT), ("confidence", SHARE)])),
        "The language of each kept turn; short turns inherit their role's.",
    )
    reason = REASON


class QualityFiltered(QualitySignals):
    """Signals of quality, personal data and contamination, with the turns as they read after cuts and redaction."""

    view = "quality_filtered"
    folder = "04_quality_filtered"

    phrases = Column(
        pa.list_(pa.struct([("turn", INDEX), ("kind", TEXT), ("phrase", TEXT), ("count", INDEX)])),
        "Every phrase of refusal or identity, with its turn, kind (its Reason) and count.",
    )
    turn_signals = Column(pa.list_(TURN_SIGNALS), "These signals for each kept turn: what the rules judge.")
    flags = Column(pa.list_(TEXT), "Reasons that hold but only tag: by the settings, or because cutting would hurt.")
    unlabelled_eos = Column(
        pa.list_(INDEX),
        "Those of `converted`, and other answers that end inside a fence or in mid-sentence; null = none.",
    )
    turns = Column(pa.list_(TURN), "The turns where this stage cut or redacted one; null = unchanged.")
    pii = Column(
        pa.list_(
            pa.struct(
                [
                    ("turn", INDEX),
                    ("kind", TEXT),
                    ("start_char", INDEX),
                    ("end_char", INDEX),
                    ("digest", TEXT),
                    ("pseudonym", TEXT),
                    ("placed_char", INDEX),
                ]
            )
        ),
        "Personal data and secrets found: turn, kind, position before redaction, salted digest, pseudonym, its place.",
    )
    contamination = Column(
        pa.list_(pa.struct([("turn", INDEX), ("benchmark", TEXT), ("item", TEXT), ("share", SHARE)])),
        "Benchmark items that a turn shares n-grams with.",
    )
    repairs = REPAIRS
    reason = REASON


class Deduplicated(Contract):
    """Who resembles whom: the kept partner of every dropped copy, and the split that cannot leak."""

    view = "deduplicated"
    folder = "05_deduplicated"

    row_id = ROW_ID
    group_id = Column(TEXT, "The smallest row_id of the deduplication group; alone = its own.")
    split = Column(TEXT, f"{listed(Split)}, whole groups in order of their salted hashes.")
    sample_prefix = Column(TEXT, "conversation_id, made unique with ~<6 hex of the content hash> where still shared.")
    kept_row_id = Column(TEXT, "For a dropped copy: the kept conversation.")
    kind = Column(TEXT, f"For a dropped copy: {listed(DuplicateKind)}.")
    jaccard = Column(SHARE, "For a dropped copy: verified Jaccard of its shingles and the kept conversation's.")
    reason = REASON

    @rule("a copy names its kept partner, another row names none")
    def partner() -> pl.Expr:
        """Hold that kind and kept_row_id are set together."""
        return pl.col("kind").is_null() == pl.col("kept_row_id").is_null()


class Windows(Contract):
    """One row per window of at most the context's length, and one per dropped round."""

    view = "windows"
    folder = "06_windows"

    sample_id = Column(TEXT, "`<conversation_id>#<chunk>`; null for a dropped round.")
    row_id = ROW_ID
    conversation_id = Column(TEXT, "As published: made unique where two kept rows share an id.", nullable=False)
    chunk = Column(INDEX, "Number of the window within its conversation, from 0.")
    chunks = Column(INDEX, "How many windows the conversation has.")
    turn_start = Column(INDEX, "Raw index of the first turn shown.", nullable=False)
    turn_end = Column(INDEX, "Raw index after the last turn shown.", nullable=False)
    system_turn = Column(INDEX, "Raw index of the system turn shown, which may lie before turn_start; null = none.")
    messages = Column(pa.list_(MESSAGE), "What the window shows: role (system, user, assistant), content.")
    exact_messages = Column(FLAG, "Whether rendering `messages` again gives the same ids and labels.")
    unlabelled_messages = Column(
        pa.list_(INDEX), "Places in `messages` of answers without label, where the ids are the same; null = none."
    )
    input_ids = Column(pa.list_(INDEX), "Token ids, BOS first.")
    label_spans = Column(
        pa.list_(pa.struct([("turn", INDEX), ("token_start", INDEX), ("token_end", INDEX)])),
        "Positions in input_ids that are trained on, end exclusive.",
    )
    openings = Column(
        pa.list_(TEXT),
        "First sentence of each answer with label, as `label_spans` has them, up to a span of code in it; null where "
        "an answer shown has none.",
    )
    n_tokens = Column(INDEX, "Length of input_ids; for a dropped round, of the round.", nullable=False)
    n_label_tokens = Column(INDEX, "Tokens with loss; for a dropped round, those lost.", nullable=False)
    mask_ok = Column(FLAG, "Whether the labelled tokens decode to the assistant's words.")
    mask_detail = Column(TEXT, "What differed, where mask_ok is false.")
    split = Column(TEXT, f"{listed(Split)}.", nullable=False)
    language = Column(TEXT, "The user's language.")
    source = Column(TEXT, "The source's name.", nullable=False)
    model = Column(TEXT, "The model the row names, where it does.")
    reason = Column(TEXT, "Why the round, or what is left of it, is in no window; null = a window.")

    @rule("a window has an id, a dropped round a reason")
    def id_or_reason() -> pl.Expr:
        """Hold that exactly one of sample_id and reason is set."""
        return pl.col("sample_id").is_null() != pl.col("reason").is_null()


class Shards(Contract):
    """The published samples: of each window what a trainer reads, with labels and attention mask."""

    view = "shards"
    folder = "07_shards"

    sample_id = Windows.sample_id.required("`<conversation_id>#<chunk>`.")
    row_id = ROW_ID
    conversation_id = Windows.conversation_id
    chunk = Windows.chunk.required()
    chunks = Windows.chunks.required()
    turn_start = Windows.turn_start
    turn_end = Windows.turn_end
    messages = Windows.messages.required()
    exact_messages = Windows.exact_messages.required()
    unlabelled_messages = Windows.unlabelled_messages
    input_ids = Windows.input_ids.required()
    labels = Column(pa.list_(INDEX), "Token ids where there is loss, -100 elsewhere.", nullable=False)
    attention_mask = Column(pa.list_(pa.int8()), "1 for every token: shards are not padded.", nullable=False)
    label_spans = Windows.label_spans.required()
    n_tokens = Windows.n_tokens.required("Length of input_ids.")
    n_label_tokens = Windows.n_label_tokens.required("Tokens with loss.")
    language = Windows.language
    source = Windows.source
    model = Windows.model


JOINED = "joined"
"""In `reason` of the stages: the row's turns are with the row that it was joined to, and so is its fate."""

STAGES: tuple[type[Contract], ...] = (
    Ingested,
    Converted,
    LanguageFiltered,
    QualityFiltered,
    Deduplicated,
    Windows,
    Shards,
)
