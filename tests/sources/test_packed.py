"""Archives: members are read as files, and what cannot be read is told in one sentence."""

import bz2
import gzip
import io
import lzma
import tarfile
import zipfile

import pytest

from schemas.errors import SourceError
from schemas.settings import Input
from tasks.sources.discover import discover
from tasks.sources.local_copy import local_files
from tests.support.raw_rows import row, text_in

ROWS = ("[" + row("a") + "]").encode()


def zipped(files, method=zipfile.ZIP_DEFLATED):
    """Return a zip archive of names and bytes."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", method) as archive:
        for name, data in files:
            archive.writestr(name, data)
    return held.getvalue()


def tarred(files):
    """Return a tar archive of names and bytes."""
    held = io.BytesIO()
    with tarfile.open(fileobj=held, mode="w") as archive:
        for name, data in files:
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return held.getvalue()


def encrypted(archive):
    """Return a zip archive whose members say that they are encrypted."""
    data = bytearray(archive)
    for signature, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(signature) + flags] |= 1
    return bytes(data)


FILES = [("notes.txt", b"no rows"), ("in/a.json", ROWS), ("__MACOSX/in/._a.json", b"\0"), ("b.jsonl", ROWS[1:-1])]


@pytest.mark.parametrize(
    ("name", "packed"),
    [
        ("x.zip", zipped(FILES)),
        ("x.json", zipped(FILES, zipfile.ZIP_STORED)),
        ("x.tar", tarred(FILES)),
        ("x.tar.gz", gzip.compress(tarred(FILES))),
        ("x.tar.bz2", bz2.compress(tarred(FILES))),
        ("x.tar.xz", lzma.compress(tarred(FILES))),
    ],
    ids=["zip", "a zip of another name", "tar", "gzip", "bzip2", "xz"],
)
def test_members_are_files_of_their_archive(name, packed, tmp_path):
    """Data files of an archive give rows under its name and theirs; other members are no data."""
    found = {one["row_id"] for one in text_in(packed, tmp_path, name)}
    assert found == {f"{name}/in/a.json:0", f"{name}/b.jsonl:0"}


@pytest.mark.parametrize(
    ("packed", "sentence"),
    [
        (encrypted(zipped([("a.json", ROWS)])), "encrypted: unpack it with its password first"),
        (zipped([("a.json", zipped([("b.json", ROWS)]))]), r"packed again \(zip\): unpack it once first"),
        (tarred([("a.json.gz", gzip.compress(ROWS))]), r"packed again \(gzip\)"),
        (gzip.compress(gzip.compress(ROWS)), r"packed again \(gzip\)"),
        (zipped([("a.json", b"[" + b" " * 1_000_000 + b"]")]), "unpacks to more than 100 times its size"),
        (gzip.compress(b"[" + b" " * 1_000_000 + b"]"), "input.max_expansion"),
        (zipped([("notes.txt", b"words")]), "holds no JSON, JSON Lines or Parquet file, but notes.txt"),
        (zipped([("a.json", ROWS), ("./a.json", ROWS)]), "two files called a.json"),
        (zipped([("a.json", ROWS)])[:-30], "zip archive that cannot be read"),
        (gzip.compress(tarred([("a.json", ROWS * 99)]))[:-40], "damaged gzip file"),
    ],
    ids=[
        "encrypted",
        "zip in zip",
        "gzip in tar",
        "gzip twice",
        "expansion of a zip",
        "expansion of gzip",
        "no data",
        "one name twice",
        "cut off zip",
        "cut off tar",
    ],
)
def test_what_cannot_be_unpacked_is_told_in_one_sentence(packed, sentence, tmp_path):
    """Encryption, nesting, growth beyond the setting, no data, doubled names and damage each name file and mend."""
    (tmp_path / "x.json").write_bytes(packed)
    with pytest.raises(SourceError, match=sentence) as told:
        local_files(discover(str(tmp_path / "x.json"))[0], tmp_path / "spool", Input())
    assert str(told.value).startswith("x.json")
    assert "\n" not in str(told.value)


def test_names_of_members_are_redacted(tmp_path):
    """A member's name is published in row ids, so nothing personal stays in it, also when the plan is known."""
    packed = zipped([("kim@bakery-house.ch.json", ROWS)])
    for _ in range(2):
        assert [one["row_id"] for one in text_in(packed, tmp_path, "x.zip")] == ["x.zip/redacted-email-1.json:0"]


def test_a_plain_file_that_needs_no_decoding_is_read_where_it_is(tmp_path):
    """A setting of a charset copies text in that charset alone: neither Parquet nor UTF-8."""
    for name, data, copied in (("a.parquet", b"PAR1\xff", False), ("b.json", ROWS, False), ("c.json", b"[\xe9]", True)):
        (tmp_path / name).write_bytes(data)
        (found,) = local_files(discover(str(tmp_path / name))[0], tmp_path / "spool", Input(encoding="cp1252"))
        assert (found.path != str(tmp_path / name), found.name) == (copied, name)
