"""Launching, finding, following and bringing home a job, with a stand-in for SkyPilot."""

import json
import sys
from functools import partial

import pytest

from schemas.settings.spot import Spot
from schemas.settings.train import Train
from tasks import spot as verb
from tasks.training.files import TrainingError, listed, write_json
from tasks.training.spot import client
from tasks.training.spot.task import make_task

SPOT = Spot(bucket="gs://b", price=10.0)


class Cloud:
    """Plays SkyPilot: a queue of jobs whose states come one after the other."""

    def __init__(self, states):
        self.states, self.launched, self.cancelled = list(states), [], []
        self.jobs = self

    def queue_v2(self, refresh, fields):
        return "queue"

    def launch(self, task, name):
        self.launched.append(name)
        return "launch"

    def cancel(self, job_ids):
        self.cancelled += job_ids
        return "cancel"

    def get(self, request):
        return None

    def stream_and_get(self, request):
        if request == "launch":
            return [7], None
        state = self.states.pop(0) if len(self.states) > 1 else self.states[0]
        return ([{"job_id": 7, "job_name": "sharegpt-0123456789ab", **state}] if state else []), 0, {}, 0


@pytest.fixture
def cloud(monkeypatch):
    def make(*states):
        made = Cloud(states)
        monkeypatch.setattr(client, "sky", lambda: made)
        monkeypatch.setattr(client, "check_task", lambda task: task)
        return made

    return make


def described(tmp_path):
    return make_task(SPOT, Train(base="tiny"), "0123456789ab", tmp_path / "abc")


def test_a_job_that_goes_on_is_found_by_its_name(cloud, tmp_path):
    """A second start of the flow launches nothing; where the job has ended or is unknown it is launched."""
    going_on = cloud({"status": "RECOVERING"})
    assert verb.launch_or_find(described(tmp_path)) == (7, False)
    assert going_on.launched == []
    for state in (None, {"status": "FAILED"}):
        made = cloud(state)
        assert verb.launch_or_find(described(tmp_path)) == (7, True)
        assert made.launched == ["sharegpt-0123456789ab"]


def test_following_tells_each_change_and_ends_with_success(cloud):
    """Running, recovering, running again, done: each is told once, with what was spent."""
    cloud(
        {"status": "RUNNING", "job_duration": 3600},
        {"status": "RUNNING", "job_duration": 3700},
        {"status": "RECOVERING", "recovery_count": 0},
        {"status": "RUNNING", "recovery_count": 1, "job_duration": 7200},
        {"status": "SUCCEEDED", "recovery_count": 1, "job_duration": 9000},
    )
    heard = []
    job = verb.follow("sharegpt-0123456789ab", SPOT, lambda job, spent: heard.append((job.status, spent)), wait=0)
    assert job.recoveries == 1
    assert heard == [("RUNNING", 10.0), ("RECOVERING", 0.0), ("RUNNING", 20.0), ("SUCCEEDED", 25.0)]


@pytest.mark.parametrize(
    ("state", "sentence"),
    [
        ({"status": "FAILED", "failure_reason": "exit code 1"}, "ended as FAILED: exit code 1"),
        ({"status": "FAILED_NO_RESOURCE"}, "FAILED_NO_RESOURCE: sky jobs logs 7"),
        (None, "knows no job"),
    ],
)
def test_a_job_that_fails_or_vanishes_is_told(cloud, state, sentence):
    """What did not succeed is an error with SkyPilot's own reason."""
    cloud(state)
    with pytest.raises(TrainingError, match=sentence):
        verb.follow("sharegpt-0123456789ab", SPOT, wait=0)


@pytest.mark.parametrize("bound", [{"max_hours": 2.0}, {"max_cost": 20.0}])
def test_a_job_past_its_bounds_is_cancelled(cloud, bound):
    """Hours and dollars each end the job."""
    made = cloud({"status": "RUNNING", "job_duration": 3 * 3600})
    with pytest.raises(TrainingError, match="was cancelled"):
        verb.follow("sharegpt-0123456789ab", Spot(bucket="gs://b", price=10.0, **bound), wait=0)
    assert made.cancelled == [7]


def test_without_the_extra_one_sentence_says_what_to_do(monkeypatch):
    """`import sky` fails: the sentence names the command."""
    monkeypatch.setitem(sys.modules, "sky", None)
    with pytest.raises(TrainingError, match="make setup-spot"):
        client.sky()


def test_a_bound_on_cost_needs_a_price(tmp_path):
    """Nobody can count dollars without a price."""
    with pytest.raises(TrainingError, match=r"spot\.price"):
        verb.plan_spot(tmp_path, Spot(bucket="gs://b", max_cost=1.0), Train(base="tiny"))


def test_the_ledger_comes_home_from_the_bucket(tmp_path):
    """Attempts and run.json of a bucket become the run's views here, as often as asked; an empty bucket is told."""
    with pytest.raises(TrainingError, match="holds no attempts"):
        verb.bring_home(tmp_path / "data", "0123456789ab", f"file://{tmp_path}/bucket")
    place = tmp_path / "bucket" / "0123456789ab"
    (place / "attempts").mkdir(parents=True)
    about = {"run_id": "0123456789ab", "version": "v", "base": "b", "method": "full", "steps": 9}
    (place / "run.json").write_text(json.dumps(about))
    record = {
        "attempt": 1, "started": "2026-01-01T00:00:00.000+00:00", "ended": "2026-01-01T01:00:00.000+00:00",
        "outcome": "preempted", "resumed_step": 0, "seconds": 3600.0, "devices": 8, "code": "c", "libraries": "l",
        "price": 12.5, "price_on_demand": 41.67,
    }  # fmt: skip
    (place / "attempts" / "attempt-0001.json").write_text(json.dumps(record))
    row = verb.bring_home(tmp_path / "data", "0123456789ab", f"file://{tmp_path}/bucket")
    assert (row["status"], row["cost"], row["device_hours"]) == ("preempted", 12.5, 8.0)
    # Asked again after the end: the attempt that came since, and the model, which must be what its manifest says.
    (place / "attempts" / "attempt-0002.json").write_text(json.dumps(record | {"attempt": 2, "outcome": "finished"}))
    (place / "final").mkdir()
    (place / "final" / "config.json").write_text("{}")
    files = [entry for entry in listed(place) if entry["name"].startswith("final/")]
    write_json(place / "manifest.json", {"files": files})
    ask = partial(verb.bring_home, tmp_path / "data", "0123456789ab", f"file://{tmp_path}/bucket")
    assert ask()["attempts"] == 2
    folder = tmp_path / "data" / "08_models" / "0123456789ab"
    assert (folder / "final" / "config.json").read_text() == "{}"
    (place / "final" / "config.json").write_text("{")
    with pytest.raises(TrainingError, match="is not whole yet"):
        ask()
    assert not (folder / "manifest.json").exists()
