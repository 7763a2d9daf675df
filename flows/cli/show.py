"""`sharegpt show`: the tokens of one published sample, coloured by label."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import numpy as np
import pyarrow.dataset as ds
import typer
from rich.text import Text

from flows.cli import DATA, DataOption, VersionOption
from flows.cli.options import parse_name
from flows.cli.table import console, shown
from schemas.enums import Split
from schemas.errors import PipelineError
from tasks.privacy.visible import visible
from tasks.store.versions import CURRENT, find_version
from tasks.tokens.shards import IGNORED
from tasks.tokens.token_bytes import SPECIAL
from tasks.tokens.tokenizer import Tokenizer, load_tokenizer

FACTS = ("row_id", "chunk", "chunks", "turn_start", "turn_end", "n_tokens", "n_label_tokens", "exact_messages")
OPEN, CLOSE = "⟦", "⟧"
MOST_NEAR = 5
"""Samples of a conversation that are named at most."""


def show(
    sample_id: Annotated[
        str, typer.Argument(metavar="SAMPLE_ID", parser=parse_name, help="As in the view shards, for instance abc#0.")
    ],
    data: DataOption = DATA,
    version: VersionOption = CURRENT,
) -> None:
    """Print a sample's tokens: what is trained on stands green between ⟦ and ⟧, tokens are underlined in turn.

    Example: sharegpt show qua0205#0
    """
    found = find_version(data, version)
    sample = find_sample(found.path, sample_id)
    tokenizer = found.manifest.settings["tokens"]["tokenizer"]
    out = console()
    out.print(Text(visible(sample_id), style="bold") + Text(f"  {sample['split']}", style="dim"))
    out.print(Text("  ".join(f"{name} {shown(sample[name])}" for name in FACTS), style="dim"))
    text = coloured(sample["input_ids"], sample["labels"], load_tokenizer(tokenizer))
    out.print(text, soft_wrap=True)


def find_sample(version: Path, sample_id: str) -> dict[str, Any]:
    """Read one sample and its split from the shards.

    Raises PipelineError where there is none of that id, with the samples of the row or conversation that is called so.
    """
    near: list[str] = []
    named = [ds.field(name) == sample_id for name in ("sample_id", "row_id", "conversation_id")]
    for split in Split:
        files = [str(path) for path in sorted((version / split).glob("*.parquet"))]
        if files:
            found = ds.dataset(files).to_table(filter=named[0] | named[1] | named[2]).to_pylist()
            for row in found:
                if row["sample_id"] == sample_id:
                    return {**row, "split": split}
            near += [row["sample_id"] for row in found]
    if near:
        raise PipelineError(f"{sample_id!r} is a conversation: show one of its samples, {', '.join(near[:MOST_NEAR])}.")
    raise PipelineError(
        f'No sample is called {sample_id!r}: try `sharegpt sql "SELECT sample_id FROM shards LIMIT 5"`.'
    )


def coloured(ids: list[int], labels: list[int], tokenizer: Tokenizer) -> Text:
    """Write tokens as styled text; the tokens of one split character are shown as one."""
    spelled = tokenizer.token_bytes.spell(np.array(ids, np.int32)).each(0, len(ids))
    text, held, inside, underline = Text(), b"", False, False
    for i, label in enumerate(labels):
        trained = label != IGNORED
        if trained != inside:
            text.append(OPEN if trained else CLOSE, style="bold green")
            inside = trained
        held += spelled[i]
        special = held.startswith(SPECIAL)
        if not special and i + 1 < len(labels) and not _whole(held):
            continue
        colour = "bold magenta" if special else "green" if trained else "dim"
        shown = visible(held.removeprefix(SPECIAL).decode(errors="replace"))
        text.append(shown, style=f"{colour} underline" if underline else colour)
        held, underline = b"", not underline
    return text.append(CLOSE, style="bold green") if inside else text


def _whole(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True
