"""One contract per stage, in flow order: the data dictionary."""

from __future__ import annotations

import polars as pl
import pyarrow as pa

from schemas.contract import Column, Contract, rule
from schemas.types import COUNT, FLAG, INDEX, MESSAGE, RAW_TURN, REPAIR, SHARE, TEXT, TURN, TURN_SIGNALS

ROW_ID = Column(TEXT, "`<source>:<row number>`, unique within a data root; every file joins on it.", nullable=False)
REASON = Column(TEXT, "Why the row is not alive here (its first reason); null = alive.")
REPAIRS = Column(
    pa.list_(REPAIR), "What this stage, or the last before it that changes turns, changed: turn, kind, detail."
)


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
    repairs = REPAIRS
    reason = REASON


class Converted(Contract):
    """Answers as Markdown, human turns as typed, every raw turn at its raw index with its repair."""

    view = "converted"
    folder = "02_converted"

    row_id = ROW_ID
    encoding = Column(TEXT, "verbatim | default_sanitised | fully_sanitised | markdown.")
    encoding_evidence = Column(TEXT, "What told the encoding, in a few words.")
    turns = Column(pa.list_(TURN), "Every raw turn at its raw index, with the fate a repair gave it.")
    code_blocks = Column(
        pa.list_(pa.struct([("turn", INDEX), ("block", INDEX), ("language", TEXT), ("code_label", TEXT)])),
        "The answers' code blocks: turn, number, language, and where it came from (class | header | none).",
    )
    repairs = REPAIRS
    reason = REASON


class LanguageFiltered(Contract):
    """The language of questions and answers, told from words alone."""

    view = "language_filtered"
    folder = "03_language_filtered"

    row_id = ROW_ID
    language = Column(TEXT, "ISO 639-1 code of the user's language (zh-cn, zh-tw apart), or unknown.")
    language_confidence = Column(SHARE, "Confidence of `language`, 0 – 1.")
    answer_language = Column(TEXT, "ISO 639-1 code of the answers' language, or unknown.")
    answer_confidence = Column(SHARE, "Confidence of `answer_language`, 0 – 1.")
    turn_languages = Column(
        pa.list_(pa.struct([("turn", INDEX), ("language", TEXT), ("confidence", SHARE)])),
        "The language of each living turn; short turns inherit their role's.",
    )
    reason = REASON


