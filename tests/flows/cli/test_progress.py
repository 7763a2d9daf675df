"""What a person sees of a run: rows, bytes and time from its first second, a log in JSON, or nothing."""

import json

import pytest

from flows.cli.messages import LogFormat, complain, say, voice
from flows.cli.progress import Progress
from flows.cli.train import TrainingProgress
from schemas.counts import Counts
from tasks.runtime.run_context import Event, Size


@pytest.fixture(autouse=True)
def spoken():
    """Each test speaks as it likes; the next one as a fresh command."""
    yield
    voice.choose(quiet=False, form=LogFormat.TEXT)


def part(view, key, kept=40):
    return Event(view, key, Counts(rows=50, kept=kept), 0.5, fresh=True)


def test_time_left_is_known_from_the_first_second_and_falls_with_the_rows():
    """Before rows are counted the source's size tells; then the work done by rows, heavy stages counting more."""
    progress = Progress(10_000_000)
    assert progress.left() is not None
    assert "time left unknown" in Progress().caption()
    progress.on_start({"a": Size(100, 2_000_000), "b": Size(300, 6_000_000)})
    assert progress.share() == 0
    progress.on_part(part("ingested", "b"))
    assert "of 400 rows, 6.0 of 8.0 MB read" in progress.caption()
    some = progress.share()
    progress.on_part(part("converted", "b"))
    assert progress.share() - some > some
    for view in progress.lines:
        progress.on_part(part(view, "a"))
        if view not in ("ingested", "converted"):
            progress.on_part(part(view, "b"))
    assert progress.share() == pytest.approx(1)
    assert progress.left() == pytest.approx(0, abs=0.01)


def test_a_finished_stage_is_a_line_of_json_where_that_is_asked_for(capsys):
    """Each message is one object with time, level and message; a stage has its counts by name."""
    voice.choose(quiet=False, form=LogFormat.JSON)
    progress = Progress()
    progress.on_start({"a": Size(50, 1_000)})
    progress.on_part(part("converted", "a"))
    complain("this is why", 1)
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert [line["level"] for line in lines] == ["info", "error"]
    assert {"stage": "converted", "rows": 50, "kept": 40, "dropped": 10}.items() <= lines[0].items()
    assert (lines[1]["message"], lines[1]["exit_code"]) == ("this is why", 1)


def test_quiet_leaves_errors_alone(capsys):
    """Notices and progress are not written; what ended the command is."""
    voice.choose(quiet=True, form=LogFormat.TEXT)
    say("starting")
    complain("this is why", 1)
    assert capsys.readouterr().err == "sharegpt: this is why\n"


def test_a_training_that_draws_nothing_ends_no_line(capsys):
    """Into a pipe or a log there is no display, nor an empty line of one."""
    with TrainingProgress():
        pass
    assert capsys.readouterr().err == ""
