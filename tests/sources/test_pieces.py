"""Rows that are pieces of one conversation are found and joined, wherever in their file they lie."""

import json
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.settings import Input
from tasks.ingest import ingest
from tasks.sources.plan import plan
from tasks.sources.sample import choose_rows


def piece(name, turns, begin=0):
    """Return a row of turns that say what they are."""
    words = [{"from": ("human", "gpt")[(begin + at) % 2], "value": f"{name} {begin + at} é"} for at in range(turns)]
    return {"id": f"{name}_{begin}", "conversations": words}


ROWS = [
    piece("a", 3),
    piece("b", 2, 2),
    piece("a", 3, 3),
    piece("b", 2),
    piece("b", 2, 6),
    piece("c", 2),
    piece("a", 2, 6),
]


def joined(path, rows, range_bytes=1 << 20, lines=False, **given):
    """Return the turns of each row with those joined to it, by row id, and what was joined into what."""
    text = "\n".join(json.dumps(row) for row in rows) if lines else json.dumps(rows, indent=1)
    file = path / ("rows.jsonl" if lines else "rows.json")
    file.write_text(text, encoding="utf-8")
    found, into = {}, {}
    for part in plan(str(file), path / "spool", range_bytes, reading=Input(**given)):
        for table, _ in ingest(part):
            for row in table.to_pylist():
                turns = [turn for some in row["pieces"] or () for turn in some["turns"]]
                found[row["row_id"].split(":")[1]] = [turn["content"] for turn in [*row["turns"], *turns]]
                if row["joined_into"]:
                    into[row["row_id"].split(":")[1]] = row["joined_into"].split(":")[1]
                assert [turn["turn"] for turn in [*row["turns"], *turns]] == list(range(len(row["turns"]) + len(turns)))
    return found, into


@settings(max_examples=25, deadline=None)
@given(order=st.permutations(range(len(ROWS))), range_bytes=st.sampled_from([200, 500, 1 << 20]), lines=st.booleans())
def test_pieces_are_joined_in_any_order_and_across_ranges(tmp_path_factory, order, range_bytes, lines):
    """Each piece is joined to the first of its chain; a gap begins another; other rows stand alone."""
    found, into = joined(tmp_path_factory.mktemp("pieces"), [ROWS[at] for at in order], range_bytes, lines)
    place = {at: str(order.index(at)) for at in range(len(ROWS))}
    assert into == {place[2]: place[0], place[6]: place[0], place[1]: place[3]}
    assert found[place[0]] == [f"a {at} é" for at in range(8)]
    assert found[place[3]] == [f"b {at} é" for at in range(4)]
    assert found[place[4]] == ["b 6 é", "b 7 é"]


@pytest.mark.parametrize(
    "rows",
    [
        [piece("user", 2), piece("user", 2, 1), piece("chat", 4), piece("chat", 2, 1)],  # numbers of something else
        [piece("a", 3), piece("a", 3, 3), piece("b", 2), piece("c", 2)],  # one alone is no evidence
        [piece("a", 2), piece("a", 2, 4), piece("b", 2), piece("b", 2, 4)],  # gaps alone
    ],
)
def test_without_evidence_nothing_is_joined(tmp_path, rows):
    """Numbers that overlap, a single pair or gaps alone leave all rows as they stand."""
    assert joined(tmp_path, rows)[1] == {}


def test_off_joins_nothing(tmp_path):
    """The setting turns it off."""
    assert joined(tmp_path, ROWS, rejoin="off")[1] == {}


def test_a_changed_piece_makes_its_range_and_the_first_piece_s_anew(tmp_path):
    """A range's identity covers the pieces that it reads from elsewhere; a sample joins what it picked whole."""
    file = tmp_path / "rows.json"
    file.write_text(json.dumps(ROWS), encoding="utf-8")
    before = plan(str(file), tmp_path / "spool", 300)
    file.write_text(json.dumps(ROWS).replace("a 7", "a 9"), encoding="utf-8")
    after = plan(str(file), tmp_path / "spool", 300)
    same = [one.identity() == other.identity() for one, other in zip(before, after, strict=True)]
    assert not same[0]
    assert not same[-1]
    assert any(same)
    picked = choose_rows(before, 4)
    heads = {join.row for part in picked for join in part.joins}
    assert {into for part in picked for _, into in part.joined} == heads
    assert choose_rows([replace(part, only=None) for part in before], 99)[0].joins == before[0].joins
