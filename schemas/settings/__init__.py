"""Every knob: its bounds, default, meaning and source; one class per concern, one concern per flow parameter."""

from __future__ import annotations

from schemas.settings.deduplication import Likeness
from schemas.settings.privacy import Decontamination, Privacy
from schemas.settings.quality import Quality
from schemas.settings.section import Concern, PiiKind, Policy, Share
from schemas.settings.text import Language, Markup
from schemas.settings.tokens import Runner, Shards, Tokens

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
