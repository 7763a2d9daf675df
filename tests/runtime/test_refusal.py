"""An empty or collapsing result is never current: what a refused run leaves, says and shows."""

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from flows.artifacts import failure_markdown
from flows.cli import app, commands
from flows.cli.query import open_catalogue
from schemas.errors import RefusedError
from schemas.tables import Converted
from tasks.store.parts import part_files
from tasks.store.versions import latest, versions_folder
from tests.support.pipeline import run
from tests.support.small_dumps import conversation

assert commands  # registers the commands
GERMAN = "Wie sortiere ich eine Liste in Python, wenn sie sehr lang ist und ich nicht viel Speicher habe?"
COLLAPSE = "language.keep=de"


def dump(path: Path, english: int, german: int) -> Path:
    """Write conversations of both languages."""
    talks = [conversation(number) for number in range(english)]
    talks += [conversation(1000 + number, GERMAN) for number in range(german)]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(talks), "utf-8")
    return path


def ask(root: Path, query: str):
    with open_catalogue(root) as connection:
        return connection.execute(query).fetchall()


def versions(root: Path) -> dict[str, bytes]:
    """Return every byte of the versions and of what names the current one."""
    files = [path for path in versions_folder(root).rglob("*") if path.is_file()]
    return {
        str(path): path.read_bytes()
        for path in files
        if ".refused" not in str(path) and ".ledger" not in str(path) and path.name != ".hashes"
    }


@pytest.fixture(scope="module")
def refused(tmp_path_factory) -> tuple[Path, Path, str]:
    """A data root whose second run, of the same source, kept two rows where the first kept eight; and its sentence."""
    folder = tmp_path_factory.mktemp("refused")
    source, root = dump(folder / "in" / "chats.json", 8, 2), folder / "data"
    run(source, root)
    before = versions(root)
    with pytest.raises(RefusedError) as error:
        run(source, root, COLLAPSE)
    assert versions(root) == before
    return root, source, str(error.value)


def test_a_refusal_names_reason_and_fields(refused):
    """One sentence says how many were kept and before, the main reason with an example, the fields that were found."""
    root, _, sentence = refused
    assert "only 2 of 10 rows are kept, 8 of 10 in version " in sentence
    assert "8 were dropped for unwanted_language (such as chats.json:0: " in sentence
    assert "the fields id, conversations (chats.json)" in sentence
    assert "unwanted_language | language_filtered | 8 |" in failure_markdown(RefusedError(sentence), root)


def test_the_ledger_is_the_last_good_versions_and_the_stages_are_the_newest_runs(refused):
    """Rows, funnel, rejections and shards are of one run; `refused` and the stages show the one that was refused."""
    root, *_ = refused
    assert ask(root, "SELECT count(*) FILTER (fate = 'sample'), count(*) FROM rows") == [(8, 10)]
    kept, tokens = ask(root, "SELECT conversations_kept, tokens FROM funnel WHERE stage = 'windows'")[0]
    assert (kept, tokens) == ask(root, "SELECT count(DISTINCT row_id), sum(n_tokens)::BIGINT FROM shards")[0]
    assert ask(root, "SELECT reason, conversations FROM rejections") == [("unwanted_language", 2)]
    assert ask(root, "SELECT reason, conversations FROM refused") == [("unwanted_language", 8)]
    assert ask(root, "SELECT count(*) FROM language_filtered WHERE reason IS NULL") == [(2,)]
    assert ask(root, "SELECT outcome FROM runs") == [("published",), ("refused",)]


def test_a_version_whose_stages_were_remade_is_proved_by_its_own_folder(refused, tmp_path):
    """One line says so and the exit code is 0; a version's own damage, or a part that is gone, is found as ever."""
    root = Path(shutil.copytree(refused[0], tmp_path / "data"))
    words = ["verify", "--data", str(root)]
    done = CliRunner().invoke(app, words, catch_exceptions=False)
    assert done.exit_code == 0
    assert "Another run has remade the stages" in done.stderr
    run(refused[1], root)
    assert CliRunner().invoke(app, words, catch_exceptions=False).stderr == ""
    next(iter(part_files(root, Converted))).unlink()
    assert ".parquet is missing" in CliRunner().invoke(app, words).stderr


def test_more_files_are_the_same_source_and_other_files_are_another(refused, tmp_path):
    """A collapse is refused where the files are those of the current version or more; of other files it is told."""
    root = Path(shutil.copytree(refused[0], tmp_path / "data"))
    more = dump(tmp_path / "in" / "more.json", 1, 1)
    current = latest(root)
    with pytest.raises(RefusedError, match=r"only 2 of 12 rows are kept"):
        run([str(refused[1]), str(more)], root, COLLAPSE)
    assert latest(root) == current
    done = run(more, root, COLLAPSE)
    assert (latest(root), f"in version {current}, " in done.note, "other files" in done.note) == (
        done.version,
        True,
        True,
    )
    assert ask(root, "FROM refused") == []


def test_accepting_publishes_a_collapse_and_going_back_needs_no_word(refused, tmp_path):
    """With --accept the collapse is current; the first settings again make the first version current, in every view."""
    root = Path(shutil.copytree(refused[0], tmp_path / "data"))
    first = latest(root)
    done = run(refused[1], root, COLLAPSE, accept=True)
    assert (latest(root), done.manifest.rows, "accepted" in done.note) == (done.version, 2, True)
    assert run(refused[1], root).version == first
    assert ask(root, "SELECT count(*) FROM shards") == [(8,)]
    with pytest.raises(RefusedError):
        run(refused[1], root, COLLAPSE)
    assert ask(root, "SELECT count(*), (SELECT count(*) FROM refused) FROM shards") == [(8, 1)]


def test_nothing_at_all_is_never_published(tmp_path):
    """Where no row survives there is no version even if accepted, and the catalogue shows that run's ledger."""
    source = tmp_path / "wrong.jsonl"
    source.write_text('{"prompt": "Hello", "completion": "Hi"}\n' * 3, "utf-8")
    with pytest.raises(RefusedError, match=r"no row of 3 survived; 3 were dropped for .* fields prompt, completion"):
        run(source, tmp_path / "data", accept=True)
    assert latest(tmp_path / "data") is None
    assert ask(tmp_path / "data", "SELECT fate, count(*) FROM rows GROUP BY fate") == [("dropped", 3)]
    assert ask(tmp_path / "data", "SELECT stage, conversations_in, conversations_kept, tokens FROM funnel")[-1] == (
        "shards", 0, 0, 0,
    )  # fmt: skip
    assert ask(tmp_path / "data", "FROM rejections") == ask(tmp_path / "data", "FROM refused")
