"""`sharegpt verify`: proves the current version, or says what is wrong with it."""

from __future__ import annotations

import typer

from flows.cli import DATA, DataOption, VersionOption, say
from schemas.errors import PipelineError
from tasks.store.versions import CURRENT, find_version


def verify(data: DataOption = DATA, version: VersionOption = CURRENT) -> None:
    """Prove a version: hashes, contracts, ledger. A sentence per fault, and exit code 1.

    Example: sharegpt verify --version current
    """
    from tasks.store.made_from import stages_gone
    from tasks.verify import current, faults

    root = data.resolve()
    if version == CURRENT:
        folder, manifest = current(root)
    else:
        found = find_version(root, version)
        folder, manifest = found.path, found.manifest
    wrong = faults(root, folder, manifest)
    alone = stages_gone(root, manifest)
    if alone:
        say(alone)
    for fault in wrong:
        say(f"fault: {fault}")
    if wrong:
        many = "1 fault" if len(wrong) == 1 else f"{len(wrong)} faults"
        raise PipelineError(f"Version {folder.name} has {many}: delete {folder} and run again to remake it.")
    files = len(manifest.files) + len(manifest.beside)
    sizes = f"{manifest.rows:,} samples, {manifest.tokens:,} tokens"
    typer.echo(f"{folder.name}: {files} files, {sizes}: all as written.")
