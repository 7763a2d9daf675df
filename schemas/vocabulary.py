"""What a vocabulary is: words that are their own name in Parquet, each with its stage and a sentence."""

from __future__ import annotations

from enum import StrEnum
from typing import Self


class Word(StrEnum):
    """Base of the vocabularies: a member's value is what Parquet holds, its sentence is for people."""

    stage: str
    sentence: str

    def __new__(cls, value: str, stage: str, sentence: str) -> Self:
        """Make a member that is its own name and carries its stage and sentence."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.stage = stage
        member.sentence = sentence
        return member
