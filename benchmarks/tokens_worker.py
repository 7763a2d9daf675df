"""One measured process of the token benchmark: cuts and writes windows, or does a part of it, and says what it took."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from schemas.counts import Counts
from schemas.settings import Input, Tokens
from schemas.storage import layout
from schemas.tables import Windows
from schemas.types import MESSAGE
from tasks import cut_windows
from tasks.conversations.turns import TurnBatch, kept_turns
from tasks.runtime.workers import prepare
from tasks.store.parts import write_table
from tasks.tokens.chat_encoder import ChatEncoder, load_chat_encoder
from tasks.tokens.token_bytes import Spelling

GROUP = 2_000
LEAST = pa.schema([("input_ids", pa.list_(pa.int32())), ("messages", pa.list_(MESSAGE))])


def least(encoder: ChatEncoder, batch: TurnBatch, texts: list[str]) -> tuple[pa.Table, Spelling]:
    """Do what no splitter can leave out, a library call each: ids, the words that they spell, the messages."""
    ids, starts = encoder.tokenizer.engine.encode(texts)
    rows = pa.array(starts[batch.offsets // 2], pa.int32())
    messages = pa.StructArray.from_arrays([batch.role, batch.content], fields=list(MESSAGE))
    columns = [pa.ListArray.from_arrays(rows, ids), pa.ListArray.from_arrays(pa.array(batch.offsets), messages)]
    return pa.table(columns, schema=LEAST), encoder.tokenizer.token_bytes.spell(ids)


def main(kind: str, engine: str, source: Path, context: int) -> None:
    """Read rows, wait for a line on stdin so that all workers start together, work, print seconds and tokens."""
    prepare()  # as the pipeline's workers are
    encoder = load_chat_encoder("mistral-v1", "vicuna_v1.1", fast=engine == "fast")
    cut_windows.load_chat_encoder = lambda *_: encoder  # type: ignore[assignment]
    table = pq.read_table(source)
    groups = [table.slice(start, GROUP) for start in range(0, table.num_rows, GROUP)]
    talks = [kept_turns(group["turns"].combine_chunks()) for group in groups]
    said = [batch.content.to_pylist() for batch in talks]
    texts = [[f" USER: {q} ASSISTANT: {a}" for q, a in zip(turns[::2], turns[1::2], strict=True)] for turns in said]
    sys.stdout.write(encoder.tokenizer.engine.name + "\n")
    sys.stdout.flush()
    sys.stdin.readline()
    wall, cpu, tokens = time.perf_counter(), time.process_time(), 0
    if kind == "bare":
        for part in texts:
            tokens += len(encoder.tokenizer.engine.encode(part)[0])
    elif kind == "least":
        options = layout({field.name: field.type for field in LEAST}, (), 1)
        with pq.ParquetWriter(source.with_suffix(f".{engine}.least"), LEAST, **options) as writer:
            for batch, part in zip(talks, texts, strict=True):
                table, spelled = least(encoder, batch, part)
                writer.write_table(table)
                tokens += len(spelled.ends) - 1
    else:
        made = (cut_windows.cut_windows(group, Tokens(context=context), Input()) for group in groups)
        batches = ((table, Counts(tokens=pc.sum(table["n_tokens"]).as_py())) for table in made)
        tokens = write_table(source.with_suffix(f".{engine}.windows"), Windows, batches, "").tokens
    done = {"wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu, "tokens": tokens}
    sys.stdout.write(json.dumps(done) + "\n")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], Path(sys.argv[3]), int(sys.argv[4]))
