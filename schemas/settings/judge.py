"""The settings of answers and judgements."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from schemas.settings.section import Section, Share, setting

QUESTIONS = Path("data/questions/questions.jsonl")
"""Our own questions, in the working folder or as shipped; any file of FastChat's form will do."""
OPENAI = "https://api.openai.com/v1"
"""The judge's address where none is named."""
ORDERS = "both | first | second"


class Asking(Section):
    """How an endpoint is asked."""

    parallel: int = setting(
        8,
        "Requests under way at once.",
        "measured: 640 judgements of a quick endpoint take 6 s of CPU, start and report included",
        ge=1,
    )
    retries: int = setting(
        6,
        "How often a request is sent again after 408, 409, 429, 5xx, a time-out or a cut connection.",
        "measured: of 80 requests to an endpoint that fails 60 % of first tries none was lost at 4",
        ge=0,
        le=20,
    )
    timeout: float = setting(
        60.0,
        "Seconds that one try may take, from its first byte to its last.",
        "GPT-4 writes 1,024 tokens in 20 – 50 s",
        gt=0,
    )
    give_up_after: int = setting(
        10,
        "Requests in a row that fail, all their retries included, until the run stops.",
        "an endpoint that is down should cost minutes, not hours",
        ge=1,
    )


class Answers(Asking):
    """How models are asked for their answers."""

    temperature: float = setting(0.7, "Of the answers.", "the article's answers: 0.7", ge=0.0, le=2.0)
    max_tokens: int = setting(1024, "Most tokens of an answer.", "the article's answers: max_new_tokens 1024", ge=1)


class Judge(Asking):
    """How answers are judged, and what figures are made of the scores."""

    model: str = setting("gpt-4", "The judge, by the name its endpoint knows.", "the article's judge", min_length=1)
    temperature: float = setting(0.2, "Of the judge.", "FastChat's reviewer of March 2023: 0.2", ge=0.0, le=2.0)
    max_tokens: int = setting(1024, "Most tokens of a judgement.", "FastChat's reviewer: 1024", ge=1)
    orders: Literal["both", "first", "second"] = setting(
        "both",
        "Whether each pair is judged in both orders, or with the model always first or always second.",
        "GPT-4 prefers the answer shown first (FastChat #826); `second` is what the article did",
    )
    again: int = setting(
        2,
        "How often an unreadable judgement is asked for again.",
        "at temperature 0.2 a new try reads differently",
        ge=0,
        le=10,
    )
    self_check: int = setting(
        8,
        "Questions on which an answer is judged against itself: the gap must be about 0.",
        "one of each category but the last: what the judge's order bias is where nothing differs (FastChat #826)",
        ge=0,
    )
    min_judged: Share = setting(
        0.95,
        "Share of judgements that must be scored, or nothing is published.",
        "a figure over what happened to be readable is not one over the questions",
    )
    max_cost: float = setting(
        50.0,
        "US dollars that a run may cost; above, it does not begin.",
        "640 judgements by gpt-4 cost some 30",
        ge=0.0,
    )
    price_in: float | None = setting(
        None,
        "US dollars for a million tokens read; not given: gpt-4's 30, and 0 at an address of this machine.",
        "OpenAI's list price of gpt-4",
        ge=0.0,
    )
    price_out: float | None = setting(
        None,
        "US dollars for a million tokens written; not given: gpt-4's 60, and 0 at an address of this machine.",
        "OpenAI's list price of gpt-4",
        ge=0.0,
    )
    written: int = setting(
        250,
        "Tokens that a judgement is estimated to write.",
        "the 1,040 published reviews: a median of 150, 5 – 95 % of them 110 – 320 (four characters a token); "
        "rather too much than too little",
        ge=1,
    )
    resamples: int = setting(
        9_999, "Resamples of each bootstrap over questions.", "scipy's default", ge=99, le=1_000_000
    )
    confidence: float = setting(0.95, "Of every interval.", "the custom of the field", gt=0.0, lt=1.0)
    seed: int = setting(0, "Of the bootstrap and of what is drawn for review.", "any fixed number will do", ge=0)
    close_length: Share = setting(
        0.2,
        "Answers are of like length where they differ by at most this share of the longer one.",
        "so that length cannot be what decided",
    )
    review_share: Share = setting(
        0.1,
        "Share of pairs drawn for review by chance, beside those that need it.",
        "80 questions x 4 pairs: 32 to read",
    )
    leakage: Literal["refuse", "report"] = setting(
        "refuse",
        "What happens to a model of this data root whose training data was not decontaminated against the questions.",
        "a model that has seen the questions is not measured by them",
    )
