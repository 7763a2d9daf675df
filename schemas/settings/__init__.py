"""Every setting: its bounds, default, meaning and source; one class per section, one section per flow parameter."""

from __future__ import annotations

from schemas.settings.deduplication import Deduplication
from schemas.settings.privacy import Decontamination, Privacy
from schemas.settings.quality import Quality
from schemas.settings.section import PiiKind, Policy, Section, Share
from schemas.settings.text import Language, Markdown
from schemas.settings.tokens import Runner, Shards, Tokens

__all__ = [
    "SECTIONS",
    "Decontamination",
    "Deduplication",
    "Language",
    "Markdown",
    "PiiKind",
    "Policy",
    "Privacy",
    "Quality",
    "Runner",
    "Section",
    "Shards",
    "Share",
    "Tokens",
]

SECTIONS: dict[str, type[Section]] = {
    "markdown": Markdown,
    "language": Language,
    "quality": Quality,
    "privacy": Privacy,
    "decontamination": Decontamination,
    "deduplication": Deduplication,
    "tokens": Tokens,
    "shards": Shards,
    "runner": Runner,
}
