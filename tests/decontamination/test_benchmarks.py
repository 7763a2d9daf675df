"""What a benchmark file may be, and what changes its digest."""

from __future__ import annotations

import gzip
import os

import polars as pl
import pytest

from schemas.errors import SettingsError, SourceError
from schemas.settings import Decontamination
from tasks.decontamination.benchmark_files import benchmarks, digest
from tasks.decontamination.contamination import Item

ITEMS = ["How many moons does Mars have, and what are they called?", "Name the longest river of Africa."]


def read(*files: str, **settings) -> list[Item]:
    told = benchmarks(Decontamination(files=files, **settings))
    return [] if told is None else told.items


def test_each_format_gives_the_same_items(tmp_path):
    """JSON lines, a JSON array, gzip, Parquet and plain lines are read alike; the name is the file's."""
    lines = "".join(f'{{"question": "{item}", "n": 1}}\n' for item in ITEMS)
    (tmp_path / "a.jsonl").write_text(lines)
    (tmp_path / "a.json").write_text("[" + ",".join(lines.splitlines()) + "]")
    (tmp_path / "a.jsonl.gz").write_bytes(gzip.compress(lines.encode()))
    (tmp_path / "a.txt").write_text("\n".join(ITEMS) + "\n")
    pl.DataFrame({"question": ITEMS}).write_parquet(tmp_path / "a.parquet")
    expected = [Item("a", str(i), item) for i, item in enumerate(ITEMS)]
    for name in ("a.jsonl", "a.json", "a.jsonl.gz", "a.txt", "a.parquet"):
        assert read(str(tmp_path / name)) == expected, name


def test_a_column_may_be_named_per_file(tmp_path):
    """`file::column` beats the setting; an unknown column is an error that lists what there is."""
    file = tmp_path / "b.jsonl"
    file.write_text('{"prompt": "one two three", "choices": ["a", "b"]}\n{"prompt": null, "choices": []}\n')
    assert read(f"{file}::prompt") == read(str(file), column="prompt") == [Item("b", "0", "one two three")]
    assert read(f"{file}::choices")[0].text == '["a","b"]'
    with pytest.raises(SettingsError, match="prompt, choices"):
        read(str(file))


@pytest.mark.parametrize(("name", "content"), [("none.jsonl", None), ("bad.jsonl", "{"), ("empty.txt", "\n\n")])
def test_a_file_that_holds_no_items_is_an_error(tmp_path, name, content):
    """A missing, broken or empty file stops the run with its name."""
    if content is not None:
        (tmp_path / name).write_text(content)
    with pytest.raises(SourceError, match=name):
        read(str(tmp_path / name))


def test_the_digest_follows_bytes_and_column_but_not_the_folder(tmp_path):
    """The same file elsewhere has the same digest; a changed item or column another; no files none."""
    files = []
    for folder in ("x", "y"):
        (tmp_path / folder).mkdir()
        files.append(tmp_path / folder / "c.txt")
        files[-1].write_text(ITEMS[0])
    first, second = (digest(Decontamination(files=(str(file),))) for file in files)
    assert first == second != digest(Decontamination(files=(f"{files[0]}::a",)))
    files[0].write_text(ITEMS[1])
    assert digest(Decontamination(files=(str(files[0]),))) != first
    assert digest(Decontamination()) == ""
    assert benchmarks(Decontamination()) is None


def test_a_changed_file_is_read_again_in_the_same_process(tmp_path):
    """The index of a process that lives on follows the file."""
    file = tmp_path / "d.txt"
    file.write_text(ITEMS[0])
    os.utime(file, (1, 1))
    assert read(str(file))[0].text == ITEMS[0]
    file.write_text(ITEMS[1])
    assert read(str(file))[0].text == ITEMS[1]
