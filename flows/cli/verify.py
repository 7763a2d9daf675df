"""`sharegpt verify`: proves the current version, or says what is wrong with it."""

from __future__ import annotations

import typer

from flows.cli import DATA, DataOption, VersionOption, say
from schemas.errors import PipelineError
from tasks.store.versions import CURRENT


def verify(data: DataOption = DATA, version: VersionOption = CURRENT) -> None:
    """Prove a version: hashes, contracts, ledger. A sentence per fault, and exit code 1."""
    from tasks.verify import current, faults, named

    root = data.resolve()
    folder, manifest = current(root) if version == CURRENT else named(root, version)
    found = faults(root, folder, manifest)
    for fault in found:
        say(f"fault: {fault}")
    if found:
        many = "1 fault" if len(found) == 1 else f"{len(found)} faults"
        raise PipelineError(f"Version {folder.name} has {many}: delete {folder} and run again to remake it.")
    files = len(manifest.files) + len(manifest.beside)
    sizes = f"{manifest.rows:,} samples, {manifest.tokens:,} tokens"
    typer.echo(f"{folder.name}: {files} files, {sizes}: all as written.")
