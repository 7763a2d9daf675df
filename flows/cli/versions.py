"""`sharegpt versions`, `use` and `prune`: what is published, which one is current, and what may go."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from flows.cli import DATA, DataOption, public, say
from flows.cli.settings import shown
from flows.cli.table import console, make_table, size

LONGEST_SOURCE = 16
NAMES = ("", "version", "published", "source", "samples", "tokens", "size", "set otherwise")


def versions(data: DataOption = DATA) -> None:
    """List the published versions, newest first; * marks the current one.

    Example: sharegpt versions
    """
    from tasks.report.settings_table import flatten
    from tasks.runtime.remote_root import Place, remote_of
    from tasks.runtime.run_log import ages
    from tasks.store.versions import latest, none_published, published

    current, known, found = latest(data), ages(data), published(data)
    base = {one.version: flatten(one.manifest.settings) for one in found}
    rows: list[list[Any]] = []
    for one in sorted(found, key=lambda one: known[one.version].number if one.version in known else -1, reverse=True):
        line, manifest = known.get(one.version), one.manifest
        own, other = base[one.version], base.get(current or "", {})
        changed = [f"{name}={shown(own[name])}" for name in own if other and own[name] != other.get(name)]
        held = sum(file.bytes for file in manifest.files) + sum(file.bytes for file in manifest.beside)
        source = short_source(line.source) if line else ""
        when = line.started if line else datetime.fromtimestamp(one.path.stat().st_mtime, UTC).isoformat()
        mark, day = "*" if one.version == current else "", when[:16].replace("T", " ")
        counts = (f"{manifest.rows:,}", f"{manifest.tokens:,}", size(held))
        rows.append([mark, one.version, day, source, *counts, ", ".join(changed)])
    url = remote_of(data)
    further = sorted(set(Place(url).versions()) - {one.version for one in found}) if url else []
    if rows:
        console().print(make_table(NAMES, rows))
    if further:
        say(public(f"Also at {url}: {', '.join(further)}; `sharegpt use VERSION` fetches one."))
    if not rows and not further:
        say(public(none_published(data)))


def short_source(source: str) -> str:
    """Return a source as a column holds it: of a long path, its end."""
    return source if len(source) <= LONGEST_SOURCE or "/" not in source else f"…/{source.rpartition('/')[2]}"


def use(
    version: Annotated[str, typer.Argument(help="A version, or how its name begins.")], data: DataOption = DATA
) -> None:
    """Make a published version the current one: latest.json, the catalogue's ledger and shards follow.

    Of a data root at a URL it is fetched if need be, and becomes the current one there too.

    Example: sharegpt use 9fbc
    """
    from tasks.runtime.remote_root import bring, remote_of, share
    from tasks.runtime.run_context import held
    from tasks.store.catalogue import rebuild
    from tasks.store.made_from import stages_gone
    from tasks.store.versions import find_version, point_to

    url = remote_of(data)
    with held(data) as root:
        if url:
            bring(root, url, version)
        found = find_version(root, version)
        point_to(root, found.version)
        rebuild(root)
        share(root)
    typer.echo(f"{found.version} is the current version: {found.manifest.rows:,} samples.")
    if stages_gone(data.resolve(), found.manifest):
        say("The views of stages 01 to 06 still show the newest run; rows, fates and shards show this version.")


def prune(
    keep: Annotated[int, typer.Option(min=1, help="Versions that stay, the current one included.")],
    stages: Annotated[
        bool, typer.Option("--stages", help="Also remove the stages 01 – 06; a run remakes them.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would go.")] = False,
    data: DataOption = DATA,
) -> None:
    """Remove all but the newest versions: never the current one, nor one that a trained model names.

    `shards.keep_versions` does the same after every publication, with its own number.

    Example: sharegpt prune --keep 2 --dry-run
    """
    from tasks.runtime.remote_root import remote_of
    from tasks.runtime.run_context import held
    from tasks.runtime.run_log import surplus_versions
    from tasks.store.hashes import forget_below
    from tasks.store.root import remove_tree, stage_folders
    from tasks.store.versions import latest

    with held(data) as root:
        going = surplus_versions(root, latest(root), keep)
        going += stage_folders(root) if stages else []
        freed = 0
        for path in going:
            taken = sum(file.stat().st_size for file in path.rglob("*") if file.is_file())
            freed += taken
            typer.echo(f"{'would remove' if dry_run else 'removed'} {_shown(path, root)} ({size(taken)})")
            if not dry_run:
                remove_tree(path)
                forget_below(path)
    verb = "would be freed" if dry_run else "freed"
    typer.echo(f"{size(freed)} {verb}." if going else "Nothing to remove.")
    url = remote_of(data)
    if url:
        say(public(f"Only what lies on this machine: what was uploaded to {url} stays."))


def _shown(path: Path, root: Path) -> str:
    return path.relative_to(root).as_posix()
