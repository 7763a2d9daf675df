"""`sharegpt show` and `sharegpt export` on a published version."""

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from flows.cli.export import Target, export
from flows.cli.show import coloured, show, visible
from schemas.errors import PipelineError
from schemas.manifest import Digests, Manifest, Packing
from schemas.settings import Input, Tokens
from tasks.cut_windows import cut_windows
from tasks.tokens.shards import publishable
from tasks.tokens.tokenizer import load_tokenizer
from tests.support.window_rows import rows

TALKS = [
    [("user", "What is 🫠?"), ("assistant", "A melting face.")],
    [("user", "Say </s>"), ("assistant", "no")],
    [("system", "Be brief."), ("user", "a"), ("assistant", "b")],
    [("user", "Count."), ("assistant", "one two three " * 40)],
    [("system", "Be kind."), ("user", "a"), ("assistant", "wrong"), ("user", "Again."), ("assistant", "right")],
]
UNLABELLED = [None, None, None, None, [2]]


@pytest.fixture(scope="module")
def data(tmp_path_factory) -> Path:
    """A data root with one version: a plain, a marked, a system and a cut conversation."""
    root = tmp_path_factory.mktemp("data")
    version = root / "07_shards" / "0123456789ab"
    for split in ("train", "validation"):
        (version / split).mkdir(parents=True)
    settings = Tokens(context=96)
    table = rows(TALKS).set_column(2, "unlabelled", pa.array(UNLABELLED, pa.list_(pa.int32())))
    pq.write_table(publishable(cut_windows(table, settings, Input())), version / "train" / "part-00000.parquet")
    manifest = Manifest(
        version="0123456789ab",
        rows=len(TALKS),
        tokens=0,
        label_tokens=0,
        files=(),
        settings={"tokens": settings.model_dump(mode="json")},
        digests=Digests(settings="", code="", tokenizer="", template="", benchmarks=""),
        funnel=(),
        rejections=(),
        packing=Packing(packs=0, lower_bound=0, fill=0.0),
    )
    (version / "manifest.json").write_text(manifest.to_json())
    (root / "07_shards" / "latest.json").write_text('{"version": "0123456789ab"}')
    return root


def test_show_marks_what_is_trained_on(data, capsys):
    """The printed sample has its answer and stop between the marks, and the rest outside."""
    show("c0#0", data)
    out = capsys.readouterr().out
    assert "USER: What is 🫠? ASSISTANT:⟦ A melting face.</s>⟧" in " ".join(out.split())
    assert "n_label_tokens" in out


def test_show_of_an_unknown_sample_says_how_to_find_one(data):
    """An id that is not there is one sentence."""
    with pytest.raises(PipelineError, match="No sample is called 'nobody#0': try `sharegpt sql"):
        show("nobody#0", data)


def test_show_without_a_version_is_one_sentence(tmp_path):
    """A data root without shards is one sentence too."""
    with pytest.raises(PipelineError, match="No version is published"):
        show("c0#0", tmp_path)


def test_a_sample_cannot_drive_the_terminal():
    """Control characters are shown as pictures."""
    tokenizer = load_tokenizer("mistral-v1")
    ids, _ = tokenizer.engine.encode([" \x1b[2J\x07 a\tb\n"])
    text = coloured(ids.tolist(), [-100] * len(ids), tokenizer).plain
    assert text == " ␛[2J␇ a\tb\n"
    assert visible("\x7f\x9b") == "␡�"


def test_fastchats_export_holds_the_exact_samples(data, tmp_path, capsys):
    """FastChat gets human and gpt in turn; cut, marked and system samples are left out and counted."""
    export(tmp_path / "out", Target.FASTCHAT, data)
    assert json.loads((tmp_path / "out" / "train.json").read_text()) == [
        {
            "id": "c0#0",
            "conversations": [{"from": "human", "value": "What is 🫠?"}, {"from": "gpt", "value": "A melting face."}],
        }
    ]
    assert json.loads((tmp_path / "out" / "validation.json").read_text()) == []
    said = capsys.readouterr()
    assert "1 of " in said.out
    assert "are left out" in said.err


def test_openais_export_holds_messages_line_by_line(data, tmp_path, capsys):
    """OpenAI's form keeps the system message, gives answers without label weight 0, and says what it leaves out."""
    export(tmp_path, Target.OPENAI, data)
    lines = [json.loads(line) for line in (tmp_path / "train.jsonl").read_text().splitlines()]
    assert [len(line["messages"]) for line in lines] == [2, 3, 5]
    assert [message.get("weight") for message in lines[2]["messages"]] == [None, None, 0, None, None]
    assert "are left out" in capsys.readouterr().err
    assert lines[1]["messages"][0] == {"role": "system", "content": "Be brief."}
