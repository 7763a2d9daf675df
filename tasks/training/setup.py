"""What a run's folder holds before the first step: its samples, tokenizer, cards, and the job of the attempt."""

from __future__ import annotations

import dataclasses
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tasks.training import log
from tasks.training.card import model_card
from tasks.training.checkpoints import Checkpoint
from tasks.training.files import TrainingError, differs, read_json, write_json
from tasks.training.plan import Plan, count_gpus, make_plan
from tasks.training.samples import Items, Split, choose_groups, copy_split, steps_within
from tasks.training.shapes import shape_of
from tasks.training.source import Source
from tasks.training.tokenizer_files import write_tokenizer

ANSWERS = 4
"""Greedy answers shown when a run is done."""


@dataclass(frozen=True)
class RunSetup:
    """A run that is ready to begin.

    Args:
        folder: of the run.
        plan: its arithmetic.
        about: what manifest, card and views say of it.
        source: what it is made from.
    """

    folder: Path
    plan: Plan
    about: dict[str, Any]
    source: Source

    def write_job(self, attempt: dict[str, Any], found: Checkpoint | None, mirror: Path | None) -> Path:
        """Write what the worker reads, and return where it lies."""
        source, number = self.source, attempt["attempt"]
        facts = found.facts if found else {}
        job = {
            "folder": str(self.folder.absolute()),
            "base": str(source.base.path.absolute()) if source.base.path else None,
            "config": source.base.config,
            "settings": source.settings.model_dump(mode="json"),
            "plan": dataclasses.asdict(self.plan),
            "context": self.about["data"]["context"],
            "ids": source.tokenizer.ids,
            "evaluates": source.settings.evaluate_steps is not None and self.about["data"]["validation_samples"] > 0,
            "resume": str(found.path.absolute()) if found else None,
            "resumed_step": found.step if found else 0,
            "tokens_before": facts.get("tokens", 0),
            "label_tokens_before": facts.get("label_tokens", 0),
            "gpus": count_gpus(),
            "mirror": str(mirror.absolute()) if mirror else None,
            "facts": {"run": source.run, "version": source.manifest.version, "attempt": number}
            | {name: attempt[name] for name in ("code", "libraries")},
            "serving": {"run": source.run, **self.about["data"]},
            "answers": ANSWERS,
            "log": str(log.attempt_path(self.folder, number, "jsonl").absolute()),
            "outcome": str(log.attempt_path(self.folder, number, "outcome.json").absolute()),
            "console": str(log.attempt_path(self.folder, number, "txt")),
        }
        write_json(self.folder / "job.json", job)
        return self.folder / "job.json"


def set_up(folder: Path, source: Source, devices: int) -> RunSetup:
    """Fill a run's folder, or find it filled, and return the run ready to begin. Raise TrainingError."""
    counts = _samples(folder / "samples", source)
    settings = source.settings.model_dump(mode="json")
    items = _items(folder / "samples", settings)
    plan = make_plan(settings, items.each, devices)
    if source.settings.max_tokens is not None:
        ordered = Items(items.split, items.groups, source.settings.seed, plan.items)
        within = steps_within(ordered, source.settings.batch, source.settings.max_tokens)
        plan = make_plan(settings, items.each, devices, within)
    about = _about(source, counts, settings, plan)
    about["data"]["left_out"] = len(items.split) - sum(len(items.members(number)) for number in range(items.each))
    shutil.rmtree(folder / "tokenizer", ignore_errors=True)
    write_tokenizer(source.tokenizer, folder / "tokenizer")
    (folder / "card").mkdir(exist_ok=True)
    (folder / "card" / "README.md").write_text(model_card(about), encoding="utf-8")
    if (source.version / "README.md").is_file():
        shutil.copyfile(source.version / "README.md", folder / "card" / "DATA_CARD.md")
    for name in ("checkpoints", "attempts"):
        (folder / name).mkdir(exist_ok=True)
    write_json(folder / "run.json", about)
    return RunSetup(folder, plan, about, source)


def _samples(folder: Path, source: Source) -> dict[str, dict[str, int]]:
    """Copy the version's splits and packs, or find them copied; return what each split holds."""
    done = folder / "counts.json"
    known: dict[str, dict[str, int]] | None = read_json(done)
    if known is not None:
        return known
    folder.mkdir(parents=True, exist_ok=True)
    _check_files(source)
    vocabulary = max(source.tokenizer.pieces.values()) + 1
    counts = {
        split: dataclasses.asdict(copy_split(source.version, split, folder / f"{split}.arrow", vocabulary))
        for split in ("train", "validation")
    }
    shutil.copyfile(source.version / "packs.parquet", folder / "packs.parquet")
    write_json(done, counts)
    return counts


def _check_files(source: Source) -> None:
    """Raise TrainingError where a file that is trained on is not what the version's manifest lists."""
    named = [(one.name, one.bytes, one.sha256) for one in source.manifest.files]
    named += [(one.name, one.bytes, one.sha256) for one in source.manifest.beside if one.name == "packs.parquet"]
    wrong = differs(source.version, [dict(zip(("name", "bytes", "sha256"), one, strict=True)) for one in named])
    if wrong:
        raise TrainingError(f"{source.version} is not what its manifest lists ({wrong}): fetch or make it again.")


def _items(samples: Path, settings: dict[str, Any]) -> Items:
    """Return one epoch of items."""
    split = Split(samples / "train.arrow")
    groups = choose_groups(samples, split, settings)
    return Items(split, groups, settings["seed"], len(groups) if groups is not None else len(split))


def _about(source: Source, counts: dict[str, Any], settings: dict[str, Any], plan: Plan) -> dict[str, Any]:
    """Return what is said of a run wherever it is described."""
    tokens, base = source.manifest.settings["tokens"], source.base
    llama = base.config.get("model_type") == "llama"
    return {
        "run": source.run,
        "run_id": source.run,
        "version": source.manifest.version,
        "base": base.name,
        "base_identity": base.identity,
        "licence": base.licence,
        "config": base.config,
        "preset": source.settings.preset,
        "method": source.settings.method,
        "parameters": shape_of(base.config).parameters if llama else None,
        "settings": settings,
        "plan": dataclasses.asdict(plan),
        "steps": plan.steps,
        "data": {
            "version": source.manifest.version,
            "tokenizer": tokens["tokenizer"],
            "template": tokens["template"],
            "context": int(tokens["context"]),
            "tokenizer_digest": source.manifest.digests.tokenizer,
            "template_digest": source.manifest.digests.template,
            "samples": counts["train"]["samples"],
            "tokens": counts["train"]["tokens"],
            "label_tokens": counts["train"]["label_tokens"],
            "validation_samples": counts["validation"]["samples"],
        },
    }


def read_answers(folder: Path) -> list[dict[str, Any]]:
    """Return the greedy answers that were made when the run was done."""
    found: list[dict[str, Any]] = read_json(folder / "answers.json") or []
    return found
