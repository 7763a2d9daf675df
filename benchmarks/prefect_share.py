"""What Prefect costs a run: its import, its temporary server, and as many tasks as a run has, all of them empty."""

from __future__ import annotations

import argparse
import os
import time

from flows.environment import prepare
from flows.server import temporary_server
from schemas.settings import Runner

MAPPED = 7
"""Stages that are mapped over parts; the barrier and publishing are one task each."""


def main() -> None:
    """Print seconds and CPU seconds, the server's included."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.prefect_share", description=__doc__)
    parser.add_argument("--parts", type=int, default=14, help="14 is 110,000 conversations")
    parts = parser.parse_args().parts
    before, began = os.times(), time.monotonic()
    prepare(quiet=True)
    with temporary_server(Runner()) as server:
        from prefect import flow, task
        from prefect.cache_policies import NO_CACHE

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
        up = time.monotonic() - began
        empty()
        wall = time.monotonic() - began
    after = os.times()
    own = after.user + after.system - before.user - before.system
    servers = after.children_user + after.children_system - before.children_user - before.children_system
    print(
        f"{MAPPED * parts + 2} empty tasks: {own:.1f} CPU s in the flow's process, {servers:.1f} in the server; "
        f"{wall:.1f} s, {up:.1f} of them until the server was up"
    )


if __name__ == "__main__":
    main()
