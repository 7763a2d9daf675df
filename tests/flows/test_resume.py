"""Runs again: nothing to do, a part gone, a setting changed, a file added, the same bytes always."""

import gzip
import os
import shutil
import time
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path

import pytest

from schemas.errors import BusyError, LedgerError, RefusedError, SourceError
from schemas.tables import STAGES, Converted, Ingested, LanguageFiltered, Windows
from tasks.runtime.run_context import held
from tasks.store import hashes
from tasks.store.parts import part_files
from tasks.store.versions import latest
from tests.support.pipeline import run
from tests.support.small_dumps import bytes_of, write

FILES = [stage for stage in STAGES if stage.folder != "07_shards"]


def stamps(root, stage):
    return {path.name: path.stat().st_mtime_ns for path in part_files(root, stage)}


SMALL = partial(run, range_bytes=5_000, pages=True)
"""A run whose small source has several parts."""


@pytest.fixture
def source(tmp_path):
    return write(tmp_path / "raw" / "b.json", range(60))


@pytest.fixture(scope="module")
def original(tmp_path_factory):
    """A source, the data root of a run on it, and what that run published; for copying only."""
    folder = tmp_path_factory.mktemp("original")
    source = write(folder / "raw" / "b.json", range(60))
    return source, folder / "d", SMALL(source, folder / "d")


@pytest.fixture
def finished(original, tmp_path):
    """The source of a finished run, and a copy of its data root."""
    source, root, _ = original
    return source, Path(shutil.copytree(root, tmp_path / "finished"))


def test_a_second_run_finds_everything_unchanged(original, finished):
    """The same input, settings and code publish nothing and touch no file."""
    first, (source, root) = original[-1], finished
    before = {stage: stamps(root, stage) for stage in FILES}
    again = SMALL(source, root)
    assert (first.fresh, again.fresh, again.version) == (True, False, first.version)
    assert {stage: stamps(root, stage) for stage in FILES} == before
    assert len(before[Ingested]) > 3


def test_a_deleted_part_is_made_again_and_nothing_else(finished):
    """A file that is gone, or cut, is remade with the same bytes; the others are not written."""
    source, root = finished
    before, whole = stamps(root, LanguageFiltered), bytes_of(root)
    part_files(root, Converted)[1].unlink()
    cut = part_files(root, Windows)[0]
    cut.write_bytes(cut.read_bytes()[:-20])
    SMALL(source, root)
    assert bytes_of(root) == whole
    assert stamps(root, LanguageFiltered) == before


