"""Every knob: its bounds, default, meaning and source; one class per concern, one concern per flow parameter."""

from __future__ import annotations

from typing import Annotated, Any, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field

Share = Annotated[float, Field(ge=0.0, le=1.0)]
Policy = Literal["keep", "tag", "drop"]
PiiKind = Literal["email", "phone", "card", "iban", "ip", "api_key", "private_key", "jwt", "password"]


def knob(default: Any, meaning: str, source: str, **bounds: Any) -> Any:
    """Declare a settings field with its sentence and where its default comes from."""
    return Field(default, description=meaning, json_schema_extra={"source": source}, **bounds)


class Concern(BaseModel):
    """Base of all settings: frozen, bounded, and unknown fields are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=True)


class Markup(Concern):
    """How answers become Markdown."""

    max_answer_chars: int = knob(
        20_000_000,
        "An answer of more characters is kept as text, unconverted.",
        "20 MB is 1,000 × the longest real answer",
        ge=1_000,
        le=1_000_000_000,
    )


class Language(Concern):
    """Which languages are kept, and what happens where they cannot be told."""

    keep: tuple[str, ...] | Literal["all"] = knob(
        ("en",),
        "Languages of the user to keep (ISO 639-1; zh means zh-cn and zh-tw), or all.",
        "Vicuna's recipe trains on English",
    )
    skip: tuple[str, ...] = knob((), "Languages to drop even where all are kept.", "FastChat's --skip-lang")
    min_confidence: Share = knob(
        0.0, "A language told with less confidence is dropped as uncertain.", "measured: no threshold helps English"
    )
    unknown: Literal["keep", "drop"] = knob(
        "keep",
        "Whether a user whose language cannot be told is kept; if so, only where the answers' language is wanted.",
        "langdetect takes “ok” for Slovak; short and code-only questions are good data",
    )
    turn_chars: int = knob(
        300, "Characters of each turn's own words that are looked at.", "measured: 98.9 % at 300", ge=50, le=10_000
    )
    min_letters: int = knob(
        20,
        "With fewer letters a text that holds no function word is unknown.",
        "langdetect on short text",
        ge=1,
        le=1_000,
    )
    min_words: float = knob(1.0, "Function words of a language needed to decide for it.", "measured", ge=0.1, le=100.0)
    min_density: Share = knob(
        0.25,
        "Function words of the language per five letters needed to decide for it.",
        "measured",
    )
    min_lead: float = knob(
        1.5, "How many times the evidence for the runner-up the winner needs.", "measured", ge=1.0, le=100.0
    )
    detector_chars: int = knob(
        500,
        "Characters given to langdetect where the words do not decide.",
        "measured: more adds time alone",
        ge=50,
        le=10_000,
    )


class Quality(Concern):
    """Which answers and conversations are too bad to train on."""


class Privacy(Concern):
    """What happens to personal data and secrets."""

    policy: Literal["off", "tag", "redact", "drop"] = knob(
        "redact", "What to do with personal data and secrets.", "peers: consistent pseudonyms, never the raw value"
    )
    kinds: tuple[PiiKind, ...] = knob(
        get_args(PiiKind),
        "What is looked for.",
        "dolma and detect-secrets, plus cards and accounts, whose check digits make them sure",
    )
    salt: str = knob(
        "sharegpt-clean",
        "Key of the digests in view pii; set one of your own where short values must not be guessed back.",
        "a fixed default keeps runs comparable; secrecy needs a key that is yours",
        max_length=64,
    )
    phone_regions: tuple[str, ...] = knob(
        ("US", "GB", "IN", "DE", "FR", "ES", "IT", "NL", "BR", "AU", "MX", "PL", "CN", "JP", "RU"),
        "Countries (ISO 3166) whose numbering plans a number without country code, after a word like phone, is "
        "checked against.",
        "where ChatGPT had most users in 2023",
    )
    min_entropy: float = knob(
        3.0,
        "Bits a character that a value assigned to a name like api_key needs to count as a secret.",
        "gitleaks' generic-api-key: 3.5; hexadecimal keys of 32 digits have 3.0 - 3.9",
        ge=0.0,
        le=8.0,
    )


class Decontamination(Concern):
    """Which benchmark items must not be trained on."""

    files: tuple[str, ...] = knob(
        (),
        "Benchmark files (JSONL, Parquet, text with one item a line; any fsspec address), `file::column` for a "
        "column of another name.",
        "none is shipped: benchmarks have their own licences",
    )
    column: str = knob(
        "question", "Column of the items where a file names none.", "GSM8K, MMLU, TruthfulQA", min_length=1
    )
    policy: Literal["tag", "drop"] = knob(
        "drop", "Whether a contaminated conversation is dropped or only recorded.", "Tulu 3 drops"
    )
    ngram: int = knob(13, "Words of an n-gram.", "GPT-3, appendix C: 13", ge=2, le=64)
    short_ngram: int = knob(8, "Words of an n-gram for short items.", "GPT-3, appendix C: 8; Tulu 3: 8", ge=2, le=64)
    short_words: int = knob(
        26, "An item of fewer words is short.", "twice 13: one changed word spoils every 13-gram of a shorter one", ge=2
    )
    min_share: float = knob(
        0.5,
        "Share of an item's n-grams that a turn must hold to be contaminated by it.",
        "Tulu 3: more than half of the tokens",
        gt=0.0,
        le=1.0,
    )


class Likeness(Concern):
    """What counts as the same conversation."""

    threshold: Share = knob(0.8, "Verified Jaccard at or above which a copy is dropped.", "datatrove 0.72, lilac 0.85")
    validation_share: float = knob(
        0.01,
        "Share of likeness groups that go to validation.",
        "1 % of 70 K is 700 conversations",
        ge=0.0,
        le=0.5,
    )


class Tokens(Concern):
    """Which tokenizer, template and context windows are cut for."""

    tokenizer: str = knob(
        "mistral-v1",
        "A tokenizer.json, a SentencePiece .model, a hub id, or mistral-v1 (packaged with mistral-common).",
        "the packaged vocabulary needs no network",
        min_length=1,
    )
    template: str = knob("vicuna_v1.1", "vicuna_v1.1, chatml, or a file with a Jinja chat template.", "Vicuna v1.5")
    context: int = knob(2_048, "Most tokens of a window.", "LLaMA's first context", ge=32, le=1_048_576)


class Shards(Concern):
    """How published files are written."""

    compression_level: int = knob(3, "zstd level of every Parquet file.", "measured: 3 is the knee", ge=1, le=19)
    keep_versions: int = knob(3, "Published versions kept, the current one included.", "a month of weekly runs", ge=1)


class Runner(Concern):
    """Where the work runs; outside every digest, since results do not depend on it."""

    workers: int | None = knob(
        None, "Processes; null = one per core.", "the bytes are the same for any", ge=1, le=1_024
    )


CONCERNS: dict[str, type[Concern]] = {
    "markup": Markup,
    "language": Language,
    "quality": Quality,
    "privacy": Privacy,
    "decontamination": Decontamination,
    "likeness": Likeness,
    "tokens": Tokens,
    "shards": Shards,
    "runner": Runner,
}
