"""Runs the commands of one document in one folder, with a finished data root under data/, in this process."""

import contextlib
import importlib
import io
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import typer

from flows.cli import app, commands
from flows.cli.query import Format, answer, open_catalogue
from flows.up_to_date import current_version
from schemas.errors import PipelineError
from tasks.runtime.mend import mended
from tasks.runtime.run_config import make_run_config
from tasks.runtime.run_context import RunContext, held
from tasks.runtime.run_input import run_input
from tasks.runtime.run_log import recorded
from tasks.sources.origins import register_source
from tasks.sources.plan import plan
from tasks.sources.sample import choose_rows
from tasks.store.catalogue import build
from tasks.store.root import root_of
from tests.support import pipeline
from tests.support.document_blocks import HOME

assert commands  # registers the commands
SECONDS = 120
WIDTH = 140
"""Characters of a line, wider than the tables of the documents."""
BIN = Path(sys.executable).parent


def flow_here(source, data, sample, settings, accept=False):
    """Stand in for the flow: the same chain without Prefect, whose start would cost each block a quarter minute."""
    config = make_run_config(settings)
    with recorded(held(root_of(data, sample)), source) as run:
        ranges = plan(source, run.root / ".spool")
        register_source(run.root, ranges, source)
        given = run_input(ranges, sample, accept)
        ranges = choose_rows(ranges, sample) if sample else ranges
        current = current_version(run.root, ranges, config)
        if current is not None:
            return run.unchanged(current)
        context = RunContext(run.root, config, pipeline.Here(), source=given)
        return run.published(mended(run.root, lambda: pipeline.make(context, ranges)))


class Desk:
    """A folder to work in.

    Args:
        folder: is made; its data/ is a copy of `root`, with the shipped raw rows under data/sample.
        root: a finished data root.
        patch: undoes what is put in the flow's place.
    """

    def __init__(self, folder: Path, root: Path, patch: pytest.MonkeyPatch):
        shutil.copytree(root, folder / "data")
        shutil.copytree(HOME / "data" / "sample", folder / "data" / "sample")
        build(folder / "data")
        self.folder = folder
        self.names: dict[str, object] = {"__name__": "__main__"}
        for module in ("run", "preview"):
            patch.setattr(importlib.import_module(f"flows.cli.{module}"), "run_flow", flow_here)
        patch.chdir(folder)
        patch.delenv("SHAREGPT_DATA", raising=False)

    def shell(self, line: str) -> str:
        """Run one command and give its stdout."""
        words = shlex.split(line)
        if words[:1] == ["sharegpt"] and not re.search(r"(^|\s)[|><&]", re.sub(r"\"[^\"]*\"|'[^']*'", "", line)):
            return self.sharegpt(words[1:])
        environment = os.environ | {"PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}"}
        done = subprocess.run(
            ["bash", "-ec", line], env=environment, capture_output=True, text=True, timeout=SECONDS, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def sharegpt(self, words: list[str]) -> str:
        """Run a command of ours in this process."""
        out = io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(io.StringIO()):
            try:
                code = typer.main.get_command(app)(words, standalone_mode=False)
            except SystemExit as end:  # `sharegpt train` ends with its own code
                code = end.code
        assert not code, f"exit code {code}"
        return out.getvalue()

    def sql(self, query: str) -> str:
        """Run one SELECT and give the table that `sharegpt sql` prints."""
        out = io.StringIO()
        with open_catalogue(Path("data")) as connection, contextlib.redirect_stdout(out):
            answer(connection, query, Format.TABLE, Path("data"), WIDTH)
        return out.getvalue()

    def python(self, source: str, name: str) -> None:
        """Run a program; what it defines the document's later programs see."""
        with contextlib.redirect_stdout(io.StringIO()):
            exec(compile(source, name, "exec"), self.names)


def command_lines(body: str, prompts: bool) -> list[str]:
    """Return the commands of a block: one a line, longer where a backslash or an open quote goes on.

    Args:
        body: of the block; a here-document makes it one command.
        prompts: whether only lines after `$ ` are commands (console).
    """
    if "<<" in body:
        return [body]
    found, held, quoted = [], "", False
    for line in body.splitlines():
        if prompts and not held:
            if not line.startswith("$ "):
                continue
            line = line[2:]
        if not quoted:
            line = re.sub(r"(^|\s+)# .*$", "", line)
        held = f"{held}\n{line}" if held else line
        if held.endswith("\\"):
            held = held[:-1].rstrip("\n")
            continue
        try:
            words = shlex.split(held)
        except ValueError:  # an open quote
            quoted = True
            continue
        found += [held] if words else []
        held, quoted = "", False
    assert not held, f"a quote is left open: {held}"
    return found


def parses(line: str) -> None:
    """Raise where a command that is not to be run has an option, setting or target that does not exist."""
    words = shlex.split(line)
    if words[:1] == ["sharegpt"]:
        group = typer.main.get_command(app)
        name, context = words[1], group.make_context("sharegpt", words[1:])
        group.commands[name].make_context(name, words[2:], parent=context)
    if words[:1] == ["make"]:
        targets = [word for word in words[1:] if "=" not in word]
        text = (HOME / "Makefile").read_text(encoding="utf-8")
        missing = [target for target in targets if not re.search(rf"^{target}:", text, re.MULTILINE)]
        if missing:
            raise PipelineError(f"the Makefile has no target {missing}")
