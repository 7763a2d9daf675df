"""Small raw rows, and the shortest way from a file of them to what ingest says."""

import json

from tasks.ingest import ingest
from tasks.sources.plan import RANGE_BYTES, plan

QUESTION, ANSWER = {"from": "human", "value": "Hi"}, {"from": "gpt", "value": "Hello"}


def row(name="a", *turns, **fields):
    """Return a good row as JSON text."""
    return json.dumps({"id": name, "conversations": list(turns) or [QUESTION, ANSWER]} | fields)


def take_in(path, spool, range_bytes=RANGE_BYTES):
    """Return all rows of a source, in order: those of the Ingested contract and those of Broken."""
    rows = []
    for part in plan(str(path), spool, range_bytes):
        found = [one for read in ingest(part) for table in read for one in table.to_pylist()]
        assert len(found) == part.rows
        rows += sorted(found, key=lambda one: one["row"])
    assert [one["row"] for one in rows if one["source"] == rows[0]["source"]] == [
        number for number, _ in enumerate(one for one in rows if one["source"] == rows[0]["source"])
    ]
    return rows


def text_in(text, folder, name="raw.json", range_bytes=RANGE_BYTES):
    """Return all rows of a file with this text."""
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return take_in(path, folder / "spool", range_bytes)


def reasons(rows):
    """Return each row's reason, in order."""
    return [one["reason"] for one in rows]
