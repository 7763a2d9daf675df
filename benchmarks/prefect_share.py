"""What Prefect costs a run, by part: its import, its server, and as many tasks as a run has, all of them empty."""

from __future__ import annotations

import argparse
import os
import time

import psutil

from flows.environment import prepare
from flows.server import start_server
from schemas.settings import Runner

MAPPED = 7
"""Stages that are mapped over parts; the barrier and publishing are one task each."""


class Meter:
    """Wall time, and CPU seconds of this process and of the server, since the last look."""

    def __init__(self, server: psutil.Process | None) -> None:
        self.server = server
        self.last = self.look()

    def look(self) -> tuple[float, float, float]:
        """Return wall, own CPU and the server's CPU seconds since this process began to measure."""
        own, there = os.times(), self.server.cpu_times() if self.server else None
        return time.monotonic(), own.user + own.system, there.user + there.system if there else 0.0

    def print(self, what: str) -> None:
        """Print what a part took."""
        now = self.look()
        wall, own, there = (new - old for new, old in zip(now, self.last, strict=True))
        self.last = now
        print(f"{what:32}{wall:6.2f} s wall {own:6.2f} CPU s here {there:6.2f} CPU s in the server")


def main() -> None:
    """Print each part; a server that PREFECT_API_URL names is used and not measured."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.prefect_share", description=__doc__)
    parser.add_argument("--parts", type=int, default=14, help="14 is 110,000 conversations, 1 an all but empty run")
    parts = parser.parse_args().parts
    prepare(quiet=True)
    server = start_server(Runner())
    meter = Meter(psutil.Process(server.process.pid) if server else None)
    try:
        from prefect import flow, task
        from prefect.cache_policies import NO_CACHE

        meter.print("import prefect")

        @task(cache_policy=NO_CACHE, persist_result=False)
        def nothing(given: object) -> object:
            return given

        @flow(persist_result=False)
        def empty() -> None:
            for _ in range(MAPPED):
                nothing.map(list(range(parts))).result()
            nothing.submit(1).result()
            nothing.submit(2).result()

        if server is not None:
            server.wait()
        meter.print("until the server answers")
        empty()
        meter.print(f"a flow of {MAPPED * parts + 2} empty tasks")
    finally:
        if server is not None:
            server.process.terminate()
            server.process.wait()


if __name__ == "__main__":
    main()
