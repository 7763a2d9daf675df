"""The container files name what is there; where Docker's engine runs, the image is built by hand."""

import json
import re
from pathlib import Path

HOME = Path(__file__).resolve().parents[2]


def test_the_dockerfile_copies_what_is_there_and_runs_as_no_root():
    """Every copied path is in the tree and not ignored; the last user is not root; the command is the package's."""
    text = (HOME / "Dockerfile").read_text(encoding="utf-8")
    ignored = {line.strip() for line in (HOME / ".dockerignore").read_text(encoding="utf-8").splitlines()}
    for words in re.findall(r"^COPY (?!--from)(.+)$", text, re.MULTILINE):
        *sources, _ = words.split()
        assert [one for one in sources if not (HOME / one).exists() or one in ignored] == []
    assert re.findall(r"^USER (\w+)", text, re.MULTILINE)[-1] == "sharegpt"
    assert 'ENTRYPOINT ["sharegpt"]' in text
    assert "--require-hashes" in text


def test_the_devcontainer_sets_up_with_make():
    """It is JSON, and one command prepares the environment that its editor settings name."""
    held = json.loads((HOME / ".devcontainer" / "devcontainer.json").read_text(encoding="utf-8"))
    assert held["postCreateCommand"] == "make setup"
    assert held["customizations"]["vscode"]["settings"]["python.defaultInterpreterPath"].endswith(".venv/bin/python")
