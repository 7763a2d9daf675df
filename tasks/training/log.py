"""A run's log as data: JSON lines that a kill cannot spoil become Parquet files under contract."""

from __future__ import annotations

import itertools
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from schemas.contract import Contract
from schemas.training import TrainingAttempts, TrainingLog, TrainingRuns
from tasks.training.files import TEMPORARY, read_json

OPEN = "running"
Line = dict[str, Any]


def attempt_path(folder: Path, number: int, ending: str = "json") -> Path:
    """Return where an attempt's record (json), lines (jsonl), outcome (outcome.json) or console (txt) lies."""
    return folder / "attempts" / f"attempt-{number:04d}.{ending}"


def records(folder: Path) -> list[Line]:
    """Return what is known of every attempt of a run, by number: how it began, and how it ended if that is known."""
    found = []
    for path in sorted((folder / "attempts").glob("attempt-*.json")):
        if path.name.endswith(".outcome.json"):
            continue
        record = read_json(path)
        if record is not None:
            found.append(record)
    return found


def lines_of(folder: Path, number: int) -> list[Line]:
    """Return the lines of an attempt; the torn last line of a killed one is left out, its step was not saved either."""
    try:
        text = attempt_path(folder, number, "jsonl").read_text(encoding="utf-8")
    except FileNotFoundError:
        return []
    whole = text.splitlines(keepends=True)
    return [json.loads(line) for line in whole if line.endswith("\n")]


