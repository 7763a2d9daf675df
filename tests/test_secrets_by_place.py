"""Secrets in ids, keys, file names, roles, models and messages are published no more than those in turns."""

import json
import sys

import duckdb
import polars as pl
import pytest

import flows.cli as cli
from flows.cli.query import open_catalogue
from flows.cli.table import console
from flows.cli.trace_stages import show
from schemas.errors import PipelineError
from schemas.ledger import Fates, Rows
from tests.support.pipeline import run
from tests.test_secrets import texts_of

# All invented, one for each place, so that a leak names its place.
MAIL = {
    place: f"{place}.lindqvist@northwind-mail.se" for place in ("file", "kept", "twin", "dropped", "broken", "copy")
}
KEY = {
    place: f"ghp_{stem}Qz2Lm9Xc4Vb8Nw1Rt6Yu3Pa5Sd0FgHjKlQ"
    for place, stem in zip(
        ("key", "role", "model", "label", "alt", "detail"), ("k7", "r7", "m7", "b7", "a7", "d7"), strict=True
    )
}
CARD = 4539578763621486
POSING = "redacted-redacted-email-1.jsonl:0"
MET = "Which river flows through the most countries of the world, and where does it begin?"
BENCH = "bench.lindqvist@northwind-mail.se"
LINK = "https://kim:Gr33nTr33s-x@files.northwind.se/a.png"
TURNED = "abc\u202egpj.exe"
LONG = "Thank you, that is clear, and I will write the letter in that way as soon as I have found the time. "


def row(name, question, answer=LONG * 2, **more):
    roles = more.pop("roles", ("human", "gpt"))
    turns = [{"from": role, "value": text} for role, text in zip(roles, (question, answer), strict=True)]
    return {"id": name, "conversations": turns, **more}


def rows():
    """Return rows that are kept, dropped at several stages, and broken, each with a secret in another place."""
    page = (
        f'<div class="markdown"><p>See <a href="{LINK}">here</a> and <img src="{LINK}" alt="{KEY["alt"]}">.</p>'
        f'<pre><code class="language-{KEY["label"]}">x = 1</code></pre><p>{LONG}</p></div>'
    )
    unknown = row("r", "Please help me with this letter to the bank.", roles=("human", "gpt"))
    unknown["conversations"] += [{"from": KEY["role"], "value": "words"}, {"from": TURNED, "value": "words"}]
    return [
        row(MAIL["kept"], "Please write a short letter to my bank for me, I have no time for it."),
        row(MAIL["twin"], "How do I plant an apple tree, and what should I look after in the first year?"),
        row(MAIL["twin"], "What is the best way to learn to play the piano when one is forty years old?", LONG * 3),
        row(MAIL["dropped"], "Bitte schreibe mir einen kurzen Brief an meine Bank, ich habe selbst keine Zeit dafür."),
        row(MAIL["copy"], "Please write a short letter to my bank for me, I have no time for it."),
        row("m", "Which colours go well with a dark green wall in a small room?", model=KEY["model"]),
        row("o", "Which cheese goes well with a dry white wine in the summer?", model={KEY["key"]: TURNED}),
        row(TURNED, "What does this name of a file mean, and is it one that I should open?"),
        row(CARD, "Which birds stay in the north in winter, and what do they eat in the snow?"),
        row("p", "Can you show me the picture, and the code that goes with it?", page),
        unknown,
        {"id": MAIL["broken"], KEY["key"]: 1},
        {
            "id": "b",
            "conversations": [{KEY["key"]: "x", "from": KEY["role"]}, {"from": "gpt", "value": [KEY["detail"], {}]}],
        },
        row("q", MET),
        row(POSING, "How many strings does a violin have, and how are they tuned?"),
    ]


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    folder = tmp_path_factory.mktemp("places")
    (folder / "in").mkdir()
    for name in (f"chat-{MAIL['file']}.jsonl", f"other-{MAIL['file']}.jsonl"):
        lines = [json.dumps(one, ensure_ascii=False) for one in rows()] if name.startswith("chat") else ["[]", "{}"]
        (folder / "in" / name).write_text("\n".join(lines) + "\n", "utf-8")
    bench = folder / f"items-{BENCH}.jsonl"
    bench.write_text(json.dumps({"question": MET}), "utf-8")
    sets = ("language.keep=en", "privacy.policy=redact", f"decontamination.files={bench}::question")
    return run(str(folder / "in"), folder / "d", *sets, pages=True)


