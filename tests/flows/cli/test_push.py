"""`sharegpt push`: what is uploaded, and what keeps it from being."""

import json
from types import SimpleNamespace

import httpx
import pytest
from huggingface_hub.errors import HfHubHTTPError
from typer.testing import CliRunner

from flows.cli import app, commands
from schemas.errors import PipelineError
from tasks.push import push
from tasks.store.versions import CURRENT, find_version
from tests.support.pipeline import run

assert commands  # registers the commands
KEY = "-".join(("sk", "ant", "api03", "Zk9Qw3rT7yU1iO5pA8sD2fG6hJ4kL0xCvB" * 2))


class Hub:
    """Stands for the hub: it remembers what it was sent."""

    def __init__(self, status=200):
        self.status, self.repos, self.files = status, [], {}

    def create_repo(self, repo, **options):
        self.repos.append((repo, options))

    def create_commit(self, repo, changes, **options):
        if self.status != 200:
            response = httpx.Response(self.status, request=httpx.Request("POST", "https://hub"))
            raise HfHubHTTPError("401 Client Error", response=response)
        self.files = {one.path_in_repo: one.path_or_fileobj for one in changes}
        return SimpleNamespace(commit_url=f"https://hub/{repo}/commit/1")


def test_shards_card_and_manifest_go_and_the_ledger_only_where_asked(sample_root):
    """A new repository is private; no row or fate leaves the machine unasked."""
    version, hub = find_version(sample_root, CURRENT), Hub()
    assert push(version, "me/data", public=False, ledger=False, client=hub).endswith("/commit/1")
    assert hub.repos[0][1]["private"] is True
    assert "license: other" in (version.path / "README.md").read_text(encoding="utf-8")
    assert {"README.md", "manifest.json", "packs.parquet", "train/part-00000.parquet"} <= set(hub.files)
    assert not {"fates.parquet", "rows.parquet", "report.html"} & set(hub.files)
    push(version, "me/data", public=True, ledger=True, client=hub)
    assert hub.repos[1][1]["private"] is False
    assert {"fates.parquet", "rows.parquet", "report.html"} <= set(hub.files)


def test_a_secret_that_is_left_keeps_everything_here(tmp_path):
    """Shards of a run that kept secrets are not uploaded; the sentence names the sample, not the key."""
    turns = [
        {"from": "human", "value": f"My key is {KEY}, is it fine?"},
        {"from": "gpt", "value": "Change it at once."},
    ]
    (tmp_path / "raw.json").write_text(json.dumps([{"id": "a", "conversations": turns}]), "utf-8")
    run(tmp_path / "raw.json", tmp_path / "data", "privacy.policy=off")
    hub = Hub()
    with pytest.raises(PipelineError, match=r"1 secret .api_key. left .*sample a#0") as told:
        push(find_version(tmp_path / "data", CURRENT), "me/data", public=False, ledger=False, client=hub)
    assert KEY not in str(told.value)
    assert hub.repos == []


def test_the_hubs_refusal_is_one_sentence(sample_root):
    """It names the repository and what to check."""
    with pytest.raises(PipelineError, match=r"The hub refused the upload to me/data .401 Client"):
        push(find_version(sample_root, CURRENT), "me/data", public=False, ledger=False, client=Hub(401))


def test_publishing_to_everybody_asks_once_and_shows_the_terms(sample_root):
    """Without a yes nothing is uploaded; a dry run asks nothing and lists the files."""
    words = ["push", "me/data", "--data", str(sample_root)]
    refused = CliRunner().invoke(app, [*words, "--public"], input="n\n")
    assert refused.exit_code == 1
    assert "conversations belong to the people" in refused.output
    dry = CliRunner().invoke(app, [*words, "--dry-run"], catch_exceptions=False)
    assert "train/part-00000.parquet" in dry.stdout
    assert "no secret found" in dry.output
