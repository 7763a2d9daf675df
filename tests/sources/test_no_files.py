"""What is called like a data file and is none."""

import errno
import os
import re
import socket
from pathlib import Path

import pytest

from schemas.errors import SourceError
from tasks.sources.discover import discover


def make_odd(folder):
    """Things that are no files, each with the words that say what it is."""
    os.mkfifo(folder / "pipe.json")
    (folder / "circle.json").symlink_to(folder / "circle.json")
    (folder / "one.json").symlink_to(folder / "other.json")
    (folder / "other.json").symlink_to(folder / "one.json")
    (folder / "lost.json").symlink_to(folder / "gone.json")
    listening = socket.socket(socket.AF_UNIX)
    listening.bind(str(folder / "door.json"))
    listening.close()
    return {
        "pipe.json": "is a pipe",
        "circle.json": "is a link that leads back to itself",
        "one.json": "is a link that leads back to itself",
        "lost.json": "is a link to .*gone.json, which does not exist",
        "door.json": "is a socket",
        "nothing.json": "does not exist",
        "lost.json/below": "does not exist",
    }


def test_what_is_no_file_is_called_what_it_is(tmp_path, monkeypatch):
    """Pipes, sockets, devices and links to nothing are named, whether given alone, by a glob or in a folder."""
    monkeypatch.chdir(tmp_path)  # a socket's name is short
    odd = make_odd(Path())
    for name, words in odd.items():
        with pytest.raises(SourceError, match=f"{re.escape(name)} {words}"):
            discover(str(tmp_path / name))
    with pytest.raises(SourceError, match="/dev/null is a device"):
        discover("/dev/null")
    for name, words in {"pipe.json": "is a pipe", "lost.json": "is a link to", "circle.json": "leads back"}.items():
        folder = tmp_path / f"with {name}"
        folder.mkdir()
        (folder / "good.json").write_text("[]")
        (tmp_path / name).rename(folder / name)
        for source in (folder, folder / "*.json"):
            with pytest.raises(SourceError, match=words):
                discover(str(source))


def test_a_folder_that_cannot_be_read_is_told(tmp_path, monkeypatch):
    """A folder without the right to read it is no empty folder."""
    (tmp_path / "closed").mkdir()
    (tmp_path / "good.json").write_text("[]")
    scan = os.scandir

    def refuse(path):
        if str(path).endswith("closed"):
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return scan(path)

    monkeypatch.setattr(os, "scandir", refuse)
    with pytest.raises(SourceError, match=r"cannot be read .Permission denied"):
        discover(str(tmp_path))
