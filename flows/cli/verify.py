"""`sharegpt verify`: proves the current version, says what is wrong with it, or makes it whole again."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from flows.cli import DATA, DataOption, VersionOption, say
from flows.cli.messages import voice
from schemas.errors import PipelineError, SourceError
from schemas.manifest import Manifest
from schemas.settings import Settings
from tasks.store.versions import CURRENT


def verify(
    data: DataOption = DATA,
    version: VersionOption = CURRENT,
    repair: Annotated[
        bool, typer.Option("--repair", help="Make damaged files anew, from the source as it was.")
    ] = False,
) -> None:
    """Prove a version: hashes, contracts, ledger. A sentence per fault, and exit code 1.

    Example: sharegpt verify --repair
    """
    from tasks.verify import check_version, chosen

    root = data.resolve()
    if repair and version == CURRENT:
        name_current_again(root)
    folder, manifest = chosen(root, version)
    done = check_version(root, folder, manifest)
    found = tell(done.faults, "fault")
    if done.alone:
        say(done.alone)
    if found and repair:
        make_whole(root, folder, manifest)
        found = tell(check_version(root, folder, manifest).faults, "fault that is left")
    if found:
        many = "1 fault" if len(found) == 1 else f"{len(found)} faults"
        mend = "`sharegpt run` with its source and settings" if repair else "`sharegpt verify --repair`"
        raise PipelineError(f"Version {folder.name} has {many}: {mend} makes what is damaged anew.")
    files = len(manifest.files) + len(manifest.beside)
    sizes = f"{manifest.rows:,} samples, {manifest.tokens:,} tokens"
    typer.echo(f"{folder.name}: {files} files, {sizes}: all as written.")


def tell(found: list[str], what: str) -> list[str]:
    """Write a line a fault to stderr, however quiet; return the faults."""
    for fault in found:
        voice.write("error", f"{what}: {fault}", {"fault": fault})
    return found


def name_current_again(root: Path) -> None:
    """Write latest.json anew where it is damaged and it is known what it said."""
    from tasks.runtime.run_context import held
    from tasks.store.versions import name_latest_again, versions_folder

    if versions_folder(root).is_dir():
        with held(root):
            name_latest_again(root)


def make_whole(root: Path, folder: Path, manifest: Manifest) -> None:
    """Make the damaged files of the current version anew, each to the same bytes. Raise PipelineError with the mend."""
    from flows.cli.run_flow import run_flow
    from tasks.runtime.mend import mark_damaged
    from tasks.runtime.run_context import held
    from tasks.store.hashes import changed_files
    from tasks.store.root import PREVIEW
    from tasks.store.versions import latest

    if latest(root) != folder.name:
        raise PipelineError(
            f"{folder.name} is not the current version: `sharegpt use {folder.name}` first, then verify --repair."
        )
    settings = settings_of(manifest)
    with held(root):
        source = same_source(root, manifest, settings)
        mark_damaged(root, [path for path, _ in changed_files(root, read=True)])
    data = root.parent if manifest.sample and root.name == PREVIEW else root
    done = run_flow(source, data, manifest.sample, settings)
    if done.version != folder.name:
        raise PipelineError(f"Version {done.version} came out instead of {folder.name}: the stages were another run's.")


def same_source(root: Path, manifest: Manifest, settings: Settings) -> list[str]:
    """Return the source of a version. Raise SourceError unless its files are, byte for byte, what they were."""
    from tasks.runtime.run_input import run_input
    from tasks.sources.origins import known_names, last_source
    from tasks.sources.plan import plan
    from tasks.sources.plan_cache import PLAN, SPOOL

    source = last_source(root)
    (root / SPOOL / PLAN).unlink(missing_ok=True)  # the files are read, whatever their times say
    now = run_input(plan(source, root / SPOOL, known=known_names(root), reading=settings.input)).files
    names = sorted(name for name in now.keys() | manifest.sources.keys() if now.get(name) != manifest.sources.get(name))
    if names:
        raise SourceError(
            f"The source is not what it was ({names[0]} was added, changed or removed), so nothing can be repaired "
            "from it: bring it back as it was, or run `sharegpt run`, which makes a new version."
        )
    return source


def settings_of(manifest: Manifest) -> Settings:
    """Return the settings that a version was made with. Raise PipelineError where today's code or files differ."""
    from tasks.publish import digests_of
    from tasks.runtime.config_file import make_settings
    from tasks.runtime.run_config import make_run_config

    settings = make_settings(manifest.settings)
    now = digests_of(make_run_config(settings))
    if now.code != manifest.digests.code:
        raise PipelineError(
            f"Version {manifest.version} was made by another release of this code, which would make other bytes: "
            "`sharegpt run` makes a new version."
        )
    if now != manifest.digests:
        raise PipelineError(
            f"Version {manifest.version} was made with a privacy.salt, or with tokenizer, template or benchmark files, "
            "that are not those of today: run `sharegpt run` as it was run before, which repairs too."
        )
    return settings
