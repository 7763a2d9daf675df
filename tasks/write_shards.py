"""Windows of a part to its published files: train and validation, with labels and masks."""

from __future__ import annotations

import itertools
import os
import shutil
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from msgspec import structs

from schemas.counts import Counts
from schemas.enums import Split
from schemas.manifest import ShardFile
from schemas.tables import Shards, Windows
from tasks.conversations.ragged import true_runs
from tasks.runtime.run_config import RunConfig
from tasks.store.code_digest import code_digest
from tasks.store.digest import combine, sha256
from tasks.store.parts import DIGEST, Part, open_part, part_path, read_footer, write_table
from tasks.tokens.shards import publishable

SPLITS = tuple(Split)
READ = [name for name in Windows.columns() if name == "split" or name in Shards.columns()]
GROUP_TOKENS = 1_000_000
"""Most tokens of a row group: about 13 MB with labels and mask, and ten times that while it is written."""
FILE_TOKENS = 60_000_000
"""Most tokens of a file: ids, labels and messages of 60 M tokens take under 256 MB, at 4 bytes a token."""


def shard_digest(windows: Part, config: RunConfig) -> str:
    """Return the digest of the published files of one part."""
    return combine(Shards.proof(), code_digest(__name__), config.digest(("shards",)), windows.digest)


def _samples(path: Path, held: list[pa.Table]) -> Iterator[pa.Table]:
    """Yield the training samples of each row group, read once; the few validation samples are added to `held`."""
    with open_part(path) as file:
        for number in range(file.num_row_groups):
            table = file.read_row_group(number, columns=READ)
            whole = pc.is_valid(table["sample_id"])
            train, validation = (pc.and_(whole, pc.equal(table["split"], split)) for split in SPLITS)
            held.append(table.filter(validation))
            # Most rows are for training: whole runs of them are copied when they are written.
            runs = true_runs(train.to_numpy())
            yield pa.concat_tables([table.slice(0, 0), *(table.slice(start, end - start) for start, end in runs)])


def _groups(batches: Iterable[pa.Table]) -> Iterator[tuple[int, pa.Table]]:
    """Yield (number of the file, samples) in groups of at most GROUP_TOKENS, one sample at least."""
    before = 0
    for samples in batches:
        owner = np.cumsum(samples["n_tokens"].to_numpy()) // GROUP_TOKENS
        borders = [0, *(np.flatnonzero(np.diff(owner)) + 1).tolist(), samples.num_rows]
        for start, end in itertools.pairwise(borders):
            if end > start:
                group = samples.slice(start, end - start)
                yield before // FILE_TOKENS, group
                before += pc.sum(group["n_tokens"]).as_py()


def _name(split: str, number: int, piece: int) -> str:
    return f"{split}/part-{number:05d}{f'-{piece:02d}' if piece else ''}.parquet"


def make_shards(root: Path, building: Path, key: str, number: int, digest: str, level: int) -> list[ShardFile]:
    """Write the published files of one part below `building`; give what the manifest says of them."""
    made: list[ShardFile] = []
    held: list[pa.Table] = []
    for split, batches in zip(SPLITS, (_samples(part_path(root, Windows, key), held), held), strict=True):
        for piece, groups in itertools.groupby(_groups(batches), key=lambda pair: pair[0]):
            name = _name(split, number, piece)
            counts = write_table(building / name, Shards, _batches(table for _, table in groups), digest, level)
            made.append(_entry(building, name, split, counts, digest))
    return made


def _batches(groups: Iterator[pa.Table]) -> Iterator[tuple[pa.Table, Counts]]:
    for group in groups:
        table = publishable(group)
        tokens, labels = pc.sum(table["n_tokens"]).as_py(), pc.sum(table["n_label_tokens"]).as_py()
        yield table, Counts(rows=table.num_rows, tokens=tokens, label_tokens=labels)


def _entry(building: Path, name: str, split: str, counts: Counts, digest: str) -> ShardFile:
    path = building / name
    return ShardFile(
        name, split, counts.rows, counts.tokens, counts.label_tokens, path.stat().st_size, sha256(path), digest
    )


def reuse_shards(known: Sequence[ShardFile], folder: Path, building: Path, number: int, digest: str) -> list[ShardFile]:
    """Link the files of an earlier version that were made from the same; none where one is missing or altered."""
    wanted = [entry for entry in known if entry.made_from == digest]
    reused: list[ShardFile] = []
    for entry in wanted:
        old = folder / entry.name
        if read_footer(old).get(DIGEST) != digest.encode() or sha256(old) != entry.sha256:
            return []
        split = entry.split
        piece = sum(one.split == split for one in reused)
        name = _name(split, number, piece)
        link_or_copy(old, building / name)
        reused.append(structs.replace(entry, name=name))
    return reused


def link_or_copy(old: Path, new: Path) -> None:
    """Return a file a second name, or copy it where the file system has no hard links."""
    new.parent.mkdir(parents=True, exist_ok=True)
    new.unlink(missing_ok=True)
    try:
        os.link(old, new)
    except OSError:
        shutil.copyfile(old, new)
