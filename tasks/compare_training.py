"""Asks which of two versions is the better training data: same base, tokens and seeds, loss on what neither saw."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq

from schemas.settings.train import Train
from schemas.training import FOLDER
from tasks.report.plots import intervals
from tasks.report.render import Plot, Table
from tasks.store.digest import combine
from tasks.store.versions import find_version
from tasks.train import Trained, train
from tasks.training.files import TrainingError, read_json, write_json
from tasks.training.held_out import SHARED, HeldOut, check_comparable, find_held_out
from tasks.training.intervals import Interval, difference_interval, loss_interval
from tasks.training.process import environment, evaluation_command
from tasks.training.report import Page, Section, render

Notify = Callable[[dict[str, Any]], None]


class StoppedError(TrainingError):
    """A run of a comparison was asked to stop; its code asks for another start, as `sharegpt train`'s does."""

    def __init__(self, done: Trained) -> None:
        super().__init__(f"run {done.run} was stopped at step {done.row['last_step']:,}; the same command goes on.")
        self.code = done.code


def compare(root: Path, names: tuple[str, str], settings: Train, notify: Notify = lambda _: None) -> dict[str, Any]:
    """Train on two versions with several seeds, score both on held-out conversations, and return what was found.

    Args:
        root: the data root.
        names: the two versions, or how their names begin.
        settings: of every run; their budget is max_tokens, or epochs of the smaller version.
        notify: is given the plan and every line of every run's log.

    Raises:
        PipelineError: they cannot be compared, or a run fails; StoppedError where one was stopped.
    """
    one, other = (find_version(root, name) for name in names)
    if one.version == other.version:
        raise TrainingError("Compare two different versions: `sharegpt versions` lists them.")
    names = (one.version, other.version)
    check_comparable(one.manifest, other.manifest)
    held = find_held_out({one.version: one.path, other.version: other.path}, settings.near)
    tokens = [_train_tokens(found.manifest) for found in (one, other)]
    budget = settings.max_tokens or round(settings.epochs * min(tokens))
    # As many passes as the budget takes: it, and not the size of the version, ends a run.
    runs: dict[str, list[Trained]] = {name: [] for name in names}
    for name, held_tokens in zip(names, tokens, strict=True):
        passes = max(settings.epochs, -(-budget // max(1, held_tokens)))
        for seed in range(settings.seed, settings.seed + settings.seeds):
            chosen = settings.model_copy(
                update={"seed": seed, "max_tokens": budget, "epochs": float(passes), "longest": None}
            )
            done = train(root, chosen, name, notify=notify)
            if done.code > 1:
                raise StoppedError(done)
            if done.code:
                raise TrainingError(done.message or f"run {done.run} failed")
            runs[name].append(done)
    folder = root / FOLDER / "comparisons" / combine(sorted(one.run for done in runs.values() for one in done))[:12]
    scores = _scores(folder, held, runs, settings)
    result = _result(names, held, scores, settings, budget, runs)
    write_json(folder / "comparison.json", result)
    (folder / "comparison.html").write_text(render(page_of(result)), encoding="utf-8")
    return result | {"folder": str(folder)}


def _train_tokens(manifest: Any) -> int:
    return sum(file.tokens for file in manifest.files if file.split == "train")


def _scores(folder: Path, held: HeldOut, runs: dict[str, list[Trained]], settings: Train) -> dict[str, Any]:
    """Score the held-out samples with every model in a process of its own; return its lists by model."""
    folder.mkdir(parents=True, exist_ok=True)
    pq.write_table(held.table, folder / "held_out.parquet")
    models = {
        f"{name}/{place}": str(done.folder / "final")
        for name, found in runs.items()
        for place, done in enumerate(found)
    }
    job = {"samples": str(folder / "held_out.parquet"), "models": models, "threads": settings.threads}
    write_json(folder / "job.json", job | {"out": str(folder / "scores.json")})
    with (folder / "console.txt").open("wb") as out:
        code = subprocess.run(  # noqa: S603  # our own words
            evaluation_command(folder / "job.json"),
            stdout=out,
            stderr=subprocess.STDOUT,
            env=environment(),
            check=False,
        ).returncode
    scores: dict[str, Any] | None = read_json(folder / "scores.json")
    if code or scores is None:
        raise TrainingError(f"The models could not be scored (exit code {code}): see {folder / 'console.txt'}.")
    return scores


def _result(
    names: tuple[str, str],
    held: HeldOut,
    scores: dict[str, Any],
    settings: Train,
    budget: int,
    runs: dict[str, list[Trained]],
) -> dict[str, Any]:
    """Return figures by set: each version's loss per token, their difference, and what it says."""
    sets, rows = (held.table[name].to_pylist() for name in ("set", "row_id"))
    found: dict[str, Any] = {}
    for which in (SHARED, *names):
        places = [place for place, one in enumerate(sets) if one == which]
        conversations = sorted({rows[place] for place in places})
        if not conversations:
            continue
        tokens = _sums(scores[f"{names[0]}/0"], places, rows, conversations, 1)
        losses = [
            np.array(
                [_sums(scores[f"{name}/{seed}"], places, rows, conversations, 0) for seed in range(settings.seeds)]
            )
            for name in names
        ]
        found[which] = {
            "conversations": len(conversations),
            "tokens": int(tokens.sum()),
            "loss": {name: loss_interval(one, tokens, settings.seed) for name, one in zip(names, losses, strict=True)},
            "difference": difference_interval(losses[0], losses[1], tokens, settings.seed),
        }
    return {
        "versions": list(names),
        "base": settings.base,
        "budget_tokens": budget,
        "seeds": settings.seeds,
        "left_out_as_near": held.near,
        "runs": {name: [done.run for done in found_runs] for name, found_runs in runs.items()},
        "tokens_seen": {name: [done.row["tokens"] for done in found_runs] for name, found_runs in runs.items()},
        "sets": found,
        "verdict": verdict(names, Interval(*found[SHARED]["difference"])),
    }


def _sums(scores: list[list[float]], places: list[int], rows: list[str], conversations: list[str], column: int) -> Any:
    """Return loss (column 0) or tokens (1) summed over the samples of each conversation."""
    number = {row: place for place, row in enumerate(conversations)}
    sums = np.zeros(len(conversations))
    for place in places:
        sums[number[rows[place]]] += scores[place][column]
    return sums


def verdict(names: tuple[str, str], difference: Interval) -> str:
    """Return what the interval of the difference (the first less the second) says."""
    if difference.high < 0:
        return f"{names[0]} is the better training data"
    if difference.low > 0:
        return f"{names[1]} is the better training data"
    return "no difference shows at this size"


def page_of(result: dict[str, Any]) -> Page:
    """Return the comparison as a page: table and plot of every set, the verdict on top."""
    names = result["versions"]
    sections = []
    for which, figures in result["sets"].items():
        title = "Validation in both" if which == SHARED else f"Validation of {which}"
        rows = [(name, *figures["loss"][name]) for name in names]
        shown = [(name, *(round(value, 4) for value in ends)) for name, *ends in rows]
        low, value, high = figures["difference"]
        words = f"{figures['conversations']:,} conversations, {figures['tokens']:,} tokens with loss. "
        words += f"{names[0]} less {names[1]}: {value:+.4f} ({low:+.4f} to {high:+.4f})."
        plot = Plot("Loss per token", "lower is better; 95 % interval over conversations and seeds", intervals(rows))
        sections.append(Section(title, words, [plot, Table(("version", "low", "loss", "high"), shown)]))
    return Page(
        title=f"{names[0]} or {names[1]}?",
        lead=f"Base {result['base']}, {result['budget_tokens']:,} tokens a run, {result['seeds']} seeds; "
        f"{result['left_out_as_near']:,} conversations were left out as near a training sample. {result['verdict']}.",
        tiles=[(f"{result['sets'][SHARED]['difference'][1]:+.4f}", "difference in loss per token")],
        sections=sections,
    )
