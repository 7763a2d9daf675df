"""The log as data: what a later attempt did again is superseded and counted as lost, once."""

import json

import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import settings as budget
from hypothesis import strategies as st

from tasks.store.catalogue import build
from tasks.training import log

ABOUT = {"run_id": "0123456789ab", "version": "v", "base": "tiny", "method": "full", "steps": 20}


def attempt(folder, number, resumed, last, outcome="killed", price=None, seconds=3600.0, on_demand=4.0, step=2.0):
    record = {
        "attempt": number, "started": f"2026-01-01T0{number}:00:00.000+00:00", "ended": None, "outcome": outcome,
        "resumed_step": resumed, "seconds": seconds, "devices": 2, "code": "c", "libraries": "l", "price": price,
        "price_on_demand": None if price is None else on_demand * price,
    }  # fmt: skip
    path = log.attempt_path(folder, number)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(record))
    lines = [
        {
            "step": number,
            "epoch": number / 10,
            "loss": 10.0 - number / 10,
            "learning_rate": 0.1,
            "grad_norm": 1.0,
            "seconds": step,
        }
        | {"tokens": number * 100, "label_tokens": number * 50, "tokens_per_second": 50.0, "mfu": None}
        | {"memory_gb": 1.0}
        for number in range(resumed + 1, last + 1)
    ]
    text = "".join(json.dumps(line) + "\n" for line in lines)
    log.attempt_path(folder, number, "jsonl").write_text(text)
    return text


def test_lost_steps_and_superseded_lines_agree(tmp_path):
    """Killed at 13, resumed at 10, killed at 17, resumed at 5 because the newer was half: 3 + 5, then 7 lost."""
    attempt(tmp_path, 1, 0, 13)
    attempt(tmp_path, 2, 10, 17)
    attempt(tmp_path, 3, 5, 20, "finished")
    row = log.write_log(tmp_path, ABOUT)
    attempts = pq.read_table(tmp_path / "attempts.parquet").to_pylist()
    assert [one["lost_steps"] for one in attempts] == [8, 7, 0]
    lines = pq.read_table(tmp_path / "log").to_pylist()
    assert sum(line["superseded"] for line in lines) == row["lost_steps"] == 15
    assert sorted(line["step"] for line in lines if not line["superseded"]) == list(range(1, 21))
    assert (row["status"], row["preemptions"], row["tokens"]) == ("finished", 2, 2_000)


@budget(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.floats(0, 1), st.integers(0, 6)), min_size=1, max_size=6))
def test_every_step_stands_once_whatever_the_kills(tmp_path_factory, kills):
    """Each attempt goes on from some step reached before: the standing lines are 1, 2, 3 … without a gap."""
    folder, resumed, reached = tmp_path_factory.mktemp("log"), 0, 0
    for number, (share, more) in enumerate(kills, 1):
        last = resumed + more
        attempt(folder, number, resumed, last)
        reached = last
        resumed = int(last * share)
    row = log.write_log(folder, ABOUT)
    found = sorted((folder / "log").glob("*.parquet"))
    lines = [line for path in found for line in pq.read_table(path).to_pylist()]
    assert [line["step"] for line in sorted(lines, key=lambda one: one["step"]) if not line["superseded"]] == list(
        range(1, reached + 1)
    )
    assert row["lost_steps"] == sum(line["superseded"] for line in lines)


def test_a_torn_last_line_is_left_out(tmp_path):
    """A kill in the middle of a line loses that line alone."""
    text = attempt(tmp_path, 1, 0, 3)
    log.attempt_path(tmp_path, 1, "jsonl").write_text(text[:-20])
    assert [line["step"] for line in log.lines_of(tmp_path, 1)] == [1, 2]


def test_cost_is_summed_and_unknown_where_any_price_is(tmp_path):
    """Two hours at 3 $ cost 6 and saved three quarters; one attempt without a price makes all unknown."""
    attempt(tmp_path, 1, 0, 5, price=3.0)
    attempt(tmp_path, 2, 5, 9, "finished", price=3.0)
    row = log.write_log(tmp_path, ABOUT)
    assert (row["cost"], row["cost_on_demand"], row["saved_share"], row["device_hours"]) == (6.0, 24.0, 0.75, 4.0)
    attempt(tmp_path, 3, 9, 12, "finished")
    assert log.write_log(tmp_path, ABOUT)["cost"] is None


@pytest.mark.parametrize(
    ("hours", "price", "on_demand", "saved"), [(24, 12.5, 1_000, 0.70), (12, 140 / 12, 500, 0.72)], ids=["13B", "7B"]
)
def test_the_articles_runs_cost_what_the_article_says(tmp_path, hours, price, on_demand, saved):
    """Of eight A100-80GB: a day at 12.50 $ an hour is 300 $ instead of 1,000, half a day at 11.67 $ 140 for 500."""
    attempt(tmp_path, 1, 0, 9, "finished", price, hours * 3_600.0, 41.67 / price)
    row = log.write_log(tmp_path, ABOUT)
    assert (round(row["cost"]), round(row["cost_on_demand"])) == (round(hours * price), on_demand)
    assert row["saved_share"] == pytest.approx(saved, abs=0.005)


def test_work_that_was_lost_is_paid_for_and_not_counted_as_saved(tmp_path):
    """Of 10 and 16 hours two were done again: 26 hours are paid, 24 would have been needed on demand."""
    attempt(tmp_path, 1, 0, 12, price=12.5, seconds=36_000.0, step=3_600.0)
    attempt(tmp_path, 2, 10, 20, "finished", price=12.5, seconds=57_600.0)
    row = log.write_log(tmp_path, ABOUT)
    assert (row["cost"], row["cost_on_demand"]) == (26 * 12.5, 24 * 50.0)
    assert row["saved_share"] == pytest.approx(1 - 26 / 24 / 4)


def test_an_attempt_that_vanished_is_closed_as_killed(tmp_path):
    """A record that still says running, with no process behind it, ends with its last line."""
    attempt(tmp_path, 1, 0, 5, outcome="running", seconds=0.0)
    log.write_log(tmp_path, ABOUT)
    row = pq.read_table(tmp_path / "attempts.parquet").to_pylist()[0]
    assert row["outcome"] == "killed"
    assert row["ended"] > row["started"]


def test_the_views_answer_in_sql(tmp_path):
    """training_log, training_attempts and training_runs are in the catalogue, over all runs."""
    import duckdb

    attempt(tmp_path / "08_models" / "0123456789ab", 1, 0, 4)
    log.write_log(tmp_path / "08_models" / "0123456789ab", ABOUT)
    with duckdb.connect(str(build(tmp_path)), read_only=True) as connection:
        counts = [
            connection.execute(f"SELECT count(*) FROM {view}").fetchall()[0][0]
            for view in ("training_log", "training_attempts", "training_runs")
        ]
    assert counts == [4, 1, 1]
