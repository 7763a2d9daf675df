"""Where the tasks run: threads over our own worker processes, or a Dask cluster that is there already."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from prefect import flow

from schemas.settings import Runner
from tasks.runtime.run_context import RunContext


def on_engine(runner: Runner, work: Callable[[], Any]) -> Any:
    """Submit the tasks of `work` where the settings say: here, or from a subflow of this run to the cluster."""
    if runner.kind == "local":
        return work()
    from prefect_dask.task_runners import DaskTaskRunner

    outside: Any = DaskTaskRunner(address=runner.address)
    return flow(name="clean on dask", task_runner=outside, persist_result=False)(work)()


@contextmanager
def spread_out(context: RunContext) -> Iterator[RunContext]:
    """Let a task in a worker of the cluster spread its jobs over the other workers; elsewhere change nothing."""
    if context.pool is not None:
        yield context
        return
    from distributed import worker_client

    with worker_client() as client:
        yield RunContext(context.root, context.config, client.get_executor(), source=context.source)
