"""`sharegpt verify`: proves the current version, or says what is wrong with it."""

from __future__ import annotations

import typer

from flows.cli import DATA, DataOption, say
from schemas.errors import PipelineError


def verify(data: DataOption = DATA) -> None:
    """Prove the current version: hashes, contracts, ledger. A sentence per fault, and exit code 1."""
    from tasks.verify import current, faults

    root = data.resolve()
    folder, manifest = current(root)
    found = faults(root, folder, manifest)
    for fault in found:
        say(f"fault: {fault}")
    if found:
        many = "1 fault" if len(found) == 1 else f"{len(found)} faults"
        raise PipelineError(f"Version {folder.name} has {many}: delete {folder} and run again to remake it.")
    files = len(manifest.files) + len(manifest.beside)
    sizes = f"{manifest.rows:,} samples, {manifest.tokens:,} tokens"
    typer.echo(f"{folder.name}: {files} files, {sizes}: all as written.")
