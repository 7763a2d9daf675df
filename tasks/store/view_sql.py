"""The views of the catalogue as SQL: one per stage and file of a version, and the questions people ask."""

from __future__ import annotations

from pathlib import Path

import schemas
from schemas.contract import Contract
from schemas.deduplication import SimilarPairs
from schemas.enums import Split
from schemas.inputs import InputParts, Inputs
from schemas.judging import Reviews
from schemas.label_views import Continuations, LabelAudit
from schemas.ledger import Broken, Fates, Rows, Runs
from schemas.serving import ArenaStrengths, Votes
from schemas.tables import STAGES, Converted, Deduplicated, Ingested, LanguageFiltered, QualityFiltered, Shards, Windows
from schemas.training import TRAINING
from schemas.views import (
    Contamination,
    Duplicates,
    Funnel,
    LabelledAnswers,
    Languages,
    Leakage,
    Lengths,
    MaskCheck,
    Packs,
    Pii,
    Redactions,
    Refused,
    Rejections,
    Repairs,
    Signals,
    Unlabelled,
)
from tasks.store.judging_files import VOTES, judging_files
from tasks.store.parts import part_files
from tasks.store.sql_text import empty, files_below, quote, scan, sql_type
from tasks.store.versions import refused_folder

SQL = Path(schemas.__file__).parent / "views"
SPLIT = "split"

# In the order of their needs: a view is bound when it is made.
ANSWERS: tuple[type[Contract], ...] = (
    Funnel,
    Rejections,
    Repairs,
    Unlabelled,
    Continuations,
    Signals,
    Languages,
    Lengths,
    Duplicates,
    Leakage,
    Pii,
    Contamination,
    MaskCheck,
    LabelAudit,
    Redactions,
    LabelledAnswers,
)

PARTS: dict[str, type[Contract]] = {
    "input_parts": InputParts,
    "ingested_parts": Ingested,
    "converted_parts": Converted,
    "language_parts": LanguageFiltered,
    "quality_parts": QualityFiltered,
    "deduplicated_parts": Deduplicated,
}
"""Names by which a question reads the files of one stage as they are: the stages before are not joined."""

KEPT_TURNS = """list_transform(
    list_filter({turns}, lambda t: t.fate IS NULL),
    lambda t: {{
        'turn': t.turn,
        'role': t.role,
        'content': list_reduce(
            list_prepend(t, [m FOR m IN {turns} IF m.into_turn = t.turn]),
            lambda a, m: struct_update(a, content := concat(
                a.content[:length(a.content) - coalesce(m.left_out_before, 0)],
                coalesce(m.joint, chr(10) || chr(10)),
                m.content[coalesce(m.left_out, 0) + 1:]
            ))
        ).content
    }}
)"""


def _parts(root: Path, contract: type[Contract]) -> str:
    return scan(contract, part_files(root, contract), root / contract.folder, f"{contract.prefix}-*.parquet")


def column_names(contract: type[Contract]) -> list[str]:
    """Return the columns of a contract's view: a stage of rows has those of the stages before it too."""
    if contract is Shards:
        return [*Shards.columns(), SPLIT]
    wide = contract in STAGES[: STAGES.index(Windows)]
    stages = STAGES[: STAGES.index(contract) + 1] if wide else (contract,)
    return list(dict.fromkeys(name for stage in stages for name in stage.columns()))


def stage_view(root: Path, contract: type[Contract]) -> str:
    """Return the wide view of a stage of rows: its own columns, and those of the stages before it."""
    index = STAGES.index(contract)
    source: dict[str, str] = {}
    for place, stage in enumerate(STAGES[: index + 1]):
        source.update({name: f't{place}."{name}"' for name in stage.columns()})
    source["row_id"] = 't0."row_id"'
    newest = f"t{STAGES.index(Converted)}.turns"
    if index >= STAGES.index(QualityFiltered):
        newest = f"coalesce(t{STAGES.index(QualityFiltered)}.turns, {newest})"
    if index > STAGES.index(Converted):
        source["turns"] = KEPT_TURNS.format(turns=newest)
    columns = ", ".join(f'{expression} AS "{name}"' for name, expression in source.items())
    tables = f"({_parts(root, STAGES[0])}) t0"
    for place, stage in enumerate(STAGES[1 : index + 1], start=1):
        tables += f" JOIN ({_parts(root, stage)}) t{place} ON t{place}.row_id = t0.row_id"
    return f"SELECT {columns} FROM {tables}"


