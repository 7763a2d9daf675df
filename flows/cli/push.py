"""`sharegpt push`: a published version to the Hugging Face hub, private unless asked otherwise."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from flows.cli import DATA, DataOption, VersionOption, say
from flows.cli.messages import voice
from flows.cli.table import size
from tasks.store.versions import CURRENT, find_version


def push(
    repo: Annotated[str, typer.Argument(metavar="REPO", help="owner/name of a dataset on the hub.")],
    data: DataOption = DATA,
    version: VersionOption = CURRENT,
    public: Annotated[bool, typer.Option("--public", help="Let everybody see a new repository; asks once.")] = False,
    ledger: Annotated[bool, typer.Option("--ledger", help="Upload fates, rows and report too.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Scan, and list what would be uploaded.")] = False,
) -> None:
    """Upload shards, card and manifest to the Hugging Face hub; the key comes from HF_TOKEN.

    Example: sharegpt push me/my-conversations --dry-run
    """
    from tasks.push import TERMS, check_repo, chosen_files, secrets
    from tasks.push import push as upload

    check_repo(repo)
    found = find_version(data, version)
    if dry_run:
        files = chosen_files(found, ledger=ledger)
        for path in files.files:
            typer.echo(f"{path.relative_to(files.folder).as_posix()}  {size(path.stat().st_size)}")
        left = sum(1 for _ in secrets(found))
        finds = "no secret" if not left else f"{left:,} {'secret' if left == 1 else 'secrets'}"
        say(f"{len(files.files):,} files, {size(files.bytes)}, for {repo}; {finds} found.")
        return
    if public:
        voice.write("warning", TERMS, {})  # what is asked next is about them, so however quiet
        confirm(f"Publish version {found.version} to {repo} for everybody?")
    typer.echo(upload(found, repo, public=public, ledger=ledger))


def confirm(question: str) -> None:
    """Ask on a line of its own, which a log in JSON can hold. Raise Abort unless the answer is yes."""
    voice.write("question", f"{question} [y/N]", {})
    if sys.stdin.readline().strip().lower() not in ("y", "yes"):
        raise typer.Abort