def test_a_run_that_meets_damage_makes_the_part_again(finished, monkeypatch):
    """Bytes that rotted behind a sound footer, size and time as they were, are found when they are read."""
    source, root = finished
    whole = bytes_of(root)
    rotten = part_files(root, Converted)[0]
    data = bytearray(rotten.read_bytes())
    data[40:400] = b"\xff" * 360
    stat = rotten.stat()
    rotten.write_bytes(data)
    os.utime(rotten, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    part_files(root, LanguageFiltered)[0].unlink()
    monkeypatch.setattr(hashes, "STARTED", time.time_ns())  # as in a process that starts now
    SMALL(source, root)
    assert bytes_of(root) == whole


def test_a_changed_setting_remakes_what_depends_on_it_alone(finished):
    """Another language setting leaves ingest and conversion as they are."""
    source, root = finished
    early, late = stamps(root, Converted), stamps(root, LanguageFiltered)
    SMALL(source, root, "language.keep=all")
    assert stamps(root, Converted) == early
    assert stamps(root, LanguageFiltered) != late


def test_a_new_file_gives_the_bytes_of_a_full_run_and_leaves_old_parts_alone(source, tmp_path):
    """A file whose name sorts first shifts every number; old parts are renamed, not remade, and the bytes agree."""
    root, halves = tmp_path / "d", partial(run, range_bytes=16_000)
    halves(source.parent, root)
    old = set(stamps(root, Converted).values())
    assert len(old) > 1
    write(source.parent / "a.json", range(100, 115))
    halves(source.parent, root)
    halves(source.parent, tmp_path / "full")
    assert old <= set(stamps(root, Converted).values())
    fresh = bytes_of(tmp_path / "full")
    grown = {name: data for name, data in bytes_of(root).items() if name in fresh}
    assert grown == fresh


def test_the_bytes_do_not_depend_on_the_workers(original, tmp_path):
    """One process, two or eight, all at work at once, give the same files."""
    source, first, _ = original
    whole = bytes_of(first)
    # Forked from a process that has imported everything: eight imports would take most of the time.
    context = get_context("forkserver")
    context.set_forkserver_preload(["tests.support.pipeline"])
    for count in (2, 8):
        with ProcessPoolExecutor(count, mp_context=context) as pool:
            SMALL(source, tmp_path / str(count), pool=pool)
            assert len(pool._processes) == count
        assert bytes_of(tmp_path / str(count)) == whole


def test_two_runs_on_one_data_root_do_not_mix(source, tmp_path):
    """The second is refused with a sentence while the first holds the root."""
    with held(tmp_path / "d"), pytest.raises(BusyError, match="Another run works on"):
        run(source, tmp_path / "d")


def test_the_data_root_is_its_owners_alone(original):
    """Raw text is private: mode 0700."""
    _, root, _ = original
    assert root.stat().st_mode & 0o777 == 0o700
    assert (root / "01_ingested").stat().st_mode & 0o777 == 0o700


def test_what_a_killed_run_left_is_swept(finished):
    """Temporary files and half-built versions go at the start of the next run."""
    source, root = finished
    whole = bytes_of(root)
    (root / "02_converted" / ".tmp-1-part-00000.parquet").write_bytes(b"half")
    (root / "07_shards" / ".tmp-abc").mkdir()
    (root / "07_shards" / ".tmp-abc" / "x.parquet").write_bytes(b"half")
    SMALL(source, root)
    assert bytes_of(root) == whole
    assert not list(root.rglob(".tmp-*"))


def test_a_ledger_that_does_not_add_up_publishes_nothing(source, tmp_path, monkeypatch):
    """A turn that is lost on the way stops the run before anything is published."""
    from tasks.store import ledger

    whole = ledger.newest_marks
    monkeypatch.setattr(ledger, "newest_marks", lambda root, number: whole(root, number).head(-1))
    with pytest.raises(LedgerError, match="the ledger holds"):
        run(source, tmp_path / "d")
    assert latest(tmp_path / "d") is None


def test_a_run_in_which_nothing_survives_publishes_nothing(source, tmp_path):
    """It is refused with the main reason; ledger and catalogue are written, and no version is current."""
    with pytest.raises(RefusedError, match=r"no row of .* survived; .* were dropped for unwanted_language"):
        run(source, tmp_path / "d", "language.keep=fr")
    assert latest(tmp_path / "d") is None
    assert (tmp_path / "d" / "07_shards" / ".refused" / "fates.parquet").is_file()
    assert (tmp_path / "d" / "catalogue.duckdb").is_file()


def test_compressed_input_gives_the_fates_of_plain_input(original, tmp_path):
    """A gz of a file yields the same shards but for the name of the source."""
    source, _, plain = original
    packed = tmp_path / "packed" / "b.json.gz"
    packed.parent.mkdir()
    packed.write_bytes(gzip.compress(source.read_bytes()))
    assert run(packed, tmp_path / "d").manifest.funnel == plain.manifest.funnel


def test_versions_beyond_those_kept_are_removed(source, tmp_path):
    """Old versions stay readable until they are too many."""
    from tasks.runtime.run_log import prune

    root = tmp_path / "d"
    versions = [run(source, root, f"tokens.context={context}").version for context in (128, 256, 512)]
    assert prune(root, versions[-1], keep=2) == versions[:1]
    shutil.rmtree(root)


def test_another_file_of_a_known_name_is_refused(finished, tmp_path):
    """A row_id never means two rows: the same name from elsewhere with other bytes ends the run; a move does not."""
    source, root = finished
    moved = tmp_path / "moved" / "b.json"
    moved.parent.mkdir()
    moved.write_bytes(source.read_bytes())
    assert not SMALL(moved, root).fresh
    other = write(tmp_path / "other" / "b.json", range(5))
    with pytest.raises(SourceError, match=r"b.json was run on this data root from .*: rename it"):
        run(other, root)


def test_a_password_in_a_url_is_not_recorded(tmp_path):
    """What a source was reached by stays out of the log of runs."""
    with pytest.raises(SourceError):
        run("http://someone:s3cret@127.0.0.1:9/raw.json?token=abc", tmp_path / "d")
    log = (tmp_path / "d" / "runs.jsonl").read_text("utf-8")
    assert "http://127.0.0.1:9/raw.json" in log
    assert "s3cret" not in log
    assert "token=abc" not in log
