"""The manifest of a published version: what it is, what it was made from, and the hash of every file."""

from __future__ import annotations

from typing import Any

import msgspec


class FileEntry(msgspec.Struct, frozen=True):
    """A file of the version: its name below the version's folder, its size and its SHA-256."""

    name: str
    bytes: int
    sha256: str


class ShardFile(msgspec.Struct, frozen=True):
    """A file of samples; `made_from` is the digest of all that its bytes depend on."""

    name: str
    split: str
    rows: int
    tokens: int
    label_tokens: int
    bytes: int
    sha256: str
    made_from: str


class FunnelRow(msgspec.Struct, frozen=True):
    """What one stage took in, kept and dropped: a row of the view `funnel`."""

    stage: str
    conversations_in: int
    conversations_kept: int
    conversations_dropped: int
    turns_in: int
    turns_kept: int
    turns_dropped: int
    tokens: int | None


class RejectionRow(msgspec.Struct, frozen=True):
    """How often a reason was given: a row of the view `rejections`."""

    stage: str
    reason: str
    conversations: int
    turns: int
    example: str


class Packing(msgspec.Struct, frozen=True):
    """How the samples fill contexts: packs, the fewest that any packing needs, and the share of tokens used."""

    packs: int
    lower_bound: int
    fill: float


class Digests(msgspec.Struct, frozen=True):
    """Digests of what the version was made by: settings, code, and the files that settings name."""

    settings: str
    code: str
    tokenizer: str
    template: str
    benchmarks: str


MAX_DROP_RATE = 0.9
"""Share of rows dropped above which an audit fails, unless it is given another."""


class Manifest(msgspec.Struct, frozen=True):
    """All that is known of a version without opening its shards.

    Args:
        settings: plain values by section and field.
        sources: the digest of each file's bytes, by its name.
        sample: how many rows were picked; None = all.
        stages: by stage and part, how the digest in the footer of the part's file begins.
    """

    version: str
    rows: int
    tokens: int
    label_tokens: int
    files: tuple[ShardFile, ...]
    settings: dict[str, dict[str, Any]]
    digests: Digests
    funnel: tuple[FunnelRow, ...]
    rejections: tuple[RejectionRow, ...]
    packing: Packing
    beside: tuple[FileEntry, ...] = ()
    sources: dict[str, str] = {}
    sample: int | None = None
    stages: dict[str, dict[str, str]] = {}

    def survived(self) -> tuple[int, int]:
        """Return how many raw rows are in samples, and how many were read."""
        return self.funnel[-1].conversations_kept, self.funnel[0].conversations_in

    def of_split(self, split: str) -> tuple[int, int]:
        """Return how many samples and tokens a split has."""
        files = [file for file in self.files if file.split == split]
        return sum(file.rows for file in files), sum(file.tokens for file in files)

    def to_json(self) -> str:
        """Return the manifest as indented JSON with sorted keys."""
        return msgspec.json.format(msgspec.json.encode(self, order="sorted"), indent=1).decode() + "\n"

    @staticmethod
    def from_json(text: bytes) -> Manifest:
        """Return the manifest that `to_json` wrote. Raise msgspec.DecodeError where it is none."""
        return msgspec.json.decode(text, type=Manifest)
