"""Training on one GPU, in ten minutes: probe, tokens/s and MFU padded, packed and with Liger, kill and resume.

    python -m benchmarks.gpu_training [--samples FILE.arrow] [--out FILE.json]

Imports torch, transformers and pyarrow alone, so that it runs where nothing else of the project is installed. Without a
file of samples it writes shards of random tokens whose lengths are ShareGPT's (log-normal, cut at 2,048).
"""

from __future__ import annotations

import argparse
import json
import math
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pyarrow as pa
import torch

from tasks.training.collate import Collate
from tasks.training.files import TEMPORARY, write_json
from tasks.training.model import build_model
from tasks.training.probe import packed_difference
from tasks.training.samples import Sample, Split
from tasks.training.shapes import config_of, peak_flops, shape_of

CONTEXT, VOCABULARY = 2_048, 32_000
IDS = {"bos_token_id": 1, "eos_token_id": 2, "pad_token_id": 0}
MEDIAN, SPREAD = 500, 1.0
"""Of the lengths of generated samples, in tokens: ShareGPT's windows have a median of some hundreds and a long tail."""


def generate(path: Path, count: int) -> None:
    """Write an Arrow file of random samples: BOS, a question without loss, an answer with loss."""
    chance = random.Random(5)
    numbers = np.random.default_rng(5)
    rows = {"sample_id": [], "input_ids": [], "labels": [], "messages": [], "exact_messages": []}
    for place in range(count):
        length = max(16, min(CONTEXT, int(math.exp(chance.gauss(math.log(MEDIAN), SPREAD)))))
        ids = numbers.integers(3, VOCABULARY, length)
        ids[0], ids[-1] = 1, 2
        labels = np.where(np.arange(length) < length // 3, -100, ids)
        values = (f"s{place}", ids.tolist(), labels.tolist(), [], False)
        for name, value in zip(rows, values, strict=True):
            rows[name].append(value)
    lists = pa.list_(pa.int32())
    table = pa.table(
        {
            "sample_id": rows["sample_id"],
            "input_ids": pa.array(rows["input_ids"], lists),
            "labels": pa.array(rows["labels"], lists),
            "messages": pa.array(
                rows["messages"], pa.list_(pa.struct([("role", pa.string()), ("content", pa.string())]))
            ),
            "exact_messages": rows["exact_messages"],
        }
    )
    with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, table.schema) as writer:
        writer.write_table(table, max_chunksize=512)


def batches(split: Split, way: str, rows: int):
    """Yield batches for ever: padded, one sample a row of 2,048 (FastChat), or packed, as many as fill the rows."""
    collate, place = Collate(CONTEXT, 0), 0
    lengths = split.lengths()
    while True:
        chosen, room = [], rows * CONTEXT
        while len(chosen) < (rows if way == "padded" else 10**6):
            number = place % len(split)
            if way != "padded" and lengths[number] > room:
                break
            room -= int(lengths[number])
            chosen.append([split[number]])
            place += 1
        if way == "padded":
            filler = [
                Sample(
                    np.zeros(CONTEXT - len(one[0].ids), np.int32), np.full(CONTEXT - len(one[0].ids), -100, np.int32)
                )
                for one in chosen
            ]
            real = sum(len(one[0].ids) for one in chosen)
            chosen = [[one[0], more] if len(more.ids) else one for one, more in zip(chosen, filler, strict=True)]
            yield collate(chosen) | {"n_tokens": torch.tensor(real)}
        else:
            yield collate(chosen)


def measure(split: Split, way: str, name: str, seconds: float, rows: int, recompute: bool) -> dict[str, float | str]:
    """Train for some seconds and return tokens/s, MFU, memory and the share of positions that hold text."""
    torch.cuda.reset_peak_memory_stats()
    config = config_of(name, VOCABULARY, CONTEXT, IDS)
    model = build_model(config, None, "sdpa", 1).cuda().train()
    if way == "liger":
        from liger_kernel.transformers import apply_liger_kernel_to_llama

        apply_liger_kernel_to_llama(model=model)
    if recompute:
        model.gradient_checkpointing_enable({"use_reentrant": False})
    optimiser = torch.optim.AdamW(model.parameters(), lr=1e-4, fused=True)
    torch.backends.cuda.matmul.allow_tf32 = True
    tokens = positions = steps = 0
    began = 0.0
    for batch in batches(split, way, rows):
        if steps == 5:  # warm by now
            torch.cuda.synchronize()
            began, tokens, positions = time.monotonic(), 0, 0
        tokens += int(batch.pop("n_tokens"))
        positions += batch["input_ids"].numel()
        with torch.autocast("cuda", torch.bfloat16):
            loss = model(**{key: value.cuda() for key, value in batch.items()}).loss
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        optimiser.zero_grad(set_to_none=True)
        steps += 1
        if steps > 10 and time.monotonic() - began > seconds:
            break
    torch.cuda.synchronize()
    rate = tokens / (time.monotonic() - began)
    peak = peak_flops(torch.cuda.get_device_name()) or math.nan
    flops = shape_of(config).flops(CONTEXT)
    return {
        "way": way + (" recompute" if recompute else ""),
        "model": name,
        "tokens_per_second": round(rate),
        "mfu": round(rate * flops / peak, 3),
        "mfu_with_padding": round(rate * positions / tokens * flops / peak, 3),
        "text_share": round(tokens / positions, 3),
        "memory_gb": round(torch.cuda.max_memory_allocated() / 1e9, 1),
        "steps": steps,
    }


