"""An engine as a child process: started on a port of this machine, waited for, asked, and never left behind."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import IO, Any

import httpx
import psutil

from schemas.settings.serve import Serve
from tasks.runtime.workers import cores
from tasks.serving.engines import Engine, Options, find_engine
from tasks.serving.errors import EngineError, ServingError
from tasks.serving.model import Model

STOPS_WITHIN = 10.0
POLL = 0.1
QUIET = {"HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1", "HF_HUB_DISABLE_TELEMETRY": "1", "DO_NOT_TRACK": "1"}
"""An engine reads what lies here, and tells nobody."""
ENGINE = "engine-"
"""Begins the name of a folder with what one engine needs, followed by the server's process."""
WORDS = 160
"""Characters of an engine's last line that an error repeats."""


class EngineProcess:
    """One engine with one model; use it as a context, which ends it.

    Args:
        model: what it serves.
        settings: which engine, and how.
    """

    def __init__(self, model: Model, settings: Serve) -> None:
        self.model, self.settings = model, settings
        self.engine: Engine = find_engine(settings.engine)
        self.log = model.folder.parent / "serving" / f"{settings.engine}.log"
        self.url = ""
        self._stack = contextlib.ExitStack()
        self._child: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> EngineProcess:
        """Start it; it is not ready yet."""
        with contextlib.ExitStack() as stack:
            place = self.log.parent  # on the disk of the weights: an engine's own file may be as large
            place.mkdir(exist_ok=True)
            clear_leftovers(place)
            made = tempfile.TemporaryDirectory(prefix=f"{ENGINE}{os.getpid()}-", dir=place)
            folder = Path(stack.enter_context(made))
            port, threads = free_port(), self.settings.threads or cores()
            self.url = f"http://127.0.0.1:{port}"
            words = self.engine.command(self.model, folder, port)
            out: IO[bytes] = stack.enter_context(self.log.open("wb"))
            # A session of its own: Ctrl-C in the terminal ends the server, which ends its engines.
            self._child = subprocess.Popen(  # noqa: S603  # words of ours
                [sys.executable, "-P", "-m", "tasks.serving.child", str(os.getpid()), *words],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                env=os.environ | QUIET | {"OMP_NUM_THREADS": str(threads)},
            )
            stack.callback(_stop, self._child)
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def ended(self) -> str | None:
        """Return how it ended, for whoever asks from afar: no path, none of its words; None while it runs."""
        code = self._child.poll() if self._child else None
        if code is None:
            return None
        return f"The engine of {self.model.run} ended {f'by signal {-code}' if code < 0 else f'with exit code {code}'}"

    def died(self) -> str | None:
        """Return the same for the owner, with its last words and where the others are."""
        how = self.ended()
        if how is None:
            return None
        last = [line.strip() for line in self.log.read_text("utf-8", "replace").splitlines() if line.strip()]
        words = f"; its last line: {last[-1][:WORDS]}" if last else ""
        return f"{how}{words} ({self.log} has the rest)."

    def wait_until_ready(self) -> None:
        """Return once it answers over HTTP. Raise ServingError where it ends before, or takes too long."""
        until = time.monotonic() + self.settings.start_seconds
        with httpx.Client(trust_env=False, timeout=5) as client:  # no proxy stands between us and our child
            while time.monotonic() < until:
                sentence = self.died()
                if sentence is not None:
                    raise ServingError(sentence)
                with contextlib.suppress(httpx.HTTPError):
                    if client.get(f"{self.url}/health").status_code == httpx.codes.OK:
                        return
                time.sleep(POLL)
        raise ServingError(
            f"The engine of {self.model.run} was not ready within serve.start_seconds = "
            f"{self.settings.start_seconds:g}: {self.log} has what it said."
        )

    async def generate(
        self, client: httpx.AsyncClient, ids: Sequence[int], options: Options
    ) -> AsyncIterator[list[int]]:
        """Yield the ids of an answer as they come.

        Raises:
            EngineError: the engine refused, or ended in the middle.
        """
        body = self.engine.body(self.model, ids, options)
        try:
            async with client.stream("POST", self.url + self.engine.path, json=body) as answer:
                if answer.status_code != httpx.codes.OK:
                    text = (await answer.aread()).decode("utf-8", "replace")
                    raise EngineError(f"the engine refused ({answer.status_code}): {text[:WORDS]}")
                async for line in answer.aiter_lines():
                    if line.startswith("data: ") and line != "data: [DONE]":
                        chunk: dict[str, Any] = json.loads(line.removeprefix("data: "))
                        yield self.engine.ids(chunk)
        except (httpx.HTTPError, ValueError) as error:
            await asyncio.sleep(POLL)  # so that a death shows
            raise EngineError(self.ended() or f"the engine broke off ({type(error).__name__})") from error


def clear_leftovers(place: Path) -> None:
    """Remove the folders of servers that were killed."""
    for folder in place.glob(f"{ENGINE}*"):
        owner = folder.name.removeprefix(ENGINE).partition("-")[0]
        if owner.isdigit() and not psutil.pid_exists(int(owner)):
            shutil.rmtree(folder, ignore_errors=True)


def free_port() -> int:
    """Return a port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _stop(child: subprocess.Popen[bytes]) -> None:
    """End a child, and whatever of its group outlives it."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGTERM)
    with contextlib.suppress(subprocess.TimeoutExpired):
        child.wait(STOPS_WITHIN)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)
    child.wait()
