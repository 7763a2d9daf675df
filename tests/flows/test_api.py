"""The four functions for Python: what they take, and one sentence for what they cannot."""

from pathlib import Path

import pytest

from flows.api import clean, load, query, trace
from schemas.errors import PipelineError

WRONG = {
    "a source of no kind": (
        lambda new: clean(None, new),
        "A source is a text, a path, or a list of those, and not None",
    ),
    "a sample of none": (lambda new: clean("data/sample", new, sample=0), "a number of rows from 1 on, and not 0"),
    "a sample in words": (lambda new: clean("data/sample", new, sample="5"), "a number of rows from 1 on"),
    "an empty data root": (lambda _: clean("data/sample", ""), "is empty"),
    "a file as data root": (lambda _: query("FROM rows", __file__), "is a file"),
    "no data root": (lambda _: load(None), "A data root is a text or a path"),
    "a path that is not there": (lambda new: clean(Path("no/such.json"), new), "no/such.json does not exist"),
}
WRONG_OF_ROOT = {
    "no text": (lambda root: query(None, root), "query takes a text"),
    "an unknown view": (lambda root: query("FROM rowss", root), 'Did you mean "rows"'),
    "a number as id": (lambda root: trace(3, root), "trace takes a row_id"),
    "an unknown split": (lambda root: load(root, split="test"), "there are train, validation"),
}


@pytest.mark.parametrize(("call", "words"), WRONG.values(), ids=WRONG)
def test_a_wrong_argument_is_told_in_a_sentence(call, words, tmp_path):
    """Before anything starts, and no folder is left behind."""
    with pytest.raises(PipelineError, match=words):
        call(tmp_path / "new")
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize(("call", "words"), WRONG_OF_ROOT.values(), ids=WRONG_OF_ROOT)
def test_a_wrong_question_is_told_in_a_sentence(call, words, sample_root):
    """In one line, whatever DuckDB says."""
    with pytest.raises(PipelineError, match=words) as told:
        call(sample_root)
    assert "\n" not in str(told.value)


def test_columns_of_one_name_are_numbered(sample_root):
    """As the command line has them; a data root may be a text or a path."""
    assert query("SELECT 1 AS a, 2 AS a", str(sample_root)).columns == ["a", "a_1"]
