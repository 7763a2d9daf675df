"""How signatures lie on disk."""

import pyarrow as pa
import pyarrow.parquet as pq

from schemas.counts import Counts
from schemas.deduplication import Signatures
from tasks.store.parts import write_table

ROW = {
    "row_id": "s:0",
    "conversation_id": "a",
    "content_hash": "0f",
    "rounds": 1,
    "size": 9,
    "prefix_hashes": [2**63],
    "prefix_sizes": [9],
    "bands": [2**64 - 1, 3],
    "shingles": [1, 2**32 - 1],
}


def test_hashes_are_stored_as_they_are(tmp_path):
    """Columns of hashes are neither packed nor split by byte, the others are packed; all are read as they were."""
    path, table = tmp_path / "part.parquet", pa.Table.from_pylist([ROW], Signatures.schema())
    write_table(path, Signatures, [(table, Counts())], "")
    group = pq.read_metadata(path).row_group(0)
    stored = {column.path_in_schema.split(".")[0]: column for column in map(group.column, range(group.num_columns))}
    plain = {name for name, column in stored.items() if column.compression == "UNCOMPRESSED"}
    assert plain == set(Signatures.hashes) == {"prefix_hashes", "bands", "shingles"}
    assert all(set(stored[name].encodings) == {"RLE", "PLAIN"} for name in plain)
    assert pq.read_table(path).to_pylist() == [ROW]
