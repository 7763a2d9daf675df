"""The steps of docs/how-to/add-a-filter.md, applied to a copy of the project."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from tests.support.document_blocks import HOME

PAGE = HOME / "docs" / "how-to" / "add-a-filter.md"
DIFF = re.compile(r"^```diff (?P<file>\S+)\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)


def steps() -> list[tuple[str, str]]:
    """Return the file and the text of each diff on the page."""
    return [(found["file"], found["body"]) for found in DIFF.finditer(PAGE.read_text(encoding="utf-8"))]


def apply(project: Path, file: str, diff: str) -> None:
    """Insert a diff's new lines where the lines around them stand, once, in the file."""
    lines = diff.splitlines(keepends=True)
    before = "".join(line[1:] or "\n" for line in lines if line[0] == " ")
    after = "".join(line[1:] or "\n" for line in lines)
    text = (project / file).read_text(encoding="utf-8")
    assert text.count(before) == 1, f"{file} has changed: bring the page up to date"
    (project / file).write_text(text.replace(before, after), encoding="utf-8")


def test_a_filter_is_added_in_five_files(tmp_path):
    """The page's steps touch five files of the product, and the copy then gives the new reason."""
    for folder in ("schemas", "tasks", "tests"):
        shutil.copytree(HOME / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    for file, diff in steps():
        apply(tmp_path, file, diff)
    assert len({file for file, _ in steps() if not file.startswith("tests/")}) <= 5
    checks = [
        "test_an_answer_of_links_is_dropped",
        "test_contract_holds",
        "test_every_column_that_a_rule_reads_is_stored",
    ]
    program = "\n".join(["from tests.quality import test_quality", *(f"test_quality.{one}()" for one in checks)])
    environment = os.environ | {"PYTHONPATH": str(tmp_path)}
    ran = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr
