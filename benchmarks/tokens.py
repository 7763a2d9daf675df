"""Measures windows and their loss masks beside FastChat's splitter: `make bench-tokens`."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from benchmarks.tokens_input import Talk, corpus, generated, rows
from schemas.settings import Input, Tokens
from tasks.conversations.turns import kept_turns
from tasks.cut_windows import cut_windows
from tasks.runtime.workers import ENVIRONMENT
from tasks.tokens.chat_encoder import load_chat_encoder
from tasks.tokens.encode import encode_rounds
from tasks.tokens.packing import pack
from tasks.tokens.shards import publishable
from tasks.tokens.tokenizer import find_vocabulary

WORK = Path(__file__).parent / ".work" / "tokens"
CONTEXTS = (512, 2_048, 8_192)
STEPS = {
    "bare": "encode alone",
    "least": "encode, spell, write, nothing else",
    "windows": "split, tokenise, verify, write",
}
"""What is timed; the second is the least that the third could take: the same ids and messages, a library call each."""
ROUNDS = {"fast": 5, "reference": 1}
MODEL = str(find_vocabulary("mistral-v1"))


def losses(name: str, talks: list[Talk], peer: str | None) -> None:
    """Print what each splitter loses at each context."""
    table = rows(talks)
    encoder = load_chat_encoder("mistral-v1", "vicuna_v1.1")
    rounds = encode_rounds(table["row_id"], kept_turns(table["turns"].combine_chunks()), encoder)
    labels = [end - label for label, end in zip(rounds.later.label, rounds.later.end, strict=True)]
    lengths = [end - start for start, end in zip(rounds.later.start, rounds.later.end, strict=True)]
    print(f"\n{name}: {len(talks):,} conversations, {len(labels):,} rounds, {sum(labels):,} label tokens")
    print(
        f"{'context':>8} {'splitter':<10}{'samples':>9}{'over':>7}{'rounds lost':>13}{'with reason':>13}"
        f"{'labels kept':>13}{'kept + reasons':>16}{'fill':>8}{'packs / bound':>18}"
    )
    for context in CONTEXTS:
        windows = cut_windows(table, Tokens(context=context), Input())
        samples = publishable(windows)
        ids, size = samples["sample_id"].combine_chunks(), samples["n_tokens"].to_numpy()
        packed = pack(ids, size, context)
        reasons = windows.num_rows - samples.num_rows
        kept, total = sum(samples["n_label_tokens"].to_pylist()), sum(windows["n_label_tokens"].to_pylist())
        shown = {
            (row["row_id"], span["turn"])
            for row in samples.select(["row_id", "label_spans"]).to_pylist()
            for span in row["label_spans"]
        }
        lost = len(labels) - len(shown) - reasons
        print(
            f"{context:>8} {'ours':<10}{samples.num_rows:>9,}{int((size > context).sum()):>7}{lost:>13}{reasons:>13}"
            f"{kept:>13,}{total:>16,}{packed.fill:>8.2%}{packed.packs:>10,} / {packed.lower_bound:,}"
        )
        if peer:
            fastchat_losses(peer, talks, rounds, lengths, labels, context)


def fastchat_losses(
    peer: str, talks: list[Talk], rounds: Any, lengths: list[int], labels: list[int], context: int
) -> None:
    """Print the same line for FastChat's split step, its samples measured at their exact length."""
    kept = ask(peer, "split", write_json(talks), context)["kept"]
    opening = len(rounds.openings[0].ids)
    over = label = held = 0
    for name, start, count in kept:
        first = rounds.offsets[int(name)] + start // 2
        own = range(first, first + count // 2)
        over += opening + sum(lengths[r] for r in own) > context
        label += sum(labels[r] for r in own)
        held += len(own)
    print(
        f"{context:>8} {'FastChat':<10}{len(kept):>9,}{over:>7}{len(labels) - held:>13}{0:>13}{label:>13,}{label:>16,}"
    )


def write_json(talks: list[Talk]) -> Path:
    """Write conversations in ShareGPT's form, a line each, numbered."""
    WORK.mkdir(parents=True, exist_ok=True)
    path = WORK / "talks.jsonl"
    roles = {"user": "human", "assistant": "gpt"}
    with path.open("w", encoding="utf-8") as handle:
        for number, talk in enumerate(talks):
            turns = [{"from": roles[role], "value": content} for role, content in talk]
            handle.write(json.dumps({"id": str(number), "conversations": turns}) + "\n")
    return path


def ask(peer: str, what: str, source: Path, context: int) -> dict[str, Any]:
    """Run FastChat's part in its own environment."""
    command = [peer, str(Path(__file__).with_name("fastchat_split.py")), what, MODEL, str(source), str(context)]
    answer = subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    return json.loads(answer.stdout.splitlines()[-1])


def equality(name: str, talks: list[Talk], peer: str, context: int = 2_048) -> None:
    """Print how many exact samples have FastChat's ids and labels."""
    path = WORK / "exact.jsonl"
    roles = {"user": "human", "assistant": "gpt"}
    samples = publishable(cut_windows(rows(talks), Tokens(context=context), Input())).to_pylist()
    exact = [row for row in samples if row["exact_messages"]]
    with path.open("w", encoding="utf-8") as handle:
        for row in exact:
            turns = [{"from": roles[m["role"]], "value": m["content"]} for m in row["messages"]]
            line = {
                "id": row["sample_id"],
                "conversations": turns,
                "input_ids": row["input_ids"],
                "labels": row["labels"],
            }
            handle.write(json.dumps(line) + "\n")
    found = ask(peer, "preprocess", path, context)
    print(
        f"{name}: {len(samples):,} samples, {len(exact):,} exact; ids and labels equal to FastChat's preprocess: "
        f"{found['samples'] - len(found['different']):,} of {found['samples']:,} {found['different'][:5]}"
    )


def measure(kind: str, engine: str, halves: list[Path], context: int = 2_048) -> tuple[str, float, float, int]:
    """Run one worker a half, started together; give engine, wall seconds, CPU seconds and tokens."""
    command = [sys.executable, "-m", "benchmarks.tokens_worker", kind, engine]
    workers = [
        subprocess.Popen(
            [*command, str(half), str(context)],
            env=os.environ | ENVIRONMENT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for half in halves
    ]
    names = [worker.stdout.readline().strip() for worker in workers if worker.stdout]
    done = [json.loads(worker.communicate("go\n")[0]) for worker in workers]
    return names[0], max(d["wall"] for d in done), sum(d["cpu"] for d in done), sum(d["tokens"] for d in done)


def speed(talks: list[Talk], peer: str | None) -> None:
    """Print seconds and tokens a second of the whole step, of the bare encode call, and of FastChat's split."""
    WORK.mkdir(parents=True, exist_ok=True)
    halves = [WORK / f"half-{i}.parquet" for i in range(2)]
    for i, half in enumerate(halves):
        pq.write_table(rows(talks[i::2]), half)
    size = sum(len(content.encode()) for talk in talks for _, content in talk) / 1e6
    print(f"\nspeed: {len(talks):,} conversations, {size:.0f} MB, 2 processes, context 2,048")
    print(f"{'step':<52}{'wall s':>8}{'cpu s':>8}{'M tokens/cpu s':>16}{'× bare':>8}{'× FastChat':>12}")
    theirs = ask(peer, "split", write_json(talks), 2_048) if peer else None
    for engine, times in ROUNDS.items():
        # In turn, and the least of each: what another guest of the machine takes is added to some, and taken from none.
        taken = [{kind: measure(kind, engine, halves) for kind in STEPS} for _ in range(times)]
        least = {kind: min((one[kind] for one in taken), key=lambda found: found[2]) for kind in STEPS}
        for kind, step in STEPS.items():
            name, wall, cpu, tokens = least[kind]
            ratio = f"{theirs['cpu'] / cpu:>12.1f}" if theirs and kind == "windows" else ""
            print(
                f"{name + ': ' + step:<52}{wall:>8.2f}{cpu:>8.2f}{tokens / cpu / 1e6:>16.2f}"
                f"{cpu / least['bare'][2]:>8.2f}{ratio}"
            )
    if theirs:
        print(f"{'FastChat split (slow tokenizer)':<52}{theirs['wall']:>8.2f}{theirs['cpu']:>8.2f}")


def main() -> None:
    """Measure generated conversations, and the corpora given."""
    cli = argparse.ArgumentParser(prog="python -m benchmarks.tokens", description=__doc__)
    cli.add_argument("corpora", nargs="*", type=Path, help="JSON arrays of conversations, or truth files (.jsonl)")
    cli.add_argument("--conversations", type=int, default=10_000)
    cli.add_argument(
        "--peer", help="the Python of an environment with fschat, transformers < 4.50, sentencepiece, torch"
    )
    chosen = cli.parse_args()
    inputs = {path.name: corpus(path) for path in chosen.corpora}
    inputs[f"generated {chosen.conversations:,}"] = made = generated(chosen.conversations)
    for name, talks in inputs.items():
        losses(name, talks, chosen.peer)
    if chosen.peer:
        print()
        for name, talks in inputs.items():
            equality(name, talks[:2_000], chosen.peer)
    speed(made, chosen.peer)


if __name__ == "__main__":
    main()
