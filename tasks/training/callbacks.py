"""What happens between steps: a line of the log, a sealed checkpoint, a stop at SIGTERM or at the first NaN."""

from __future__ import annotations

import json
import math
import signal
import time
from pathlib import Path
from typing import Any

import torch
from transformers import TrainerCallback

from tasks.training import checkpoints
from tasks.training.files import TrainingError


def memory_gb() -> float:
    """Return the most memory that this process has held: on the GPU where there is one, else of the process."""
    if torch.cuda.is_available():
        return float(torch.cuda.max_memory_allocated()) / 1e9
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e9


class StepLog(TrainerCallback):  # type: ignore[misc]
    """Writes one JSON line per step and per evaluation, and ends the run at the first loss that is no number.

    Args:
        path: the attempt's file; lines are added, each flushed.
        counted: running totals of tokens and label tokens, which the trainer keeps.
        flops: training FLOP of a token; peak: FLOP a second of all devices together, None where not known.
        per_epoch: items of an epoch over items of a step: steps of an epoch.
    """

    def __init__(self, path: Path, counted: Any, flops: float, peak: float | None, per_epoch: float) -> None:
        self.path, self.counted, self.flops, self.peak, self.per_epoch = path, counted, flops, peak, per_epoch
        self.began = time.monotonic()
        self.before = 0

    def on_step_begin(self, _args: Any, _state: Any, _control: Any, **_: Any) -> None:
        """Start the clock of a step."""
        self.began = time.monotonic()
        self.before = self.counted.tokens()

    def on_log(self, _args: Any, state: Any, _control: Any, logs: dict[str, Any] | None = None, **_: Any) -> None:
        """Write what the trainer measured. Raises TrainingError where the loss or the gradient is no number."""
        logs = logs or {}
        for name in ("loss", "grad_norm", "eval_loss"):
            if name in logs and not math.isfinite(logs[name]):
                raise TrainingError(
                    f"{name} is {logs[name]} at step {state.global_step}: training has diverged and stops here. "
                    "Lower train.learning_rate; the checkpoints before it are kept."
                )
        line: dict[str, Any] = {"step": state.global_step, "epoch": state.global_step / self.per_epoch}
        if "loss" in logs:
            line |= {name: float(logs[name]) for name in ("loss", "learning_rate", "grad_norm") if name in logs}
            line |= self._speed(time.monotonic() - self.began)
        elif "eval_loss" in logs:
            line |= {"eval_loss": float(logs["eval_loss"]), "seconds": float(logs.get("eval_runtime", 0.0))}
        else:
            return
        if state.is_world_process_zero:
            with self.path.open("a", encoding="utf-8") as handle:
                handle.write(json.dumps(line) + "\n")

    def _speed(self, seconds: float) -> dict[str, Any]:
        tokens = self.counted.tokens()
        rate = (tokens - self.before) / seconds if seconds > 0 else 0.0
        return {
            "tokens": tokens,
            "label_tokens": self.counted.label_tokens(),
            "seconds": seconds,
            "tokens_per_second": rate,
            "mfu": rate * self.flops / self.peak if self.peak else None,
            "memory_gb": memory_gb(),
        }


class Saver(TrainerCallback):  # type: ignore[misc]
    """Asks for a checkpoint by time and at SIGTERM, seals each, keeps the newest, copies them to a second place.

    All processes agree before each decision: torchrun hands SIGTERM to every one, but not in the same step.
    """

    def __init__(self, job: dict[str, Any], counted: Any) -> None:
        self.job, self.counted = job, counted
        self.settings = job["settings"]
        self.saved_at = time.monotonic()
        self.asked_at = 0.0
        self.save_seconds = 0.0
        self.terminated = self.preempted = False
        signal.signal(signal.SIGTERM, self._terminate)

    def _terminate(self, _number: int, _frame: Any) -> None:
        self.terminated = True

    def _agreed(self, *flags: bool) -> list[bool]:
        """Return for each flag whether any process raised it."""
        if not torch.distributed.is_initialized():
            return list(flags)
        device = "cuda" if torch.distributed.get_backend() == "nccl" else "cpu"
        votes = torch.tensor([int(flag) for flag in flags], device=device)
        torch.distributed.all_reduce(votes, op=torch.distributed.ReduceOp.MAX)
        return [bool(vote) for vote in votes.tolist()]

    def on_step_end(self, _args: Any, _state: Any, control: Any, **_: Any) -> Any:
        """Decide whether this step ends with a checkpoint, and whether it is the last."""
        due = time.monotonic() - self.saved_at > self.settings["save_minutes"] * 60
        late = self.save_seconds > self.settings["notice_seconds"]
        stop, due, late = self._agreed(self.terminated, due, late)
        if stop:
            self.preempted = True
            control.should_training_stop = True
        if (stop and not late) or due:
            control.should_save = True
        if control.should_save:
            self.asked_at = time.monotonic()
        return control

    def on_save(self, args: Any, state: Any, _control: Any, **_: Any) -> None:
        """Seal the checkpoint that was just written; then, and only then, older ones may go."""
        if torch.distributed.is_initialized():
            torch.distributed.barrier()
        # Every process must ask: sums over all of them wait for all.
        totals = {"tokens": self.counted.tokens(), "label_tokens": self.counted.label_tokens()}
        if state.is_world_process_zero:
            folder = Path(args.output_dir) / f"{checkpoints.PREFIX}{state.global_step}"
            checkpoints.seal(folder, {**self.job["facts"], **totals, "step": state.global_step})
            homes = [folder.parent]
            if self.job["mirror"]:
                homes.append(Path(self.job["mirror"]))
                checkpoints.copy_whole(folder, homes[1])
            for home in homes:
                checkpoints.rotate(home, self.settings["keep"])
        self.saved_at = time.monotonic()
        self.save_seconds = self.saved_at - (self.asked_at or self.saved_at)
