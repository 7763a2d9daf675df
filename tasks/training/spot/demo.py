"""`make spot-demo`: a tiny run with its machine taken away again and again, beside the same run undisturbed."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from schemas.settings.spot import Spot
from schemas.settings.train import Train
from tasks.training.files import TrainingError
from tasks.training.source import find_source
from tasks.training.spot.simulator import Machine, differences, draw_kills, run_until_done
from tasks.training.spot.task import make_task

SHOWN = ("attempt", "outcome", "resumed_step", "last_step", "lost_steps", "seconds", "cost")


def simulate(data: Path, settings: Train, sandbox: Path, seed: int, count: int, say: Any = print) -> dict[str, Any]:
    """Train once undisturbed and once with preemptions; return the folders, the exit codes and what differs.

    Args:
        data: the data root; its current version is trained on.
        settings: of the run, with max_steps.
        sandbox: an empty folder.
        seed: of the preemptions.
        count: how many.
        say: is given each start.
    """
    source = find_source(data, None, settings)
    spot = Spot(bucket="file://sandbox", price=12.5, price_on_demand=41.67)
    task = make_task(spot, settings, source.run, source.version)
    tools = {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    kills = draw_kills(seed, count, settings.max_steps or 0)
    folders = {}
    codes = {}
    for name, planned in (("undisturbed", []), ("preempted", kills)):
        machine = Machine(task, sandbox / name, data, tools)
        codes[name] = run_until_done(machine, planned, lambda line, name=name: say(f"{name}: {line}"))  # type: ignore[misc]
        folders[name] = machine.disk / "08_models" / source.run
    return {"folders": folders, "codes": codes, "differs": differences(folders["undisturbed"], folders["preempted"])}


def main() -> int:
    """Run the demonstration and print its ledger; return 0 where the two runs are equal bit for bit."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--data", type=Path, default=Path(os.environ.get("SHAREGPT_DATA", "data")))
    words.add_argument("--seed", type=int, default=7)
    words.add_argument("--kills", type=int, default=5)
    words.add_argument("--steps", type=int, default=30)
    given = words.parse_args()
    settings = Train(base="tiny", max_steps=given.steps, save_steps=5, evaluate_steps=10, threads=1)
    sandbox = Path(tempfile.mkdtemp(prefix="sharegpt-spot-"))
    try:
        done = simulate(given.data.resolve(), settings, sandbox, given.seed, given.kills)
        for row in pq.read_table(done["folders"]["preempted"] / "attempts.parquet").to_pylist():
            print("  ".join(f"{name} {row[name]}" for name in SHOWN))  # noqa: T201  # a demonstration prints
        run = pq.read_table(done["folders"]["preempted"] / "run.parquet").to_pylist()[0]
        print(f"cost {run['cost']:.4f} $, on demand {run['cost_on_demand']:.4f} $, saved {run['saved_share']:.0%}")  # noqa: T201
        print("\n".join(done["differs"]) or "log and final weights are equal bit for bit")  # noqa: T201
        return 1 if done["differs"] else 0
    except TrainingError as error:
        print(f"spot-demo: {error}", file=sys.stderr)  # noqa: T201
        return 1
    finally:
        shutil.rmtree(sandbox, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
