"""Where the tables of answers and judgements lie, and which comparison is the current one."""

from __future__ import annotations

import json
from pathlib import Path

from schemas.contract import Contract
from schemas.judging import ANSWERS, JUDGEMENTS, Answers
from schemas.judging_figures import FIGURES

LATEST, MANIFEST, VOTES = "latest.json", "manifest.json", "reviews.jsonl"


def current_comparison(root: Path) -> Path | None:
    """Return the folder of the comparison that latest.json names, if there is one."""
    try:
        latest = json.loads((root / JUDGEMENTS / LATEST).read_text(encoding="utf-8"))
        folder = root / JUDGEMENTS / str(latest["version"])
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return None
    return folder if (folder / MANIFEST).is_file() else None


def judging_files(root: Path) -> dict[type[Contract], tuple[list[Path], Path, str]]:
    """Return each table's files, their folder, and the pattern that finds them in it.

    Of answers there are those of all models, of figures those of one comparison.
    """
    found: dict[type[Contract], tuple[list[Path], Path, str]] = {}
    answers, pattern = root / ANSWERS, "*/answers.parquet"
    found[Answers] = (sorted(answers.glob(pattern)), answers, pattern)
    folder = current_comparison(root) or root / JUDGEMENTS
    for contract in FIGURES:
        path = folder / f"{contract.view}.parquet"
        found[contract] = ([path] if path.is_file() else [], folder, path.name)
    return found
