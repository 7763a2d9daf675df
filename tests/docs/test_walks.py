"""The walks of CONTRIBUTING.md and docs/how-to/add-a-filter.md, applied to a copy of the project."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.document_blocks import HOME

PAGES = (HOME / "docs" / "how-to" / "add-a-filter.md", HOME / "CONTRIBUTING.md")
DIFF = re.compile(r"^```diff (?P<file>\S+)\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)

FILTER = """
from tests.quality import test_quality
test_quality.test_an_answer_of_links_is_dropped()
test_quality.test_contract_holds()
test_quality.test_every_column_that_a_rule_reads_is_stored()
"""
WINDOWS = """
import pyarrow as pa
from schemas.settings import Input, Tokens
from tasks.cut_windows import cut_windows
from tasks.tokens.shards import publishable
from tests.support.window_rows import rows
talk = rows([[("user", "Two and two?"), ("assistant", "Four.")]]).append_column("encoding", pa.array(["markdown"]))
"""
TEMPLATE = """
(window,) = cut_windows(talk, Tokens(template="plain"), Input()).to_pylist()
assert window["mask_ok"] and window["exact_messages"]
"""
COLUMN = """
assert publishable(cut_windows(talk, Tokens(), Input()))["encoding"].to_pylist() == ["markdown"]
"""
PREFERENCE = """
import numpy as np
from tasks.deduplication.preference import by_preference
rounds, size, content = np.array([1, 1, 2], np.int32), np.array([9, 5, 7], np.int64), np.zeros((3, 2), np.uint64)
assert by_preference(rounds, size, content).tolist() == [2, 1, 0]
"""
SHAPE = """
import json
from tasks.conversations.rows import read_any_row
row = {"id": 7, "system": "Be brief.", "faq": [["Two and two?", "Four."]]}
(found,) = read_any_row(json.dumps(row).encode(), "current")
assert (found.shape, found.id, found.roles) == ("faq", "7", ["system", "user", "assistant"])
assert found.values == ["Be brief.", "Two and two?", "Four."]
"""
CHECKS = {
    "filter": FILTER,
    "template": WINDOWS + TEMPLATE,
    "preference": PREFERENCE,
    "column": WINDOWS + COLUMN,
    "shape": SHAPE,
}


@pytest.fixture(scope="module")
def project(tmp_path_factory) -> Path:
    """A copy of the project with the steps of all pages applied."""
    copy = tmp_path_factory.mktemp("project")
    for folder in ("schemas", "tasks", "tests"):
        shutil.copytree(HOME / folder, copy / folder, ignore=shutil.ignore_patterns("__pycache__"))
    for file, diff in (step for page in PAGES for step in steps(page)):
        apply(copy, file, diff)
    return copy


def steps(page: Path) -> list[tuple[str, str]]:
    """Return the file and the text of each diff on a page."""
    return [(found["file"], found["body"]) for found in DIFF.finditer(page.read_text(encoding="utf-8"))]


def apply(project: Path, file: str, diff: str) -> None:
    """Replace a diff's old lines, which stand once in the file, by its new ones; make the file if all are new."""
    lines = diff.splitlines(keepends=True)
    before, after = ("".join(line[1:] or "\n" for line in lines if line[0] != sign) for sign in "+-")
    if not before:
        (project / file).write_text(after, encoding="utf-8")
        return
    text = (project / file).read_text(encoding="utf-8")
    assert text.count(before) == 1, f"{file} has changed: bring the page up to date"
    (project / file).write_text(text.replace(before, after), encoding="utf-8")


def test_a_filter_touches_five_files():
    """The steps of the page touch five files of the product at most."""
    assert len({file for file, _ in steps(PAGES[0]) if not file.startswith("tests/")}) <= 5


@pytest.mark.parametrize("check", CHECKS.values(), ids=CHECKS)
def test_the_copy_does_what_the_page_says(project, check):
    """Filter, template, preference, column and shape give reasons, masks, an order, values and turns."""
    environment = os.environ | {"PYTHONPATH": str(project)}
    ran = subprocess.run(
        [sys.executable, "-c", check], cwd=project, env=environment, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr
