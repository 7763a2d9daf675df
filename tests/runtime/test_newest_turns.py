"""Later stages read the turns of 04 where it altered a row, and those of 02 elsewhere."""

import pyarrow as pa
import pyarrow.parquet as pq
from hypothesis import given
from hypothesis import strategies as st

from schemas.tables import Converted, Deduplicated, QualityFiltered
from tasks.runtime.stage import reading
from tasks.store.parts import part_path


def turns_of(content: str) -> list[dict[str, object]]:
    names = [field.name for field in Converted.turns.type.value_type]
    return [dict.fromkeys(names) | {"turn": 0, "role": "user", "content": content}]


@given(rows=st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=9))
def test_a_row_has_its_newest_turns(tmp_path_factory, rows):
    """Whichever rows are altered and alive, each living one comes with its own newest turns, in order."""
    root = tmp_path_factory.mktemp("root")
    ids = [f"s:{i}" for i in range(len(rows))]
    first = [turns_of(f"first {name}") for name in ids]
    second = [turns_of(f"second {name}") if altered else None for name, (altered, _) in zip(ids, rows, strict=True)]
    columns = {Converted: {"turns": first}, QualityFiltered: {"turns": second}}
    for contract, own in columns.items():
        path = part_path(root, contract, "0")
        path.parent.mkdir(parents=True)
        reason = [None if alive else "degenerate" for _, alive in rows]
        kinds = pa.schema([contract.schema().field(name) for name in ("row_id", "turns", "reason")])
        pq.write_table(pa.table({"row_id": ids, **own, "reason": reason}, schema=kinds), path)
    with reading(root, "0", Deduplicated, ("turns",)) as reader:
        told = reader.batch(0)[1].to_pylist()
    expected = [new or old for old, new, (_, alive) in zip(first, second, rows, strict=True) if alive]
    assert [row["turns"] for row in told] == expected
