"""Makes the deduplication bench's input: generated conversations as Markdown turns, in a Parquet file that is kept."""

from __future__ import annotations

import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.blocks import markdown
from benchmarks.conversations import Maker, edited
from schemas.types import TURN

WORK = Path(__file__).parent / ".work"
GROUP = 2_000  # conversations in a row group, as a stage reads them
SCHEMA = pa.schema(
    [("row_id", pa.string()), ("conversation_id", pa.string()), ("kind", pa.string()), ("turns", pa.list_(TURN))]
)


def said(maker: Maker, number: int) -> tuple[str, list[str]]:
    """Return kind and texts of row `number`: what `Maker.make` renders to HTML, before it does."""
    kind = maker.kind(number)
    source = number if kind == "whole" else maker.original(number)
    _, _, language = maker.setting(source)
    blocks = maker.said(source, language)
    rng = maker.rng(number, "change")
    if kind == "continuation":
        blocks = blocks + maker.rounds(rng, language, rng.randint(1, 3))
    elif kind == "branch":
        blocks = [*blocks[:-1], *maker.rounds(rng, language, 1)[1:]]
    elif kind == "near":
        blocks, _ = edited(rng, blocks)
    return kind, [block if isinstance(block, str) else markdown(block) for block in blocks]


def make(conversations: int, seed: int = 1) -> Path:
    """Return the file of this many conversations, made if it is not there."""
    path = WORK / f"dedup_{conversations}.parquet"
    if path.exists():
        return path
    WORK.mkdir(exist_ok=True)
    maker = Maker(seed, conversations)
    temporary = path.with_suffix(".tmp")
    with pq.ParquetWriter(temporary, SCHEMA, compression="zstd") as writer:
        for start in range(0, conversations, GROUP):
            rows = []
            for number in range(start, min(start + GROUP, conversations)):
                kind, texts = said(maker, number)
                turns = [
                    {"turn": i, "role": "assistant" if i % 2 else "user", "content": text}
                    for i, text in enumerate(texts)
                ]
                rows.append(
                    {"row_id": f"bench:{number}", "conversation_id": f"g{number}", "kind": kind, "turns": turns}
                )
            writer.write_table(pa.Table.from_pylist(rows, SCHEMA))
    temporary.rename(path)
    return path


if __name__ == "__main__":
    print(make(int(sys.argv[1])))
