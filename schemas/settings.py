"""Every knob: its bounds, default, meaning and source; one class per concern, one concern per flow parameter."""

from __future__ import annotations

from schemas.knobs.concern import Concern, PiiKind, Policy, Share
from schemas.knobs.likeness import Likeness
from schemas.knobs.privacy import Decontamination, Privacy
from schemas.knobs.quality import Quality
from schemas.knobs.text import Language, Markup
from schemas.knobs.tokens import Runner, Shards, Tokens

__all__ = [
    "CONCERNS",
    "Concern",
    "Decontamination",
    "Language",
    "Likeness",
    "Markup",
    "PiiKind",
    "Policy",
    "Privacy",
    "Quality",
    "Runner",
    "Shards",
    "Share",
    "Tokens",
]

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
