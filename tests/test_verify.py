"""The saved checks find wrong masks and leakage, which no hash shows."""

import shutil
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from flows.artifacts import audit_markdown
from flows.cli import app, commands
from schemas.tables import Deduplicated, Windows
from tasks.store.parts import part_files
from tasks.verify import audited, check_version, current, ledger_faults

assert commands  # registers the commands


@pytest.fixture
def root(tmp_path: Path, sample_root: Path) -> Path:
    """A copy of the finished sample, to be damaged."""
    return Path(shutil.copytree(sample_root, tmp_path / "data"))


def overwrite(path: Path, column: str, value: object) -> None:
    """Set one value in every row of a part where there is one."""
    table = pq.read_table(path)
    place = table.column_names.index(column)
    new = pa.array([value if old is not None else None for old in table[column].to_pylist()], table[column].type)
    pq.write_table(table.set_column(place, table.schema.field(column), new), path)


def test_a_sound_version_has_no_faults(root: Path):
    """Nothing is found where nothing is wrong."""
    assert check_version(root, *current(root)).faults == []


@pytest.mark.parametrize(
    ("contract", "column", "value", "view"),
    [(Windows, "mask_ok", False, "mask_check"), (Deduplicated, "group_id", "one", "leakage")],
    ids=["mask", "leakage"],
)
def test_a_wrong_mask_and_a_leak_are_faults(root: Path, contract, column, value, view):
    """A sample whose labels do not spell the answer, and a deduplication group in both splits, get a sentence each."""
    for path in part_files(root, contract):
        overwrite(path, column, value)
    assert any(f"(view {view})" in fault for fault in ledger_faults(root, *current(root)))


def test_an_audit_says_all_that_failed_in_the_data_root_it_is_given(root: Path):
    """The command audits any data root: the share of rows dropped counts too, and every fault is in the sentence."""
    words = ["audit", "--data", str(root)]
    done = CliRunner().invoke(app, words, catch_exceptions=False)
    assert (done.exit_code, done.stdout) == (0, f"{current(root)[0].name}: every check holds.\n")
    (current(root)[0] / "README.md").write_text("changed")
    failed = CliRunner().invoke(app, [*words, "--max-drop-rate", "0.01"])
    assert "2 checks of version" in str(failed.exception)
    for fault in ("README.md has been changed", "the bound is 1.0%"):
        assert fault in str(failed.exception)
        assert fault in failed.stderr
        assert fault in audit_markdown(audited(root, 0.01))
