"""Finished models as training leaves them, without weights, and an engine that knows their answers by heart."""

import json
import sys
from pathlib import Path

import pyarrow.parquet as pq

from schemas.training import FOLDER
from tasks.serve_model import find_models
from tasks.serving import engines
from tasks.serving.model import Model
from tasks.store.versions import latest, read_manifest, versions_folder
from tasks.training.files import listed, write_json
from tasks.training.tokenizer_files import read_tokenizer, write_tokenizer

ENGINE = Path(__file__).with_name("numbers_engine.py")
RUNS = ("aaaabbbbcccc", "ddddeeeeffff")


def current(root: Path) -> Path:
    return versions_folder(root) / latest(root)


def samples(root: Path) -> list[dict]:
    """Return the samples of both splits."""
    return [row for path in sorted(current(root).glob("*/*.parquet")) if path.parent.name in ("train", "validation")
            for row in pq.read_table(path).to_pylist()]  # fmt: skip


def prompts(row: dict) -> list[tuple[list[dict], list[int], list[int]]]:
    """Return of each round of a sample the messages before its answer, and the ids of prompt and answer."""
    found = []
    for span, at in zip(
        row["label_spans"], [n for n, one in enumerate(row["messages"]) if one["role"] == "assistant"], strict=True
    ):
        start, end = span["token_start"], span["token_end"]
        found.append((row["messages"][:at], row["input_ids"][:start], row["input_ids"][start:end]))
    return found


def export(root: Path, home: Path, run: str = "aaaabbbbcccc") -> Path:
    """Write a finished run over the current version of `root` into `home`, without weights; return its folder."""
    manifest = read_manifest(current(root))
    tokens = manifest.settings["tokens"]
    files = read_tokenizer(tokens["tokenizer"], tokens["template"], tokens["context"])
    folder = home / FOLDER / run
    final = folder / "final"
    final.mkdir(parents=True)
    write_tokenizer(files, final)
    data = {
        "version": manifest.version,
        "context": tokens["context"],
        "tokenizer_digest": manifest.digests.tokenizer,
        "template_digest": manifest.digests.template,
    }
    asked, ids, _ = prompts(min(samples(root), key=lambda row: row["n_tokens"]))[0]
    write_json(final / "config.json", {"vocab_size": max(files.pieces.values()) + 1})
    write_json(final / "generation_config.json", {"eos_token_id": files.ids["eos_token_id"], "temperature": 0.7})
    write_json(final / "serving.json", {"run": run, **data, "prompt": {"messages": asked, "input_ids": ids}})
    about = {"run": run, "version": manifest.version, "base": "tiny", "licence": None, "config": {}, "data": data}
    write_json(folder / "run.json", about)
    entries = [entry | {"name": f"final/{entry['name']}"} for entry in listed(final)]
    write_json(folder / "manifest.json", about | {"files": entries})
    write_json(home / FOLDER / "latest.json", {"run": run})
    return folder


def two_models(patch, root: Path, home: Path, texts: tuple[str, str], slow: float) -> list[Model]:
    """Return two runs whose engines say one text each to all that is not the sample's; `bomb` kills an engine."""
    for run in RUNS:
        export(root, home, run)
    models = find_models(home, RUNS)
    encode, end = models[0].writer.encoder.tokenizer.engine.encode, models[0].writer.encoder.stop
    other = {run: [*encode([f" {text}"])[0].tolist(), end] for run, text in zip(RUNS, texts, strict=True)}
    patch.delenv("SHAREGPT_SERVE_KEY", raising=False)
    fatal = encode([" bomb"])[0].tolist()[0]
    by_heart(patch, root, home / "memory.json", other=other, slow=slow, dies_at=fatal)
    return models


def by_heart(patch, root: Path, file: Path, *, other: dict[str, list[int]], dies_at: int = -1, slow: float = 0) -> None:
    """Put an engine in transformers' place that knows all samples' answers, and says the run's `other` else."""
    answers = {" ".join(map(str, ids)): answer for row in samples(root) for _, ids, answer in prompts(row)}
    file.write_text(json.dumps({"answers": answers, "other": other, "dies_at": dies_at, "slow": slow}))

    class ByHeart(engines.Transformers):
        needs = ()

        def command(self, model, folder, port):
            return [sys.executable, str(ENGINE), str(port), str(file), model.run]

    patch.setitem(engines.ENGINES, "transformers", ByHeart())
