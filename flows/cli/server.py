"""`sharegpt server`: whether a Prefect server was kept for later runs; `sharegpt server stop` ends it."""

from __future__ import annotations

import typer

from flows.cli.options import with_voice

server_app = typer.Typer(invoke_without_command=True)


@server_app.callback()
@with_voice
def server(context: typer.Context) -> None:
    """Say which Prefect server `sharegpt run --keep-server MINUTES` left for later runs.

    Example: sharegpt server
    """
    if context.invoked_subcommand is not None:
        return
    from flows.kept_server import kept_server

    found = kept_server()
    if found is None:
        typer.echo("No Prefect server is kept: `sharegpt run --keep-server 10` keeps one.")
        return
    typer.echo(f"{found.url} (process {found.pid}), which ends after {found.minutes} minutes without a run.")


@server_app.command()
@with_voice
def stop() -> None:
    """End the Prefect server that was kept for later runs.

    Example: sharegpt server stop
    """
    from flows.kept_server import stop as stop_server

    found = stop_server()
    typer.echo("No Prefect server is kept." if found is None else f"ended {found.url} (process {found.pid}).")
