"""Files of every shape from raw rows to shards: each row has the fate written beside it, and nothing is lost."""

import json
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tasks.conversations.shapes import SHAPES
from tests.support.alternatives import deal, named_elsewhere
from tests.support.pipeline import run

INPUTS = Path(__file__).parent / "inputs"


def expected():
    """Return what is written beside the rows."""
    return [json.loads(line) for line in (INPUTS / "inputs.expected.jsonl").read_text("utf-8").splitlines()]


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    """A data root on which all files were run."""
    root = tmp_path_factory.mktemp("inputs")
    run(INPUTS, root)
    return root


def ask(root, query):
    with duckdb.connect(str(root / "catalogue.duckdb"), read_only=True) as connection:
        return connection.execute(query).fetchall()


def test_every_row_of_every_shape_has_the_fate_beside_it(root):
    """The ledger names each raw row once, with the fate and reason that a reader expects, and so its turns."""
    wanted = {line["row_id"]: (line["fate"], line["reason"]) for line in expected()}
    assert {row: (fate, reason) for row, fate, reason in ask(root, "SELECT row_id, fate, reason FROM rows")} == wanted
    turns = {(line["row_id"], int(turn)): word for line in expected() for turn, word in line.get("turns", {}).items()}
    found = {
        (row, turn): word for row, turn, word in ask(root, "SELECT row_id, turn, coalesce(reason, fate) FROM fates")
    }
    assert {key: found[key] for key in turns} == turns
    named = {row for row, fate in wanted.items() if fate[0] == "sample"}
    odd = {key: word for key, word in found.items() if word != "sample" and key not in turns and key[0] in named}
    assert odd == {}


def test_every_shape_is_reported_with_its_fields(root):
    """View inputs names the shapes of each file, its charset, and the fields that become no turn."""
    files = {file: rest for file, *rest in ask(root, "SELECT source, shape, charset, rows, broken, fields FROM inputs")}
    told = {shape for shapes, *_ in files.values() for shape in (shapes or "").split(", ")}
    assert {shape.name for shape in SHAPES} <= told
    assert files["utf16.json"][1] == "utf-16"
    assert sum(rows + broken for _, _, rows, broken, _ in files.values()) == len(expected())
    fields = {field["name"]: field["rows"] for field in files["sharegpt.jsonl"][4]}
    assert fields == {"tools": 1, "image": 1, "timestamp": 1}
    assert "language" in {field["name"] for field in files["wildchat.jsonl"][4]}


def test_a_row_that_leans_on_what_was_dropped_says_on_what(root):
    """The row's detail names the reason of the first round that went."""
    assert ask(root, "SELECT detail FROM rows WHERE row_id = 'sharegpt.jsonl:20'") == [("on tool_round",)]


def test_metadata_is_kept_beside_the_turns(root):
    """The fields that become no turn stand as JSON in view ingested."""
    ((metadata,),) = ask(root, "SELECT metadata FROM ingested WHERE source = 'wildchat.jsonl'")
    assert json.loads(metadata) == {
        "language": "English",
        "redacted": False,
        "toxic": False,
        "openai_moderation": [{"flagged": False}],
    }


def test_answers_without_label_are_counted(root):
    """View unlabelled names each answer that is context alone, and its samples have no loss there."""
    assert [row for row, _ in ask(root, "SELECT row_id, turn FROM unlabelled")] == [
        "openai.jsonl:0",
        "sharegpt.jsonl:12",
    ]
    query = "SELECT list_transform(label_spans, lambda s: s.turn), exact_messages FROM shards"
    assert ask(root, f"{query} WHERE row_id = 'openai.jsonl:0'") == [([3], False)]


def test_settings_change_the_fates_written_beside_the_rows(tmp_path):
    """Each alternative in the file beside the rows comes true when its setting is given, and the ledger adds up."""
    lines = expected()
    # The files that name settings; one data root for all: each run remakes only what its settings touch.
    files = sorted({str(INPUTS / line["row_id"].partition(":")[0]) for line in lines if line.get("settings")})
    for together in deal(lines):
        run(files, tmp_path / "data", *together)
        rows = {row: rest for row, *rest in ask(tmp_path / "data", "SELECT row_id, fate, reason FROM rows")}
        words = "SELECT row_id, turn, coalesce(reason, fate) FROM fates"
        turns = {(row, turn): word for row, turn, word in ask(tmp_path / "data", words)}
        wanted = [(setting, row, other) for setting, named in together.items() for row, other in named.items()]
        wanted += [("none", line["row_id"], line) for line in named_elsewhere(lines, together)]
        for setting, row, other in wanted:
            assert rows[row] == [other["fate"], other["reason"]], (setting, row)
            given = {turn: turns[row, int(turn)] for turn in other.get("turns", {})}
            assert given == other.get("turns", {}), (setting, row)


