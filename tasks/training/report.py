"""Writes a run's report.html, and a comparison's page: curves, attempts, answers, in the style of the data's report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
from jinja2 import ChoiceLoader, FileSystemLoader
from markupsafe import Markup

from tasks.report.plots import curves
from tasks.report.render import TEMPLATES as REPORT
from tasks.report.render import Plot, Table, environment, source_hash
from tasks.training.files import read_json

TEMPLATES = Path(__file__).with_name("templates")
FILE = "report.html"
MOST_POINTS = 400
ATTEMPT = ("attempt", "outcome", "resumed_step", "last_step", "lost_steps", "seconds", "device", "cost", "message")


@dataclass(frozen=True)
class Section:
    """A part of the page: its title, a sentence, plots and tables."""

    title: str
    words: str
    shown: Sequence[Plot | Table]


@dataclass(frozen=True)
class Page:
    """A page: title, the sentence below it, numbers with what they count, sections."""

    title: str
    lead: str
    tiles: Sequence[tuple[str, str]]
    sections: Sequence[Section]


def render(page: Page) -> str:
    """Return a page as one HTML file that fetches nothing and runs no script."""
    css = (REPORT / "report.css").read_text(encoding="utf-8")
    policy = f"default-src 'none'; style-src {source_hash(css)}; base-uri 'none'; form-action 'none'"
    pages = environment().overlay(loader=ChoiceLoader([FileSystemLoader(TEMPLATES), FileSystemLoader(REPORT)]))
    shown = pages.get_template("training.html").render(page=page, policy=policy, css=Markup(css))  # noqa: S704  # ours
    return shown + "\n"


def write_report(folder: Path, about: dict[str, Any], row: dict[str, Any]) -> None:
    """Write report.html of a run from its log.

    Args:
        folder: of the run.
        about: run.json.
        row: of training_runs.
    """
    lines = pq.read_table(folder / "log").to_pylist() if (folder / "log").is_dir() else []
    attempts = pq.read_table(folder / "attempts.parquet").to_pylist()
    kept = sorted((line for line in lines if not line["superseded"]), key=lambda line: line["step"])
    data = about["data"]
    page = Page(
        title=f"Run {about['run']}",
        lead=f"{about['base']} trained on version {about['version']} ({data['samples']:,} samples, "
        f"{data['tokens']:,} tokens): {row['status']} at step {row['last_step']:,} of {row['steps']:,}.",
        tiles=_tiles(row),
        sections=[
            Section("Loss", "Of each step's tokens with loss, and per token of the validation split.", _losses(kept)),
            Section("Pace", "Tokens a second over all devices, and how the learning rate went.", _pace(kept)),
            Section(
                "Attempts",
                "Every start: where it went on, how it ended, what the next had to do again.",
                _attempts(attempts),
            ),
            Section("Answers", "Greedy, to short questions of the data; nothing here was chosen.", _answers(folder)),
            Section("Settings", "All of them; devices and saving do not change the run's name.", [_settings(about)]),
        ],
    )
    (folder / FILE).write_text(render(page), encoding="utf-8")


def _tiles(row: dict[str, Any]) -> list[tuple[str, str]]:
    """Return the run's main numbers."""
    tiles = [
        (f"{row['tokens'] or 0:,}", "tokens seen"),
        (f"{row['hours']:.2f}", "hours"),
        (str(row["attempts"]), "attempts"),
    ]
    for name, what in (("last_loss", "last loss"), ("best_eval_loss", "best validation loss")):
        if row[name] is not None:
            tiles.append((f"{row[name]:.3f}", what))
    if row["mfu"] is not None:
        tiles.append((f"{row['mfu']:.0%}", "MFU"))
    if row["cost"] is not None:
        tiles.append((f"{row['cost']:,.2f} $", "cost"))
    return tiles


def _thin(points: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Return at most MOST_POINTS points: the means of neighbours."""
    size = -(-len(points) // MOST_POINTS)
    groups = [points[start : start + size] for start in range(0, len(points), size or 1)]
    return [(group[-1][0], sum(y for _, y in group) / len(group)) for group in groups]


def _series(lines: list[dict[str, Any]], name: str) -> list[tuple[float, float]]:
    return _thin([(line["step"], line[name]) for line in lines if line[name] is not None])


def _losses(lines: list[dict[str, Any]]) -> list[Plot | Table]:
    series = {"training": _series(lines, "loss"), "validation": _series(lines, "eval_loss")}
    drawn = curves(series, "step")
    found: list[Plot | Table] = [Plot("Loss", "by step; superseded steps are left out", drawn)] if drawn else []
    evaluations = [(line["step"], line["eval_loss"]) for line in lines if line["eval_loss"] is not None]
    return (
        [*found, Table(("step", "validation loss"), evaluations[-8:], "Newest evaluations")] if evaluations else found
    )


def _pace(lines: list[dict[str, Any]]) -> list[Plot | Table]:
    plots = [
        Plot(title, "by step", curves({title: _series(lines, name)}, "step"))
        for name, title in (("tokens_per_second", "tokens a second"), ("learning_rate", "learning rate"))
    ]
    return [plot for plot in plots if plot.svg]


def _attempts(attempts: list[dict[str, Any]]) -> list[Plot | Table]:
    return [Table(ATTEMPT, [[attempt[name] for name in ATTEMPT] for attempt in attempts])]


def _answers(folder: Path) -> list[Plot | Table]:
    names = ("split", "question", "answer", "expected", "ended")
    return [Table(names, [[answer[name] for name in names] for answer in read_json(folder / "answers.json") or []])]


def _settings(about: dict[str, Any]) -> Table:
    return Table(
        ("setting", "value", ""), [(f"train.{name}", str(value), "") for name, value in about["settings"].items()]
    )
