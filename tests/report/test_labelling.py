"""Rows for people to label: every fate is there, weights add up, nothing that should be redacted is shown."""

import csv
import json
from xml.etree import ElementTree

import pytest
from typer.testing import CliRunner

from flows.cli import app, commands
from flows.cli.query import open_catalogue
from schemas.reasons import Reason

assert commands  # registers the commands


def export(root, out, kind, rows=60):
    words = ["export", str(out), "--to", kind, "--rows", str(rows), "--data", str(root)]
    return CliRunner().invoke(app, words, catch_exceptions=False)


def read(path):
    with path.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def test_every_fate_is_drawn_and_the_weights_add_up_to_all_rows(sample_root, tmp_path):
    """A few rows hold each reason there is; each row's weight says for how many it stands, together for all."""
    export(sample_root, tmp_path, "csv")
    fates, labels = read(tmp_path / "fates.csv"), read(tmp_path / "labels.csv")
    with open_catalogue(sample_root) as connection:
        reasons = connection.execute("SELECT coalesce(reason, ''), count(*) FROM rows GROUP BY 1").fetchall()
    assert {one["reason"] for one in fates} == {reason for reason, _ in reasons}
    assert sum(float(one["weight"]) for one in fates) == pytest.approx(sum(count for _, count in reasons), abs=0.1)
    assert [one["row_id"] for one in labels] == [one["row_id"] for one in fates]
    assert {one["keep"] + one["reason"] + one["note"] for one in labels} == {""}
    assert "fate" not in labels[0]


def test_label_studio_gets_dialogues_and_an_interface(sample_root, tmp_path):
    """Tasks hold the turns with their speakers, redacted; the interface offers every reason; twice the same bytes."""
    export(sample_root, tmp_path, "labelstudio", rows=400)
    text = (tmp_path / "tasks.json").read_text("utf-8")
    tasks = [task["data"] for task in json.loads(text)]
    assert len(tasks) == 137
    assert "<EMAIL_1>" in text
    assert "<IBAN_1>" in text
    assert {turn["author"] for task in tasks for turn in task["dialogue"]} >= {"user", "assistant", "row"}
    choices = {one.get("value") for one in ElementTree.parse(tmp_path / "config.xml").iter("Choice")}  # ours
    assert {reason.value for reason in Reason} < choices
    export(sample_root, tmp_path / "again", "labelstudio", rows=400)
    assert (tmp_path / "again" / "tasks.json").read_text("utf-8") == text
