"""Runs every saved check over the current version, fails loudly when one does not hold. Deployment audit/sharegpt."""

from __future__ import annotations

from typing import Annotated, Any

from flows.environment import prepare

prepare()

from prefect import flow, get_run_logger  # noqa: E402  # the environment must be set before
from prefect.artifacts import create_markdown_artifact  # noqa: E402
from prefect.runtime import flow_run  # noqa: E402
from prefect.states import Completed  # noqa: E402
from pydantic import Field  # noqa: E402

from flows.artifacts import audit_markdown, failure_markdown  # noqa: E402
from flows.clean import data_root  # noqa: E402
from schemas.errors import PipelineError  # noqa: E402
from schemas.manifest import MAX_DROP_RATE  # noqa: E402
from tasks.privacy.places import redact_sentence  # noqa: E402
from tasks.verify import audited  # noqa: E402


def run_name() -> str:
    """Name a run after the data root that it checks."""
    return f"audit {redact_sentence(str(flow_run.parameters.get('data') or data_root(None)))}"


@flow(name="audit", flow_run_name=run_name, persist_result=False)
def audit(data: str | None = None, max_drop_rate: Annotated[float, Field(ge=0.0, le=1.0)] = MAX_DROP_RATE) -> Any:
    """Check hashes, contracts, ledger, masks, leakage and the share of rows dropped; give the version checked.

    Args:
        data: the data root, a folder or s3://…; SHAREGPT_DATA or ./data where none is given.
        max_drop_rate: largest share of rows that may have been dropped, 0 – 1.
    """
    try:
        done = audited(data_root(data).resolve(), max_drop_rate)
    except PipelineError as error:
        create_markdown_artifact(failure_markdown(error), "audit", "Why nothing was checked")
        raise
    create_markdown_artifact(audit_markdown(done), "audit", f"Checks of version {done.version}")
    if done.alone:
        get_run_logger().info(done.alone)
    if done.faults:
        raise PipelineError(done.sentence())
    return Completed(message=done.sentence(), data=done.version)
