"""Rows that are pieces of one conversation are found and joined, wherever in their source they lie."""

import gzip
import json
import zipfile
from dataclasses import replace
from itertools import pairwise

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.errors import SourceError
from schemas.settings import Input
from tasks.ingest import ingest
from tasks.sources.plan import plan
from tasks.sources.read_pieces import read_joined
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


def written(path, rows, form="json"):
    """Write rows as a file of some form; return it."""
    file = path / f"rows.{form}"
    text = json.dumps(rows, indent=1)
    if form == "jsonl":
        text = "\n".join(map(json.dumps, rows))
    elif form == "wrapped.json":
        text = json.dumps({"version": 1, "rows": rows})
    if form.endswith("parquet"):
        table = pa.Table.from_pylist(rows)
        table = table if form == "parquet" else table.append_column("year", pa.array([2023] * len(rows)))
        pq.write_table(table, file, row_group_size=2)
    elif form == "zip":
        with zipfile.ZipFile(file, "w") as archive:
            archive.writestr("rows.json", text)
    else:
        file.write_bytes(gzip.compress(text.encode()) if form == "json.gz" else text.encode())
    return file


def joined(path, rows, range_bytes=1 << 20, form="json", **given):
    """Return the turns of each row with those joined to it, by row id, and what was joined into what."""
    return ingested(plan(str(written(path, rows, form)), path / "spool", range_bytes, reading=Input(**given)))


def each_row(parts):
    """Yield each row of a plan with the turns of its own and of those joined to it, which are numbered through."""
    for part in parts:
        for table, _ in ingest(part):
            for row in table.to_pylist():
                turns = [turn for some in row["pieces"] or () for turn in some["turns"]]
                turns = [*row["turns"], *turns]
                assert [turn["turn"] for turn in turns] == list(range(len(turns)))
                yield row, [turn["content"] for turn in turns]


def ingested(parts):
    """Return what `joined` does, of a plan."""
    found, into = {}, {}
    for row, turns in each_row(parts):
        found[row["row_id"].split(":")[1]] = turns
        if row["joined_into"]:
            into[row["row_id"].split(":")[1]] = row["joined_into"].split(":")[1]
    return found, into


@settings(max_examples=25, deadline=None)
@given(
    order=st.permutations(range(len(ROWS))),
    range_bytes=st.sampled_from([200, 500, 1 << 20]),
    form=st.sampled_from(["json", "jsonl", "wrapped.json", "json.gz", "zip", "parquet", "more.parquet"]),
)
def test_pieces_are_joined_in_any_order_and_across_ranges(tmp_path_factory, order, range_bytes, form):
    """Each piece is joined to the first of its chain; a gap begins another; other rows stand alone."""
    found, into = joined(tmp_path_factory.mktemp("pieces"), [ROWS[at] for at in order], range_bytes, form)
    place = {at: str(order.index(at)) for at in range(len(ROWS))}
    assert into == {place[2]: place[0], place[6]: place[0], place[1]: place[3]}
    assert found[place[0]] == [f"a {at} é" for at in range(8)]
    assert found[place[3]] == [f"b {at} é" for at in range(4)]
    assert found[place[4]] == ["b 6 é", "b 7 é"]


def spread(path, files):
    """Return a folder with files of rows, by form."""
    for number, (form, rows) in enumerate(files):
        folder = path / "all" / str(number)
        folder.mkdir(parents=True, exist_ok=True)
        written(folder, rows, form)
    return path / "all"


def rows_joined(parts):
    """Return the turns of each row with those joined to it, and the first turns of what is joined to a first turn."""
    found, into = {}, {}
    for row, turns in each_row(parts):
        found[row["row_id"]] = turns
        into |= {one["row_id"]: row["row_id"] for one in row["pieces"] or ()}
        assert row["joined_into"] == into.get(row["row_id"], row["joined_into"])
    heads = {found[head][0]: {found[row][0] for row in into if into[row] == head} for head in into.values()}
    return found, heads


FORMS = st.sampled_from(["json", "jsonl", "json.gz", "parquet"])


