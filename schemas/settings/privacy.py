"""The settings of privacy and decontamination."""

from __future__ import annotations

from typing import Literal, get_args

from schemas.settings.section import PiiKind, Section, setting


class Privacy(Section):
    """What happens to personal data and secrets."""

    policy: Literal["off", "tag", "redact", "drop"] = setting(
        "redact", "What to do with personal data and secrets.", "peers: consistent pseudonyms, never the raw value"
    )
    kinds: tuple[PiiKind, ...] = setting(
        get_args(PiiKind),
        "What is looked for.",
        "dolma and detect-secrets, plus cards and accounts, whose check digits make them sure",
    )
    tag_only: tuple[PiiKind, ...] = setting(
        ("mac", "ssn"),
        "Kinds that are recorded and stay in the text, whatever the policy.",
        "both shapes are those of part numbers and of examples too; `[]` replaces them like the rest",
    )
    salt: str = setting(
        "sharegpt-clean",
        "Key of the digests in view pii; set one of your own where short values must not be guessed back.",
        "a fixed default keeps runs comparable; secrecy needs a key that is yours",
        max_length=64,
    )
    phone_regions: tuple[str, ...] = setting(
        ("US", "GB", "IN", "DE", "FR", "ES", "IT", "NL", "BR", "AU", "MX", "PL", "CN", "JP", "RU"),
        "Countries (ISO 3166) whose numbering plans a number without country code, after a word like phone, is "
        "checked against.",
        "where ChatGPT had most users in 2023",
    )
    min_entropy: float = setting(
        3.0,
        "Bits a character that a value assigned to a name like api_key needs to count as a secret.",
        "gitleaks' generic-api-key: 3.5; hexadecimal keys of 32 digits have 3.0 - 3.9",
        ge=0.0,
        le=8.0,
    )


class Decontamination(Section):
    """Which benchmark items must not be trained on."""

    files: tuple[str, ...] = setting(
        (),
        "Benchmark files (JSONL, Parquet, text with one item a line; any fsspec address), `file::column` for a "
        "column of another name.",
        "none is shipped: benchmarks have their own licences",
    )
    column: str = setting(
        "question", "Column of the items where a file names none.", "GSM8K, MMLU, TruthfulQA", min_length=1
    )
    policy: Literal["tag", "drop"] = setting(
        "drop", "Whether a contaminated conversation is dropped or only recorded.", "Tulu 3 drops"
    )
    ngram: int = setting(13, "Words of an n-gram.", "GPT-3, appendix C: 13", ge=2, le=64)
    short_ngram: int = setting(8, "Words of an n-gram for short items.", "GPT-3, appendix C: 8; Tulu 3: 8", ge=2, le=64)
    short_words: int = setting(
        26, "An item of fewer words is short.", "twice 13: one changed word spoils every 13-gram of a shorter one", ge=2
    )
    min_share: float = setting(
        0.5,
        "Share of an item's n-grams that a turn must hold to be contaminated by it.",
        "Tulu 3: more than half of the tokens",
        gt=0.0,
        le=1.0,
    )
    max_items: int = setting(
        10,
        "An n-gram of more benchmark items is boilerplate and no evidence.",
        "GPT-3, appendix C: n-grams seen more than 10 times are ignored",
        ge=1,
        le=1_000,
    )
