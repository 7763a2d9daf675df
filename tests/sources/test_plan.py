"""How a source is cut into ranges, and what is known again."""

import gzip
import pickle
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import zstandard

from schemas.errors import SourceError
from tasks.ingest import BATCH_ROWS, ingest
from tasks.sources import plan_cache
from tasks.sources.plan import plan
from tasks.sources.ranges import ensure_local
from tests.support.raw_rows import reasons, row, take_in, text_in

ROWS = [row(f"id{number}", {"from": "human", "value": "x" * number}) for number in range(40)]
KINDS = {"raw.json": "[" + ",\n".join(ROWS) + "]", "raw.jsonl": "\n".join(ROWS) + "\n"}


@pytest.fixture
def later(monkeypatch):
    """Let the plan believe that all files were written a minute ago."""
    now = time.time
    monkeypatch.setattr(plan_cache.time, "time", lambda: now() + 60)


@pytest.mark.parametrize("name", KINDS)
def test_ranges_lie_one_behind_the_other(name, tmp_path):
    """Ranges cover the file without gaps, number rows from 0, and can be pickled."""
    (tmp_path / name).write_text(KINDS[name])
    ranges = plan(str(tmp_path / name), tmp_path / "spool", 500)
    assert len(ranges) > 5
    assert [one.start for one in ranges[1:]] == [one.end for one in ranges[:-1]]
    assert ranges[-1].end == len(KINDS[name])
    assert [one.first_row for one in ranges] == [sum(part.rows for part in ranges[:k]) for k in range(len(ranges))]
    assert len({one.key for one in ranges}) == len(ranges)
    assert pickle.loads(pickle.dumps(ranges)) == ranges


@pytest.mark.parametrize("name", KINDS)
def test_appended_rows_and_new_files_leave_earlier_ranges_alone(name, tmp_path):
    """Rows added at the end, or files added beside, change no digest but the last range's."""
    path = tmp_path / "in" / name
    path.parent.mkdir()
    path.write_text(KINDS[name])
    before = [one.identity() for one in plan(str(path.parent), tmp_path / "spool", 500)]
    grown = KINDS[name].rstrip("]\n") + (",\n" if name == "raw.json" else "\n") + ROWS[0]
    path.write_text(grown + "]" * (name == "raw.json"))
    (path.parent / "a.jsonl").write_text(ROWS[1])
    after = [one.identity() for one in plan(str(path.parent), tmp_path / "spool2", 500)]
    assert after[1 : len(before)] == before[:-1]


def test_the_digest_knows_bytes_and_place_not_the_folder(tmp_path):
    """The same file elsewhere has the same digests; a changed byte changes its own range's alone."""
    for folder in "ab":
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "raw.json").write_text(KINDS["raw.json"])
    one, other = ([part.identity() for part in plan(str(tmp_path / x / "raw.json"), tmp_path / x, 500)] for x in "ab")
    assert one == other
    (tmp_path / "b" / "raw.json").write_text(KINDS["raw.json"].replace("id30", "ID30"))
    changed = [part.identity() for part in plan(str(tmp_path / "b" / "raw.json"), tmp_path / "c", 500)]
    assert sum(a != b for a, b in zip(one, changed, strict=True)) == 1


def test_a_pool_may_count(tmp_path):
    """Counting can be mapped over workers, with the same plan."""
    (tmp_path / "raw.json").write_text(KINDS["raw.json"])
    with ThreadPoolExecutor(2) as pool:
        assert plan(str(tmp_path / "raw.json"), tmp_path / "a", 500, pool.map) == plan(
            str(tmp_path / "raw.json"), tmp_path / "b", 500
        )


