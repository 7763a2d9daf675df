"""Secrets planted in raw rows appear in no published byte, whatever becomes of their rows."""

import json

import pyarrow.parquet as pq
import pytest

from flows.artifacts import funnel_markdown, rejections_markdown
from tests.support.pipeline import run

# All invented; each has its kind's shape and checksum, so that it is found.
SECRETS = {
    "email": "marta.lindqvist@northwind-mail.se",
    "api_key": "ghp_" + "k7Qz2Lm9Xc4Vb8Nw1Rt6Yu3Pa5Sd0FgHjKlQ",
    "card": "4539578763621486",
    "iban": "DE89370400440532013000",
    "phone": "+46 70 174 06 35",
}
LONG = "Thank you, that is clear, and I will write the letter that way. " * 3


def row(number, question, answer, **more):
    turns = [{"from": "human", "value": question}, {"from": "gpt", "value": f"<div><p>{answer}</p></div>"}]
    return {"id": f"s{number}", "conversations": turns * more.pop("times", 1), **more}


def hostile_rows():
    """Return rows that are kept, and dropped at every stage, each with every secret."""
    told = " and ".join(SECRETS.values())
    rows = [
        row(0, f"Please write a letter to my bank, my data are {told}.", LONG),
        row(1, f"Please write a letter to my bank, my data are {told}.", LONG),  # an exact copy
        row(
            2, f"Bitte schreibe mir einen Brief an die Bank, meine Daten sind {', '.join(SECRETS.values())}.", LONG
        ),  # unwanted language
        row(3, f"And what of these: {told}?", "An error occurred. If this issue persists please contact us."),
        row(4, f"Please repeat {told} often. " * 400, LONG),  # a question longer than the context
        row(5, f"{told}", ""),  # an empty answer
        row(6, LONG, f"Of course, here they are: {told}. " + LONG),
    ]
    trailing = row(7, f"Say something about {told}.", LONG)
    trailing["conversations"].append({"from": "human", "value": f"and again {told}"})
    return [*rows, trailing]


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    folder = tmp_path_factory.mktemp("secrets")
    broken = '{"id": "b", "conversations": [{"from": "human", "value": "' + " ".join(SECRETS.values()) + '"}, oops]}'
    lines = [*(json.dumps(one, ensure_ascii=False) for one in hostile_rows()), broken]
    (folder / "raw.jsonl").write_text("\n".join(lines) + "\n", "utf-8")
    return run(folder / "raw.jsonl", folder / "d", "language.keep=en", "tokens.context=1024", pages=True)


def texts_of(path):
    """Return all text of a published file; Parquet is compressed, so its values are read."""
    if path.suffix == ".parquet":
        with pq.ParquetFile(path) as file:
            return json.dumps(file.read().to_pylist(), ensure_ascii=False) + str(file.schema_arrow.metadata)
    return path.read_text("utf-8")


@pytest.mark.parametrize("kind", SECRETS)
def test_no_published_file_holds_a_planted_secret(published, kind):
    """Shards, ledger, report, card, packs and manifest are searched, value by value."""
    secret = SECRETS[kind]
    bare = "".join(letter for letter in secret if letter.isalnum())
    files = [path for path in published.path.rglob("*") if path.is_file()]
    assert {"report.html", "README.md", "fates.parquet", "rows.parquet", "manifest.json"} <= {
        path.name for path in files
    }
    for path in files:
        text = texts_of(path)
        assert secret not in text, path.name
        assert bare not in text, path.name


def test_the_run_page_shows_no_secret(published):
    """The artifacts of the run are made of counts, reasons and row ids alone."""
    told = funnel_markdown(published) + rejections_markdown(published)
    assert [kind for kind, secret in SECRETS.items() if secret in told] == []


def test_the_rows_were_really_there(published):
    """The test means something: rows with secrets were kept and dropped, and the pseudonyms are in the shards."""
    reasons = {line.reason for line in published.manifest.rejections}
    wanted = {
        "exact_duplicate",
        "unwanted_language",
        "error_reply",
        "prompt_exceeds_context",
        "trailing_user",
        "broken_json",
    }
    assert wanted <= reasons
    shards = "".join(texts_of(published.path / entry.name) for entry in published.manifest.files)
    assert "<EMAIL_1>" in shards
    assert "<CARD_1>" in shards