@settings(max_examples=15, deadline=None)
@given(order=st.permutations(ROWS), cuts=st.tuples(st.integers(1, 3), st.integers(4, 6)), forms=st.tuples(*3 * [FORMS]))
def test_pieces_are_joined_across_files(tmp_path_factory, order, cuts, forms):
    """A source's files may be cut between the pieces of a conversation: what lies in another is read from there."""
    path = tmp_path_factory.mktemp("files")
    parts_of = [order[: cuts[0]], order[cuts[0] : cuts[1]], order[cuts[1] :]]
    source = str(spread(path, zip(forms, parts_of, strict=True)))
    parts = plan(source, path / "spool", 300)
    found, heads = rows_joined(parts)
    assert heads == {"a 0 é": {"a 3 é", "a 6 é"}, "b 0 é": {"b 2 é"}}
    assert {turns[0]: len(turns) for turns in found.values()} == {
        "a 0 é": 8, "a 3 é": 3, "a 6 é": 2, "b 0 é": 4, "b 2 é": 2, "b 6 é": 2, "c 0 é": 2
    }  # fmt: skip


def test_a_dump_that_lies_twice_in_a_folder_is_joined_file_by_file(tmp_path):
    """Numbers that overlap between files say nothing against those of each."""
    other = json.loads(json.dumps(ROWS).replace("a 7", "a 9"))
    parts = plan(str(spread(tmp_path, [("json", ROWS), ("jsonl", other)])), tmp_path / "spool")
    assert [[row for row, _ in part.joined] for part in parts] == [[1, 2, 6]] * 2
    assert all(into.startswith(part.name) for part in parts for _, into in part.joined)


def test_the_files_of_a_source_are_planned_anew_where_one_of_them_changes(tmp_path, monkeypatch):
    """What is known of the last plan holds for a file with pieces as long as all files are the same."""
    monkeypatch.setattr("tasks.sources.plan_cache._FRESH", -1e9)
    folder = spread(tmp_path, [("json", ROWS[:3]), ("jsonl", ROWS[3:])])
    source, spool = str(folder), tmp_path / "spool"
    first = plan(source, spool)
    assert [len(part.others) for part in first] == [1, 1]
    monkeypatch.setattr("tasks.sources.plan.propose", None)  # nothing is read
    assert plan(source, spool) == first
    monkeypatch.undo()
    (folder / "1" / "rows.jsonl").unlink()
    (alone,) = plan(source, spool)
    assert alone.identity() != first[0].identity()
    assert not alone.joined


@pytest.mark.parametrize("form", ["json", "jsonl", "parquet"])
@pytest.mark.parametrize("name", ["日本_1", 'a "b"', "back\\slash", "ж" * 120])
def test_a_name_may_hold_any_character(tmp_path, form, name):
    """A stem that JSON writes with escapes is read as what it says."""
    rows = [piece("a", 3), piece(name, 2), piece("a", 3, 3), piece(name, 2, 2)]
    assert joined(tmp_path, rows, form=form)[1] == {"2": "0", "3": "1"}


@pytest.mark.parametrize("form", ["json", "parquet"])
def test_copies_of_pieces_are_conversations_of_their_own(tmp_path, form):
    """Rows that stand twice under one name do not overlap; other turns under it do."""
    rows = [piece("a", 3), piece("a", 3, 3), piece("b", 2), piece("b", 2, 2)]
    assert joined(tmp_path, [*rows, *rows, rows[1]], form=form)[1] == {"1": "0", "3": "2", "5": "4", "7": "6"}
    assert joined(tmp_path, [*rows, {**piece("c", 3, 3), "id": "a_3"}], form=form)[1] == {}


def test_a_row_without_turns_is_no_piece(tmp_path):
    """It neither joins nor overlaps."""
    rows = [piece("a", 3), piece("a", 3, 3), {"id": "a_3", "conversations": []}, piece("b", 2), piece("b", 2, 2)]
    assert joined(tmp_path, rows)[1] == {"1": "0", "4": "3"}


