"""`sharegpt deploy` and `sharegpt serve`: the deployments of prefect.yaml, for a work pool or in this process."""

from __future__ import annotations

import typer

from flows.cli import say


def deploy() -> None:
    """Deploy the flows to the work pool `sharegpt`, from any folder: its runs then work in this folder.

    Example: PREFECT_API_URL=http://127.0.0.1:4200/api sharegpt deploy
    """
    from flows.deployments import deploy_all

    for name in deploy_all():
        typer.echo(f"deployed {name}")
    say("Runs wait for a worker until you start one: prefect worker start --pool sharegpt")


def serve() -> None:
    """Serve the deployments from this process with their schedules; starts Prefect's server where none answers.

    Example: sharegpt serve
    """
    from flows.deployments import only_one, serve_all

    with only_one():
        serve_all()
