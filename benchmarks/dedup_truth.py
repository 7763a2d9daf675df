"""Brute-force Jaccard over shingles cut from strings, beside what deduplication found on the same conversations."""

from __future__ import annotations

import random
import re
import shutil
from collections import Counter, defaultdict
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from schemas.counts import Counts
from schemas.deduplication import Signatures
from schemas.settings import Deduplication
from schemas.types import TURN
from tasks.deduplicate import find_duplicates
from tasks.deduplication.fenced_code import import_lines
from tasks.deduplication.sign import sign
from tasks.store.parts import write_table

PROSE = re.compile(r"[a-z0-9\u0080-\u07ff]+|[\u0800-\u200f\u2040-\U0010ffff]")
CODE = re.compile(r"[A-Za-z0-9_\u0080-\u07ff]+|[!-~]|[\u0800-\u200f\u2040-\U0010ffff]")
LIKENESS = Deduplication()


def sample(source: Path, size: int = 3_000) -> dict[str, list[str]]:
    """Return texts by row_id: half are conversations, half copies of them with up to one word in twelve changed."""
    rng = random.Random(5)
    turns = pq.ParquetFile(source).read_row_group(0, columns=["turns"])["turns"].to_pylist()[: size // 2]
    texts = {f"one:{i}": [turn["content"] for turn in conversation] for i, conversation in enumerate(turns)}
    for i, conversation in enumerate(turns):
        rate = rng.uniform(0.001, 0.08)
        texts[f"two:{i}"] = [_retyped(turn["content"], rate, rng) for turn in conversation]
    return texts


def _retyped(text: str, rate: float, rng: random.Random) -> str:
    words = text.split(" ")
    return " ".join(f"w{rng.randrange(10**6)}" if "\n" not in w and rng.random() < rate else w for w in words)


def shingles(texts: list[str], size: int = 5) -> set[tuple[str, ...]]:
    """Cut shingles by regular expressions: words in prose, words and operators in code, imports left out."""
    tokens: list[str] = []
    for text in texts:
        for i, piece in enumerate(text.split("```")):
            if i % 2 == 0:
                tokens += _cut(PROSE.findall(re.sub("[A-Z]+", lambda m: m[0].lower(), piece)))
                continue
            block = piece.encode()
            for first, last in import_lines(block, 0, len(block)):
                block = block[:first] + b" " * (last - first) + block[last:]
            tokens += _cut(CODE.findall(block.decode()))
    if 0 < len(tokens) < size:
        return {tuple(tokens)}
    return {tuple(tokens[i : i + size]) for i in range(len(tokens) - size + 1)}


def _cut(words: list[str]) -> list[str]:
    """Cut words of more than 16 bytes, as bytes; only their equality matters."""
    return [str(w.encode()[k : k + 16]) for w in words for k in range(0, len(w.encode()), 16)]


def brute_force(texts: dict[str, list[str]], floor: float) -> dict[tuple[str, str], float]:
    """Return every pair of at least this Jaccard, by counting shared shingles of all pairs that share any."""
    names = list(texts)
    sets = [shingles(turns) for turns in texts.values()]
    owners: dict[tuple[str, ...], list[int]] = defaultdict(list)
    found: dict[tuple[str, str], float] = {}
    for i, mine in enumerate(sets):
        common: Counter[int] = Counter()
        for shingle in mine:
            common.update(owners[shingle])
            owners[shingle].append(i)
        for j, shared in common.items():
            value = shared / (len(mine) + len(sets[j]) - shared)
            if value >= floor:
                found[names[j], names[i]] = value
    return found


def compare(source: Path, folder: Path) -> dict[str, float]:
    """Return recall (candidates, and pairs not both kept) at 0.85 and above, and the dropped pairs' truth."""
    texts = sample(source)
    turns = [
        [{"turn": i, "role": "assistant" if i % 2 else "user", "content": text} for i, text in enumerate(chat)]
        for chat in texts.values()
    ]
    names = pa.array(list(texts))
    rows = pa.table({"row_id": names, "conversation_id": names, "turns": pa.array(turns, pa.list_(TURN))})
    shutil.rmtree(folder, ignore_errors=True)
    signed = sign(rows, LIKENESS)
    write_table(folder / "part-00000.parquet", Signatures, [(signed, Counts())], "")
    (part,) = find_duplicates([folder / "part-00000.parquet"], LIKENESS, folder, folder / "temp")
    bands = dict(zip(texts, map(set, signed["bands"].to_pylist()), strict=True))
    truth = brute_force(texts, 0.5)
    high = [pair for pair, value in truth.items() if value >= LIKENESS.threshold + 0.05]
    judged = pl.read_parquet(part.path)
    kept = set(judged.filter(pl.col("kind").is_null())["row_id"])
    near = judged.filter(pl.col("kind") == "near").select("row_id", "kept_row_id", "jaccard").rows()
    plain = [(truth.get((a, b), truth.get((b, a), 0.0)), value) for a, b, value in near]
    return {
        "pairs": len(truth),
        "high": len(high),
        "candidates": sum(bool(bands[a] & bands[b]) for a, b in high) / len(high),
        "found": sum(not (a in kept and b in kept) for a, b in high) / len(high),
        "dropped": len(near),
        "lowest": min(value for value, _ in plain),
        "error": max(abs(value - said) for value, said in plain),
    }