def planted():
    return {**MAIL, **KEY, "link": "Gr33nTr33s-x", "turned": "\u202e", "card": str(CARD), "bench": BENCH}


RAW = ("01_ingested", "02_converted", "sources.json")
"""What holds raw text: rows as read, turns before redaction, the paths of the source's files."""


@pytest.fixture(scope="module")
def written(published):
    """All that is below the data root, decoded, by its path there."""
    root = published.path.parents[1]
    files = (path for path in root.rglob("*") if path.is_file())
    return {str(path.relative_to(root)): f"{path} {texts_of(path)}" for path in files if path.suffix != ".duckdb"}


@pytest.mark.parametrize("place", planted())
def test_no_file_but_the_raw_ones_holds_a_secret_of_any_place(written, place):
    """Stages from 03 on, shards, ledger, report, card, manifest, plan and run log are searched, value by value."""
    assert len(written) > 30
    assert place == "bench" or any(planted()[place] in text for name, text in written.items() if name.startswith(RAW))
    assert [name for name, text in written.items() if not name.startswith(RAW) and planted()[place] in text] == []


@pytest.mark.parametrize("place", ["file", "kept", "twin", "dropped", "copy", "broken", "model", "card", "bench"])
def test_ids_models_and_names_of_files_stand_in_the_first_stage_alone(written, place):
    """What is converted has turns, and no other words of the dump."""
    assert [name for name, text in written.items() if name.startswith("02") and planted()[place] in text] == []


def test_an_id_with_a_secret_becomes_its_rows_name(published):
    """Kept, dropped and broken rows have `redacted-` and their row id; the original stands in 01 alone."""
    ledger = pl.read_parquet(published.path / f"{Rows.view}.parquet")
    file = "redacted-email-1.jsonl"
    ids = dict(ledger.select("row_id", "conversation_id").iter_rows())
    assert [ids[f"{file}:{number}"] for number in (0, 1, 2, 3, 4, 8, 11, 14)] == [
        f"redacted-{file}:{number}" for number in (0, 1, 2, 3, 4, 8, 11, 14)
    ]
    assert ids[f"{file}:7"] == r"abc\u202egpj.exe"
    samples = pl.concat([pl.read_parquet(path) for path in published.path.glob("*/*.parquet")])
    assert samples["sample_id"].is_unique().all()
    assert f"redacted-{file}:1#0" in samples["sample_id"]
    raw = pl.read_parquet(published.path.parents[1] / "01_ingested" / "part-*.parquet")
    assert MAIL["kept"] in raw["conversation_id"]


def test_roles_that_are_none_are_null_in_the_ledger(published):
    """A role's word is the dump's: the ledger has the three roles alone."""
    fates = pl.read_parquet(published.path / f"{Fates.view}.parquet")
    assert set(fates["role"].drop_nulls()) <= {"user", "assistant", "system"}
    assert "unknown_role" in set(fates["reason"])


def test_a_benchmark_is_named_without_its_files_secret(published):
    """The turn that holds an item names the file, redacted."""
    with open_catalogue(published.path.parents[1]) as connection:
        assert connection.execute("SELECT DISTINCT benchmark FROM contamination").fetchall() == [("<EMAIL_1>",)]


