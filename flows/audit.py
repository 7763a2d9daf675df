"""Runs every saved check over the current version, fails loudly when one does not hold. Deployment audit/sharegpt."""

from __future__ import annotations

from typing import Annotated

from flows.environment import prepare

prepare()

from prefect import flow, get_run_logger  # noqa: E402  # the environment must be set before
from prefect.artifacts import create_markdown_artifact  # noqa: E402
from pydantic import Field  # noqa: E402

from flows.clean import data_root  # noqa: E402
from schemas.errors import PipelineError  # noqa: E402
from tasks.store.made_from import stages_gone  # noqa: E402
from tasks.verify import current, drop_fault, faults  # noqa: E402


@flow(name="audit", persist_result=False)
def audit(data: str | None = None, max_drop_rate: Annotated[float, Field(ge=0.0, le=1.0)] = 0.9) -> str:
    """Check hashes, contracts, ledger, masks, leakage and the share of rows dropped; give the version checked."""
    root = data_root(data).resolve()
    folder, manifest = current(root)
    found = [*faults(root, folder, manifest), *drop_fault(manifest, max_drop_rate)]
    alone = stages_gone(root, manifest)
    if alone:
        get_run_logger().info(alone)
    lines = [
        f"# {folder.name}",
        "",
        *([alone, ""] if alone else []),
        *(f"- {fault}" for fault in found or ["every check holds"]),
    ]
    create_markdown_artifact("\n".join(lines) + "\n", "audit", f"Checks of version {folder.name}")
    for fault in found:
        get_run_logger().error(fault)
    if found:
        raise PipelineError(f"{len(found)} checks of version {folder.name} do not hold: {found[0]}")
    return folder.name
