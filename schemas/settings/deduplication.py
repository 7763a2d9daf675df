"""The settings of deduplication and the split."""

from __future__ import annotations

from typing import Literal

from schemas.settings.section import Section, Share, setting


class Deduplication(Section):
    """What counts as the same conversation."""

    threshold: float = setting(
        0.8,
        "Verified Jaccard of two shingle sets at or above which a copy is dropped.",
        "datatrove 0.72, lilac 0.85, text-dedup 0.7",
        ge=0.3,
        le=1.0,
    )
    floor: float = setting(
        0.5,
        "Verified pairs are recorded in similar_pairs down to this Jaccard.",
        "below it texts differ",
        ge=0.0,
        le=1.0,
    )
    shingle_words: int = setting(
        5, "Words (in code also operators) in one shingle.", "datatrove, text-dedup: 5", ge=1, le=32
    )
    bins: int = setting(128, "MinHash values of a conversation.", "datasketch and distilabel: 128", ge=16, le=1_024)
    recall: float = setting(
        0.995,
        "Probability with which a pair at the threshold becomes a candidate; the LSH bands follow from it.",
        "21 bands of 6 rows at 0.8: 0.998 there, 0.9999 at 0.85, 0.28 at 0.5",
        ge=0.5,
        le=0.9999,
    )
    bucket_size: int = setting(
        100,
        "Most kept conversations that one LSH bucket lists; more would make boilerplate quadratic.",
        "a near copy shares five buckets on average, and one is enough",
        ge=1,
        le=100_000,
    )
    comparisons: int = setting(
        64,
        "Most kept conversations that one is compared with, those that share most buckets first.",
        "bounds the work on templates",
        ge=1,
        le=100_000,
    )
    case: Literal["keep", "fold"] = setting(
        "keep",
        "Whether texts that differ only in case are exact copies (fold).",
        "case means something in code and names",
    )
    branches: Literal["keep_longest", "keep_all"] = setting(
        "keep_longest",
        "What happens to conversations that share a long prefix of rounds and then part.",
        "a regenerated answer repeats all that went before",
    )
    branch_rounds: int = setting(
        2,
        "Rounds that two conversations must share to be branches of one.",
        "one shared round is a greeting",
        ge=1,
        le=64,
    )
    branch_share: Share = setting(
        0.5, "Share of a branch's text that must be in the shared rounds for it to be dropped.", "half is nothing new"
    )
    validation_share: float = setting(
        0.01,
        "Share of the kept text, in characters, that goes to validation, whole deduplication groups at a time.",
        "1 % of 70 K is 700 conversations",
        ge=0.0,
        le=0.5,
    )
    validation_least: int = setting(
        100,
        "From this many kept conversations on validation is never empty (unless its share is 0).",
        "below it one group is more than 1 %",
        ge=1,
    )
    salt: str = setting(
        "sharegpt-clean", "Salt of the hash by which groups are put in order for validation.", "any text"
    )
