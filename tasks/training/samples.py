"""Shards and packs as a run reads them: memory-mapped copies of its own, in an order that the seed decides."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from tasks.training.files import TEMPORARY, TrainingError

IGNORED = -100
COLUMNS = ("sample_id", "input_ids", "labels", "messages", "exact_messages")


class Sample(NamedTuple):
    """One sample: its token ids, and its labels of the same length (-100 = no loss)."""

    ids: npt.NDArray[np.int32]
    labels: npt.NDArray[np.int32]


@dataclass(frozen=True)
class Counts:
    """What a split holds."""

    samples: int
    tokens: int
    label_tokens: int
    longest: int


def copy_split(version: Path, split: str, out: Path, vocabulary: int) -> Counts:
    """Copy a split of a version into one Arrow file that can be memory-mapped, checked on the way.

    The copy lets a run outlive the version (old versions are pruned), and gives any sample without decoding others.

    Args:
        version: folder of a published version.
        split: train or validation.
        out: the file to write; it appears whole.
        vocabulary: ids must be below it.

    Raises:
        TrainingError: a sample cannot be trained on; the sentence names file and sample.
    """
    files = sorted((version / split).glob("*.parquet"))
    temporary = out.with_name(TEMPORARY + out.name)
    out.parent.mkdir(parents=True, exist_ok=True)
    totals = np.zeros(4, np.int64)
    schema = pq.read_schema(files[0]) if files else None
    fields = (
        [schema.field(name).remove_metadata() for name in COLUMNS] if schema else [pa.field("input_ids", pa.null())]
    )
    with pa.OSFile(str(temporary), "wb") as sink, pa.ipc.new_file(sink, pa.schema(fields)) as writer:
        for batch, file in _batches(files):
            totals[:3] += _checked(batch, file, vocabulary)
            totals[3] = max(totals[3], int(batch["input_ids"].value_lengths().to_numpy().max()))
            writer.write_batch(pa.record_batch([batch[name] for name in COLUMNS], schema=pa.schema(fields)))
    temporary.replace(out)
    return Counts(*(int(total) for total in totals))


def _batches(files: Sequence[Path]) -> Iterator[tuple[pa.RecordBatch, Path]]:
    for path in files:
        with pq.ParquetFile(path) as file:
            for group in range(file.num_row_groups):
                for batch in file.read_row_group(group, columns=list(COLUMNS)).combine_chunks().to_batches():
                    if batch.num_rows:
                        yield batch, path


def _checked(batch: pa.RecordBatch, file: Path, vocabulary: int) -> tuple[int, int, int]:
    """Return rows, tokens and label tokens of a batch. Raises TrainingError for the first sample that is wrong."""
    ids, labels = (batch[name].flatten().to_numpy() for name in ("input_ids", "labels"))
    lengths = batch["input_ids"].value_lengths().to_numpy().astype(np.int64)
    owner = np.repeat(np.arange(len(lengths)), lengths)
    if not np.array_equal(lengths, batch["labels"].value_lengths().to_numpy()):
        raise TrainingError(f"{file}: ids and labels differ in length; `sharegpt verify` names what is wrong.")
    firsts = np.cumsum(lengths) - lengths
    learned = labels != IGNORED
    wrong = {
        f"an id outside the vocabulary of {vocabulary:,}": owner[(ids < 0) | (ids >= vocabulary)],
        "a label that is not its token": owner[learned & (ids != labels)],
        # Position 0 has no token before it in its own sample: a label there would be predicted from a neighbour.
        "a label on its first token, which crosses samples": np.flatnonzero(learned[firsts[lengths > 0]]),
        "no tokens": np.flatnonzero(lengths == 0),
    }
    for what, where in wrong.items():
        if len(where):
            name = batch["sample_id"][int(where[0])].as_py()
            raise TrainingError(f"{file}: sample {name} has {what}; `sharegpt verify` names what else is wrong.")
    return len(lengths), len(ids), int(learned.sum())


class Split:
    """One copied split, memory-mapped: any sample by number."""

    def __init__(self, path: Path) -> None:
        table = pa.ipc.open_file(pa.memory_map(str(path))).read_all()
        self.table = table
        self.starts = np.cumsum([0, *(len(chunk) for chunk in table["input_ids"].chunks)])

    def __len__(self) -> int:
        return int(self.table.num_rows)

    def __getitem__(self, number: int) -> Sample:
        chunk = int(np.searchsorted(self.starts, number, "right")) - 1
        inside = number - int(self.starts[chunk])
        ids, labels = (self.table[name].chunk(chunk)[inside].values.to_numpy() for name in ("input_ids", "labels"))
        return Sample(ids, labels)

    def lengths(self) -> npt.NDArray[np.int64]:
        """Return the tokens of every sample."""
        chunks = [chunk.value_lengths().to_numpy() for chunk in self.table["input_ids"].chunks]
        lengths: npt.NDArray[np.int64] = np.concatenate([np.zeros(0, np.int64), *chunks]).astype(np.int64)
        return lengths

    def exact(self) -> Iterator[dict[str, Any]]:
        """Yield sample_id, messages, input_ids and labels of every sample that its messages give again."""
        if not len(self):
            return
        for batch in self.table.to_batches(max_chunksize=256):
            for row in batch.to_pylist():
                if row["exact_messages"]:
                    yield row


def read_packs(path: Path, split: Split) -> list[list[int]]:
    """Return the samples of each pack of a split, by the split's own numbers.

    Args:
        path: packs.parquet of the version, which holds the packs of all splits.
        split: whose packs are wanted.
    """
    place = {name: number for number, name in enumerate(split.table["sample_id"].to_pylist())}
    packs: dict[int, list[int]] = {}
    table = pq.read_table(path, columns=["pack_id", "sample_id"])
    for pack, name in zip(table["pack_id"].to_pylist(), table["sample_id"].to_pylist(), strict=True):
        if name in place:
            packs.setdefault(pack, []).append(place[name])
    return list(packs.values())


def choose_groups(samples: Path, split: Split, settings: dict[str, Any]) -> list[list[int]] | None:
    """Return the samples of each item: of a pack, or single ones; None where every sample is an item.

    Args:
        samples: folder with packs.parquet.
        split: the train split.
        settings: unit, and longest: samples over it are in no item.
    """
    groups = read_packs(samples / "packs.parquet", split) if settings["unit"] == "pack" else None
    if settings.get("longest") is None:
        return groups
    fits = split.lengths() <= settings["longest"]
    chosen = groups if groups is not None else [[number] for number in range(len(split))]
    kept = [[number for number in group if fits[number]] for group in chosen]
    return [group for group in kept if group]


class Items:
    """What a step takes its items from, in the order of a seed: a list of samples each (one, or those of a pack).

    One long sequence over all epochs, each epoch in an order of its own: a resumed run skips what it has seen, and the
    tokens of every step are known before the first.
    """

    def __init__(self, split: Split, groups: list[list[int]] | None, seed: int, count: int) -> None:
        self.split, self.groups, self.seed, self.count = split, groups, seed, count
        self.each = len(groups) if groups is not None else len(split)
        self.orders: dict[int, npt.NDArray[np.int64]] = {}

    def __len__(self) -> int:
        return self.count

    def members(self, number: int) -> list[int]:
        """Return the samples of an item."""
        epoch, place = divmod(number, self.each)
        if epoch not in self.orders:
            self.orders = {epoch: np.random.default_rng([self.seed, epoch]).permutation(self.each)}
        chosen = int(self.orders[epoch][place])
        return [chosen] if self.groups is None else self.groups[chosen]

    def __getitem__(self, number: int) -> list[Sample]:
        if not 0 <= number < self.count:
            raise IndexError(number)
        return [self.split[sample] for sample in self.members(number)]


def steps_within(items: Items, batch: int, budget: int) -> int:
    """Return how many steps of `batch` items stay within a budget of tokens; at least one."""
    lengths = items.split.lengths()
    spent = steps = 0
    for start in range(0, len(items), batch):
        numbers = range(start, min(start + batch, len(items)))
        spent += int(sum(lengths[items.members(number)].sum() for number in numbers))
        if spent > budget and steps:
            break
        steps += 1
    return steps
