"""`sharegpt export`: the samples as JSON, for trainers that tokenise themselves; some rows for people to label."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import pyarrow.parquet as pq
import typer

from flows.cli import DATA, DataOption, VersionOption, say
from schemas.enums import Split
from schemas.errors import PipelineError
from tasks.store.versions import CURRENT, Published, find_version

ROLES = {"user": "human", "assistant": "gpt", "system": "system"}
COLUMNS = ["sample_id", "messages", "exact_messages", "unlabelled_messages"]


class Target(StrEnum):
    """Who reads the export."""

    FASTCHAT = "fastchat"
    OPENAI = "openai"
    LABELSTUDIO = "labelstudio"
    CSV = "csv"


def export(
    out: Annotated[Path, typer.Argument(metavar="OUT", help="A folder that the files are written into.")],
    to: Annotated[
        Target,
        typer.Option(
            "--to",
            help="fastchat: a JSON array of conversations; openai: JSON lines of messages; labelstudio, csv: rows for "
            "people to label.",
        ),
    ],
    data: DataOption = DATA,
    version: VersionOption = CURRENT,
    rows: Annotated[int, typer.Option(min=1, help="How many rows people label; as many of each reason as kept.")] = 200,
) -> None:
    """Write the samples whose messages give the same tokens again, and say how many were left out.

    For people (labelstudio, csv) write some rows of each fate instead, redacted, with the weight that each has.

    Example: sharegpt export exported --to openai
    """
    found = find_version(data, version)
    if out.is_file():
        raise PipelineError(f"{out} is a file: name a folder, which is made if need be.")
    if to in (Target.LABELSTUDIO, Target.CSV):
        export_for_people(out, to, rows, data.resolve(), found)
        return
    out.mkdir(parents=True, exist_ok=True)
    for split in Split:
        path = out / f"{split}.{'json' if to is Target.FASTCHAT else 'jsonl'}"
        written, left = write_split(sorted((found.path / split).glob("*.parquet")), path, to)
        typer.echo(f"{path}: {written:,} of {written + left:,} samples")
        if left:
            say(
                f"{left:,} samples of {split} are left out: rendered from text, they would not give the same tokens "
                "and labels (cut rounds, answers whose end has no label, words of the template in a message; "
                "for FastChat also system turns and answers without label). The shards hold them all."
            )
    tokens = found.manifest.settings["tokens"]
    say(f"They were cut for template {tokens['template']} and a context of {tokens['context']:,} tokens.")


def export_for_people(out: Path, to: Target, rows: int, root: Path, found: Published) -> None:
    """Write rows for people to label. Raise PipelineError where the stages are no longer the version's."""
    from tasks.report.labelling import choose, write_csv, write_label_studio
    from tasks.store.catalogue import connect
    from tasks.store.made_from import stages_gone

    if stages_gone(root, found.manifest):
        raise PipelineError(
            f"The stages below {root} are not those of version {found.version}: run its source and settings again."
        )
    with connect(root, found.path) as connection:
        chosen = choose(connection, root, rows, found.manifest.settings["privacy"])
    out.mkdir(parents=True, exist_ok=True)
    for path in (write_label_studio if to is Target.LABELSTUDIO else write_csv)(out, chosen):
        typer.echo(str(path))
    say(f"{len(chosen):,} rows. They are raw text of people, redacted as far as patterns go: show them to nobody else.")


def write_split(files: list[Path], path: Path, to: Target) -> tuple[int, int]:
    """Write one split under a temporary name and rename it; give how many samples were written and left out."""
    temporary = path.with_name(f".{path.name}.tmp")
    written = left = 0
    fastchat = to is Target.FASTCHAT
    with removed_on_failure(temporary), temporary.open("w", encoding="utf-8") as handle:
        for row in read_rows(files):
            system = row["messages"][0]["role"] == "system"
            weighted = not fastchat and row["unlabelled_messages"]
            if not (row["exact_messages"] or weighted) or (fastchat and system):
                left += 1
                continue
            line = json.dumps(conversation(row) if fastchat else weights(row), ensure_ascii=False)
            handle.write((",\n" if written else "[\n") + line if fastchat else line + "\n")
            written += 1
        if fastchat:
            handle.write("\n]\n" if written else "[]\n")
    temporary.replace(path)
    return written, left


@contextlib.contextmanager
def removed_on_failure(path: Path) -> Iterator[None]:
    """Remove a file that is not whole where writing it fails."""
    try:
        yield
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def read_rows(files: list[Path]) -> Iterator[dict[str, Any]]:
    """Yield the samples of some shards, a batch at a time."""
    for file in files:
        with pq.ParquetFile(file) as shard:
            for batch in shard.iter_batches(batch_size=1_000, columns=COLUMNS):
                yield from batch.to_pylist()


def weights(row: dict[str, Any]) -> dict[str, Any]:
    """Return a sample as OpenAI's fine-tuning reads it: answers without label have weight 0."""
    for place in row["unlabelled_messages"] or ():
        row["messages"][place]["weight"] = 0
    return {"messages": row["messages"]}


def conversation(row: dict[str, Any]) -> dict[str, Any]:
    """Return a sample in ShareGPT's own form, as FastChat's train.py and LLaMA-Factory read it."""
    turns = [{"from": ROLES[message["role"]], "value": message["content"]} for message in row["messages"]]
    return {"id": row["sample_id"], "conversations": turns}
