"""A data root in a bucket: versions appear there whole, and are read from there."""

import json

import pytest
import s3fs
from moto.server import ThreadedMotoServer
from typer.testing import CliRunner

from flows.api import load
from flows.cli import app, commands
from schemas.errors import PipelineError, SettingsError
from tasks.runtime import remote_root
from tasks.runtime.remote_root import Place, current_at, local_root, push, share
from tasks.store.versions import MANIFEST, latest, read_manifest, versions_folder
from tests.support.pipeline import run

assert commands  # registers the commands
URL = "s3://bucket/sharegpt"


@pytest.fixture(scope="module")
def bucket(tmp_path_factory):
    """An empty bucket of an S3 server on this machine, and a cache of its own."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ENDPOINT_URL", f"http://{host}:{port}")
        patch.setenv("AWS_ACCESS_KEY_ID", "test")
        patch.setenv("AWS_SECRET_ACCESS_KEY", "test")
        patch.setenv("AWS_DEFAULT_REGION", "us-east-1")
        patch.setenv("SHAREGPT_CACHE", str(tmp_path_factory.mktemp("cache")))
        # What another test opened without these has other credentials, and fsspec would hand it on.
        s3fs.S3FileSystem.clear_instance_cache()
        place = Place(URL)
        place.system.mkdir("bucket")
        yield place
        s3fs.S3FileSystem.clear_instance_cache()
    server.stop()


@pytest.fixture(scope="module")
def shared(bucket, sample):
    """A version that was made and uploaded."""
    root = local_root(URL)
    done = run(sample / "other_clients.jsonl", root, pages=True)
    share(root)
    return done


def test_a_version_lies_whole_at_the_url(bucket, shared):
    """Every file of the manifest is there, and latest.json names the version."""
    assert current_at(bucket) == shared.version
    names = [entry.name for entry in (*shared.manifest.files, *shared.manifest.beside)]
    for name in [*names, MANIFEST]:
        assert bucket.read(f"{shared.version}/{name}") == (shared.path / name).read_bytes()


def test_another_machine_reads_the_version_from_there(shared, tmp_path, monkeypatch):
    """With an empty cache, a command fetches the current version and answers."""
    monkeypatch.setenv("SHAREGPT_CACHE", str(tmp_path))
    words = ["sql", "SELECT count(*) AS n FROM shards", "--format", "json", "--data", URL]
    done = CliRunner().invoke(app, words, catch_exceptions=False)
    assert json.loads(done.stdout) == [{"n": shared.manifest.rows}]


def test_latest_is_written_last(bucket, shared, sample, monkeypatch):
    """An upload that breaks off leaves the version that was current, and the next one finishes it."""
    root = local_root(URL)
    run(sample / "other_clients.jsonl", root, "tokens.context=512")
    writes = []

    def break_off(self, name, file):
        writes.append(name)
        if len(writes) == 3:
            raise PipelineError("the network is gone")
        whole(self, name, file)

    whole = remote_root.Place.write
    with monkeypatch.context() as patch:
        patch.setattr(remote_root.Place, "write", break_off)
        with pytest.raises(PipelineError):
            push(root, URL)
    assert current_at(bucket) == shared.version
    push(root, URL)
    assert current_at(bucket) == latest(root) != shared.version
    assert read_manifest(versions_folder(root) / str(latest(root)))


def test_a_password_in_the_url_is_refused():
    """It would end up in a file of the cache."""
    with pytest.raises(SettingsError, match="may hold no password") as told:
        local_root("s3://me:secret@bucket/x")
    assert "secret" not in str(told.value)


def test_use_goes_back_for_everybody(bucket, shared, sample, tmp_path, monkeypatch):
    """On a machine that never saw the older version `use` fetches it, and it is the current one at the URL."""
    root = local_root(URL)
    newer = run(sample / "other_clients.jsonl", root, "tokens.context=256").version
    share(root)
    assert current_at(bucket) == newer
    monkeypatch.setenv("SHAREGPT_CACHE", str(tmp_path))
    listed = CliRunner().invoke(app, ["versions", "--data", URL], catch_exceptions=False)
    assert newer in listed.stdout
    assert shared.version in listed.stderr
    CliRunner().invoke(app, ["use", shared.version[:6], "--data", URL], catch_exceptions=False)
    assert current_at(bucket) == shared.version


def test_the_functions_for_python_take_the_url(shared):
    """A URL as the data root is the bucket's folder, and none of that name below the working folder."""
    samples = [load(URL, shared.version, split).count_rows() for split in ("train", "validation")]
    assert sum(samples) == shared.manifest.rows
