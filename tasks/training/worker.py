"""What each training process runs: `python -m tasks.training.worker JOB.json`, alone or one a GPU under torchrun."""

from __future__ import annotations

import importlib.util
import os
import shutil
import signal
import sys
import traceback
from pathlib import Path
from typing import Any

from schemas.errors import PipelineError
from tasks.training import export
from tasks.training.collate import Collate
from tasks.training.files import TrainingError, read_json, write_json
from tasks.training.model import add_lora, build_model, choose_attention, choose_precision, gather_weights
from tasks.training.probe import check_packing, shortest
from tasks.training.process import end_with_parent
from tasks.training.samples import Items, Split, choose_groups

FINISHED, PREEMPTED, FAILED = 0, 33, 1
"""Exit codes: done; stopped from outside with a whole checkpoint, so start again; own fault, so do not."""


def is_first() -> bool:
    """Whether this is the process that writes files."""
    return int(os.environ.get("RANK", "0")) == 0


def prepare(job: dict[str, Any]) -> None:
    """Set threads, determinism, precision and kernels before anything is computed.

    Raises TrainingError where GPUs were counted on and torch cannot use them.
    """
    import torch
    import transformers

    cuda, settings = torch.cuda.is_available(), job["settings"]
    if job["gpus"] and not cuda:
        raise TrainingError(
            f"{job['gpus']} GPUs are here, but torch {torch.__version__} cannot use them: install a build of torch for "
            "this machine's CUDA, or hide the GPUs with CUDA_VISIBLE_DEVICES= to train on the CPU."
        )
    job["attention"] = choose_attention(settings["attention"], cuda)
    job["precision"] = choose_precision(settings["precision"], torch)
    has_liger = cuda and importlib.util.find_spec("liger_kernel") is not None
    job["liger"] = settings["liger"] == "on" or (settings["liger"] == "auto" and has_liger)

    transformers.utils.logging.set_verbosity_error()
    transformers.utils.logging.disable_progress_bar()
    if settings["threads"]:
        torch.set_num_threads(settings["threads"])
    if settings["deterministic"] or not cuda:
        os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
        torch.use_deterministic_algorithms(True, warn_only=cuda)


def device_name() -> str:
    """Return the name of the device that trains."""
    import torch

    return torch.cuda.get_device_name() if torch.cuda.is_available() else f"CPU, {torch.get_num_threads()} threads"


def load_model(job: dict[str, Any], splits: dict[str, Split]) -> Any:
    """Return the base, proven to keep the samples of a row apart. Raises TrainingError where it does not."""
    import torch

    base = Path(job["base"]) if job["base"] else None
    model = build_model(job["config"], base, job["attention"], job["settings"]["seed"])
    if is_first():
        if torch.cuda.is_available():
            model.to("cuda", dtype=torch.bfloat16 if job["attention"] == "flash_attention_2" else None)
        precision = "bf16" if job["attention"] == "flash_attention_2" else "fp32"
        job["probe"] = check_packing(model, shortest(splits["train"]), job["ids"]["pad_token_id"] or 0, precision)
        if precision == "bf16":  # the weights that are trained must not have been rounded
            model = build_model(job["config"], base, job["attention"], job["settings"]["seed"])
    return add_lora(model, job["settings"]) if job["settings"]["method"] == "lora" else model


def train(job: dict[str, Any]) -> dict[str, Any]:
    """Train from the job's checkpoint, or from the base, to the end or to SIGTERM; return the outcome."""
    from tasks.training.trainer import arguments, make_trainer

    folder, settings, plan = Path(job["folder"]), job["settings"], job["plan"]
    splits = {name: Split(folder / "samples" / f"{name}.arrow") for name in ("train", "validation")}
    if is_first():
        export.gate(folder / "tokenizer", splits)
    if plan["devices"] > 1:
        arguments(job)  # joins the processes: only the first then reads the weights
    model = load_model(job, splits)
    groups = choose_groups(folder / "samples", splits["train"], settings)
    items = Items(splits["train"], groups, settings["seed"], plan["items"])
    validation = Items(splits["validation"], None, settings["seed"], len(splits["validation"]))
    collate = Collate(job["context"], job["ids"]["pad_token_id"] or 0)
    trainer, counted = make_trainer(job, model, items, validation if job["evaluates"] else None, collate)
    if job["resume"] and job["resumed_step"] >= plan["steps"]:
        trainer._load_from_checkpoint(job["resume"])  # trained already; only the final folder is missing
    else:
        trainer.train(resume_from_checkpoint=job["resume"])
        if trainer.state.global_step < plan["steps"]:
            return {"outcome": "preempted", "step": trainer.state.global_step}
    save_final(job, trainer, splits)
    return {"outcome": "finished", "step": plan["steps"], "tokens": counted.tokens(), "probe": job.get("probe")}


def save_final(job: dict[str, Any], trainer: Any, splits: dict[str, Split]) -> None:
    """Write the final folder under a temporary name and rename it once the gate has passed."""
    folder = Path(job["folder"])
    building = folder / ".tmp-final"
    model = trainer.accelerator.unwrap_model(trainer.model)
    if job["settings"]["method"] == "lora":
        if is_first():
            shutil.rmtree(building, ignore_errors=True)
            model.save_pretrained(building / "adapter")
        model = model.merge_and_unload()
    weights = gather_weights(model)
    if not is_first():
        return
    if job["settings"]["method"] != "lora":
        shutil.rmtree(building, ignore_errors=True)
    split = "validation" if next(splits["validation"].exact(), None) is not None else "train"
    stops = export.stop_ids(next(splits[split].exact()), job["ids"]["eos_token_id"])
    export.save_weights(model, weights, building, job["precision"], {**job["ids"], "eos_token_id": stops})
    export.finish_folder(building, folder / "tokenizer", folder / "card", splits, job["serving"])
    write_json(folder / "answers.json", export.answers(building, splits, job["answers"]))
    final = folder / "final"
    shutil.rmtree(final, ignore_errors=True)
    building.rename(final)


def main(path: str) -> int:
    """Run a job and return the exit code; the outcome also lies beside the job, since torchrun hides exit codes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C goes to the whole terminal; the parent hands it on
    end_with_parent()
    job = read_json(Path(path))
    outcome_path = Path(job["outcome"])
    try:
        prepare(job)
        outcome = train(job)
    except PipelineError as error:
        outcome = {"outcome": "failed", "message": str(error)}
    except Exception as error:
        traceback.print_exc()
        kind = type(error).__name__
        outcome = {"outcome": "failed", "message": f"{kind}: {error} (the whole story is in {job['console']})"}
    outcome["device"] = device_name()
    if is_first() or outcome["outcome"] == "failed":
        write_json(outcome_path, outcome)
    code = {"finished": FINISHED, "preempted": PREEMPTED}.get(outcome["outcome"], FAILED)
    # Under torchrun any code but 0 makes the other processes die before they are done.
    return 0 if "TORCHELASTIC_RUN_ID" in os.environ and code == PREEMPTED else code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