@pytest.mark.parametrize("name", ["raw.json.gz", "raw.jsonl.zst", "odd-name"])
def test_packed_files_read_like_plain_ones(name, tmp_path):
    """Gzip and zstd, also in several members, are told by content and give the rows of the plain file."""
    plain = KINDS["raw.jsonl" if "jsonl" in name else "raw.json"].encode()
    pack = zstandard.ZstdCompressor().compress if "zst" in name else gzip.compress
    found = text_in(pack(plain[:999]) + pack(plain[999:]), tmp_path, name, range_bytes=500)
    assert [one["conversation_id"] for one in found] == [f"id{number}" for number in range(40)]
    assert found[0]["row_id"] == f"{name}:0"


@pytest.mark.parametrize("end", [-1, -9, 40])
@pytest.mark.parametrize("kind", ["gzip", "zstd"])
def test_a_packed_file_that_ends_early_is_refused(kind, end, tmp_path):
    """A packed file that was cut off is an error that names it, since what is missing cannot be known."""
    pack = gzip.compress if kind == "gzip" else zstandard.ZstdCompressor().compress
    with pytest.raises(SourceError, match=rf"raw\.json is a damaged {kind} file"):
        text_in(pack(KINDS["raw.json"].encode())[:end], tmp_path)


def test_an_unchanged_file_is_not_read_again(tmp_path, later, monkeypatch):
    """The second plan of an unchanged file reads nothing, and is the same."""
    path = tmp_path / "raw.json.gz"
    path.write_bytes(gzip.compress(KINDS["raw.json"].encode()))
    first = plan(str(path), tmp_path / "spool", 500)
    monkeypatch.setattr("tasks.sources.cuts.local_files", None)
    assert plan(str(path), tmp_path / "spool", 500) == first


def test_a_changed_file_is_read_again(tmp_path, later):
    """A file rewritten with the same length is planned anew."""
    path = tmp_path / "raw.json"
    path.write_text(KINDS["raw.json"])
    first = plan(str(path), tmp_path / "spool")
    path.write_text(KINDS["raw.json"].replace("id30", "ID30"))
    assert plan(str(path), tmp_path / "spool")[0].digest != first[0].digest


def test_a_file_touched_just_now_is_not_trusted(tmp_path, monkeypatch):
    """A file that could still change within the clock's grain is read again."""
    (tmp_path / "raw.json").write_text(KINDS["raw.json"])
    plan(str(tmp_path / "raw.json"), tmp_path / "spool")
    monkeypatch.setattr("tasks.sources.cuts.local_files", None)
    with pytest.raises(TypeError):
        plan(str(tmp_path / "raw.json"), tmp_path / "spool")


def test_a_damaged_memory_of_plans_is_ignored(tmp_path, later):
    """A plan.json of no sense costs a second reading, nothing else."""
    (tmp_path / "raw.json").write_text(KINDS["raw.json"])
    first = plan(str(tmp_path / "raw.json"), tmp_path / "spool")
    for text in ("", "{", "[]", '{"key": 1}', "null"):
        (tmp_path / "spool" / "plan.json").write_text(text)
        assert plan(str(tmp_path / "raw.json"), tmp_path / "spool") == first


def test_a_lost_copy_is_made_again(tmp_path, later):
    """A range whose unpacked copy was dropped can still be ingested."""
    path = tmp_path / "raw.json.gz"
    path.write_bytes(gzip.compress(KINDS["raw.json"].encode()))
    part = plan(str(path), tmp_path / "spool")[0]
    Path(part.path).unlink()
    ensure_local(part)
    Path(part.path).unlink()
    assert sum(read.ingested.num_rows for read in ingest(part)) == 40


def test_a_file_that_changes_after_the_plan_is_refused(tmp_path):
    """Bytes other than the plan's are never ingested: one sentence asks to run again."""
    path = tmp_path / "raw.json"
    path.write_text(KINDS["raw.json"])
    part = plan(str(path), tmp_path / "spool")[0]
    path.write_text(KINDS["raw.json"].replace("id30", "ID30"))
    with pytest.raises(SourceError, match=r"raw\.json changed while it was read: run again"):
        list(ingest(part))
    path.unlink()
    with pytest.raises(SourceError, match=r"raw\.json cannot be read"):
        list(ingest(part))


