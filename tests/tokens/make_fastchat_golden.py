"""Writes golden/fastchat.json: what FastChat's own `preprocess` makes of the test conversations.

Run it in an environment of its own, with the packaged vocabulary:

    pip install torch==2.13.0 fschat==0.2.36 'transformers<4.50' sentencepiece protobuf accelerate
    python -m tests.tokens.make_fastchat_golden PATH/TO/mistral_common/data/tokenizer.model.v1
"""

import json
import sys
from pathlib import Path

from fastchat.train.train import preprocess
from transformers import LlamaTokenizer

from tests.support.chats import hostile, talks

LENGTH = 4_096


def runs(labels: list[int]) -> list[list[int]]:
    """Return the [start, end) runs of labelled positions."""
    found: list[list[int]] = []
    for place, label in enumerate(labels):
        if label == -100:
            continue
        if found and found[-1][1] == place:
            found[-1][1] = place + 1
        else:
            found.append([place, place + 1])
    return found


def main(model: str) -> None:
    tokenizer = LlamaTokenizer(model, legacy=True, padding_side="right", model_max_length=LENGTH)
    tokenizer.pad_token = tokenizer.unk_token  # as FastChat's train.py sets it
    roles = {"user": "human", "assistant": "gpt"}
    rows = []
    for talk in [*talks(60), *hostile(16)]:
        source = [{"from": roles[role], "value": content} for role, content in talk]
        made = preprocess([source], tokenizer)
        length = int(made["attention_mask"][0].sum())
        ids, labels = made["input_ids"][0][:length].tolist(), made["labels"][0][:length].tolist()
        assert all(label in (-100, number) for label, number in zip(labels, ids, strict=True))
        rows.append({"ids": ids, "labels": runs(labels)})
    out = Path(__file__).with_name("golden") / "fastchat.json"
    out.parent.mkdir(exist_ok=True)
    out.write_text("[\n" + ",\n".join(json.dumps(row, separators=(",", ":")) for row in rows) + "\n]\n")


if __name__ == "__main__":
    main(sys.argv[1])
