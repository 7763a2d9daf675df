"""`sharegpt run`: the flow in this process, with a live display, and the funnel at the end."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from flows.cli import DATA, DataOption, say
from flows.cli.options import make_settings, parse_sets
from flows.cli.server import temporary_server
from flows.cli.stop import stoppable
from flows.cli.table import console, make_table
from flows.environment import prepare
from schemas.errors import PipelineError, SettingsError
from schemas.settings import Section, Tokens

RAW = Path("data/raw")


def chosen_settings(
    sets: list[str], tokenizer: str | None, context: int | None, workers: int | None
) -> dict[str, Section]:
    """Return all settings from the command line's words. Raises SettingsError where two words disagree."""
    fields = parse_sets(sets)
    short = {("tokens", "tokenizer"): tokenizer, ("tokens", "context"): context, ("runner", "workers"): workers}
    for (section, field), value in short.items():
        if value is not None and fields.setdefault(section, {}).setdefault(field, value) != value:
            raise SettingsError(f"--{field} {value} and --set {section}.{field}={fields[section][field]} disagree.")
    return make_settings(fields)


def nothing_to_do(source: list[str], data: Path, sample: int | None, settings: dict[str, Section]) -> Any:
    """Return the current version if this run would change nothing: told without Prefect, in a second or two."""
    from flows.up_to_date import up_to_date
    from tasks.runtime.run_config import make_run_config
    from tasks.runtime.run_context import held
    from tasks.runtime.run_log import root_of

    config = make_run_config(*settings.values())
    with held(root_of(data, sample)) as path:
        return up_to_date(source, path, sample, config)


def run(
    source: Annotated[list[str] | None, typer.Argument(help="Files, folders, globs or URLs; data/raw if none.")] = None,
    data: DataOption = DATA,
    tokenizer: Annotated[str | None, typer.Option(help="tokenizer.json, SentencePiece .model, or hub id.")] = None,
    context: Annotated[int | None, typer.Option(help="Most tokens of a sample.")] = None,
    sample: Annotated[int | None, typer.Option(min=1, help="Only so many rows, written under <data>/preview.")] = None,
    sets: Annotated[list[str] | None, typer.Option("--set", metavar="SECTION.FIELD=VALUE", help="Any setting.")] = None,
    workers: Annotated[int | None, typer.Option(min=1, help="Processes; one per core if not given.")] = None,
) -> None:
    """Make shards of raw ShareGPT rows; what is done already is not done again."""
    given = source or [str(RAW)]
    settings = chosen_settings(sets or [], tokenizer, context, workers)
    done = nothing_to_do(given, data, sample, settings)
    if done is None:
        done = run_flow(given, data, sample, settings)
    conclude(done, settings["tokens"])


def run_flow(
    source: list[str], data: Path, sample: int | None, settings: dict[str, Section], listeners: Sequence[Any] = ()
) -> Any:
    """Run the flow in this process, guarded, displayed, and told to listeners. Raises what the flow raises."""
    from tasks.runtime.guard import guarded

    prepare(quiet=True)
    say("starting Prefect …")
    with guarded(), temporary_server(settings["runner"]) as server, lent_workers(settings) as steps:
        from prefect import tags

        from flows.clean import clean
        from flows.cli.progress import Progress

        with tags("sharegpt"), Progress() as progress:
            if server is not None:
                plan_ahead(steps, source, data, sample)
                server.wait()
            steps.listeners += [progress, *listeners]
            try:
                flow: Any = clean
                named = {"source": source, "data": str(data), "sample": sample, **settings}
                # The state, and not the result: Prefect then logs no traceback of a failure that we tell in a sentence.
                return stoppable(lambda: flow(**named, return_state=True).result())
            finally:
                steps.listeners.clear()


def plan_ahead(steps: Any, source: list[str], data: Path, sample: int | None) -> None:
    """Read the input while the server comes up: the flow's own plan then finds each file known."""
    from tasks.runtime.run_context import held
    from tasks.runtime.run_log import root_of

    with held(root_of(data, sample)) as root:
        steps.planned(source, root, sample, *steps.lent)


@contextmanager
def lent_workers(settings: dict[str, Section]) -> Iterator[Any]:
    """Start the flow's worker processes while Prefect is imported and its server comes up; give the flow's steps."""
    from flows.warm import warm
    from tasks.runtime.workers import cores, workers

    runner: Any = settings["runner"]
    tokens: Any = settings["tokens"]
    count = (runner.workers or cores()) if runner.kind == "local" else 0
    with workers(runner.workers) as pool:  # none starts without work
        for _ in range(count):
            pool.submit(warm, tokens.tokenizer, tokens.template)
        from flows import steps

        steps.lent += [pool] if count else []
        try:
            yield steps
        finally:
            steps.lent.clear()


def conclude(done: Any, tokens: Section) -> None:
    """Print the funnel, the tokenizer and the paths: the result, to stdout."""
    if not isinstance(tokens, Tokens):
        raise PipelineError("The settings hold no tokens section.")
    out = console()
    funnel = done.manifest["funnel"]
    rows = [[f"{value:,}" if isinstance(value, int) else value for value in line.values()] for line in funnel]
    out.print(make_table(list(funnel[0]), rows))
    out.print()
    manifest = done.manifest
    if not done.fresh:
        typer.echo(f"unchanged: version {done.version} was made from this input, these settings and this code.")
    if not manifest["rows"]:
        say("warning: no row survived, so there are no shards; `rejections` says why.")
    typer.echo(f"{manifest['rows']:,} samples, {manifest['tokens']:,} tokens, {manifest['label_tokens']:,} with loss")
    packing = manifest["packing"]
    if packing["packs"]:
        bound = f"no packing needs fewer than {packing['lower_bound']:,}"
        typer.echo(f"{packing['packs']:,} packs of {tokens.context:,}, {packing['fill']:.2%} full ({bound})")
    typer.echo(f"tokenizer {tokens.tokenizer}, template {tokens.template}, context {tokens.context:,}: ", nl=False)
    typer.echo("the shards fit only models that use this tokenizer.")
    typer.echo(f"shards    {done.path}")
    typer.echo(f"report    {done.path / 'report.html'}")
    typer.echo(f'catalogue {done.path.parent.parent / "catalogue.duckdb"}  (sharegpt sql "FROM rejections")')
