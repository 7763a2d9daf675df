"""What the head of a source shows: what cannot be a source is refused before it is read whole."""

import functools
import gzip
import http.server
import json
import random
import threading
import zipfile

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from schemas.errors import SourceError
from schemas.settings import Input
from tasks.sources.discover import discover
from tasks.sources.heads import HEAD, check_heads

READING = Input()
TALK = {"id": "1", "conversations": [{"from": "human", "value": "Hi"}, {"from": "gpt", "value": "Hello"}]}
OTHER = {"question": "Why?", "score": 3}
MANY = HEAD // 20
"""Rows of more bytes than are looked at."""


def lines(rows):
    return "".join(json.dumps(row) + "\n" for row in rows).encode()


def array(rows):
    return json.dumps(rows, indent=1).encode()


SHAPELESS = {
    "lines.jsonl": lines([OTHER]) * MANY,
    "array.json": b"[" + b",\n".join([array(OTHER)] * MANY) + b"]",
    "few.json": array([OTHER]),
    "packed.jsonl.gz": gzip.compress(lines([OTHER]) + b'{"noise": "%s"}\n' % random.randbytes(HEAD).hex().encode(), 1),
    "wide.json": array([OTHER] * 9).decode().encode("utf-16"),
    "numbers.json": b"[1, 2, 3]",
    "one.json": array([OTHER]),
    "all_broken.jsonl": b'{"id": 1,\n' * 9 + lines([OTHER]),
}
FINE = {
    "talks.json": array([TALK] * 9),
    "held.json": json.dumps({"meta": "x" * 99, "data": [TALK]}).encode(),
    "one_good.jsonl": lines([OTHER] * 99 + [TALK]),
    "huge_row.jsonl": lines([OTHER | {"text": "x" * 2 * HEAD}, TALK]),
    "late.json": json.dumps({"meta": "x" * 2 * HEAD, "conversations": [TALK]}).encode(),
    "broken.jsonl": b'{"id": 1,\n' * (HEAD // 8) + lines([OTHER]),
}


def put(folder, name, data):
    (folder / name).write_bytes(data)
    return discover(str(folder / name))


@pytest.mark.parametrize("name", SHAPELESS)
def test_rows_of_no_known_shape_are_refused_by_the_head(name, tmp_path):
    """The sentence names the file and the fields that were found."""
    with pytest.raises(
        SourceError, match=rf"of {name} is (a|no) conversation .(they have the fields question, score|the row is)"
    ):
        check_heads(put(tmp_path, name, SHAPELESS[name]), READING)


@pytest.mark.parametrize("name", FINE)
def test_what_may_hold_a_conversation_is_left_to_the_plan(name, tmp_path):
    """Neither a single good row nor one that is longer than the head is refused."""
    check_heads(put(tmp_path, name, FINE[name]), READING)


def test_one_good_file_is_enough_and_one_that_is_no_json_too_many(tmp_path):
    """Files of other rows beside conversations are no mistake; a file that is not JSON is."""
    put(tmp_path, "other.jsonl", SHAPELESS["lines.jsonl"])
    put(tmp_path, "talks.json", FINE["talks.json"])
    check_heads(discover(str(tmp_path)), READING)
    put(tmp_path, "zz.json", b"hello " * HEAD)
    with pytest.raises(SourceError, match=r"zz\.json is not JSON"):
        check_heads(discover(str(tmp_path)), READING)


def test_archives_and_parquet_are_judged_by_what_their_heads_can_show(tmp_path):
    """A zip archive's second file may hold the conversations; Parquet's columns are known."""
    with zipfile.ZipFile(tmp_path / "two.zip", "w") as archive:
        archive.writestr("a.jsonl", lines([OTHER]))
        archive.writestr("b.jsonl", lines([TALK]))
    check_heads(discover(str(tmp_path / "two.zip")), READING)
    pq.write_table(pa.table({"n": [1]}), tmp_path / "n.parquet")
    with pytest.raises(SourceError, match="has none of the columns"):
        check_heads(discover(str(tmp_path / "n.parquet")), READING)


def test_a_file_of_the_web_is_judged_by_its_head(tmp_path):
    """One request, and no more of the file than its head; a file that is not there is told at once."""
    put(tmp_path, "lines.jsonl", SHAPELESS["lines.jsonl"])
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=tmp_path)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as web:
        threading.Thread(target=web.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{web.server_port}"
        with pytest.raises(SourceError, match="have the fields question, score"):
            check_heads(discover(f"{address}/lines.jsonl"), READING)
        with pytest.raises(SourceError, match="check the address"):
            discover(f"{address}/none.jsonl")
        web.shutdown()
