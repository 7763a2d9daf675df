"""Published samples: labels and masks from spans, and the view that checks them again."""

from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

import schemas
from schemas.contract import Contract
from schemas.counts import Counts
from schemas.settings import Input, Tokens
from schemas.tables import Shards, Windows
from schemas.views import MaskCheck
from tasks.cut_windows import cut_windows
from tasks.store.parts import TOKENIZER, read_footer, write_table
from tasks.tokens.shards import publishable
from tasks.tokens.tokenizer import load_tokenizer
from tests.support.chats import hostile, talks
from tests.support.window_rows import rows

VIEW = (Path(schemas.__file__).parent / "views" / "mask_check.sql").read_text()


@pytest.fixture(scope="module")
def windows() -> pa.Table:
    return cut_windows(rows([*talks(10), *hostile(8)]), Tokens(context=160), Input())


def check(windows: pa.Table, shards: pa.Table) -> list[tuple[bool, str | None]]:
    with duckdb.connect() as connection:
        connection.register("windows", windows)
        connection.register("shards", shards)
        found = connection.sql(VIEW).to_arrow_table()
    verdicts: type[Contract] = MaskCheck
    return [(row["ok"], row["detail"]) for row in verdicts.check(found).to_pylist()]


def test_labels_are_ids_inside_the_spans_and_ignored_outside(windows):
    """Labels, mask and counts follow from ids and spans, sample by sample."""
    shards = Shards.check(publishable(windows))
    assert shards.num_rows == len(windows) - windows["sample_id"].null_count
    for row in shards.to_pylist():
        expected = [-100] * row["n_tokens"]
        for span in row["label_spans"]:
            part = slice(span["token_start"], span["token_end"])
            expected[part] = row["input_ids"][part]
        assert row["labels"] == expected
        assert row["attention_mask"] == [1] * row["n_tokens"]
        assert row["n_label_tokens"] == sum(label != -100 for label in expected)


def test_the_footer_names_the_tokenizer(windows, tmp_path):
    """A file of windows and a published one say by which vocabulary their ids were made."""
    for contract, table in ((Windows, windows), (Shards, publishable(windows))):
        write_table(tmp_path / "part.parquet", contract, [(table, Counts())], "")
        assert read_footer(tmp_path / "part.parquet")[TOKENIZER].decode() == load_tokenizer("mistral-v1").digest


def test_no_windows_give_no_samples(windows):
    """An empty group is an empty table of the contract."""
    assert Shards.check(publishable(windows.slice(0, 0))).num_rows == 0


def test_the_view_finds_every_sample_right(windows):
    """What the stage makes passes the check in SQL."""
    verdicts = check(windows, publishable(windows))
    assert len(verdicts) > 20
    assert set(verdicts) == {(True, None)}


def test_the_view_finds_what_is_wrong(windows):
    """A label outside, a wrong label inside, a lost label, a missing verdict: each has its sentence."""
    shards = publishable(windows)
    labels = shards["labels"].to_pylist()
    spans = shards["label_spans"].to_pylist()
    labels[0][0] = 1
    labels[1][spans[1][0]["token_start"]] += 1
    labels[2][spans[2][0]["token_start"]] = -100
    labels[3] = labels[3][:-1]
    place = shards.schema.get_field_index("labels")
    broken = shards.set_column(place, "labels", pa.array(labels, pa.list_(pa.int32())))
    found = [detail for ok, detail in check(windows, broken) if not ok]
    assert sorted(found) == [
        "a label inside a span is not the token",
        "a label inside a span is not the token",
        "a label stands outside the spans",
        "labels and input_ids differ in length",
    ]
    place = windows.schema.get_field_index("mask_ok")
    unjudged = windows.set_column(place, "mask_ok", pa.nulls(len(windows), pa.bool_()))
    assert check(unjudged, shards)[0] == (False, "no verdict was stored")
    assert check(windows.slice(0, 0), shards)[0] == (True, None), "of another run's windows nothing is asked"
