"""CPU seconds of taking scars and page text back, as a share of a whole run over the same rows."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from unittest import mock

from benchmarks.published.rows import read_rows, table
from schemas.settings import Input, Markdown
from tasks.convert import convert
from tests.support.pipeline import run

ROUNDS = 5


def show(corpus: Path) -> None:
    """Print CPU seconds of conversion with and without, in turn, and of a whole run in one process."""
    source = corpus / "sharegpt_v3_cleaned.json"
    rows = table(read_rows(source))
    best = dict.fromkeys(("with", "without"), 1e9)
    for _ in range(ROUNDS):
        best["with"] = min(best["with"], _seconds(lambda: convert(rows, Markdown(), Input())))
        with (
            mock.patch("tasks.convert.fastchat_evidence", lambda raw, _: [None] * (len(raw.ends) - 1)),
            mock.patch("tasks.conversations.raw.MAY_END_IN_PAGE_TEXT", {"user": "^$^", "assistant": "^$^"}),
        ):
            best["without"] = min(best["without"], _seconds(lambda: convert(rows, Markdown(), Input())))
    with tempfile.TemporaryDirectory() as folder:
        whole = _seconds(lambda: run(source, Path(folder), "language.keep=all"))
    more = best["with"] - best["without"]
    print(f"Cost, {rows.num_rows:,} rows: conversion {best['without']:.2f} CPU s, {best['with']:.2f} with it")
    print(f"a whole run in one process {whole:.2f} CPU s: {100 * more / whole:.1f} %\n")


def _seconds(work: Callable[[], object]) -> float:
    """Return the CPU seconds that some work takes in this process."""
    began = time.process_time()
    work()
    return time.process_time() - began
