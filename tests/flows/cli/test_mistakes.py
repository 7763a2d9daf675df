"""Mistakes that people make: each is answered by one sentence with the mend, before Prefect or a worker starts."""

import gzip
import json
import multiprocessing.process
import os
import shutil
import subprocess
import sys

import fsspec
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.support.terminal import sharegpt

RUN = "run data/sample --data {new} "

WRONG_WORDS = [
    ("runn", "Did you mean 'run'"),
    ("run --contex 512", "--context"),
    ("run --context many", "--context"),
    ("run --workers 5000", "less than or equal to 1024"),
    ("run --workers 0", "greater than or equal to 1"),
    ("run --sample 0", "--sample"),
    ("show", "SAMPLE_ID"),
    ("prune", "--keep"),
    ("prune --keep 0 --data {root}", "greater than or equal to 1"),
    ("run --context 2e3", "it should be a valid integer."),
    ("sql SELECT SELECT", "unexpected extra argument"),
    ("export {new} --to fastchatt", "'fastchat'"),
    ("sql SELECT --format xml", "'csv'"),
    ("judge --nobody", "judge --help"),
]

CANNOT_BE_DONE = [
    # The source
    ("run no/such/file.json --data {new}", "does not exist"),
    ("run {folder}/nothing --data {new}", "holds no JSON"),
    ("run {folder}/table.csv --data {new}", "is not JSON"),
    ("run {folder}/numbers.parquet --data {new}", "has none of the columns"),
    ("run {folder}/cut.json.gz --data {new}", "fetch"),
    ("run {folder}/empty.json --data {new}", "holds no rows"),
    ("run {folder}/other.jsonl --data {new}", "have the fields question, score"),
    ("run {folder}/large.txt --data {new}", "is not JSON"),
    ("run {folder}/torn.jsonl --data {new}", "no conversation"),
    ("run '' --data {new}", "An empty name is no source"),
    ("run data/sample --data ''", "--data is empty"),
    ("run {folder} --data {folder}/new", "lies in the source"),
    ("run {folder}/copy --data {folder}/copy", "lies in the source"),
    ("run {folder}/other.jsonl {folder}/pipe --data {new}", "is a pipe"),
    ("run memory://mistakes/none.json --data {new}", "check the address"),
    ("run memory://mistakes/empty.json --data {new}", "holds no rows"),
    ("run memory://mistakes/other.jsonl --data {new}", "have the fields question, score"),
    ("run memory://mistakes/text.gz --data {new}", "is not JSON"),
    ("run data/sample --data {folder}/table.csv", "--data"),
    ("run {long} --data {new}", "File name too long"),
    ("run {long}/*.json --data {new}", "File name too long"),
    ("run data/sample --data {long}", "--data"),
    ("sql FROM|rows --data {folder}/circle", "--data"),
    ("verify --data {folder}/lost", "link to nowhere"),
    ("verify --data {folder}/pipe", "no folder"),
    ("preview no/such/file.json --data {new}", "does not exist"),
    # Settings
    (RUN + "--set language.kep=en", "Did you mean keep?"),
    (RUN + "--set languages.keep=en", "Did you mean language?"),
    (RUN + "--set keep=en", "section.field=value"),
    (RUN + "--set language.keep=english", "did you mean en"),
    (RUN + "--set language.keep=", "name a language, or all"),
    (RUN + "--set tokens.context=1e999", "finite"),
    (RUN + "--set tokens.context=512 --set tokens.context=1024", "given twice"),
    (RUN + "--set tokens.context=3", "greater than or equal to 32"),
    (RUN + "--set tokens.context=32", "give at least"),
    (RUN + "--set tokens.context=many", "valid integer"),
    (RUN + "--context 1024 --set tokens.context=512", "disagree"),
    (RUN + "--set runner.workers=99999", "less than or equal to 1024"),
    (RUN + "--set runner.kind=dask", "tcp://scheduler:8786"),
    (RUN + "--set privacy.phone_regions=us", "Did you mean US?"),
    (RUN + "--set deduplication.threshold=1.5", "less than or equal to 1"),
    (RUN + "--set deduplication.threshold=NaN", "deduplication.threshold = nan"),
    ("settings tokns", "Did you mean tokens?"),
    ("settings tokens.contxt", "Did you mean context?"),
    # What settings name
    (RUN + "--tokenizer no-such-file.model", "no-such-file.model"),
    (RUN + "--tokenizer {folder}/tokenizer.json", "give another tokenizer.json"),
    (RUN + "--set tokens.template=vicunaa", "use chatml, llama3"),
    (RUN + "--set tokens.template={folder}/broken.jinja", "broken.jinja"),
    (RUN + "--set tokens.template={folder}/silent.jinja", "silent.jinja"),
    (RUN + "--set decontamination.files={folder}/none.jsonl", "check decontamination.files"),
    (RUN + "--set decontamination.files={folder}/answers.jsonl", "::column"),
    (RUN + "--set decontamination.files={folder}/blank.txt", "holds no item"),
    # The configuration file
    (RUN + "--config {folder}/none.toml", "check --config"),
    (RUN + "--config ''", "--config is empty"),
    (RUN + "--config {folder}/token.toml", "may not hold a token"),
    (RUN + "--config {folder}/unused.toml", "profile night: tokens has no field 'contxt'"),
    (RUN + "--config {long}", "File name too long"),
    (RUN + "--config {folder}/broken.toml", "not valid TOML"),
    (RUN + "--config {folder}/latin.toml", "it is not UTF-8"),
    (RUN + "--config {folder}", "is no file"),
    (RUN + "--config {folder}/section.toml", "Did you mean source?"),
    (RUN + "--config {folder}/field.toml", "Did you mean context?"),
    (RUN + "--config {folder}/profile.toml", "write [profiles.NAME]"),
    (RUN + "--config {folder}/source.toml", "a list of texts, not 3"),
    (RUN + "--config {folder}/value.toml", "value.toml: tokens.context = 'many'"),
    (RUN + "--config {folder}/private.toml", "runner.address"),
    (RUN + "--profile nightly", "--config"),
    (RUN + "--no-config --profile nightly", "exclude each other"),
    ("settings --set tokens.contxt=3", "Did you mean context?"),
    # Versions and views
    ("sql SELEC --data {root}", "not SQL"),
    ("sql FROM|nobody --data {root}", "nobody"),
    ("sql --data {root} --file {folder}", "Is a directory"),
    ("sql --data {root} --file {folder}/cut.json.gz", "it is not UTF-8"),
    ("sql '' --data {root}", "There is no query"),
    ("sql SELECT|'{odd}' --data {root}", "not UTF-8"),
    ("sql ATTACH|'x.db' --data {root}", "Only SELECT and EXPLAIN"),
    ("trace {odd} --data {root}", "is not UTF-8"),
    ("trace sharegpt_2023.json:62 --data {copy}", "tables --rebuild"),
    ("sql FROM|rows --data {new}", "sharegpt run"),
    ("sql --file {folder}/none.sql --data {root}", "cannot be read"),
    ("tables nothing", "there are ingested"),
    ("tables rowss", "Did you mean rows?"),
    ("sql ; --data {root}", "There is no statement"),
    ("use '' --data {root}", "An empty name is no version"),
    ("sql FROM|rows --version '' --data {root}", "An empty name is no version"),
    ("trace sharegpt_2023.json:62 --full --stage windows --data {root}", "exclude each other"),
    ("show dec0001 --data {root}", "one of its samples, dec0001#0"),
    ("trace sharegpt_2023.json:62 --data {root} --stage qualty", "there are ingested"),
    ("trace shargpt_2023.json:62 --data {root}", "the nearest are sharegpt_2023.json:62"),
    ("sql FROM|rows --version zzz --data {root}", "there are:"),
    ("show nobody#0 --data {root}", "sharegpt sql"),
    ("verify --data {new}", "sharegpt run"),
    ("verify --version zzz --data {root}", "there are:"),
    ("use zzz --data {root}", "there are:"),
    ("diff --data {root}", "run again with another"),
    ("export {new} --to openai --version zzz --data {root}", "there are:"),
    ("export {folder}/table.csv --to openai --data {root}", "a folder"),
    ("push mine --data {root}", "give owner/name"),
    ("push me/mine --dry-run --data {new}", "sharegpt run"),
    # Models
    ("answer --model nameless --data {new}", "NAME=URL"),
    ("judge --data {new}", "--models"),
    ("train --data {root} --set train.epoch=1", "epochs"),
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory, sample_root):
    """Files that are not what they are taken for."""
    folder = tmp_path_factory.mktemp("mistakes")
    (folder / "nothing").mkdir()
    texts = {
        "table.csv": "a,b\n1,2\n",
        "empty.json": "[]",
        "tokenizer.json": "{}",
        "broken.jinja": "{% for message in messages %}",
        "silent.jinja": "no message is shown",
        "answers.jsonl": '{"answer": "42"}\n',
        "blank.txt": "\n\n",
        "broken.toml": "tokens = [",
        "other.jsonl": '{"question": "Why?", "score": 3}\n' * 600_000,  # more than is planned before a server starts
        "large.txt": "hello world\n" * 1_500_000,
        "torn.jsonl": '{"id"',
        "section.toml": 'sourc = "x"\n',
        "field.toml": "[tokens]\ncontxt = 3\n",
        "profile.toml": "[profiles]\nnight = 3\n",
        "source.toml": "source = 3\n",
        "token.toml": 'source = "https://example.org/a.json?hf_token=hf_abc"\n',
        "unused.toml": "[profiles.night.tokens]\ncontxt = 3\n",
        "value.toml": '[tokens]\ncontext = "many"\n',
        "private.toml": '[runner]\naddress = "tcp://here:1"\n',
    }
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    memory = fsspec.filesystem("memory")
    bucket = {"empty.json": b"[]", "other.jsonl": b'{"question": "Why?", "score": 3}\n' * 99_000}
    for name, held in (bucket | {"text.gz": gzip.compress(b"hello world")}).items():
        memory.pipe(f"/mistakes/{name}", held)
    (folder / "cut.json.gz").write_bytes(gzip.compress(b'[{"id": "1"}]' * 99)[:-20])
    pq.write_table(pa.table({"n": [1, 2]}), folder / "numbers.parquet")
    (folder / "circle").symlink_to("circle")
    (folder / "lost").symlink_to("gone")
    os.mkfifo(folder / "pipe")
    (folder / "latin.toml").write_bytes(b"a\xff = 3")
    shutil.copytree(sample_root, folder / "copy", symlinks=True)
    return folder