def now() -> str:
    """Return the time as the log has it."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def close_open(folder: Path, running: int | None = None) -> list[Line]:
    """Return all attempts; those whose process died without a word are killed, at the time of their last line."""
    closed = []
    for record in records(folder):
        if record["outcome"] == OPEN and record["attempt"] != running:
            path = attempt_path(folder, record["attempt"], "jsonl")
            last = path if path.is_file() else attempt_path(folder, record["attempt"])
            ended = max(last.stat().st_mtime, datetime.fromisoformat(record["started"]).timestamp())
            record |= {
                "outcome": "killed",
                "ended": datetime.fromtimestamp(ended, UTC).isoformat(timespec="milliseconds"),
                "seconds": ended - datetime.fromisoformat(record["started"]).timestamp(),
            }
        closed.append(record)
    return closed


def attempt_rows(run: str, closed: list[Line], lines: dict[int, list[Line]]) -> list[Line]:
    """Return the rows of training_attempts: lost steps are those a later attempt went on before."""
    rows = []
    for place, record in enumerate(closed):
        steps = [line["step"] for line in lines[record["attempt"]]]
        last = max([record["resumed_step"], *steps])
        later = [other["resumed_step"] for other in closed[place + 1 :]]
        hours, price = record["seconds"] / 3_600, record.get("price")
        rows.append(
            {name: record.get(name) for name in TrainingAttempts.columns()}
            | {"run_id": run, "last_step": last, "cost": None if price is None else hours * price}
            # What one attempt lost, and an earlier one had lost already, is lost once.
            | {"lost_steps": max(0, last - max(record["resumed_step"], min([last, *later])))}
        )
    return rows


def log_rows(run: str, closed: list[Line], lines: dict[int, list[Line]]) -> dict[int, list[Line]]:
    """Return the rows of training_log by attempt."""
    rows: dict[int, list[Line]] = {}
    for place, record in enumerate(closed):
        border = min((other["resumed_step"] for other in closed[place + 1 :]), default=None)
        rows[record["attempt"]] = [
            dict.fromkeys(TrainingLog.columns())
            | line
            | {"run_id": run, "attempt": record["attempt"]}
            | {"superseded": border is not None and line["step"] > border}
            for line in lines[record["attempt"]]
        ]
    return rows


def run_row(about: Line, attempts: list[Line], log: list[Line]) -> Line:
    """Return the row of training_runs.

    Args:
        about: run_id, version, base, preset, method, parameters, steps.
        attempts: rows of training_attempts.
        log: rows of training_log.
    """
    valid_rows = [row for row in log if not row["superseded"]]
    steps = [row for row in valid_rows if row["loss"] is not None]
    evaluations = [row["eval_loss"] for row in valid_rows if row["eval_loss"] is not None]
    hours = sum(row["seconds"] for row in attempts) / 3_600
    lost: dict[int, float] = {}
    for row in log:
        if row["superseded"]:
            lost[row["attempt"]] = lost.get(row["attempt"], 0.0) + row["seconds"]
    # On demand nothing would have been lost, so nothing been done again.
    cost, on_demand = _sum(attempts, "price", {}), _sum(attempts, "price_on_demand", lost)
    seconds = sum(row["seconds"] for row in steps)
    trained = [row["mfu"] * row["seconds"] for row in steps if row["mfu"] is not None]
    return {
        **{name: about.get(name) for name in TrainingRuns.columns()},
        "status": attempts[-1]["outcome"] if attempts else OPEN,
        "last_step": max((row["step"] for row in valid_rows), default=0),
        "tokens": steps[-1]["tokens"] if steps else None,
        "label_tokens": steps[-1]["label_tokens"] if steps else None,
        "first_loss": steps[0]["loss"] if steps else None,
        "last_loss": steps[-1]["loss"] if steps else None,
        "best_eval_loss": min(evaluations, default=None),
        "last_eval_loss": evaluations[-1] if evaluations else None,
        "tokens_per_second": sum(row["tokens_per_second"] * row["seconds"] for row in steps) / seconds
        if seconds
        else None,
        "mfu": sum(trained) / seconds if trained and seconds else None,
        "attempts": len(attempts),
        "preemptions": sum(row["outcome"] in ("preempted", "killed") for row in attempts),
        "lost_steps": sum(row["lost_steps"] for row in attempts),
        "hours": hours,
        "device_hours": sum(row["seconds"] * row["devices"] for row in attempts) / 3_600,
        "cost": cost,
        "cost_on_demand": on_demand,
        "saved_share": 1 - cost / on_demand if cost is not None and on_demand else None,
    }


def _sum(attempts: list[Line], price: str, lost: dict[int, float]) -> float | None:
    """Return hours, less the seconds that each attempt lost, times a price, over all; None where any has no price."""
    if not attempts or any(row[price] is None for row in attempts):
        return None
    return float(sum(row[price] * max(0.0, row["seconds"] - lost.get(row["attempt"], 0.0)) / 3_600 for row in attempts))


def write_rows(path: Path, contract: type[Contract], rows: list[Line]) -> None:
    """Write rows under their contract, as a file that appears whole; the same rows again write nothing."""
    table = contract.check(pa.Table.from_pylist(rows, schema=contract.schema()))
    if path.is_file() and pq.read_table(path, schema=contract.schema()).equals(table):
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(TEMPORARY + path.name)
    pq.write_table(table, temporary, **contract.layout(1))
    temporary.replace(path)


def write_log(folder: Path, about: Line, running: int | None = None) -> Line:
    """Write log/part-*.parquet, attempts.parquet and run.parquet of a run from its records; return the run's row.

    Args:
        folder: of the run.
        about: as `run_row` takes it.
        running: number of the attempt that is under way.
    """
    closed = close_open(folder, running)
    lines = {record["attempt"]: lines_of(folder, record["attempt"]) for record in closed}
    attempts = attempt_rows(about["run_id"], closed, lines)
    by_attempt = log_rows(about["run_id"], closed, lines)
    for number, rows in by_attempt.items():
        if rows:
            write_rows(folder / "log" / f"part-{number:05d}.parquet", TrainingLog, rows)
    write_rows(folder / "attempts.parquet", TrainingAttempts, attempts)
    row = run_row(about, attempts, list(itertools.chain.from_iterable(by_attempt.values())))
    write_rows(folder / "run.parquet", TrainingRuns, [row])
    return row


def read_row(folder: Path) -> Line:
    """Return a run's row of training_runs; empty where it has none yet."""
    path = folder / "run.parquet"
    return pq.read_table(path).to_pylist()[0] if path.is_file() else {}
