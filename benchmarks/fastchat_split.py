"""FastChat's own split step and loss masks, run in FastChat's environment: reads and writes JSON lines."""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path


def split(model: str, source: Path, context: int) -> None:
    """Print how long `split_all` takes, and which turns each of its samples keeps."""
    import transformers
    from fastchat.data import split_long_conversation as peer

    tokenizer = transformers.LlamaTokenizer(model, legacy=True, model_max_length=context, padding_side="right")
    talks = [json.loads(line) for line in source.open(encoding="utf-8")]
    sys.stdout.flush()
    before, cpu = time.perf_counter(), os.times()
    made = peer.split_all(talks, 0, None, tokenizer, context)
    wall, after = time.perf_counter() - before, os.times()
    spent = sum(after[:4]) - sum(cpu[:4])
    kept = [[s["id"].rsplit("_", 1)[0], int(s["id"].rsplit("_", 1)[1]), len(s["conversations"])] for s in made]
    print(json.dumps({"wall": wall, "cpu": spent, "kept": kept}))


def preprocess(model: str, source: Path, context: int) -> None:
    """Compare ids and labels of exact windows with FastChat's `preprocess`; print how many are equal."""
    import transformers
    from fastchat.train.train import preprocess as peer

    tokenizer = transformers.LlamaTokenizer(model, legacy=True, model_max_length=context, padding_side="right")
    tokenizer.pad_token = tokenizer.unk_token
    rows = [json.loads(line) for line in source.open(encoding="utf-8")]
    different = []
    for row in rows:
        made = peer([row["conversations"]], tokenizer)
        length = int(made["attention_mask"][0].sum())
        theirs = made["input_ids"][0][:length].tolist(), made["labels"][0][:length].tolist()
        if theirs != (row["input_ids"], row["labels"]):
            different.append(row["id"])
    print(json.dumps({"samples": len(rows), "different": different}))


if __name__ == "__main__":
    {"split": split, "preprocess": preprocess}[sys.argv[1]](sys.argv[2], Path(sys.argv[3]), int(sys.argv[4]))
