"""Files of a data root that rot, are cut or go: `verify` names them, a repair or a run makes the same bytes again."""

import os
import random
import shutil
from pathlib import Path

import pytest

import flows.cli.run_flow
from flows.cli.damage import naming_damage
from flows.cli.export import Target, export
from flows.cli.show import show
from flows.cli.trace import trace
from flows.cli.verify import verify
from schemas.errors import PipelineError
from tasks.store.catalogue import build
from tasks.store.versions import latest
from tests.support.document_desk import flow_here
from tests.support.pipeline import run
from tests.support.small_dumps import write

KINDS = (
    "01_ingested/part-*.parquet", "01_ingested/broken-*.parquet", "01_ingested/broken.parquet",
    "02_converted/part-*", "03_language_filtered/part-*", "04_quality_filtered/part-*", "05_deduplicated/part-*",
    "05_deduplicated/signatures/*", "05_deduplicated/decisions/*", "05_deduplicated/similar_pairs.parquet",
    "05_deduplicated/decisions.json", "06_windows/part-*", "07_shards/.ledger/fates-*", "07_shards/.ledger/rows-*",
    "07_shards/*/train/*", "07_shards/*/fates.parquet", "07_shards/*/rows.parquet", "07_shards/*/packs.parquet",
    "07_shards/*/README.md", "07_shards/*/report.html", "07_shards/latest.json", "catalogue.duckdb", "runs.jsonl",
)  # fmt: skip
"""One file of each kind that `verify --repair` makes anew."""


OTHERS = ("07_shards/*/manifest.json", "sources.json", ".spool/plan.json", "*/.hashes")
"""Files of which it is told how to go on, or whose damage harms nothing but is mended by the way."""


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """Return a finished data root of three parts, never to be written to."""
    home = tmp_path_factory.mktemp("finished")
    write(home / "raw" / "a.json", range(40))
    write(home / "raw" / "b.json", range(30, 60))
    (home / "raw" / "cut_off.json").write_text('[{"id": "c"', "utf-8")
    run(home / "raw", home / "d", pages=True)
    return home / "d"


@pytest.fixture
def root(finished, tmp_path, monkeypatch):
    """Return a copy of it, to be damaged; repairs run without Prefect."""
    monkeypatch.setattr(flows.cli.run_flow, "run_flow", flow_here)
    return Path(shutil.copytree(finished, tmp_path / "d", symlinks=True))


def flip(path):
    """Turn one bit of a file, which keeps its size and its time."""
    stat, data = path.stat(), bytearray(path.read_bytes())
    data[random.Random(path.name).randrange(len(data))] ^= 16
    path.write_bytes(data)
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))


def cut(path):
    """Leave the first half of a file."""
    os.truncate(path, path.stat().st_size // 2)


def contents(root):
    """Every byte of a data root, but for what tells of runs and times."""
    passing = {"runs.jsonl", "catalogue.duckdb", "plan.json", ".hashes", ".lock"}
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file() and path.name not in passing
    }


def first_of(root, pattern):
    """Return the first file of a kind."""
    return min(root.glob(pattern))


def told(root, capsys, **how):
    """Return what `verify` says on stderr, and what it ends with."""
    with pytest.raises(PipelineError) as end:
        verify(root, **how)
    return capsys.readouterr().err, str(end.value)


@pytest.mark.parametrize("damage", [flip, cut, Path.unlink])
def test_what_is_damaged_is_named_and_made_again(root, finished, capsys, damage):
    """One file of every kind at once: verify names each and says the mend; the repair gives the bytes of before."""
    paths = [first_of(root, kind) for kind in KINDS]
    for path in paths:
        damage(path)
    if damage is not flip:  # a name in it is lost
        assert "latest.json is damaged: `sharegpt verify --repair`" in told(root, capsys)[1]
    verify_named(root, capsys, paths)
    verify(root, repair=True)
    assert contents(root) == contents(finished)
    capsys.readouterr()
    verify(root)
    assert capsys.readouterr().err == ""


