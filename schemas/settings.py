"""Every knob: its bounds, default, meaning and source; one class per concern, one concern per flow parameter."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Share = Annotated[float, Field(ge=0.0, le=1.0)]
Policy = Literal["keep", "tag", "drop"]


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
        ("en",), "Languages of the user to keep (ISO 639-1), or all.", "Vicuna's recipe trains on English"
    )
    skip: tuple[str, ...] = knob((), "Languages to drop even where all are kept.", "FastChat's --skip-lang")


class Quality(Concern):
    """Which answers and conversations are too bad to train on."""


class Privacy(Concern):
    """What happens to personal data and secrets."""

    policy: Literal["off", "tag", "redact", "drop"] = knob(
        "redact", "What to do with personal data and secrets.", "peers: consistent pseudonyms, never the raw value"
    )


class Decontamination(Concern):
    """Which benchmark items must not be trained on."""


class Likeness(Concern):
    """What counts as the same conversation."""

    threshold: Share = knob(0.8, "Verified Jaccard at or above which a copy is dropped.", "datatrove 0.72, lilac 0.85")
    validation_share: float = knob(
        0.01, "Share of likeness groups that go to validation.", "1 % of 70 K is 700 conversations", ge=0.0, le=0.5
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

    workers: int | None = knob(None, "Processes; null = one per core.", "the bytes are the same for any", ge=1, le=1_024)


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
