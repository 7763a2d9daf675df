"""The order of the stages, declared once: the flow, the test for new work, the estimate and the tests loop over it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from tasks import convert, cut_windows, deduplicate, filter_language, filter_quality
from tasks.runtime.stage import Stage

INGEST = "ingest"
DECIDE = "find_duplicates"

VERBS = (
    INGEST, "convert", "filter_language", "filter_quality", "deduplicate", "cut_windows", "write_shards", "publish",
    "verify",
)  # fmt: skip
"""The files of tasks/, in the order in which data meets them."""

CAPABILITIES: tuple[str, ...] = ("train", "compare_training", "spot", "answer", "judge", "push", "serve_model")
"""Verbs beside the data pipeline, each with a flow and a package of its own."""


@dataclass(frozen=True)
class Step:
    """A stage of the DAG that makes each part alone.

    Args:
        name: of the task.
        stage: what it does.
        upstream: name of the step, or of the barrier, whose parts it reads.
    """

    name: str
    stage: Stage
    upstream: str


BEFORE = (
    Step("convert", convert.STAGE, INGEST),
    Step("filter_language", filter_language.STAGE, "convert"),
    Step("filter_quality", filter_quality.STAGE, "filter_language"),
    Step("sign", deduplicate.SIGNATURES, "filter_quality"),
)
"""The steps before the one barrier, which compares the signatures of all parts and decides on every row."""

BEHIND = (
    Step("drop_duplicates", deduplicate.STAGE, DECIDE),
    Step("cut_windows", cut_windows.STAGE, "drop_duplicates"),
)
"""The steps behind the barrier; its result is the parts of filter_quality, each with the decisions on its rows."""

STEPS = BEFORE + BEHIND
PUBLISHED = (INGEST, "convert", "filter_language", "filter_quality", "drop_duplicates", "cut_windows")
"""The steps whose parts a version is published from: all but the signatures."""

Made = TypeVar("Made")


def run_steps(
    ingested: Made,
    make: Callable[[Step, Made], Made | None],
    decide: Callable[[dict[str, Made]], Made | None],
) -> dict[str, Made] | None:
    """Return what every step made, by its name; None where some step has nothing.

    Args:
        ingested: the ingested parts, or what stands for them.
        make: makes (or finds) the parts of a step from those of its upstream.
        decide: the barrier: from what was made so far to the parts of filter_quality with their decisions.
    """
    made = {INGEST: ingested}
    for step in BEFORE:
        parts = make(step, made[step.upstream])
        if parts is None:
            return None
        made[step.name] = parts
    decided = decide(made)
    if decided is None:
        return None
    made[DECIDE] = decided
    for step in BEHIND:
        parts = make(step, made[step.upstream])
        if parts is None:
            return None
        made[step.name] = parts
    return made
