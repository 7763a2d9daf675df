"""`sharegpt trace` answers why first; the texts come on demand."""

import json

import pytest

from flows.cli.query import open_catalogue
from flows.cli.table import console
from flows.cli.trace import find_rows
from flows.cli.why import by_reason, show_why
from schemas.explanations import JUDGED_BY
from schemas.settings import SECTIONS
from schemas.signals import TURN_SIGNALS
from schemas.tables import STAGES
from tests.support.pipeline import run
from tests.support.terminal import sharegpt


@pytest.mark.parametrize(
    ("row", "lines"),
    [
        (64, ["repetition", "repeat too much", "repeated_lines of turn 1 = 0.9", "max_repeated_lines = 0.65"]),
        (58, ["2 of 4 turns dropped", "rate-limit message", "of turn 3 = true", "quality.error_replies = drop"]),
        (83, ["near_duplicate", "kept_row_id = sharegpt_2023.json:82", "jaccard = 0.8", "threshold = 0.8"]),
        (26, ["unwanted_language", "language = de", 'language.keep = ["en"]']),
        (71, ["too_short", "characters = 5", "quality.min_characters = 16"]),
    ],
)
def test_why_a_row_was_dropped_is_answered_first(sample_root, row, lines):
    """The reason with its sentence, the value that was judged, and the setting that decided."""
    told = sharegpt("trace", f"sharegpt_2023.json:{row}", "--data", sample_root).stdout
    assert [line for line in lines if line not in told] == []
    assert "01 ingested" not in told


def test_turns_of_one_reason_are_explained_once():
    """A turn dropped for another reason between two of them does not part them."""
    fates = [{"stage": "s", "reason": reason, "turn": turn} for turn, reason in enumerate("aba")]
    turns = {reason: [one["turn"] for one in group] for (_, reason), group in by_reason(fates).items()}
    assert turns == {"a": [0, 2], "b": [1]}


def test_a_broken_row_says_what_is_wrong_with_it(sample_root):
    """What never was a conversation has no setting to change."""
    told = sharegpt("trace", "cut_off.json:3", "--data", sample_root).stdout
    assert "because  the row is null" in told
    assert "decided by the row itself" in told


def test_one_stage_or_all_are_shown_on_demand(sample_root):
    """A stage by its name or how that begins; --full shows them in order."""
    words = ("trace", "sharegpt_2023.json:62", "--data", sample_root)
    one = sharegpt(*words, "--stage", "conv").stdout
    assert "02 converted" in one
    assert "01 ingested" not in one
    full = sharegpt(*words, "--full").stdout
    places = [full.index(head) for head in ("01 ingested", "02 converted", "05 deduplicated", "06 windows", "── fates")]
    assert places == sorted(places)


def test_every_setting_and_signal_that_explains_a_reason_exists():
    """The table of explanations names what there is."""
    of_stages = {name for stage in STAGES for name in stage.columns()}
    of_turns = {field.name for field in TURN_SIGNALS}
    for reason, decided in JUDGED_BY.items():
        unknown = [name for name in decided.signals if name not in of_stages]
        unknown += [name for name in decided.turn_signals if name not in of_turns]
        for path in decided.settings:
            section, _, field = path.partition(".")
            unknown += [] if field in SECTIONS[section].model_fields else [path]
        assert (reason, unknown) == (reason, [])


def test_a_row_that_was_joined_names_the_whole_and_the_whole_its_rows(tmp_path, capsys):
    """A piece is told by its own turns, judged by the values of the conversation that it is part of."""
    rows = []
    for name, words in (("a", "Wie geht es dir heute, mein lieber Freund?"), ("b", "What is the finest house there?")):
        turns = [{"from": ("human", "gpt")[at % 2], "value": f"{words} ({at})"} for at in range(8)]
        rows += [{"id": f"{name}_{at}", "conversations": turns[at : at + 4]} for at in (4, 0)]
    (tmp_path / "rows.json").write_text(json.dumps(rows))
    run(tmp_path / "rows.json", tmp_path / "data")
    with open_catalogue(tmp_path / "data") as connection:
        assert [hit[0] for hit in find_rows(connection, "a_0")] == ["rows.json:1"]
        assert [hit[0] for hit in find_rows(connection, "a_4")] == ["rows.json:0"]
        for row in ("rows.json:0", "rows.json:1"):
            show_why(connection, console(), row, {})
    piece, whole = "".join(capsys.readouterr().out.split("\n")).split("everything.")[:2]
    assert "rows.json:0 goes on with the conversation of rows.json:1, where it is turns 4 – 7" in piece
    assert "language = de" in piece
    assert "lieber Freund? (7)" in piece
    assert "because" not in piece
    assert "1 row goes on with rows.json:1 (input.rejoin): rows.json:0 (turns 4 – 7)" in whole
