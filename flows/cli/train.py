"""`sharegpt train`: a model from a published version, here, resumed where it stopped; 33 asks to be started again."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import ValidationError
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from flows.cli import DATA, DataOption, say
from flows.cli.messages import complain, voice
from flows.cli.options import parse_value
from flows.cli.table import console, make_table
from schemas.errors import PipelineError, SettingsError
from schemas.settings.section import Section
from schemas.settings.spot import Spot
from schemas.settings.train import PRESETS, Train

EVERY = 10.0
"""Seconds between two lines where stderr is no terminal."""


def chosen_settings(preset: str | None, base: str | None, sets: Sequence[str]) -> tuple[Train, Spot]:
    """Return the settings of a run from the command line's words. Raise SettingsError for what is unknown or wrong."""
    short = {"preset": preset, "base": base}
    kinds: dict[str, type[Section]] = {"train": Train, "spot": Spot}
    chosen: dict[str, dict[str, Any]] = {"train": {key: value for key, value in short.items() if value}, "spot": {}}
    for word in sets:
        name, equals, value = word.partition("=")
        section, _, field = name.strip().partition(".")
        if not equals or section not in kinds:
            raise SettingsError(f"--set {word!r} is not of the form train.field=value or spot.field=value.")
        if field not in kinds[section].model_fields:
            known = ", ".join(kinds[section].model_fields)
            raise SettingsError(f"--set {word!r}: {section} has no field {field!r}; it has {known}.")
        chosen[section][field] = parse_value(value)
    try:
        return Train(**chosen["train"]), Spot(**chosen["spot"])
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join([error.title.lower(), *(str(part) for part in first["loc"][:1])])
        given = f" = {first['input']!r}" if first["loc"] else ""
        raise SettingsError(f"{field}{given}: {first['msg'].removeprefix('Value error, ')}.") from error


class TrainingProgress:
    """Draws a run's steps on stderr; where that is no terminal, writes a line now and then."""

    def __init__(self) -> None:
        self.console = Console(stderr=True)
        self.drawn = self.console.is_terminal and voice.plain
        words = TextColumn(
            "loss {task.fields[loss]}  {task.fields[rate]} tokens/s{task.fields[mfu]}{task.fields[last]}"
        )
        columns = (
            "[progress.description]{task.description}",
            BarColumn(),
            MofNCompleteColumn(),
            words,
            TimeRemainingColumn(),
        )
        self.progress = Progress(*columns, console=self.console, transient=True)
        self.task: Any = None
        self.steps, self.printed, self.last = 0, 0.0, ""

    def __enter__(self) -> TrainingProgress:
        if self.drawn:
            self.progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self.drawn:  # where nothing was drawn, it would still end a line
            self.progress.stop()

    def notify(self, line: dict[str, Any]) -> None:
        """Take in the plan or a line of the log."""
        if "plan" in line:
            self._begin(line)
        elif "eval_loss" in line:
            self.last = f"  validation {line['eval_loss']:.4f}"
            if not self.drawn:
                say(
                    f"step {line['step']:,}: validation loss {line['eval_loss']:.4f}",
                    **{name: line[name] for name in ("step", "eval_loss")},
                )
        elif "loss" in line:
            self._step(line)

    def _begin(self, line: dict[str, Any]) -> None:
        plan, resumed = line["plan"], line["resumed"]
        self.steps = plan["steps"]
        each = f"{plan['devices']} x {plan['device_batch']} x {plan['accumulation']}"
        begun = f"from step {resumed:,}" if resumed else "from the base"
        say(f"run {line['run']}: {self.steps:,} steps of {each} (devices x items x accumulation), {begun}")
        for note in line["notes"]:
            say(f"note: {note}")
        empty: dict[str, Any] = {"loss": "–", "rate": "–", "mfu": "", "last": ""}
        self.task = self.progress.add_task("training", total=self.steps, completed=resumed, **empty)

    def _step(self, line: dict[str, Any]) -> None:
        mfu = f"  MFU {line['mfu']:.0%}" if line["mfu"] is not None else ""
        shown: dict[str, Any] = {
            "loss": f"{line['loss']:.4f}",
            "rate": f"{line['tokens_per_second']:,.0f}",
            "mfu": mfu,
            "last": self.last,
        }
        self.progress.update(self.task, completed=line["step"], **shown)
        if not self.drawn and (time.monotonic() - self.printed > EVERY or line["step"] == self.steps):
            self.printed = time.monotonic()
            say(
                f"step {line['step']:,} of {self.steps:,}: loss {shown['loss']}, {shown['rate']} tokens/s{mfu}",
                **{name: line[name] for name in ("step", "loss", "tokens_per_second", "mfu")},
            )


