import json
from pathlib import Path
from types import SimpleNamespace

import pytest
from typer.testing import CliRunner

from flows.cli import app, commands
from schemas.errors import PipelineError
from tasks.store import versions
from tests.support.pipeline import run

assert commands  # registers the commands


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory, sample: Path) -> tuple[Path, str, str]:
    """A data root with two versions: the default one, and one that keeps all languages and drops short chats."""
    root = tmp_path_factory.mktemp("two") / "data"
    source = sample / "sharegpt_2023.json"
    first = run(source, root).version
    second = run(source, root, "language.keep=all", "quality.min_characters=200").version
    return root, first, second


def diff(root: Path, *words: str) -> str:
    result = CliRunner().invoke(app, ["diff", *words, "--data", str(root)], catch_exceptions=False)
    assert result.exit_code == 0
    return result.stdout


def test_diff_tells_settings_counts_and_fates(two):
    """Two versions differ by the settings that were changed, and by the conversations that these moved."""
    root, first, second = two
    text = diff(root, first, second, "--limit", "1000")
    lines = [" ".join(line.split()) for line in text.splitlines()]
    assert 'language.keep ["en"] all' in lines
    assert "quality.min_characters 16 200" in lines
    moved = [line for line in lines if line.startswith("unwanted_language sample ")]
    assert moved
    rows = [json.loads(line) for line in fates(root / "07_shards" / first, root / "07_shards" / second)]
    for row_id, was, became in rows:
        assert any(line.startswith(f"{row_id} {was} {became}") for line in lines), row_id


def fates(old: Path, new: Path) -> list[str]:
    """Return row_id, was and became of every row whose fate differs, told without the code under test."""
    import pyarrow.parquet as pq

    both = []
    for folder in (old, new):
        table = pq.read_table(folder / "rows.parquet").to_pylist()
        both.append({row["row_id"]: row["reason"] or row["fate"] for row in table})
    return [json.dumps([row, both[0][row], both[1][row]]) for row in both[0] if both[0][row] != both[1][row]]


def test_same_version_differs_in_nothing(two):
    """A version compared with itself has no other setting, digest or fate."""
    root, first, _ = two
    text = diff(root, first, first)
    for part in ("settings that differ", "digests that differ", "conversations with another fate"):
        assert f"{part}: none" in text


def test_versions_are_found_by_how_they_begin(two, monkeypatch):
    """A few letters name a version; none, or several, is a sentence that lists those there are."""
    root, first, second = two
    size = next(n for n in range(1, 13) if first[:n] != second[:n])
    assert diff(root, first[:size], second[:size]) == diff(root, first, second)
    with pytest.raises(PipelineError, match=f"there are: .*{first}"):
        diff(root, "zzz", first)
    with pytest.raises(PipelineError, match="An empty name is no version"):
        diff(root, "", first)
    monkeypatch.setattr(versions, "published", lambda _: [SimpleNamespace(version=name) for name in ("ab1", "ab2")])
    with pytest.raises(PipelineError, match="begins several versions: ab1, ab2"):
        versions.find_version(root, "ab")


def test_without_names_the_last_two_versions_are_compared(two, tmp_path):
    """`sharegpt diff` alone compares the newest version with the one before it, whichever is current."""
    root, first, second = two
    assert diff(root) == diff(root, first, second)
    assert diff(root, first) == diff(root, first, second)
    with pytest.raises(PipelineError, match="There are not two versions"):
        diff(tmp_path)
