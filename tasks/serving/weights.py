"""Reads weights out of safetensors one by one, without torch, so that a model of any size fits."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from tasks.serving.errors import ServingError

KINDS = {"F32": np.float32, "F16": np.float16, "BF16": np.uint16}
"""How a kind lies on disk; numpy has no BF16, whose bits are the upper half of a float's."""


@dataclass(frozen=True)
class Tensor:
    """One tensor on disk.

    Args:
        name: transformers' name.
        kind: F32, F16 or BF16.
        shape: rows first.
        path: its file.
        start: where its bytes begin.
    """

    name: str
    kind: str
    shape: tuple[int, ...]
    path: Path
    start: int

    def read(self) -> npt.NDArray[np.generic]:
        """Return its values; of BF16 its bits."""
        return np.memmap(self.path, dtype=KINDS[self.kind], mode="r", offset=self.start, shape=self.shape)

    def floats(self) -> npt.NDArray[np.float32]:
        """Return its values as float32."""
        values = self.read()
        if self.kind == "BF16":
            return (values.astype(np.uint32) << 16).view(np.float32)
        return values.astype(np.float32)


def tensors(folder: Path) -> Iterator[Tensor]:
    """Yield the tensors of a model's folder. Raise ServingError for a kind that is not known."""
    for path in sorted(folder.glob("*.safetensors")):
        with path.open("rb") as file:
            size = int.from_bytes(file.read(8), "little")
            header = json.loads(file.read(size))
        for name, about in header.items():
            if name == "__metadata__":
                continue
            if about["dtype"] not in KINDS:
                raise ServingError(
                    f"{path}: {name} is stored as {about['dtype']}, which llama.cpp's file cannot take over."
                )
            yield Tensor(name, about["dtype"], tuple(about["shape"]), path, 8 + size + about["data_offsets"][0])
