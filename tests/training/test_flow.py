"""The flow `train`: the run, its curve and its row on Prefect's page."""

import json

import pytest

from tests.support.prefect_shell import call, environment

pytestmark = pytest.mark.train

SCRIPT = """
import json, sys
from flows.train import train
from prefect.client.orchestration import get_client
state = train(data=sys.argv[1], train=json.loads(sys.argv[2]), return_state=True)
with get_client(sync_client=True) as client:
    found = client.read_artifacts()
shown = {one.key: str(one.data) for one in found}
print(json.dumps({"state": state.name, "message": state.message, "artifacts": shown}))
"""


def test_the_flow_trains_and_shows_the_curve(root, tmp_path):
    """A tiny run through Prefect completes; its page has the steps, the loss curve and the run's numbers."""
    chosen = {"base": "tiny", "longest": None, "threads": 1, "batch": 4, "max_steps": 6, "evaluate_steps": 3}
    done = call(environment(tmp_path), "python", "-c", SCRIPT, str(root), json.dumps(chosen))
    assert done.returncode == 0, done.stderr[-3_000:]
    shown = json.loads(done.stdout.strip().splitlines()[-1])
    assert shown["state"] == "Completed", shown["message"] + done.stderr[-3_000:]
    assert "finished" in shown["message"]
    assert {"steps", "training"} <= set(shown["artifacts"])
    assert any(0x2800 < ord(letter) < 0x2900 for letter in shown["artifacts"]["training"])
    assert "| last_loss |" in shown["artifacts"]["training"]
