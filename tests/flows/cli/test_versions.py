"""Versions: listed, chosen, removed."""

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from flows.cli import app, commands
from flows.cli.damage import damage
from schemas.errors import PipelineError
from tasks.store.versions import CURRENT, find_version, latest, link_current, published
from tests.support.pipeline import run

assert commands  # registers the commands


@pytest.fixture(scope="module")
def root(tmp_path_factory, sample):
    """Three versions of a small source: contexts of 512, 1,024 and 2,048 tokens, the last one current."""
    root = tmp_path_factory.mktemp("versions") / "data"
    for context in (512, 1024, 2048):
        run(sample / "other_clients.jsonl", root, f"tokens.context={context}", "shards.keep_versions=9")
    return root


def call(*words, root):
    return CliRunner().invoke(app, [*words, "--data", str(root)], catch_exceptions=False)


def test_versions_are_listed_newest_first_with_what_differs(root):
    """The current one is marked; the others name the settings that differ from it."""
    lines = call("versions", root=root).stdout.splitlines()[1:]
    assert lines[0].split()[:2] == ["*", latest(root)]
    assert ["tokens.context=1024" in line for line in lines[:2]] == [False, True]


def test_another_version_becomes_current_and_back(root):
    """latest.json and the catalogue's shards follow; a name that begins no version says which there are."""
    current = latest(root)
    other = next(one.version for one in published(root) if one.version != current)
    assert f"{other} is the current version" in call("use", other[:8], root=root).stdout
    assert latest(root) == other
    assert (root / "07_shards" / "current").readlink() == Path(other)
    counted = json.loads(call("sql", "SELECT max(n_tokens) AS most FROM shards", "--format", "json", root=root).stdout)
    call("use", current, root=root)
    assert counted[0]["most"] <= 1024
    with pytest.raises(PipelineError, match=f"there are: .*{current}"):
        call("use", "zzz", root=root)


def test_an_older_version_is_asked_without_making_it_current(root):
    """`sql --version` and `trace --version` answer from the ledger and shards of another version."""
    other = next(one.version for one in published(root) if one.manifest.settings["tokens"]["context"] == 512)
    query = ("sql", "SELECT max(n_tokens) AS most FROM shards", "--format", "json", "--version", other[:8])
    assert json.loads(call(*query, root=root).stdout)[0]["most"] <= 512
    assert call("trace", "other_clients.jsonl:0", "--version", other, root=root).exit_code == 0
    assert latest(root) != other


def test_pruning_keeps_the_current_version_and_those_that_models_name(root):
    """A dry run only says what would go; a version that a model was made of stays."""
    before = {path.name for path in (root / "07_shards").iterdir()}
    oldest, second = (line.split("/")[1].split()[0] for line in _would_go(root))
    model = root / "08_models" / "m"
    model.mkdir(parents=True)
    (model / "run.json").write_text(json.dumps({"version": oldest}), "utf-8")
    assert [second in line for line in _would_go(root)] == [True]
    assert {path.name for path in (root / "07_shards").iterdir()} == before
    call("prune", "--keep", "1", root=root)
    assert {path.name for path in (root / "07_shards").iterdir()} == before - {second}
    assert damage(root) == "", "what was removed on purpose is missed by nobody"


def _would_go(root):
    out = call("prune", "--keep", "1", "--dry-run", root=root).stdout
    return [line for line in out.splitlines() if line.startswith("would remove")]


def test_the_link_current_is_the_current_version(root):
    """`07_shards/current` is a relative link; verify and the list of versions know it for no version of its own."""
    link = root / "07_shards" / "current"
    assert link.is_symlink()
    assert link.resolve().name == latest(root)
    assert "current" not in {one.version for one in published(root)}
    assert call("verify", root=root).exit_code == 0


def test_without_links_there_is_no_link(tmp_path, monkeypatch):
    """Where the file system has no links, publishing goes on without one."""

    def refuse(*_, **__):
        raise OSError("no links here")

    monkeypatch.setattr(Path, "symlink_to", refuse)
    link_current(tmp_path, "0123456789ab")
    assert list(tmp_path.iterdir()) == []


def test_a_data_root_that_has_lost_its_way_is_told_so(tmp_path, sample_root):
    """Without latest.json no version is current; without a manifest none is whole: neither is called unpublished."""
    root = tmp_path / "data"
    (root / "07_shards").mkdir(parents=True)
    (root / "07_shards" / "latest.json").write_text("{", "utf-8")
    version = latest(sample_root)
    shutil.copytree(sample_root / "07_shards" / version, root / "07_shards" / version)
    with pytest.raises(PipelineError, match=f"names no whole version: `sharegpt use VERSION`.*{version}"):
        find_version(root, CURRENT)
    (root / "07_shards" / version / "manifest.json").unlink()
    assert "verify --repair" in call("versions", root=root).stderr