def shards_view(version: Path | None) -> str:
    """Return the view of both splits, with the column split."""
    both = []
    for split in Split:
        folder = (version or Path()) / split
        body = scan(Shards, sorted(folder.glob("*.parquet")) if version else [], folder, "*.parquet")
        both.append(f"SELECT *, {quote(split)} AS {SPLIT} FROM ({body})")
    return " UNION ALL ".join(both)


def _file_view(contract: type[Contract], path: Path | None) -> str:
    return scan(contract, [path], path.parent, path.name) if path and path.is_file() else empty(contract)


def _lines_view(contract: type[Contract], path: Path) -> str:
    """Return a SELECT of the objects of a file of JSON lines; a last line that was cut is left out."""
    if not path.is_file():
        return empty(contract)
    types = ", ".join(f"{quote(name)}: '{sql_type(column.type)}'" for name, column in contract.columns().items())
    how = f"format = 'newline_delimited', ignore_errors = true, hive_partitioning = false, columns = {{{types}}}"
    return f"SELECT * FROM read_json({files_below(path.parent, path.name)}, {how})"


def answer_sql(contract: type[Contract]) -> str:
    """Return the SELECT of a question's view: its file, `{columns}` filled in with the contract's columns."""
    text = (SQL / f"{contract.view}.sql").read_text(encoding="utf-8")
    return text.replace("{columns}", ", ".join(contract.columns()))


def _with_parts(root: Path, contract: type[Contract]) -> str:
    """Return the SELECT of a question's view, with the files that it names as in PARTS."""
    text = answer_sql(contract)
    named = [f"{name} AS NOT MATERIALIZED ({_parts(root, stage)})" for name, stage in PARTS.items() if name in text]
    return f"WITH {', '.join(named)} FROM ({text})" if named else text


def views(root: Path, version: Path | None, *, shards: bool = True) -> dict[str, tuple[type[Contract], str]]:
    """Return every view by name, with its contract and its SELECT, in the order of making.

    Args:
        root: the data root.
        version: folder of a version; None: the views over it are empty.
        shards: whether its shards are written; else their view is empty.
    """
    made: dict[str, tuple[type[Contract], str]] = {}
    for stage in STAGES[: STAGES.index(Windows)]:
        made[stage.view] = (stage, stage_view(root, stage))
    made[Broken.view] = (Broken, _file_view(Broken, root / Ingested.folder / "broken.parquet"))
    made[Inputs.view] = (Inputs, _with_parts(root, Inputs))
    made[Windows.view] = (Windows, _parts(root, Windows))
    made[Shards.view] = (Shards, shards_view(version if shards else None))
    for ledger in (Fates, Rows):
        made[ledger.view] = (ledger, _file_view(ledger, version / f"{ledger.view}.parquet" if version else None))
    made[Runs.view] = (Runs, _lines_view(Runs, root / "runs.jsonl"))
    made[SimilarPairs.view] = (
        SimilarPairs,
        _file_view(SimilarPairs, root / SimilarPairs.folder / "similar_pairs.parquet"),
    )
    for contract in TRAINING:
        folder = root / contract.folder
        made[contract.view] = (
            contract,
            scan(contract, sorted(folder.glob(contract.pattern)), folder, contract.pattern),
        )
    made[Refused.view] = (Refused, _file_view(Refused, refused_folder(root) / f"{Refused.view}.parquet"))
    made[Packs.view] = (Packs, _file_view(Packs, version / "packs.parquet" if version else None))
    for answer in ANSWERS:
        made[answer.view] = (answer, _with_parts(root, answer))
    for table, where in judging_files(root).items():
        made[table.view] = (table, scan(table, *where))
    folder = root / Votes.folder
    made[Votes.view] = (Votes, _parts(root, Votes))
    made[ArenaStrengths.view] = (ArenaStrengths, _file_view(ArenaStrengths, folder / f"{ArenaStrengths.view}.parquet"))
    made[Reviews.view] = (Reviews, _lines_view(Reviews, root / Reviews.folder / VOTES))
    return made
