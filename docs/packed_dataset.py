"""Shards and packs as a torch Dataset: an item is a pack, its position ids restart with every sample."""

from pathlib import Path

import pyarrow.dataset as ds
import pyarrow.parquet as pq
import torch


class Packed(torch.utils.data.Dataset):
    """The packs of one split of a published version, `07_shards/<version>`."""

    def __init__(self, version: Path, split: str = "train") -> None:
        files = [str(path) for path in sorted((version / split).glob("*.parquet"))]
        samples = ds.dataset(files).to_table(columns=["sample_id", "input_ids", "labels"])
        place = {name: number for number, name in enumerate(samples["sample_id"].to_pylist())}
        self.ids, self.labels, packs = samples["input_ids"], samples["labels"], {}
        for row in pq.read_table(version / "packs.parquet").to_pylist():  # by pack, by position
            if row["sample_id"] in place:  # packs of the other split hold none of these
                packs.setdefault(row["pack_id"], []).append(place[row["sample_id"]])
        self.packs = list(packs.values())

    def __len__(self) -> int:
        return len(self.packs)

    def __getitem__(self, number: int) -> dict[str, torch.Tensor]:
        ids, labels = (
            [torch.tensor(column[i].as_py()) for i in self.packs[number]] for column in (self.ids, self.labels)
        )
        positions = [torch.arange(len(sample)) for sample in ids]
        return {"input_ids": torch.cat(ids), "labels": torch.cat(labels), "position_ids": torch.cat(positions)}
