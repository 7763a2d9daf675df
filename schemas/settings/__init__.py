"""Every setting: its bounds, default, meaning and source; one class per section, one section per flow parameter."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from schemas.settings.deduplication import Deduplication
from schemas.settings.input import Input
from schemas.settings.judge import Answers, Judge
from schemas.settings.language import Language
from schemas.settings.markdown import Markdown
from schemas.settings.privacy import Decontamination, Privacy
from schemas.settings.quality import Quality
from schemas.settings.section import PiiKind, Policy, Section, Share
from schemas.settings.serve import Serve
from schemas.settings.spot import Spot
from schemas.settings.tokens import Runner, Shards, Tokens
from schemas.settings.train import Train

__all__ = [
    "CAPABILITY_SECTIONS",
    "SECTIONS",
    "Answers",
    "Decontamination",
    "Deduplication",
    "Input",
    "Judge",
    "Language",
    "Markdown",
    "PiiKind",
    "Policy",
    "Privacy",
    "Quality",
    "Runner",
    "Section",
    "Serve",
    "Settings",
    "Shards",
    "Share",
    "Spot",
    "Tokens",
    "Train",
]


class Settings(BaseModel):
    """All settings of a run, an attribute a section."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    input: Input = Input()
    markdown: Markdown = Markdown()
    language: Language = Language()
    quality: Quality = Quality()
    privacy: Privacy = Privacy()
    decontamination: Decontamination = Decontamination()
    deduplication: Deduplication = Deduplication()
    tokens: Tokens = Tokens()
    shards: Shards = Shards()
    runner: Runner = Runner()

    def section(self, name: str) -> Section:
        """Return the section of that name. Raise KeyError where there is none."""
        if name not in SECTIONS:
            raise KeyError(name)
        found: Section = getattr(self, name)
        return found


SECTIONS: dict[str, type[Section]] = {name: type(field.default) for name, field in Settings.model_fields.items()}
"""The class of each section, by name."""

CAPABILITY_SECTIONS: dict[str, type[Section]] = {
    "train": Train,
    "spot": Spot,
    "answers": Answers,
    "judge": Judge,
    "serve": Serve,
}
"""Sections of the capabilities beside the data pipeline: each is a parameter of its own flow, and outside Settings."""
