"""A finished run's manifest: written last, it says what the model is, what it was made from, and every file's hash."""

from __future__ import annotations

import importlib.metadata
import shutil
from pathlib import Path
from typing import Any

from tasks.training import checkpoints
from tasks.training.files import listed, read_json, write_json

MANIFEST = "manifest.json"
LIBRARIES = ("torch", "transformers", "accelerate", "tokenizers", "safetensors", "peft", "liger-kernel", "flash-attn")
RESULTS = ("tokens", "label_tokens", "first_loss", "last_loss", "best_eval_loss", "last_eval_loss")


def code_and_libraries(code: str) -> dict[str, str]:
    """Return the digest of the code, and the versions of the libraries that train, where they are installed."""
    found = []
    for name in LIBRARIES:
        try:
            found.append(f"{name}=={importlib.metadata.version(name)}")
        except importlib.metadata.PackageNotFoundError:
            continue
    return {"code": code, "libraries": " ".join(found)}


def publish(folder: Path, setup: Any, row: dict[str, Any]) -> dict[str, Any]:
    """Write the manifest of a finished run, remove what only training needed, and return the manifest.

    Args:
        folder: of the run; `final` has passed the gate.
        setup: of the run.
        row: of training_runs.
    """
    about = setup.about
    made_by = checkpoints.folders(folder / "checkpoints")
    facts = read_json(made_by[0] / checkpoints.COMPLETE) if made_by else {}
    manifest = {
        "run": about["run"],
        "version": about["version"],
        "base": about["base"],
        "base_identity": about["base_identity"],
        "licence": about["licence"],
        "preset": about["preset"],
        "method": about["method"],
        "parameters": about["parameters"],
        "settings": about["settings"],
        "plan": about["plan"],
        "data": about["data"],
        "code": facts.get("code"),
        "libraries": facts.get("libraries"),
        "gate": read_json(folder / "final" / "serving.json")["gate"],
        "results": {name: row[name] for name in RESULTS},
        "files": [entry | {"name": f"final/{entry['name']}"} for entry in listed(folder / "final", flush=True)],
    }
    write_json(folder / MANIFEST, manifest)
    for name in ("samples", "tokenizer", "card"):
        shutil.rmtree(folder / name, ignore_errors=True)
    checkpoints.rotate(folder / "checkpoints", 1)
    return manifest


def read_model(folder: Path) -> dict[str, Any] | None:
    """Return a finished run's manifest; None where it is not there, or a file of it is missing or cut."""
    manifest: dict[str, Any] | None = read_json(folder / MANIFEST)
    if manifest is None:
        return None
    whole = all(
        (folder / entry["name"]).is_file() and (folder / entry["name"]).stat().st_size == entry["bytes"]
        for entry in manifest["files"]
    )
    return manifest if whole else None
