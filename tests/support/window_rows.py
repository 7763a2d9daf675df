"""Builds the rows that stage 06 reads, and reads its windows back."""

from pathlib import Path

import pyarrow as pa

from schemas.settings import Input, Tokens
from schemas.tables import Windows
from schemas.types import TURN
from tasks.cut_windows import cut_windows

HERE = Path(__file__).resolve().parent.parent / "tokens"
BYTES = str(HERE / "golden" / "bytes.json")


def rows(talks: list[list[tuple[str, str]]]) -> pa.Table:
    """Return living rows of conversations without drops: row_id r:0, r:1 …, sample_prefix c0, c1 …"""
    turns = [
        [
            {"turn": i, "role": role, "content": content, "fate": None, "into_turn": None, "reason": None}
            for i, (role, content) in enumerate(talk)
        ]
        for talk in talks
    ]
    count = len(talks)
    return pa.table(
        {
            "row_id": [f"r:{i}" for i in range(count)],
            "turns": pa.array(turns, pa.list_(TURN)),
            "unlabelled": pa.nulls(count, pa.list_(pa.int32())),
            "unlabelled_eos": pa.nulls(count, pa.list_(pa.int32())),
            "sample_prefix": [f"c{i}" for i in range(count)],
            "split": pa.array(["train"] * count, pa.string()),
            "language": pa.array(["en"] * count, pa.string()),
            "source": pa.array(["r"] * count, pa.string()),
            "model": pa.array([None] * count, pa.string()),
        }
    )


def cut(
    talks: list[list[tuple[str, str]]],
    unlabelled: list[list[int] | None] | None = None,
    unlabelled_eos: list[list[int] | None] | None = None,
    after_drop: str = "drop",
    **settings: object,
) -> list[dict]:
    """Cut conversations into windows; the table has been checked against its contract."""
    table = rows(talks)
    for place, name, given in ((2, "unlabelled", unlabelled), (3, "unlabelled_eos", unlabelled_eos)):
        if given is not None:
            table = table.set_column(place, name, pa.array(given, pa.list_(pa.int32())))
    return Windows.check(cut_windows(table, Tokens(**settings), Input(after_drop=after_drop))).to_pylist()


def template(name: str) -> str:
    """Return the path of a test template."""
    own = HERE / "templates" / f"{name}.jinja"
    return str(own) if own.is_file() else name