def test_tool_talk_that_is_kept_is_read_but_not_trained_on(tmp_path):
    """With keep_text a call and its result stand in the sample; labels cover the other answers alone."""
    run(INPUTS / "openai.jsonl", tmp_path, "input.tools=keep_text")
    ((messages, turns),) = ask(
        tmp_path,
        "SELECT messages, list_transform(label_spans, lambda s: s.turn) FROM shards WHERE row_id = 'openai.jsonl:1'",
    )
    assert [message["role"] for message in messages] == ["user", "assistant", "user", "assistant"]
    assert '"name": "warm"' in messages[1]["content"]
    assert (messages[2]["content"], turns) == ("4", [3])


def test_reasoning_is_put_before_the_answer_where_asked(tmp_path):
    """Reasoning in a field of its own is left out and recorded, or stands before the answer in think tags."""
    run(INPUTS / "openai.jsonl", tmp_path, "input.reasoning=inline")
    query = "SELECT messages[2].content FROM shards WHERE row_id = 'openai.jsonl:2'"
    ((answer,),) = ask(tmp_path, query)
    assert answer.startswith("<think>\nThe user wants a short answer.\n</think>\n\n")


def test_every_branch_is_a_conversation_where_asked(tmp_path):
    """With input.branches at all each path from the root to a leaf is a conversation of its own."""
    for name in ("chatgpt_conversations.json", "claude_conversations.json", "oasst.jsonl", "open_webui.json"):
        (tmp_path / name).write_bytes((INPUTS / name).read_bytes())
    run(tmp_path, tmp_path / "data", "input.branches=all")
    rows = [row for (row,) in ask(tmp_path / "data", "SELECT row_id FROM rows")]
    assert [row for row in rows if row.startswith("chatgpt")] == [
        "chatgpt_conversations.json:0/0",
        "chatgpt_conversations.json:0/1",
        "chatgpt_conversations.json:1",
    ]
    assert {row for row in rows if not row.startswith("chatgpt")} >= {"oasst.jsonl:0/1", "open_webui.json:0/1"}


def test_pieces_are_one_conversation(root):
    """The first piece's samples show all turns; each turn keeps its own line, which says what it was joined into."""
    query = "SELECT turn, fate, detail, sample_ids FROM fates WHERE row_id = 'pieces.json:2' ORDER BY turn"
    lines = ask(root, query)
    assert lines == [(turn, "sample", "joined into pieces.json:0", ["aBcD12_0#0"]) for turn in range(3)]
    assert ask(root, "SELECT fate, detail, turns FROM rows WHERE row_id = 'pieces.json:1'") == [
        ("sample", "joined into pieces.json:3", 2)
    ]
    ((roles,),) = ask(root, "SELECT [m.role FOR m IN messages] FROM shards WHERE sample_id = 'aBcD12_0#0'")
    assert roles == ["user", "assistant"] * 3
    assert ask(root, "SELECT turns, joined_into FROM converted WHERE row_id = 'pieces.json:2'") == [
        ([], "pieces.json:0")
    ]


def test_pieces_in_parquet_become_the_same_samples_and_lines(root, tmp_path):
    """A Parquet file of the pieces, in row groups of two, gives what the JSON file gives but for its name."""
    table = pa.Table.from_pylist(json.loads((INPUTS / "pieces.json").read_text("utf-8")))
    pq.write_table(table, tmp_path / "pieces.parquet", row_group_size=2)
    run(tmp_path / "pieces.parquet", tmp_path / "data", range_bytes=1)
    for view in ("shards", "fates", "rows"):
        query = f"SELECT * FROM {view} WHERE row_id LIKE 'pieces.%' ORDER BY ALL"
        lines = ask(tmp_path / "data", query)
        assert lines
        assert str(lines).replace(".parquet", ".json") == str(ask(root, query)), view
