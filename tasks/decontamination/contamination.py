"""Finds benchmark items in conversations: the share of an item's word n-grams that one turn holds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypedDict

import numpy as np
import numpy.typing as npt

from schemas.settings import Decontamination
from tasks.conversations.ragged import offsets_of, runs_of
from tasks.decontamination.ngrams import Hashes, Numbers, Words, ngrams, words

_SPARSE = 16  # bits of the sieve for each n-gram: 6 % of foreign n-grams pass to the exact look-up


class Item(NamedTuple):
    """One item of a benchmark.

    Args:
        benchmark: the file's name without its ending.
        item: its row number in the file.
        text: what must not be trained on.
    """

    benchmark: str
    item: str
    text: str


class Hit(TypedDict):
    """One row of view contamination, without its row_id."""

    turn: int
    benchmark: str
    item: str
    share: float


@dataclass(frozen=True)
class Table:
    """All n-grams of one length.

    Args:
        n: words of an n-gram.
        sieve: one bool for each value of the hash's upper bits; false = no item has such an n-gram.
        shift: how many lower bits of a hash the sieve leaves out.
        hashes: the distinct n-grams, ascending.
        first: position in `owners` of each n-gram's items; one longer than `hashes`.
        owners: numbers of items.
    """

    n: int
    sieve: npt.NDArray[np.bool_]
    shift: np.uint64
    hashes: Hashes
    first: Numbers
    owners: Numbers


@dataclass(frozen=True)
class Index:
    """What the benchmarks hold.

    Args:
        items: all items, in the order given.
        sizes: how many distinct n-grams each item has; 0 = it cannot be told from other text.
        tables: one for each length of n-gram.
    """

    items: list[Item]
    sizes: Numbers
    tables: list[Table]

    @property
    def untold(self) -> int:
        """How many items are too short, or too common, to be looked for."""
        return int((self.sizes == 0).sum())


def build(items: Iterable[Item], settings: Decontamination) -> Index:
    """Index benchmark items: long ones by n-grams, short ones by shorter n-grams.

    An n-gram of more than `max_items` items is boilerplate and left out, which also bounds the work of a hit.
    """
    listed = list(items)
    text_words = words([item.text for item in listed])
    counts = np.bincount(text_words.text, minlength=len(listed))
    sizes = np.zeros(len(listed), dtype=np.int64)
    tables = []
    short = counts < settings.short_words
    for n, chosen in ((settings.ngram, ~short), (settings.short_ngram, short)):
        mine = chosen[text_words.text]
        hashes, owners = ngrams(Words(text_words.hashes[mine], text_words.text[mine]), n)
        table = _table(n, hashes, owners, settings.max_items)
        sizes += np.bincount(table.owners, minlength=len(listed))
        tables.append(table)
    return Index(listed, sizes, tables)


def _table(n: int, hashes: Hashes, owners: Numbers, max_items: int) -> Table:
    pairs = np.unique(np.rec.fromarrays([hashes, owners], names="hash,owner"))  # type: ignore[call-overload]  # numpy's stub wants dtype=
    hashes, owners = pairs["hash"], pairs["owner"]
    distinct, count = np.unique(hashes, return_counts=True)
    rare = count <= max_items
    owners = owners[np.repeat(rare, count)]
    distinct, count = distinct[rare], count[rare]
    bits = max(16, int(len(distinct) * _SPARSE).bit_length())
    shift = np.uint64(64 - bits)
    sieve = np.zeros(1 << bits, dtype=np.bool_)
    sieve[(distinct >> shift).astype(np.int64)] = True
    return Table(n, sieve, shift, distinct, offsets_of(count), owners)


def contaminated(
    offsets: Sequence[int], turn: Sequence[int], content: list[str], index: Index, min_share: float
) -> list[list[Hit]]:
    """Return which turns hold at least `min_share` of a benchmark item's n-grams.

    Args:
        offsets: n + 1 positions; conversation i owns the texts `offsets[i]:offsets[i + 1]`.
        turn: raw index of each text's turn.
        content: the texts.
        index: what the benchmarks hold.
        min_share: 0 (exclusive) – 1.

    Returns:
        Per conversation its hits, by turn, then by item in the order of the benchmarks.
    """
    hits: list[list[Hit]] = [[] for _ in range(len(offsets) - 1)]
    if not content or not index.items:
        return hits
    text_words = words(content)
    seen = np.concatenate([_shared(text_words, table, len(index.items)) for table in index.tables])
    pairs, counts = np.unique(seen, return_counts=True)
    texts, owners = np.divmod(pairs, len(index.items))
    shares = counts / index.sizes[owners]
    enough = shares >= min_share
    rows = np.searchsorted(np.asarray(offsets), texts, side="right") - 1
    for row, text, owner, share in zip(*(a[enough].tolist() for a in (rows, texts, owners, shares)), strict=True):
        item = index.items[owner]
        hits[row].append(Hit(turn=turn[text], benchmark=item.benchmark, item=item.item, share=share))
    return hits


def _shared(text_words: Words, table: Table, n_items: int) -> Numbers:
    """Return `text * n_items + item` for each distinct n-gram that a text shares with an item."""
    hashes, texts = ngrams(text_words, table.n)
    passed = table.sieve[(hashes >> table.shift).astype(np.int64)]
    hashes, texts = hashes[passed], texts[passed]
    if not len(hashes):
        return np.empty(0, dtype=np.int64)
    at = np.minimum(np.searchsorted(table.hashes, hashes), len(table.hashes) - 1)
    exact = table.hashes[at] == hashes
    pairs = np.unique(texts[exact] * len(table.hashes) + at[exact])
    texts, at = np.divmod(pairs, len(table.hashes))
    count = table.first[at + 1] - table.first[at]
    shared: Numbers = np.repeat(texts, count) * n_items + table.owners[runs_of(table.first[at], count)]
    return shared
