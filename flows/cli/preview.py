"""`sharegpt preview`: a dry run on some rows, what the whole would cost, and three conversations traced."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Any

import typer

from flows.cli import DATA, DataOption, say
from flows.cli.options import (
    AcceptOption,
    ConfigOption,
    ContextOption,
    NoConfigOption,
    ProfileOption,
    SetsOption,
    SourceArgument,
    TokenizerOption,
    WorkersOption,
    load_config,
)
from flows.cli.query import open_catalogue
from flows.cli.run import RAW, chosen_settings, conclude, nothing_to_do
from flows.cli.run_flow import run_flow
from flows.cli.table import console, make_table, size
from flows.cli.trace_stages import show
from schemas.settings import Settings
from schemas.shipped import with_shipped

ROWS = 50

# One that is kept and was changed, one that was dropped for its words, one that was dropped at all.
# A row that goes on with another is shown with that.
TRACED = """
    WITH own AS (FROM rows WHERE detail IS NULL OR NOT starts_with(detail, 'joined into '))
    (SELECT row_id FROM own WHERE fate = 'sample' ORDER BY row_id NOT IN (SELECT row_id FROM repairs), row_id LIMIT 1)
    UNION ALL
    (SELECT row_id FROM own WHERE fate = 'dropped' ORDER BY stage <> 'quality_filtered', row_id LIMIT 1)
    UNION ALL
    (SELECT row_id FROM own ORDER BY fate, stage DESC, row_id LIMIT 2)
"""
TRACES = 3


def preview(
    source: SourceArgument = None,
    data: DataOption = DATA,
    tokenizer: TokenizerOption = None,
    context: ContextOption = None,
    sample: Annotated[int, typer.Option(min=1, help="How many rows; the same ones every time.")] = ROWS,
    sets: SetsOption = None,
    workers: WorkersOption = None,
    config: ConfigOption = None,
    no_config: NoConfigOption = False,
    profile: ProfileOption = None,
    accept: AcceptOption = False,
) -> None:
    """Try some rows under <data>/preview: what the whole would cost, the funnel, three conversations traced.

    Example: sharegpt preview data/raw --sample 100
    """
    from tasks.store.root import PREVIEW

    file = load_config(data, config, no_config, profile)
    given = with_shipped(source or list(file.sources) or [str(RAW)])
    settings = chosen_settings(sets or [], tokenizer, context, workers, file)
    done = nothing_to_do(given, data, sample, settings)
    if done is None:
        done = run_flow(given, data, sample, settings, accept=accept)
    say("timing the stages on the sample …")
    print_estimate(estimate_whole(given, data / PREVIEW, done, settings))
    typer.echo()
    conclude(done, settings.tokens)
    trace_some(data / PREVIEW)


def trace_some(root: Path) -> None:
    """Trace three conversations that tell most."""
    with open_catalogue(root) as connection:
        found = [row_id for (row_id,) in connection.execute(TRACED).fetchall()]
        for row_id in list(dict.fromkeys(found))[:TRACES]:
            show(connection, console(), row_id)


def estimate_whole(source: list[str], root: Path, done: Any, settings: Settings) -> Any:
    """Estimate what the whole source would cost."""
    from flows.estimate import estimate
    from tasks.runtime.run_config import make_run_config
    from tasks.sources.plan import plan

    workers = settings.runner.workers or os.cpu_count() or 1
    level = settings.shards.compression_level
    rows = sum(range_.rows for range_ in plan(source, root.resolve() / ".spool"))
    return estimate(root.resolve(), done.path, make_run_config(settings), rows, workers, level)


def print_estimate(found: Any) -> None:
    """Print the estimate."""
    out = console()
    lines = [[view, f"{microseconds:,.0f}"] for view, microseconds in found.microseconds.items()]
    out.print(make_table(("stage", "µs of work a row"), lines, title="measured on the sample, warm"))
    out.print()
    minutes, seconds = divmod(int(found.seconds), 60)
    whole = [
        ["rows", f"{found.rows:,} (the sample is {found.share:.2%})"],
        ["time", f"about {minutes} min {seconds:02d} s with {found.workers} processes"],
        ["memory", f"about {found.memory / 1e9:.1f} GB"],
        ["stages on disk", f"about {size(found.stages)}"],
        ["shards on disk", f"about {size(found.shards)}"],
    ]
    out.print(make_table(("the whole", ""), whole))
