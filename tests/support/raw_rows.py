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
        assert len({one["row"] for one in found}) == part.rows
        rows += sorted(found, key=lambda one: (one["row"], len(one["row_id"]), one["row_id"]))
    assert len({one["row_id"] for one in rows}) == len(rows)
    numbers = [one["row"] for one in rows if one["source"] == rows[0]["source"]]
    assert list(dict.fromkeys(numbers)) == list(range(numbers[-1] + 1 if numbers else 0))
    return rows


def text_in(text, folder, name="raw.json", range_bytes=RANGE_BYTES):
    """Return all rows of a file with this text."""
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return take_in(path, folder / "spool", range_bytes)


def reasons(rows):
    """Return each row's reason, in order."""
    return [one["reason"] for one in rows]
