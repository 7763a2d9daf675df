"""What a contract proves: how its columns are stored, and that its rules hold."""

import pyarrow as pa
import pytest

from schemas.contract import Column, Contract, ContractError
from schemas.counts import Counts
from schemas.tables import Shards, Windows
from tasks.store.parts import find, write_table


class Plain(Contract):
    """Ids, packed."""

    view = "ids"
    ids = Column(pa.list_(pa.int32()), "Ids.")


class Bare(Contract):
    """The same columns, stored as they are."""

    view = "ids"
    hashes = ("ids",)
    ids = Column(pa.list_(pa.int32()), "Ids.")


def test_another_storage_is_another_proof(tmp_path):
    """Contracts that differ in how their columns are stored never take each other's parts: the bytes would differ."""
    path = tmp_path / "06_windows" / "part.parquet"  # hashes are kept for the files of stage folders
    write_table(path, Plain, [(pa.table({"ids": [[1, 2]]}, Plain.schema()), Counts())], "d")
    assert find(path, Plain, 0, "d")
    assert find(path, Bare, 0, "d") is None


def test_token_lists_are_split_by_byte_and_text_is_packed():
    """Ids and labels are split by byte, masks plain, none with dictionary or statistics; every leaf has the level."""
    for contract, ids, masks in (
        (Windows, {"input_ids"}, set()),
        (Shards, {"input_ids", "labels"}, {"attention_mask"}),
    ):
        options = contract.layout(7)
        assert set(options["column_encoding"]) == {f"{name}.list.element" for name in ids}
        assert set(options["compression_level"].values()) == {7}
        assert not (ids | masks) & {*options["use_dictionary"], *options["write_statistics"]}


def test_a_broken_rule_names_the_rule_and_the_first_row():
    """A dropped round with an id breaks the contract, whatever the rows around it."""
    row = dict.fromkeys(Windows.columns()) | {
        "row_id": "s:1",
        "conversation_id": "c",
        "turn_start": 0,
        "turn_end": 2,
        "n_tokens": 1,
        "n_label_tokens": 1,
        "split": "train",
        "source": "s",
    }
    rows = [row | {"reason": "no_label"}, row | {"row_id": "s:2", "sample_id": "c#0", "reason": "no_label"}]
    with pytest.raises(ContractError, match=r"windows.id_or_reason: 1 rows break “.*”, first 's:2'"):
        Windows.check(pa.Table.from_pylist(rows, Windows.schema()))
    Windows.check(pa.Table.from_pylist(rows[:1], Windows.schema()))
