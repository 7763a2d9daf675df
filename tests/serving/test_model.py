"""A model that is not what its manifest says is not served."""

import json
import shutil

import pytest

from schemas.training import FOLDER
from tasks.serve_model import find_models
from tasks.serving.errors import ServingError
from tasks.training.files import listed, write_json


@pytest.fixture
def folder(model_home, tmp_path):
    """A run of one's own to spoil."""
    shutil.copytree(model_home / FOLDER, tmp_path / FOLDER)
    return next((tmp_path / FOLDER).glob("*/manifest.json")).parent


def relist(folder):
    """Make the manifest name the files as they are now."""
    manifest = json.loads((folder / "manifest.json").read_text())
    manifest["files"] = [entry | {"name": f"final/{entry['name']}"} for entry in listed(folder / "final")]
    write_json(folder / "manifest.json", manifest)


def refusal(folder):
    with pytest.raises(ServingError) as refused:
        find_models(folder.parent.parent, [])
    return str(refused.value)


@pytest.mark.parametrize("name", ["tokenizer.json", "chat_template.jinja", "tokenizer_config.json", "serving.json"])
def test_a_changed_file_is_refused_by_its_name(folder, name):
    """One other byte in a file that decides ids, and the server does not start."""
    path = folder / "final" / name
    path.write_bytes(path.read_bytes()[:-2] + b" }")
    assert name in refusal(folder)


@pytest.mark.parametrize("name", ["tokenizer_digest", "template_digest"])
def test_another_digest_than_the_manifests_is_refused(folder, name):
    """A folder exported for another tokenizer or template is not this run's model."""
    serving = json.loads((folder / "final" / "serving.json").read_text())
    write_json(folder / "final" / "serving.json", serving | {name: "0" * 64})
    relist(folder)
    assert name.removesuffix("_digest") in refusal(folder)


def test_a_template_that_gives_other_ids_is_refused(folder):
    """Where all hashes agree but the prompt of the export comes out otherwise, the server does not start."""
    path = folder / "final" / "chat_template.jinja"
    path.write_text(path.read_text().replace("USER:", "HUMAN:"))
    relist(folder)
    assert "no longer give the ids" in refusal(folder)


def test_a_run_is_found_by_how_its_id_begins(folder):
    """A run that nobody made, and a word that fits two, are named with those that there are."""
    shutil.copytree(folder, folder.with_name("aaaaffffffff"))
    root = folder.parent.parent
    assert find_models(root, ["aaaab"])[0].run == folder.name
    for word, said in (("zz", "No finished run"), ("aaaa", "2 finished runs")):
        with pytest.raises(ServingError, match=said):
            find_models(root, [word])
