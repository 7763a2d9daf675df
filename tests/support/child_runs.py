"""Starts real runs in processes of their own, ends them at chosen moments, and looks for what they leave behind."""

import contextlib
import os
import signal
import subprocess
import sys
import time
import uuid
from pathlib import Path

import psutil

HOME = Path(__file__).resolve().parent.parent.parent
CLI = "from flows.cli import main; main()"
# The chain in two worker processes, guarded as the command is, but without Prefect: seconds instead of half a minute.
PLAIN = """
import sys
from pathlib import Path
from tasks.runtime.guard import guard_children
from tasks.runtime.workers import workers
from tests.support.pipeline import run
if __name__ == "__main__":
    guard_children()
    with workers(2) as pool:
        run(Path(sys.argv[1]), Path(sys.argv[2]), range_bytes=8_000, pool=pool)
"""


class Child:
    """A run in a process group of its own; every process that comes of it bears a mark."""

    def __init__(self, env, *arguments, code=CLI):
        self.mark = uuid.uuid4().hex
        # Set for this process by the flows that it imported; a shell has none, and the programs above import tests.
        env = {name: value for name, value in env.items() if name != "PYTHONSAFEPATH"}
        self.process = subprocess.Popen(
            [sys.executable, "-c", code, *map(str, arguments)],
            env=env | {"TEST_MARK": self.mark},
            cwd=HOME,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def wait_for(self, ready, seconds=120):
        """Wait until `ready()`, or the end of the run."""
        limit = time.monotonic() + seconds
        while self.process.poll() is None and not ready():
            assert time.monotonic() < limit, "the run did not come so far"
            time.sleep(0.002)

    def end(self, number, group=False):
        """Send a signal, to the whole process group as a terminal does where `group`; give code, stdout, stderr."""
        with contextlib.suppress(ProcessLookupError):
            (os.killpg if group else os.kill)(self.process.pid, number)
        return self.result()

    def result(self, seconds=120):
        """Return the exit code, stdout and stderr."""
        try:
            out, err = self.process.communicate(timeout=seconds)
        finally:
            if self.process.poll() is None:
                os.killpg(self.process.pid, signal.SIGKILL)
        return self.process.returncode, out, err

    def left(self, seconds=20):
        """List the processes that outlive the run by so many seconds."""
        limit = time.monotonic() + seconds
        while (found := self._marked()) and time.monotonic() < limit:
            time.sleep(0.1)
        return found

    def _marked(self):
        found = []
        for process in psutil.process_iter():
            with contextlib.suppress(psutil.Error, OSError):
                if process.environ().get("TEST_MARK") == self.mark:
                    found.append(process.cmdline())
        return found


def files_in(root):
    """Count the files and folders below a data root, half-written ones included: how far a run has come."""
    count = 0
    for _, folders, files in os.walk(root):
        count += len(folders) + len(files)
    return count


def half_written(root):
    """List what has a temporary name."""
    return sorted(path.name for path in Path(root).rglob(".tmp-*"))
