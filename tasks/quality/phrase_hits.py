"""Finds the phrases of refusal and identity that answers say, each counted."""

from __future__ import annotations

import functools
from typing import NamedTuple

import numpy as np
import polars as pl
import pyarrow as pa

from schemas.reasons import Reason
from schemas.tables import QualityFiltered
from tasks.quality.phrases import HINTS, IDENTITIES, REFUSALS


class Said(NamedTuple):
    """One phrase that one turn says.

    Args:
        at: position of the turn in the batch.
        kind: the Reason that the phrase speaks for.
        phrase: as listed, in lower case with straight apostrophes.
        times: how often.
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


def said_phrases(turns: pl.DataFrame) -> list[Said]:
    """Find the phrases in the answers: in order of turn, kind and phrase."""
    kinds = _kinds()
    hinted = turns["content"].str.to_lowercase().str.contains(HINTS)
    answers = (hinted & (turns["role"] == "assistant")).arg_true()
    found = turns["content"].gather(answers).str.extract_many(list(kinds), ascii_case_insensitive=True)
    told = found.list.len() > 0
    said: list[Said] = []
    for at, phrases in zip(answers.filter(told), found.filter(told), strict=True):
        lowered = [phrase.lower() for phrase in phrases]
        keys = {(kinds[phrase], phrase.replace("’", "'")) for phrase in lowered}
        straight = [phrase.replace("’", "'") for phrase in lowered]
        said += [Said(at, kind, phrase, straight.count(phrase)) for kind, phrase in sorted(keys)]
    return said


def counts(said: list[Said], kind: Reason, turns: int, name: str) -> pl.Series:
    """Count the phrases of one kind in each of a batch of turns."""
    of = [(one.at, one.times) for one in said if one.kind is kind]
    total = np.bincount([at for at, _ in of], [count for _, count in of], turns) if of else np.zeros(turns)
    return pl.Series(name, total.astype(np.int32))


def phrase_lists(said: list[Said], turn: list[int], offsets: np.ndarray) -> pa.ListArray:
    """Fold the phrases into one list per conversation: turn, kind, phrase, count."""
    entries = pa.array(
        [{"turn": turn[one.at], "kind": one.kind.value, "phrase": one.phrase, "count": one.times} for one in said],
        QualityFiltered.phrases.type.value_type,
    )
    places = np.searchsorted(np.array([one.at for one in said], dtype=np.int64), offsets)
    return pa.ListArray.from_arrays(pa.array(places, pa.int32()), entries)