class QualityFiltered(Contract):
    """Signals of quality, personal data and contamination, with the turns as they read after cuts and redaction."""

    view = "quality_filtered"
    folder = "04_quality_filtered"

    row_id = ROW_ID
    rounds = Column(INDEX, "Question-answer rounds before this stage's cuts.")
    characters = Column(COUNT, "Characters of all living turns.")
    answer_characters = Column(COUNT, "Characters of the living answers.")
    shortest_answer = Column(COUNT, "Characters of the shortest answer.")
    error_replies = Column(INDEX, "Answers that are a message of the page (an error, a rate limit).")
    stub_answers = Column(INDEX, "Answers of nothing, or of one word where more was asked.")
    broken_answers = Column(INDEX, "Answers that end inside a fence or in mid-sentence, no rest asked for.")
    ends_broken = Column(FLAG, "Whether the last answer is one of `broken_answers`.")
    refusals = Column(INDEX, "Phrases of refusal or recited limits in the answers.")
    identity_claims = Column(INDEX, "Phrases in the answers that claim to be a named model.")
    plugin_panels = Column(INDEX, "Answers that hold a plugin's or browsing panel, or whose row names plugins.")
    compression = Column(SHARE, "lz4 bytes per byte of prose, in the answer that packs best; null where all are short.")
    repeated_lines = Column(SHARE, "Share of characters in lines seen before, in the prose of the worst answer.")
    repeated_paragraphs = Column(
        SHARE, "Share of characters in paragraphs seen before, in the prose of the worst answer."
    )
    repeated_ngrams = Column(SHARE, "Share of words in n-grams seen before, in the prose of the worst answer.")
    run_share = Column(SHARE, "Share of characters in runs of one character, in the worst turn.")
    blob_share = Column(SHARE, "Share of characters in base64-like runs outside code blocks, in the worst turn.")
    mojibake_share = Column(SHARE, "Share of characters that are wrongly decoded, in the worst turn.")
    blocked_words = Column(INDEX, "Blocked words in the roles the settings name.")
    special_tokens = Column(INDEX, "Special tokens of a tokenizer written out in the text; encoded as plain text.")
    template_headers = Column(INDEX, "Headers of a chat template written out in the text; never taken for one.")
    phrases = Column(
        pa.list_(pa.struct([("turn", INDEX), ("kind", TEXT), ("phrase", TEXT), ("count", INDEX)])),
        "Every phrase of refusal or identity, with its turn, kind (its Reason) and count.",
    )
    turn_signals = Column(pa.list_(TURN_SIGNALS), "These signals for each living turn: what the rules judge.")
    flags = Column(pa.list_(TEXT), "Reasons that hold but only tag: by the settings, or because cutting would hurt.")
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
                ]
            )
        ),
        "Personal data and secrets found: turn, kind, position before redaction, salted digest.",
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
    split = Column(TEXT, "train | validation, by a salted hash of the group.")
    sample_prefix = Column(TEXT, "conversation_id, made unique with ~<6 hex of the content hash> where still shared.")
    kept_row_id = Column(TEXT, "For a dropped copy: the kept conversation.")
    kind = Column(TEXT, "For a dropped copy: exact | continuation | branch | near.")
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
    input_ids = Column(pa.list_(INDEX), "Token ids, BOS first.")
    label_spans = Column(
        pa.list_(pa.struct([("turn", INDEX), ("token_start", INDEX), ("token_end", INDEX)])),
        "Positions in input_ids that are trained on, end exclusive.",
    )
    n_tokens = Column(INDEX, "Length of input_ids; for a dropped round, of the round.", nullable=False)
    n_label_tokens = Column(INDEX, "Tokens with loss; for a dropped round, those lost.", nullable=False)
    mask_ok = Column(FLAG, "Whether the labelled tokens decode to the assistant's words.")
    mask_detail = Column(TEXT, "What differed, where mask_ok is false.")
    split = Column(TEXT, "train | validation.", nullable=False)
    language = Column(TEXT, "The user's language.")
    source = Column(TEXT, "The source's name.", nullable=False)
    model = Column(TEXT, "The model the row names, where it does.")
    reason = Column(TEXT, "Why the round, or what is left of it, is in no window; null = a window.")

    @rule("a window has an id, a dropped round a reason")
    def id_or_reason() -> pl.Expr:
        """Hold that exactly one of sample_id and reason is set."""
        return pl.col("sample_id").is_null() != pl.col("reason").is_null()


class Shards(Contract):
    """The published samples."""

    view = "shards"
    folder = "07_shards"

    sample_id = Column(TEXT, "`<conversation_id>#<chunk>`.", nullable=False)
    row_id = ROW_ID
    conversation_id = Column(TEXT, "The row's own id, made unique where two kept rows share it.", nullable=False)
    chunk = Column(INDEX, "Number of the window within its conversation, from 0.", nullable=False)
    chunks = Column(INDEX, "How many windows the conversation has.", nullable=False)
    turn_start = Column(INDEX, "Raw index of the first turn shown.", nullable=False)
    turn_end = Column(INDEX, "Raw index after the last turn shown.", nullable=False)
    messages = Column(
        pa.list_(MESSAGE), "What the window shows: role (system, user, assistant), content.", nullable=False
    )
    exact_messages = Column(FLAG, "Whether rendering `messages` again gives the same ids and labels.", nullable=False)
    input_ids = Column(pa.list_(INDEX), "Token ids, BOS first.", nullable=False)
    labels = Column(pa.list_(INDEX), "Token ids where there is loss, -100 elsewhere.", nullable=False)
    attention_mask = Column(pa.list_(pa.int8()), "1 for every token: shards are not padded.", nullable=False)
    label_spans = Column(
        pa.list_(pa.struct([("turn", INDEX), ("token_start", INDEX), ("token_end", INDEX)])),
        "Positions in input_ids that are trained on, end exclusive.",
        nullable=False,
    )
    n_tokens = Column(INDEX, "Length of input_ids.", nullable=False)
    n_label_tokens = Column(INDEX, "Tokens with loss.", nullable=False)
    language = Column(TEXT, "The user's language.")
    source = Column(TEXT, "The source's name.", nullable=False)
    model = Column(TEXT, "The model the row names, where it does.")


STAGES: tuple[type[Contract], ...] = (
    Ingested,
    Converted,
    LanguageFiltered,
    QualityFiltered,
    Deduplicated,
    Windows,
    Shards,
)
