"""FastChat's four scripts on a raw file, one after the other: wall and CPU seconds and peak memory of each."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import psutil

from benchmarks.pipeline import PERIOD

WORK = Path(__file__).parent / ".work" / "fastchat-run"

# optional_clean imports polyglot, which no longer installs; this is what its Detector does with CLD2.
POLYGLOT = """
import pycld2
from polyglot.detect.base import UnknownLanguage

class Language:
    def __init__(self, code): self.code = code

class Detector:
    def __init__(self, text):
        for effort in (False, True):
            try:
                reliable, _, found = pycld2.detect(text, bestEffort=effort)
            except pycld2.error:
                continue
            if reliable:
                self.language = Language(found[0][1])
                return
        raise UnknownLanguage()
"""


def shim(work: Path) -> Path:
    """Write the stand-in for polyglot; give the folder to put on PYTHONPATH."""
    home = work / "shim" / "polyglot" / "detect"
    home.mkdir(parents=True, exist_ok=True)
    (home.parent / "__init__.py").write_text("", "utf-8")
    (home / "__init__.py").write_text(POLYGLOT, "utf-8")
    (home / "base.py").write_text("class UnknownLanguage(Exception): pass\n", "utf-8")
    (home.parent.parent / "icu.py").write_text("", "utf-8")
    return home.parent.parent


def model_folder(work: Path) -> Path:
    """Lay the packaged vocabulary out as a Hugging Face model folder of LLaMA's slow tokenizer."""
    from tasks.tokens.tokenizer import PACKAGED, find_vocabulary

    home = work / "model"
    home.mkdir(parents=True, exist_ok=True)
    (home / "tokenizer.model").write_bytes(find_vocabulary(PACKAGED).read_bytes())
    config = {"tokenizer_class": "LlamaTokenizer", "legacy": True, "bos_token": "<s>", "eos_token": "</s>"}
    (home / "tokenizer_config.json").write_text(json.dumps({**config, "unk_token": "<unk>"}), "utf-8")
    (home / "config.json").write_text(json.dumps({"model_type": "llama"}), "utf-8")
    return home


def step(name: str, command: list[str], environment: dict[str, str]) -> tuple[float, float, float]:
    """Run one script; print and give its wall seconds, CPU seconds and peak GiB (PSS of its process tree)."""
    before, began = os.times(), time.monotonic()
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    peak = 0

    def weigh() -> None:
        nonlocal peak
        while process.poll() is None:
            try:
                tree = [psutil.Process(process.pid), *psutil.Process(process.pid).children(recursive=True)]
                peak = max(peak, sum(one.memory_full_info().pss for one in tree))
            except psutil.Error:
                pass
            time.sleep(PERIOD)

    watch = threading.Thread(target=weigh, daemon=True)
    watch.start()
    _, told = process.communicate()
    wall, after = time.monotonic() - began, os.times()
    if process.returncode:
        sys.exit(f"{name} failed:\n{told[-2000:]}")
    spent = after.children_user + after.children_system - before.children_user - before.children_system
    print(f"{name:<28}{wall:>8.1f}{spent:>8.1f}{peak / 2**30:>9.2f}", flush=True)
    return wall, spent, peak / 2**30


def run(source: Path, clean: str, split: str, work: Path = WORK) -> tuple[float, float, float]:
    """Run the four scripts, print a line each, and give wall seconds, CPU seconds and peak GiB of all.

    Args:
        source: a JSON array of rows of one shape.
        clean: Python with fschat, markdownify 0.11.6 and pycld2.
        split: Python with fschat, torch and transformers.
        work: a folder for what they write.
    """
    work.mkdir(parents=True, exist_ok=True)
    environment = os.environ | {"PYTHONPATH": str(shim(work)), "HF_HUB_OFFLINE": "1"}
    files = [source, *(work / f"{name}.json" for name in ("clean", "language", "split", "filter"))]
    modules = ("clean_sharegpt", "optional_clean", "split_long_conversation", "filter_wrong_format")
    extra = ([], ["--keep-lang", "en"], ["--model-name-or-path", str(model_folder(work)), "--max-length", "2048"], [])
    print(f"{'FastChat':<28}{'wall s':>8}{'CPU s':>8}{'GiB':>9}")
    spent = []
    for place, (module, more) in enumerate(zip(modules, extra, strict=True)):
        python = split if "split" in module else clean
        files_here = ["--in-file", str(files[place]), "--out-file", str(files[place + 1])]
        spent.append(step(module, [python, "-m", f"fastchat.data.{module}", *files_here, *more], environment))
    walls, cpus, peaks = zip(*spent, strict=True)
    print(f"{'together':<28}{sum(walls):>8.1f}{sum(cpus):>8.1f}{max(peaks):>9.2f}", flush=True)
    return sum(walls), sum(cpus), max(peaks)