def test_models_are_redacted_and_stay(published):
    """A model's name is published as it is, but for a secret in it; JSON keys too."""
    samples = pl.concat([pl.read_parquet(path) for path in published.path.glob("*/*.parquet")])
    assert set(samples["model"].drop_nulls()) == {"<API_KEY_1>", '{"<API_KEY_1>":"abc\\u202egpj.exe"}'}


def test_the_run_log_and_the_catalogues_answers_name_files_without_their_secrets(published):
    """The source in runs.jsonl is redacted; sources.json alone keeps the path."""
    root = published.path.parents[1]
    assert MAIL["file"] not in (root / "runs.jsonl").read_text("utf-8")
    assert MAIL["file"] in (root / "sources.json").read_text("utf-8")


def test_trace_prints_no_secret(published, capsys):
    """What is printed of a row is redacted at every stage, raw turns too, and turns no line around."""
    with open_catalogue(published.path.parents[1]) as connection:
        for (row_id,) in connection.execute("SELECT row_id FROM rows").fetchall():
            show(connection, console(), row_id)
    printed = capsys.readouterr().out
    assert [place for place, secret in planted().items() if secret in printed] == []
    assert "<API_KEY_1>" in printed


def test_a_files_redacted_name_is_its_own_for_good(published, tmp_path):
    """A file that comes later is numbered on, whatever its place in the alphabet."""
    from tasks.sources.discover import discover

    later = tmp_path / f"chat-{MAIL['kept']}.jsonl"
    first = tmp_path / f"chat-{MAIL['file']}.jsonl"
    for path in (later, first):
        path.write_text("{}")
    known = {str(first): "redacted-email-1.jsonl"}
    assert {one.origin: one.name for one in discover(str(tmp_path), known)} == {
        str(first): "redacted-email-1.jsonl",
        str(later): "redacted-email-2.jsonl",
    }


@pytest.mark.parametrize("name", [f"{KEY['key']}.json", f"in-{MAIL['file']}/x.json"])
def test_an_error_names_no_secret(tmp_path, name, monkeypatch, capsys):
    """The sentence of a failure on the terminal is redacted, and has its controls shown."""
    monkeypatch.setattr(cli, "listen", lambda: None)
    monkeypatch.setattr(sys, "argv", ["sharegpt", "run", str(tmp_path / f"{TURNED}-{name}"), "--data", str(tmp_path)])
    with pytest.raises(SystemExit, match="1"):
        cli.command_line()
    told = capsys.readouterr()
    assert "does not exist" in told.err
    assert [secret for secret in planted().values() if secret in told.out + told.err] == []


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["run", f"--{KEY['key']}"], 2),
        (["run", "--set", f"privacy.{KEY['key']}=1"], 1),
        (["run", "--set", f"privacy.policy={MAIL['kept']}"], 1),
        (["show", f"{MAIL['kept']}#0"], 1),
    ],
)
def test_words_that_are_refused_are_not_repeated_with_their_secrets(tmp_path, words, code, monkeypatch, capsys):
    """A mistyped option, field, value or id is quoted redacted."""
    monkeypatch.setattr(cli, "listen", lambda: None)
    monkeypatch.setattr(sys, "argv", ["sharegpt", *words, "--data", str(tmp_path)])
    with pytest.raises(SystemExit, match=str(code)):
        cli.command_line()
    told = capsys.readouterr()
    assert "sharegpt: " in told.err
    assert [secret for secret in planted().values() if secret in told.out + told.err] == []


def test_columns_of_a_foreign_file_are_logged_redacted(tmp_path):
    """An error that lists what a Parquet file has instead redacts the names of its columns."""
    duckdb.sql(f"""COPY (SELECT 1 AS "{KEY["key"]}") TO '{tmp_path / "a.parquet"}' (FORMAT parquet)""")
    with pytest.raises(PipelineError, match="none of the columns"):
        run(tmp_path / "a.parquet", tmp_path / "d")
    assert KEY["key"] not in (tmp_path / "d" / "runs.jsonl").read_text("utf-8")
