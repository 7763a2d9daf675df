"""The generator of benchmark input: the same bytes every time, believable counts, a truth that holds."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from benchmarks.blocks import html, markdown
from benchmarks.conversations import BROKEN, Maker
from benchmarks.generate import CUT, write
from benchmarks.page import answer, question

ROWS = 600


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("generated") / "small.jsonl"
    write(out, ROWS, turns=True)
    return out


def truth(out: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in out.with_name("small.truth.jsonl").read_text().splitlines()]


def test_same_bytes(tmp_path: Path) -> None:
    """The same seed gives the same file and the same truth, another seed another file."""
    first, again, other = (tmp_path / name / "small.jsonl" for name in ("first", "again", "other"))
    for out in (first, again):
        write(out, 120, turns=True)
    write(other, 20, seed=2)
    assert again.read_bytes() == first.read_bytes()
    assert truth(again) == truth(first)
    assert other.read_bytes()[:200] != first.read_bytes()[:200]


def test_counts(made: Path) -> None:
    """Sizes, rounds, languages and copies lie where ShareGPT's do."""
    known = [t for t in truth(made) if t["kind"] != "broken"]
    rounds = [len(t["digests"]) / 2 for t in known]
    assert 4_500 < made.stat().st_size / ROWS < 8_500
    assert 3.0 < sum(rounds) / len(rounds) < 4.0
    assert max(rounds) > 15
    assert 0.10 < sum(t["language"] != "en" for t in known) / len(known) < 0.20
    kinds = Counter(t["kind"] for t in known)
    assert all(0.01 < kinds[kind] / ROWS < 0.06 for kind in ("exact", "near"))
    assert kinds["continuation"] > 0
    assert kinds["branch"] > 0


def test_broken_rows(made: Path) -> None:
    """Every kind of broken row stands where the truth says, and the file ends inside a row."""
    lines = made.read_text().split("\n")
    found = {t["broken"]: lines[t["row"]] for t in truth(made) if t["kind"] == "broken"}
    assert found == {**BROKEN, "truncated_row": CUT}


def test_copies(made: Path) -> None:
    """A copy is to its original what the truth calls it."""
    known = {t["row"]: t for t in truth(made)}
    for copy in (t for t in known.values() if "duplicate_of" in t):
        said, was = copy["digests"], known[copy["duplicate_of"]]["digests"]
        if copy["kind"] == "exact":
            assert said == was
        elif copy["kind"] == "continuation":
            assert said[: len(was)] == was
            assert len(said) > len(was)
        elif copy["kind"] == "branch":
            assert said[:-1] == was[:-1]
            assert said[-1] != was[-1]
        else:
            assert len(said) == len(was)
            assert said != was


def test_array_without_broken_rows(tmp_path: Path) -> None:
    """Without broken rows the file is a JSON array that any tool loads."""
    write(tmp_path / "small.json", 30, broken=False)
    rows = json.loads((tmp_path / "small.json").read_text())
    assert len(rows) == 30
    assert all(len({"conversations", "items", "messages"} & row.keys()) == 1 for row in rows)


@pytest.mark.parametrize(
    "typed", [r"re.sub(r'<![\w{x}]))', y)", "<![if", "<!", "a <!-- b", "<!x>c", "<?php", "</", "<a <b"]
)
def test_sanitizer_takes_what_people_type(typed: str) -> None:
    """The sanitiser leaves no raw bracket of what a person typed, however broken it is as HTML."""
    assert "<" not in question(typed, "S1").replace("<a>", "").replace("<b>", "").replace("</a>", "").replace(
        "</b>", ""
    )


@pytest.mark.parametrize(("era", "sanitizer"), [("E1", "none"), ("E2", "none"), ("E1", "gpt-default"), ("E3", "S1")])
def test_quick_markup_is_the_page_s(era: str, sanitizer: str) -> None:
    """Blocks are written as the same HTML that the page makes of their Markdown."""
    maker = Maker(1, 60)
    for number in range(60):
        for said in maker.make(number).said:
            if not isinstance(said, str):
                assert html(said, era, sanitizer) == answer(markdown(said), era, sanitizer)
