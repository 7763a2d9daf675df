"""What is done of a run before its flow begins."""

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from flows.ahead import Ahead
from schemas.errors import SourceError
from schemas.settings import Settings
from tasks.store.root import make_root
from tests.support.pipeline import Here

ROW = {"id": "a", "conversations": [{"from": "human", "value": "Why?"}, {"from": "gpt", "value": "Because."}]}


class Heard:
    """A listener that counts what it hears."""

    def __init__(self) -> None:
        self.rows: list[int] = []

    def on_start(self, parts) -> None:
        """Note how many rows each part has."""
        self.rows += [size.rows for size in parts.values()]

    def on_part(self, _event) -> None:
        """Nothing is made by hand here."""


def begin(source: Path, root: Path, heard: Heard | None = None) -> Ahead:
    """Begin a run's plan and first stage, and wait for both."""
    with ThreadPoolExecutor(1) as thread:
        return Ahead([str(source)], make_root(root), None, Settings(), Here(), [heard] if heard else [], thread)


def test_parts_are_ingested_and_heard_of_before_the_flow_begins(tmp_path: Path):
    """The flow finds the plan, and of each range the part with its counts; who listens knows the rows by then."""
    (tmp_path / "rows.json").write_text(json.dumps([ROW]))
    heard = Heard()
    ahead = begin(tmp_path / "rows.json", tmp_path / "data", heard)
    (range_,) = ahead.plan()
    part = ahead.ingested(range_.key)
    assert part is not None
    assert (part.counts.rows, part.fresh, part.path.is_file(), heard.rows) == (1, True, True, [1])


def test_what_is_there_is_not_made_again(tmp_path: Path):
    """A second run finds the part of the first, and leaves it to the flow to say so."""
    (tmp_path / "rows.json").write_text(json.dumps([ROW]))
    begin(tmp_path / "rows.json", tmp_path / "data")
    ahead = begin(tmp_path / "rows.json", tmp_path / "data")
    assert [ahead.ingested(range_.key) for range_ in ahead.plan()] == [None]


def test_a_part_is_handed_over_once(tmp_path: Path):
    """A run that does its work again over a damaged file must not be given the same part again."""
    (tmp_path / "rows.json").write_text(json.dumps([ROW]))
    ahead = begin(tmp_path / "rows.json", tmp_path / "data")
    (range_,) = ahead.plan()
    assert ahead.ingested(range_.key) is not None
    assert ahead.ingested(range_.key) is None


def test_what_fails_early_is_raised_where_the_flow_asks(tmp_path: Path):
    """A source that is not there is told by the plan, so that the run's line in the log says it."""
    ahead = begin(tmp_path / "nothing.json", tmp_path / "data")
    with pytest.raises(SourceError, match=r"nothing\.json"):
        ahead.plan()