def job(folder: Path, name: str, steps: int, batch: int) -> Path:
    """Write a job for the worker itself, as tasks/train.py does, and return where it lies."""
    settings = {
        "seed": 1,
        "learning_rate": 1e-4,
        "schedule": "cosine",
        "weight_decay": 0.0,
        "clip": 1.0,
        "save_steps": 5,
        "keep": 3,
        "save_minutes": 60,
        "notice_seconds": 30,
        "evaluate_steps": None,
        "recompute": False,
        "liger": "off",
        "threads": None,
        "deterministic": True,
        "attention": "sdpa",
        "precision": "auto",
        "unit": "sample",
        "method": "full",
        "batch": batch,
    }
    found = sorted((folder / "checkpoints").glob("checkpoint-*"), key=lambda path: int(path.name.split("-")[1]))
    whole = [path for path in found if (path / "complete.json").is_file()]
    plan = {"items": batch * steps, "steps": steps, "devices": 1, "device_batch": batch, "accumulation": 1}
    made = {
        "folder": str(folder),
        "base": None,
        "config": config_of(name, VOCABULARY, CONTEXT, IDS),
        "ids": IDS,
        "settings": settings,
        "context": CONTEXT,
        "plan": plan | {"warmup_steps": 1, "each": 1_000},
        "evaluates": False,
        "mirror": None,
        "gpus": torch.cuda.device_count(),
        "answers": 0,
        "serving": {},
        "tokens_before": 0,
        "label_tokens_before": 0,
        "facts": {"run": "bench"},
        "console": "",
        "resume": str(whole[-1]) if whole else None,
        "resumed_step": int(whole[-1].name.split("-")[1]) if whole else 0,
        "log": str(folder / "log.jsonl"),
        "outcome": str(folder / "outcome.json"),
    }
    write_json(folder / "job.json", made)
    return folder / "job.json"


RUN = """
import sys, json
from pathlib import Path
from tasks.training import worker
from tasks.training.files import read_json
from tasks.training.collate import Collate
from tasks.training.samples import Items, Split
from tasks.training.trainer import make_trainer
job = read_json(Path(sys.argv[1])); worker.prepare(job)
split = Split(Path(job["folder"]) / "samples" / "train.arrow")
model = worker.load_model(job, {"train": split})
trainer, _ = make_trainer(job, model, Items(split, None, 1, job["plan"]["items"]), None, Collate(job["context"], 0))
trainer.train(resume_from_checkpoint=job["resume"])
sys.exit(0 if trainer.state.global_step == job["plan"]["steps"] else 33)
"""


def run_job(path: Path, stop: tuple[int, int] | None = None) -> int:
    """Run a job in a process of its own, stopped by a signal once its log reaches a step; return the exit code."""
    log = path.parent / "log.jsonl"
    process = subprocess.Popen([sys.executable, "-c", RUN, str(path)])
    while process.poll() is None:
        if stop and log.is_file() and f'"step": {stop[0]},' in log.read_text():
            process.send_signal(stop[1])
            stop = None
        time.sleep(0.01)
    return process.returncode


def resume(samples: Path, name: str, steps: int = 15, batch: int = 16) -> dict[str, object]:
    """Compare a run that was killed and one that got SIGTERM with an undisturbed one: losses by step."""
    losses, codes = {}, {}
    for way, stop in (("undisturbed", None), ("SIGKILL", (8, signal.SIGKILL)), ("SIGTERM", (8, signal.SIGTERM))):
        folder = Path(tempfile.mkdtemp(prefix="gpu-"))
        (folder / "samples").mkdir()
        (folder / "samples" / "train.arrow").symlink_to(samples)
        codes[way] = [run_job(job(folder, name, steps, batch), stop)]
        if stop:
            codes[way].append(run_job(job(folder, name, steps, batch)))
        lines = [json.loads(line) for line in (folder / "log.jsonl").read_text().splitlines()]
        losses[way] = {line["step"]: line["loss"] for line in lines}  # a repeated step: its last line
    return {
        "exit_codes": codes,
        "equal_losses": {way: found == losses["undisturbed"] for way, found in losses.items() if way != "undisturbed"},
    }


def main() -> None:
    """Run every part and print one JSON object a line; all of it goes to --out."""
    words = argparse.ArgumentParser()
    words.add_argument(
        "--samples", type=Path, help="an Arrow file of samples, such as 08_models/RUN/samples/train.arrow"
    )
    words.add_argument("--out", type=Path, default=Path("gpu_training.json"))
    words.add_argument("--seconds", type=float, default=25.0, help="of each measurement")
    words.add_argument("--rows", type=int, default=16, help="rows of 2,048 in a step")
    words.add_argument("--model", default="360m")
    given = words.parse_args()
    if not torch.cuda.is_available():
        sys.exit("gpu_training: there is no CUDA device here.")
    samples = given.samples or Path(tempfile.mkdtemp()) / f"{TEMPORARY}samples.arrow"
    if given.samples is None:
        generate(samples, 4_000)
    split = Split(samples)
    found: list[dict[str, object]] = [{"device": torch.cuda.get_device_name(), "torch": torch.__version__}]
    probe_model = build_model(config_of("tiny", VOCABULARY, CONTEXT, IDS), None, "sdpa", 1).cuda()
    found.append({"packed_difference": packed_difference(probe_model, [split[0], split[1], split[2]], 0)})
    ways = [("padded", False), ("padded", True), ("packed", False), ("packed", True)]
    try:
        import liger_kernel  # noqa: F401

        ways.append(("liger", False))
    except ImportError:
        found.append({"liger": "liger-kernel is not installed here"})
    for way, recompute in ways:
        found.append(measure(split, way, given.model, given.seconds, given.rows, recompute))
        print(json.dumps(found[-1]), flush=True)
    found.append(resume(samples, "small"))
    write_json(given.out, found)
    for line in found:
        print(json.dumps(line))


if __name__ == "__main__":
    main()