@pytest.fixture(autouse=True)
def nothing_starts(monkeypatch):
    """No process starts and nothing of Prefect is imported: whatever tries to fails."""

    def refuse(*_, **__):
        raise AssertionError("a process was started")

    monkeypatch.setattr(subprocess.Popen, "__init__", refuse)
    monkeypatch.setattr(multiprocessing.process.BaseProcess, "start", refuse)
    monkeypatch.setitem(sys.modules, "prefect", None)


MISTAKES = [(words, 2, mend) for words, mend in WRONG_WORDS] + [(words, 1, mend) for words, mend in CANNOT_BE_DONE]


@pytest.mark.parametrize(("words", "code", "mend"), MISTAKES, ids=[words for words, *_ in MISTAKES])
def test_a_mistake_is_answered_by_one_sentence_with_the_mend(words, code, mend, folder, sample_root, tmp_path):
    """Exit code 2 for words that no command has, 1 for what cannot be done; stdout stays empty, no folders are left."""
    places = {
        "long": "a" * 300,
        "odd": os.fsdecode(b"\xff"),
        "copy": folder / "copy",
        "folder": folder,
        "root": sample_root,
        "new": tmp_path / "new",
    }
    done = sharegpt(*("" if word == "''" else word.format(**places).replace("|", " ") for word in words.split()))
    assert (done.returncode, done.stdout) == (code, "")
    last = done.stderr.splitlines()[-1]
    assert last.startswith("sharegpt: ")
    assert mend in last
    assert "Traceback" not in done.stderr
    assert len([line for line in done.stderr.splitlines() if not line.startswith("configuration:")]) == 1
    assert not (tmp_path / "new").exists()
    assert not (folder / "new").exists()


@pytest.mark.parametrize("words", ["run --bogus --log-format json", "run no.json --log-format=json --data {new}"])
def test_a_mistake_in_a_log_of_json_is_a_line_of_json(words, tmp_path):
    """Also where the words themselves are wrong: they have asked for the format before they are read."""
    done = sharegpt(*words.format(new=tmp_path / "new").split())
    told = json.loads(done.stderr)
    assert (told["level"], told["exit_code"]) == ("error", done.returncode)
