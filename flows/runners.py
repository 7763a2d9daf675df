"""Where the tasks run: threads over our own worker processes, or a Dask cluster that is there already."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from prefect import flow
from prefect.settings import PREFECT_API_URL

from schemas.errors import SettingsError
from schemas.settings import Runner
from tasks.runtime.run_context import RunContext


def check(runner: Runner) -> None:
    """Refuse a cluster that cannot work. Raises SettingsError with the mend."""
    if runner.kind == "local":
        return
    if not runner.address:
        raise SettingsError("runner.kind=dask needs runner.address, such as tcp://scheduler:8786.")
    if not PREFECT_API_URL.value():
        # With no server to talk to, every worker of the cluster would start a temporary one of its own.
        raise SettingsError(
            "runner.kind=dask needs a Prefect server that the cluster reaches: start one with "
            "`prefect server start --host 0.0.0.0` and set PREFECT_API_URL here and on the workers."
        )
    try:
        import prefect_dask  # noqa: F401  # only whether it is there
    except ImportError as error:
        raise SettingsError("runner.kind=dask needs the extra: pip install 'sharegpt-clean[dask]'.") from error


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
        yield RunContext(context.root, context.config, client.get_executor())
