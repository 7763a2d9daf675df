"""Puts a comparison in its place: judgements, figures, report and manifest, all of it or nothing."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from schemas.contract import Contract
from schemas.counts import Counts
from schemas.errors import LedgerError, PipelineError
from schemas.judging import JUDGEMENTS, Judgements
from schemas.judging import Answers as Stored
from schemas.judging_figures import Agreement, BradleyTerry, LengthBias, PositionBias, WinRates
from schemas.serving import Verdict, Votes
from schemas.settings.judge import Judge
from tasks.judging.endpoint import Endpoint
from tasks.judging.figures import bradley_terry, length_bias, position_bias, win_rates
from tasks.judging.folder import read_manifest, replaced
from tasks.judging.journal import Journal
from tasks.judging.outcomes import FATES, count_fates
from tasks.judging.plan import digest
from tasks.judging.prompt import normal_digest, prompt_digest
from tasks.judging.questions import Question
from tasks.judging.report import write_pages
from tasks.judging.review import ARENA, Answers, agreement, draw
from tasks.judging.training_data import Leak
from tasks.store.catalogue import rebuild
from tasks.store.digest import sha256
from tasks.store.judging_files import MANIFEST, VOTES
from tasks.store.parts import part_files, write_table

READABLE = ("answered", "too_long")


class UnjudgedError(PipelineError):
    """Too few judgements are scored for figures to be published."""


@dataclass(frozen=True)
class Published:
    """A comparison in its place: its name, its folder, its manifest."""

    version: str
    path: Path
    manifest: dict[str, Any]


def check_ledger(rows: Sequence[Mapping[str, Any]], expected: int, least: float) -> dict[str, int]:
    """Return how many judgements met each fate.

    Raises:
        LedgerError: the fates do not add up to what was expected.
        UnjudgedError: a smaller share than `least` is scored.
    """
    counts = count_fates(rows)
    fates = [counts[fate] for fate in FATES]
    if counts["expected"] != expected or sum(fates) != expected:
        parts = " + ".join(f"{counts[fate]} {fate}" for fate in FATES)
        raise LedgerError(f"{expected} judgements were expected, but there are {parts}: nothing is published.")
    if counts["scored"] < least * expected:
        beside = ", ".join(f"{counts[fate]} {fate}" for fate in FATES[1:] if counts[fate])
        raise UnjudgedError(
            f"Only {counts['scored']} of {expected} judgements are scored ({beside}), less than judge.min_judged="
            f"{least:g}: nothing is published. The same command asks again for those that failed; a lower "
            "--set judge.min_judged=… publishes what there is, and the report says so."
        )
    return counts


def publish(
    root: Path,
    rows: Sequence[dict[str, Any]],
    settings: Judge,
    *,
    expected: int,
    judge: Endpoint,
    file: Path,
    questions: Sequence[Question],
    leaks: Sequence[Leak],
    answers: Mapping[str, Sequence[dict[str, Any]]],
) -> Published:
    """Return the comparison, published: figures, pages and manifest in 10_judgements/<version>, catalogue renewed.

    Args:
        root: the data root.
        rows: of the table judgements.
        settings: of judge and figures.
        expected: how many judgements were to be made.
        judge: who judged.
        file: of the questions.
        questions: of the set.
        leaks: what is known of the models' training data.
        answers: the rows of 09_answers, by model.

    Raises:
        LedgerError: fates do not add up.
        UnjudgedError: too few are scored.
    """
    counts = check_ledger(rows, expected, settings.min_judged)
    table = Judgements.check(pa.Table.from_pylist(list(rows), schema=Judgements.schema()))
    made_of = [[row["kind"], row["model"], row["against"], row["shown"], row["key"], row["fate"]] for row in rows]
    document = settings.model_dump(mode="json")
    version = digest(made_of, document)[:12]
    manifest = {
        "version": version,
        "judge": asdict(judge),
        "prompt": prompt_digest(),
        "article_prompt": normal_digest(),
        "questions": {"file": file.name, "sha256": sha256(file), "count": len(questions)},
        "models": list(dict.fromkeys(name for row in rows for name in (row["model"], row["against"]))),
        "fates": counts,
        "cost": round(sum(row["cost"] for row in rows), 6),
        "prompt_tokens": sum(row.get("prompt_tokens") or 0 for row in rows),
        "completion_tokens": sum(row.get("completion_tokens") or 0 for row in rows),
        "training_data": [asdict(leak) for leak in leaks],
        "settings": document,
    }
    stored = [row for name in manifest["models"] for row in answers[name]]
    return write_comparison(root, Comparison(manifest, table.to_pylist(), stored))


@dataclass(frozen=True)
class Comparison:
    """What a comparison is made of: its manifest, the rows of judgements and those of the answers judged."""

    manifest: dict[str, Any]
    rows: list[dict[str, Any]]
    stored: list[dict[str, Any]]

    def answers(self) -> Answers:
        """Return the answers that can be read, by model and question id."""
        found: dict[str, dict[str, dict[str, Any]]] = {model: {} for model in self.manifest["models"]}
        for row in self.stored:
            if row["fate"] in READABLE:
                found[row["model"]][row["question_id"]] = row
        return found

    def settings(self) -> Judge:
        """Return the settings it was made with."""
        return Judge(**self.manifest["settings"])


def read_comparison(folder: Path) -> Comparison:
    """Return a published comparison."""
    tables = [pq.read_table(folder / f"{contract.view}.parquet").to_pylist() for contract in (Judgements, Stored)]
    manifest = read_manifest(folder)
    manifest.pop("files", None)
    return Comparison(manifest, *tables)


def write_comparison(root: Path, made: Comparison) -> Published:
    """Return a comparison, all its files written and made the current one; votes since change agreement alone."""
    rows, settings, answers = made.rows, made.settings(), made.answers()
    figures: dict[type[Contract], list[dict[str, Any]]] = {
        Judgements: rows,
        Stored: made.stored,
        WinRates: win_rates(rows, settings),
        PositionBias: position_bias(rows, settings),
        LengthBias: length_bias(rows, settings),
        BradleyTerry: bradley_terry(rows, settings),
        Agreement: agreement(rows, read_votes(root), answers, settings),
    }
    version = made.manifest["version"]
    with replaced(root, version) as folder:
        for contract, lines in figures.items():
            table = pa.Table.from_pylist(lines, schema=contract.schema())
            write_table(folder / f"{contract.view}.parquet", contract, [(table, Counts())], version)
        by_view = {contract.view: lines for contract, lines in figures.items()}
        write_pages(folder, by_view, made.manifest, answers, draw(rows, answers, settings))
        paths = sorted(folder.iterdir())
        files = [{"name": path.name, "bytes": path.stat().st_size, "sha256": sha256(path)} for path in paths]
        text = json.dumps(made.manifest | {"files": files}, indent=1, sort_keys=True, ensure_ascii=False)
        (folder / MANIFEST).write_text(text + "\n", encoding="utf-8")
    rebuild(root)
    place = root / JUDGEMENTS / version
    return Published(version, place, read_manifest(place))


def read_votes(root: Path) -> list[dict[str, Any]]:
    """Return the votes of the data root: of several of one person on one pair the last, then those of the arena."""
    path = root / JUDGEMENTS / VOTES
    reviews: list[dict[str, Any]] = []
    if path.is_file():
        with Journal(path) as votes:
            reviews = list(votes.entries.values())
    return reviews + arena_votes(root)


def arena_votes(root: Path) -> list[dict[str, Any]]:
    """Return the arena's votes on pairs of answers that are known, as reviews; `voter` tells people apart."""
    found = []
    for path in part_files(root, Votes):
        for row in pq.read_table(path, columns=["pair", "model", "against", "verdict", "who"]).to_pylist():
            if row["pair"] is not None:
                verdict = "tie" if row["verdict"] == Verdict.BOTH_BAD else row["verdict"]
                found.append(row | {"verdict": verdict, "who": ARENA, "voter": row["who"], "drawn": ARENA})
    return found
