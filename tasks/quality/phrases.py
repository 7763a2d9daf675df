"""Finds phrases of refusal, recited limits and claimed identity in answers, each counted."""

from __future__ import annotations

import functools
from typing import NamedTuple

import numpy as np
import polars as pl
import pyarrow as pa

from schemas.reasons import Reason
from schemas.tables import QualityFiltered

REFUSALS: tuple[str, ...] = (
    "as an ai language model",
    "as an ai model",
    "as an ai assistant",
    "as an artificial intelligence",
    "as a large language model",
    "as a language model",
    "as an ai, i",
    "as an ai i ",
    "i am an ai language model",
    "i'm an ai language model",
    "i am just an ai",
    "i'm just an ai",
    "i'm sorry, but i cannot",
    "i'm sorry, but i can't",
    "i'm sorry, but i am not able to",
    "i'm sorry, but i'm not able to",
    "i am sorry, but i cannot",
    "i'm sorry, i cannot",
    "i'm sorry, i can't",
    "i apologize, but i cannot",
    "i apologize, but i can't",
    "i apologize, but i am not able to",
    "i apologize, but i'm not able to",
    "i cannot fulfill your request",
    "i cannot fulfill this request",
    "i can't fulfill your request",
    "i cannot comply with",
    "i can't comply with",
    "i cannot assist with",
    "i can't assist with",
    "i can't help with that",
    "i cannot help with that",
    "i cannot provide assistance",
    "i am programmed to",
    "my programming does not",
    "my training data only goes",
    "my knowledge cutoff",
    "knowledge cutoff date",
    "goes against my programming",
    "against openai's use case policy",
    "violates openai's",
    "i do not have personal opinions",
    "i don't have personal opinions",
    "i do not have feelings",
    "i don't have feelings",
    "i do not have access to real-time",
    "i don't have access to real-time",
)
"""Refusals and recited limits (open-instruct, ShareGPT_Vicuna_unfiltered's list of some 70, read and cut down to
those that are no everyday sentence of a helpful answer). Matched without case, curly apostrophes as straight ones."""

IDENTITIES: tuple[str, ...] = (
    "i am chatgpt",
    "i'm chatgpt",
    "my name is chatgpt",
    "i am gpt-3",
    "i am gpt-4",
    "i'm gpt-4",
    "as chatgpt, i",
    "i am claude",
    "i'm claude",
    "my name is claude",
    "i am bard",
    "i'm bard",
    "i am llama",
    "i am vicuna",
    "i am deepseek",
    "i'm deepseek",
    "i am qwen",
    "i am gemini",
    "i'm gemini",
    "i am bing",
    "this is bing",
    "i was created by openai",
    "i was developed by openai",
    "i was trained by openai",
    "language model created by openai",
    "language model developed by openai",
    "language model trained by openai",
    "language model made by openai",
    "language model from openai",
    "ai model developed by openai",
    "ai assistant created by anthropic",
    "ai assistant made by anthropic",
    "i was created by anthropic",
    "i was trained by google",
    "language model trained by google",
    "large language model, trained by google",
    "developed by meta ai",
)
"""Claims to be a named model or a maker's work (open-instruct's word-bounded list, as whole claims)."""

HINTS = (
    r"an ai\b|language model|artificial intelligence|i['’]m sorry|i am sorry|i apologize|i cannot|i can['’]t|programm"
    r"|training data|cutoff|openai|i do not have|i don['’]t have|chatgpt|gpt-[34]|claude|i am bard|i['’]m bard"
    r"|am llama|am vicuna|deepseek|am qwen|gemini|is bing|am bing|by anthropic|by google|by meta"
)
"""One of these stands in every phrase above, in small letters: few texts hold any."""


class PhraseHit(NamedTuple):
    """One phrase found in one turn.

    Args:
        at: position of the turn in the batch.
        kind: the Reason that the phrase is evidence for.
        phrase: as listed, in lower case with straight apostrophes.
        times: how often it occurs.
    """

    at: int
    kind: Reason
    phrase: str
    times: int


@functools.cache
def _kinds() -> dict[str, Reason]:
    """Return the kind of each phrase, also as written with a curly apostrophe."""
    listed = dict.fromkeys(REFUSALS, Reason.REFUSAL) | dict.fromkeys(IDENTITIES, Reason.IDENTITY_CLAIM)
    return listed | {phrase.replace("'", "’"): kind for phrase, kind in listed.items()}


def find_phrases(turns: pl.DataFrame) -> list[PhraseHit]:
    """Return the phrases found in the answers, in order of turn, kind and phrase."""
    kinds = _kinds()
    answers = (turns["role"] == "assistant").arg_true()
    texts = turns["content"].gather(answers)
    hinted = texts.str.to_lowercase().str.contains(HINTS)
    answers = answers.filter(hinted)
    found = texts.filter(hinted).str.extract_many(list(kinds), ascii_case_insensitive=True)
    some = found.list.len() > 0
    hits: list[PhraseHit] = []
    for at, phrases in zip(answers.filter(some), found.filter(some), strict=True):
        lowered = [phrase.lower() for phrase in phrases]
        keys = {(kinds[phrase], phrase.replace("’", "'")) for phrase in lowered}
        straight = [phrase.replace("’", "'") for phrase in lowered]
        hits += [PhraseHit(at, kind, phrase, straight.count(phrase)) for kind, phrase in sorted(keys)]
    return hits


def count_phrases(hits: list[PhraseHit], kind: Reason, turns: int, name: str) -> pl.Series:
    """Return how many phrases of one kind each of a batch of turns holds."""
    of = [(hit.at, hit.times) for hit in hits if hit.kind is kind]
    total = np.bincount([at for at, _ in of], [count for _, count in of], turns) if of else np.zeros(turns)
    return pl.Series(name, total.astype(np.int32))


def phrases_by_conversation(hits: list[PhraseHit], turn: list[int], offsets: np.ndarray) -> pa.ListArray:
    """Return the phrases as one list per conversation: turn, kind, phrase, count."""
    entries = pa.array(
        [{"turn": turn[hit.at], "kind": hit.kind.value, "phrase": hit.phrase, "count": hit.times} for hit in hits],
        QualityFiltered.phrases.type.value_type,
    )
    places = np.searchsorted(np.array([hit.at for hit in hits], dtype=np.int64), offsets)
    return pa.ListArray.from_arrays(pa.array(places, pa.int32()), entries)
