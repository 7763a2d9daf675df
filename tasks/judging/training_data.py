"""Whether a model may have seen the questions: what its training data was decontaminated against."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from schemas.errors import PipelineError, SettingsError
from schemas.reasons import Reason
from schemas.settings import Decontamination
from schemas.settings.judge import Judge
from tasks.decontamination.benchmark_files import benchmarks, digest
from tasks.judging.questions import Question
from tasks.store.versions import read_manifest, versions_folder

MODELS = "08_models"


@dataclass(frozen=True)
class Leak:
    """What is known of one model's training data.

    Args:
        model: its name.
        state: decontaminated | not decontaminated | unknown.
        detail: in a sentence.
    """

    model: str
    state: str
    detail: str


def check_leaks(
    root: Path,
    stored: Mapping[str, Sequence[Mapping[str, Any]]],
    file: Path,
    questions: Sequence[Question],
    settings: Judge,
) -> list[Leak]:
    """Return what is known of each model's training data.

    Args:
        root: the data root.
        stored: the rows of 09_answers, by model.
        file: of the questions.
        questions: of the set.
        settings: whether a model of this data root that is not decontaminated is refused.

    Raises:
        SettingsError: it is, and one is not.
    """
    found = []
    for name, rows in stored.items():
        run = _run_of(root, name, rows)
        leak = _unknown(name) if run is None else _leak_of(root, name, run, questions)
        if run is not None and leak.state != "decontaminated" and settings.leakage == "refuse":
            raise SettingsError(
                f"{name} was trained in this data root, and {leak.detail}: add {file}::text to decontamination.files "
                "and train again, or judge it all the same with --set judge.leakage=report, and the report says so."
            )
        found.append(leak)
    return found


def _unknown(name: str) -> Leak:
    return Leak(name, "unknown", "it was not trained in this data root: what it has seen is not known")


def _run_of(root: Path, name: str, rows: Sequence[Mapping[str, Any]]) -> Path | None:
    """Return the folder of the run that a model was trained in, known by its name or by what its endpoint serves."""
    words = {name}
    for row in rows:
        words |= set(PurePosixPath(str(row["served_model"] or "")).parts)
    runs = sorted(path.parent for path in (root / MODELS).glob("*/manifest.json"))
    return next((run for run in runs if run.name in words), None)


def _leak_of(root: Path, name: str, run: Path, questions: Sequence[Question]) -> Leak:
    version = json.loads((run / "manifest.json").read_text(encoding="utf-8")).get("version")
    manifest = read_manifest(versions_folder(root) / str(version))
    if manifest is None:
        return Leak(name, "unknown", f"its data, version {version}, is no longer there to look at")
    settings = Decontamination(**manifest.settings["decontamination"])
    if not settings.files or settings.policy != "drop":
        what = "was decontaminated against no file" if not settings.files else "had its contaminated rows only tagged"
        return Leak(name, "not decontaminated", f"its data, version {version}, {what}")
    try:
        same = digest(settings) == manifest.digests.benchmarks
        index = benchmarks(settings) if same else None
    except PipelineError:
        index = None
    if index is None:
        return Leak(name, "unknown", f"the files that its data, version {version}, was checked against have changed")
    looked_for = {item.text for item, size in zip(index.items, index.sizes.tolist(), strict=True) if size}
    absent = sum(one.text not in looked_for for one in questions)
    if absent:
        return Leak(
            name, "not decontaminated", f"{absent} of {len(questions)} questions were not looked for in its data"
        )
    dropped = sum(row.conversations for row in manifest.rejections if row.reason == Reason.CONTAMINATED)
    return Leak(
        name,
        "decontaminated",
        f"all {len(questions)} questions were looked for in its data, version {version}; "
        f"{dropped} conversations were dropped as contaminated",
    )