@pytest.mark.parametrize("text", ["", "[]", " \n", "\n\n", "\ufeff", "[ ]\n"])
def test_an_empty_input_is_an_error(text, tmp_path):
    """An input without any row is refused, not passed as an empty success."""
    with pytest.raises(SourceError, match="holds no rows"):
        text_in(text, tmp_path)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("<!DOCTYPE html>", "begins with '<!DOCTYPE html>'"),
        ("id,text\n1,2\n", "begins with 'id,text"),
        ("[section]\nkey = value\n", r"begins with '\[section\]"),
        (b"\x89PNG\r\n", "begins with '.PNG"),
        ("lorem ipsum", "begins with 'lorem"),
        ("{'id': 'a'}\n", "is Python's way of printing"),
        (b"7z\xbc\xaf'\x1c rest", "is a 7z archive: unpack it"),
        (b"Rar!\x1a\x07", "is a RAR archive: unpack it"),
    ],
)
def test_what_is_not_json_is_named_with_what_it_begins_with(text, found, tmp_path):
    """A file that is not JSON at all is an error that names the file and its first bytes."""
    with pytest.raises(SourceError, match=rf"raw\.json .*{found}"):
        text_in(text, tmp_path)


def test_an_array_that_breaks_off_in_its_first_row_is_no_error(tmp_path):
    """One truncated row is a row: the run goes on and records it."""
    assert reasons(text_in('[{"id": "a", "conv', tmp_path)) == ["truncated_row"]


def test_batches_hold_at_most_so_many_rows(tmp_path):
    """A range comes in batches of at most 2,048 rows, in order, each of them valid by contract."""
    path = tmp_path / "raw.jsonl"
    path.write_text("\n".join(row(f"a{number}") for number in range(5_000)))
    reads = list(ingest(plan(str(path), tmp_path / "spool")[0]))
    assert [read.ingested.num_rows for read in reads] == [BATCH_ROWS, BATCH_ROWS, 5_000 - 2 * BATCH_ROWS]


def test_rows_without_id_are_named_by_their_content(tmp_path):
    """A missing id becomes the content hash, which is the same for the same turns anywhere."""
    bare = '{"items":[{"from":"human","value":"Hi"}]}'
    found = text_in(f'[{bare}, {bare[:-1]},"id":"x"}}, {bare.replace("Hi", "Ho")}]', tmp_path)
    assert found[0]["conversation_id"] == found[0]["content_hash"] == found[1]["content_hash"]
    assert found[2]["content_hash"] != found[0]["content_hash"]


def test_a_row_without_turns_is_ingested_with_its_reason(tmp_path):
    """An empty list of turns is a row of its own with the reason no_turns."""
    found = text_in('[{"id":"a","conversations":[]}]', tmp_path)
    assert (reasons(found), found[0]["turns"]) == (["no_turns"], [])


def test_offsets_are_exact_behind_every_cut(tmp_path):
    """The byte offset of a broken row is its place in the whole file, wherever the cuts are."""
    rows = [ROWS[k] if k % 7 else '{"id": "broken", "conversations": [oops]}' for k in range(40)]
    text = "[" + ",".join(rows) + "]"
    for size in (100, 300, 10_000):
        broken = [one for one in text_in(text, tmp_path, range_bytes=size) if one["reason"]]
        assert len(broken) == 6
        assert all(text[one["byte_offset"] :].startswith(one["head"]) for one in broken)


def test_ingest_gives_the_same_again(tmp_path):
    """The same file gives the same rows, whatever the spool."""
    (tmp_path / "raw.json").write_text(KINDS["raw.json"])
    assert take_in(tmp_path / "raw.json", tmp_path / "a") == take_in(tmp_path / "raw.json", tmp_path / "b")