@pytest.mark.parametrize("form", ["json", "jsonl", "parquet"])
def test_what_is_said_of_a_piece_s_turns_is_said_of_the_first_piece_s(tmp_path, form):
    """Marks and repairs of a joined row stand with the row that it goes on with, under the numbers of the whole."""
    rows = json.loads(json.dumps(ROWS))
    rows[2]["conversations"][1] |= {"weight": 0, "value": "a \ud83d"}
    rows[4] = {**rows[4], "system": "Be brief."}  # one turn more than its id counts: stands alone
    if form == "parquet":
        rows[2]["conversations"][1]["value"] = [{"text": "a"}, {"text": "b"}]
        rows = [{**row, "conversations": json.dumps(row["conversations"])} for row in rows]
    found = {}
    for part in plan(str(written(tmp_path, rows, form)), tmp_path / "spool", 100):
        found |= {row["row"]: row for table, _ in ingest(part) for row in table.to_pylist()}
    kind = "parts_joined" if form == "parquet" else "lone_surrogate"
    assert [(one["turn"], one["kind"]) for one in found[0]["repairs"]] == [(4, kind)]
    assert [(one["turn"], one["mark"]) for one in found[0]["marks"]] == [(4, "unlabelled")]
    assert {number: row["joined_into"] for number, row in found.items() if row["joined_into"]}.keys() == {1, 2, 6}
    assert found[2]["repairs"] is found[2]["marks"] is None


def test_a_column_of_views_is_text_too(tmp_path):
    """A file whose ids are kept as views, as Arrow's newest type of text is, is looked at as any other."""
    turn = pa.struct([("from", pa.string()), ("value", pa.string())])
    schema = pa.schema([("id", pa.string_view()), ("conversations", pa.list_(turn))])
    pq.write_table(pa.Table.from_pylist(ROWS, schema=schema), tmp_path / "rows.parquet")
    (part,) = plan(str(tmp_path / "rows.parquet"), tmp_path / "spool")
    assert dict(part.joined) == {1: "rows.parquet:3", 2: "rows.parquet:0", 6: "rows.parquet:0"}


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


@pytest.mark.parametrize("form", ["json", "parquet"])
def test_a_changed_piece_makes_its_range_and_the_first_piece_s_anew(tmp_path, form):
    """A range's identity covers the pieces that it reads from elsewhere."""
    before = plan(str(written(tmp_path, ROWS, form)), tmp_path / "spool", 100)
    changed = json.loads(json.dumps(ROWS).replace("a 7", "a 9"))
    after = plan(str(written(tmp_path, changed, form)), tmp_path / "spool", 100)
    same = [one.identity() == other.identity() for one, other in zip(before, after, strict=True)]
    assert not same[0]
    assert not same[-1]
    assert any(same)


def test_a_sample_joins_what_it_picked(tmp_path):
    """Rows of a sample are joined as far as each begins where the one before ends, the first of them picked or not."""
    rows = [piece("a", 2, 2 * at) for at in range(6)] + [piece("b", 2), piece("b", 2, 2)]
    parts = plan(str(written(tmp_path, rows)), tmp_path / "spool", 100)
    for count in range(1, 9):
        picked = choose_rows(parts, count)
        rows = {row for part in picked for row in part.only}
        pairs = [pair for pair in pairwise(sorted(rows)) if pair in {*pairwise(range(6)), (6, 7)}]
        heads = {}
        for one, other in pairs:
            heads[other] = heads.get(one, one)
        assert dict(pair for part in picked for pair in part.joined) == {
            row: f"rows.json:{head}" for row, head in heads.items()
        }
        turns = {int(row): len(some) for row, some in ingested(picked)[0].items()}
        assert turns == {row: 2 + 2 * [*heads.values()].count(row) for row in rows}
    assert choose_rows([replace(part, only=None) for part in parts], 99)[0].joins == parts[0].joins


@pytest.mark.parametrize("form", ["json", "parquet"])
def test_a_file_that_changed_since_the_plan_is_refused(tmp_path, form):
    """A piece that is no longer what the plan saw ends the run in a sentence, before its words are joined."""
    parts = plan(str(written(tmp_path, ROWS, form)), tmp_path / "spool")
    written(tmp_path, json.loads(json.dumps(ROWS).replace("a 7", "a 9")), form)
    with pytest.raises(SourceError, match="changed while it was read"):
        list(read_joined(parts[0]))


def test_what_is_joined_counts_for_the_size_of_a_batch(tmp_path, monkeypatch):
    """A batch ends early where the pieces behind its rows are large, though the rows themselves are small."""
    rows = [piece(name, 2, at) for at in (0, 2) for name in "abcd"]
    for row in rows[4:]:
        row["conversations"][0]["value"] = "x" * 1_000
    (part,) = plan(str(written(tmp_path, rows)), tmp_path / "spool")
    monkeypatch.setattr("tasks.ingest.BATCH_BYTES", 1_000)
    first = next(ingest(part)).ingested
    assert first.num_rows == 1