def conclude(done: Any) -> None:
    """Print what came out: the result to stdout, what is to be said to stderr."""
    from tasks.training.setup import read_answers

    row = done.row
    if done.outcome == "preempted":
        complain(f"stopped at step {row['last_step']:,} of {row['steps']:,}; the same command goes on (exit 33).", 33)
    if done.outcome == "stopped":
        complain("stopped before the first checkpoint; the same command begins anew (exit 143).", 143)
    if done.code:
        return
    out = console()
    facts = (
        "steps",
        "tokens",
        "label_tokens",
        "first_loss",
        "last_loss",
        "best_eval_loss",
        "tokens_per_second",
        "attempts",
    )
    out.print(
        make_table(["run", *facts, "hours"], [[done.run, *(row[name] for name in facts), round(row["hours"], 3)]])
    )
    answers = read_answers(done.folder)
    if answers:
        out.print()
        columns = ("split", "question", "answer", "expected")
        out.print(
            make_table(columns, [[" ".join(answer[name].split())[:80] for name in columns] for answer in answers])
        )
    out.print()
    if done.outcome == "unchanged":
        typer.echo(f"unchanged: run {done.run} was trained on this version, from this base, with these settings.")
    typer.echo(f"model     {done.folder / 'final'}")
    typer.echo(f"manifest  {done.folder / 'manifest.json'}")


def compare_versions(data: Path, versions: tuple[str, str], settings: Train) -> None:
    """Train on both versions, and print which one gives the lower loss on what neither has seen."""
    from tasks.compare_training import StoppedError, compare

    try:
        with TrainingProgress() as progress:
            found = compare(data.resolve(), versions, settings, progress.notify)
    except StoppedError as stopped:
        complain(str(stopped), stopped.code)
        sys.exit(stopped.code)
    versions = tuple(found["versions"])
    rows = [
        [which, figures["conversations"], figures["tokens"], name, *(round(end, 4) for end in figures["loss"][name])]
        for which, figures in found["sets"].items()
        for name in found["versions"]
    ]
    console().print(make_table(["validation of", "conversations", "tokens", "trained on", "low", "loss", "high"], rows))
    low, value, high = found["sets"]["both"]["difference"]
    typer.echo(f"\n{versions[0]} less {versions[1]}: {value:+.4f} ({low:+.4f} to {high:+.4f}): {found['verdict']}.")
    typer.echo(f"page      {found['folder']}/comparison.html")


def train(
    data: DataOption = DATA,
    base: Annotated[
        str | None, typer.Option(help="A folder, a hub id (owner/model[@revision]), tiny or small.")
    ] = None,
    preset: Annotated[str | None, typer.Option(help=f"{', '.join(PRESETS)}.")] = None,
    version: Annotated[str | None, typer.Option(help="A version, how its name begins, or current.")] = None,
    sets: Annotated[list[str] | None, typer.Option("--set", metavar="SECTION.FIELD=VALUE", help="Any setting.")] = None,
    mirror: Annotated[
        Path | None,
        typer.Option(
            envvar="SHAREGPT_MIRROR", help="A second place for checkpoints: a mounted bucket.", file_okay=False
        ),
    ] = None,
    compare: Annotated[
        tuple[str, str] | None,
        typer.Option(
            metavar="VERSION VERSION", help="Which of two versions is the better data: same tokens and seeds."
        ),
    ] = None,
    spot: Annotated[bool, typer.Option("--spot", help="On spot instances, through SkyPilot.")] = False,
    printed: Annotated[
        bool, typer.Option("--print", help="With --spot: print the task and what it reckons with.")
    ] = False,
) -> None:
    """Train a model on the shards; the same command goes on where it stopped, and says unchanged where it is done.

    Example: sharegpt train --preset vicuna-7b --base huggyllama/llama-7b
    """
    settings, machines = chosen_settings(preset, base, sets or [])
    if spot or printed:
        from flows.cli.spot import on_spot

        on_spot(data, settings, machines, version, printed=printed)
        return
    if compare is not None:
        compare_versions(data, compare, settings)
        return
    from tasks.train import train as train_run

    with TrainingProgress() as progress:
        done = train_run(data, settings, version, mirror, progress.notify)
    conclude(done)
    if done.code == 1:
        raise PipelineError(done.message or f"run {done.run} failed")
    sys.exit(done.code)