def verify_named(root, capsys, paths):
    """Assert that verify names every one of these files."""
    folders = (path for path in root.glob("07_shards/[!.]*/") if not path.is_symlink())  # `current` leads to one
    version = latest(root) or next(folders).name
    err, end = told(root, capsys, version=version)
    unnamed = [path for path in paths if f"{path.name} " not in err]
    assert unnamed == []
    assert end.endswith("`sharegpt verify --repair` makes what is damaged anew.")


def test_a_run_after_damage_publishes_no_rubbish_and_never_says_unchanged(root, finished):
    """What size, time or footer give away is made again by a plain run, also where the version itself is damaged."""
    for kind in KINDS:
        path = first_of(root, kind)
        flip(path)
        os.utime(path)
    assert run(finished.parent / "raw", root, pages=True).fresh
    assert contents(root) == contents(finished)
    assert not run(finished.parent / "raw", root, pages=True).fresh


def test_a_copied_data_root_is_unchanged(root, finished):
    """Other times alone make nothing anew: the bytes are read once, and their times remembered."""
    for path in root.rglob("*.*"):
        os.utime(path, ns=(1, 1))
    assert not run(finished.parent / "raw", root, pages=True).fresh
    verify(root)


@pytest.mark.parametrize(
    ("damage", "path", "sentence"),
    [
        (cut, "07_shards/*/manifest.json", "is damaged, so its settings are not known: `sharegpt run` with its"),
        (cut, "sources.json", "is damaged, so what was run is not known: `sharegpt run` with the same source"),
        (flip, "../raw/b.json", "b.json was added, changed or removed"),
        (Path.unlink, "../raw/b.json", "nothing can be repaired from it: bring it back as it was"),
    ],
)
def test_what_cannot_be_repaired_gets_one_sentence(root, finished, tmp_path, damage, path, sentence):
    """Settings or source that are not known, or not what they were: nothing is touched, the sentence says the mend."""
    raw = Path(shutil.copytree(finished.parent / "raw", tmp_path / "raw"))
    assert run(raw, root, pages=True).fresh is False
    verify(root)
    first_of(root, "02_converted/part-*").unlink()
    damage(first_of(root, path))
    before = contents(root)
    with pytest.raises(PipelineError, match=sentence):
        verify(root, repair=True)
    assert contents(root) == before


@pytest.mark.parametrize(
    ("pattern", "ask"),
    [
        ("02_converted/part-*", lambda root: trace("c1", data=root, full=True)),
        ("07_shards/*/train/*", lambda root: export(root / "out", to=Target.OPENAI, data=root)),
        ("07_shards/*/train/*.parquet", lambda root: show("c1#0", data=root)),
    ],
)
def test_a_command_that_meets_damage_names_the_file_and_the_mend(root, pattern, ask):
    """Bytes that cannot be read, or a file that is gone, end a question in one sentence, and never in a traceback."""
    build(root)
    path = max(root.glob(pattern), key=lambda path: path.stat().st_size)
    path.write_bytes(path.read_bytes()[:4] + b"\xff" * 4_000 + path.read_bytes()[4_004:])
    with pytest.raises(PipelineError, match=f"{path.name} has been changed.*`sharegpt verify --repair`"):
        naming_damage(lambda data: ask(data))(data=root)


def test_a_question_over_a_stage_that_is_gone_says_the_mend(root):
    """A folder that somebody removed is named, with what brings it back; without damage an error stays itself."""
    build(root)
    with pytest.raises(PipelineError, match="nothing here"):
        naming_damage(lambda data: say_no())(data=root)
    shutil.rmtree(root / "04_quality_filtered")
    with pytest.raises(PipelineError, match="04_quality_filtered is missing, or holds no part: `sharegpt verify"):
        naming_damage(trace)("c1", data=root, full=True)


def say_no():
    """Fail for a reason of its own."""
    raise PipelineError("nothing here")
