"""`sharegpt run`: the flow in this process, with a live display, and the funnel at the end."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows.cli import DATA, DataOption, say
from flows.cli.options import (
    AcceptOption,
    ConfigOption,
    ContextOption,
    KeepServerOption,
    NoConfigOption,
    ProfileOption,
    SetsOption,
    SourceArgument,
    TokenizerOption,
    WorkersOption,
    load_config,
    parse_sets,
)
from flows.cli.run_flow import run_flow
from flows.cli.table import console, make_table
from schemas.enums import Split
from schemas.errors import SettingsError
from schemas.manifest import FunnelRow
from schemas.settings import Settings, Tokens
from schemas.shipped import with_shipped
from tasks.runtime.config_file import ConfigFile, make_settings, over

if TYPE_CHECKING:
    from tasks.sources.ranges import Range
    from tasks.store.versions import Published

RAW = Path("data/raw")
FUNNEL = ("stage", "conversations", "dropped", "turns", "dropped", "tokens")


def chosen_settings(
    sets: list[str],
    tokenizer: str | None,
    context: int | None,
    workers: int | None,
    file: ConfigFile | None = None,
    keep_server: int | None = None,
) -> Settings:
    """Return all settings: the command line's words over those of the configuration file.

    Raises:
        SettingsError: two words disagree, or a value is out of its bounds.
    """
    fields = parse_sets(sets)
    short = {("tokens", "tokenizer"): tokenizer, ("tokens", "context"): context, ("runner", "workers"): workers}
    short |= {("runner", "keep_server"): keep_server}
    for (section, field), value in short.items():
        if value is not None and fields.setdefault(section, {}).setdefault(field, value) != value:
            raise SettingsError(
                f"--{field.replace('_', '-')} {value} and --set {section}.{field}={fields[section][field]} disagree."
            )
    return make_settings(over(fields, file.fields if file else {}))


def nothing_to_do(source: list[str], data: Path, sample: int | None, settings: Settings) -> Published | None:
    """Return the current version if this run would change nothing, which takes no Prefect.

    Raises PipelineError where a small source cannot be read.
    """
    from flows.beforehand import check_settings
    from flows.planning import check_apart, quick_plan
    from tasks.runtime.run_context import held
    from tasks.store.root import root_of
    from tasks.store.versions import latest

    check_apart(source, root_of(data, sample))
    with held(root_of(data, sample)) as path:
        if not latest(path):
            check_settings(settings)  # before anything of the source is unpacked here
        ranges = quick_plan(source, path, settings.input)
        # Where nothing was ever published there is work to do: Prefect need not wait until all stages are imported.
        return unchanged(path, ranges, sample, settings) if ranges is not None and latest(path) else None


def unchanged(root: Path, ranges: list[Range], sample: int | None, settings: Settings) -> Published | None:
    """Return the current version if it is what a run of these ranges would make."""
    from flows.up_to_date import current_version
    from tasks.runtime.run_config import make_run_config
    from tasks.runtime.run_log import write_anew
    from tasks.sources.sample import choose_rows

    chosen = choose_rows(ranges, sample) if sample else ranges
    found = current_version(root, chosen, make_run_config(settings))
    if found is not None:
        write_anew(root)
    return found


def run(
    source: SourceArgument = None,
    data: DataOption = DATA,
    tokenizer: TokenizerOption = None,
    context: ContextOption = None,
    sample: Annotated[int | None, typer.Option(min=1, help="Only so many rows, written under <data>/preview.")] = None,
    sets: SetsOption = None,
    workers: WorkersOption = None,
    keep_server: KeepServerOption = None,
    config: ConfigOption = None,
    no_config: NoConfigOption = False,
    profile: ProfileOption = None,
    accept: AcceptOption = False,
) -> None:
    """Make shards of raw ShareGPT rows; what is done already is not done again.

    Example: sharegpt run data/raw --tokenizer lmsys/vicuna-7b-v1.5
    """
    file = load_config(data, config, no_config, profile)
    given = with_shipped(source or list(file.sources) or [str(RAW)])
    settings = chosen_settings(sets or [], tokenizer, context, workers, file, keep_server)
    done = nothing_to_do(given, data, sample, settings)
    if done is None:
        done = run_flow(given, data, sample, settings, accept=accept)
    elif not sample:
        from tasks.runtime.remote_root import share  # knows what redacts, which other commands do not load

        share(data)
    conclude(done, settings.tokens)


def funnel_rows(funnel: Sequence[FunnelRow]) -> list[tuple[str, ...]]:
    """Return the funnel as FUNNEL names it: what the source holds, then what each stage kept and dropped."""
    first = funnel[0]
    lines: list[tuple[str | int | None, ...]] = [
        ("source", first.conversations_in, None, first.turns_in, None, None),
        *(
            (
                row.stage,
                row.conversations_kept,
                row.conversations_dropped,
                row.turns_kept,
                row.turns_dropped,
                row.tokens,
            )
            for row in funnel
        ),
    ]
    return [tuple(f"{value:,}" if isinstance(value, int) else value or "" for value in line) for line in lines]


def conclude(done: Published, tokens: Tokens) -> None:
    """Print the funnel, the tokenizer and the paths: the result, to stdout."""
    out = console()
    manifest = done.manifest
    out.print(make_table(FUNNEL, funnel_rows(manifest.funnel)))
    out.print()
    if not done.fresh:
        typer.echo(f"unchanged: version {done.version} was made from this input, these settings and this code.")
    if done.note:
        say(f"note: {done.note}")
    typer.echo(f"{manifest.rows:,} samples, {manifest.tokens:,} tokens, {manifest.label_tokens:,} with loss")
    held, of = manifest.of_split(Split.VALIDATION)
    typer.echo(f"{held:,} of the samples are for validation, {of:,} tokens ({of / max(1, manifest.tokens):.2%})")
    packing = manifest.packing
    if packing.packs:
        bound = f"no packing needs fewer than {packing.lower_bound:,}"
        packs = "1 pack" if packing.packs == 1 else f"{packing.packs:,} packs"
        typer.echo(f"{packs} of {tokens.context:,}, {packing.fill:.2%} full ({bound})")
    typer.echo(f"tokenizer {tokens.tokenizer}, template {tokens.template}, context {tokens.context:,}: ", nl=False)
    typer.echo("the shards fit only models that use this tokenizer.")
    if done.fresh:
        from flows.cli.inputs import input_lines  # knows the charsets, which other commands do not load

        for line in input_lines(done.path.parent.parent):
            typer.echo(f"input     {line}")
    typer.echo(f"shards    {done.path}")
    typer.echo(f"report    {done.path / 'report.html'}")
    from tasks.runtime.remote_root import remote_of

    root = done.path.parent.parent
    url = remote_of(root)
    if url:
        typer.echo(f"uploaded  {url}")
    where = "" if root.resolve() == DATA.resolve() else f" --data {url or root}"
    typer.echo(f'catalogue {root / "catalogue.duckdb"}  (sharegpt sql "FROM rejections"{where})')
