"""What a run reads: which files, and how many of their rows; by it a later run of the same source is known."""

from __future__ import annotations

from dataclasses import dataclass, field

from schemas.manifest import Manifest
from tasks.sources.ranges import Range, file_digests


@dataclass(frozen=True)
class RunInput:
    """The source of a run.

    Args:
        files: the digest of each file's bytes, by its name in row ids.
        sample: how many rows were picked of them; None = all.
        accept: whether a result that keeps far less than the current version is published all the same.
    """

    files: dict[str, str] = field(default_factory=dict)
    sample: int | None = None
    accept: bool = False

    def continues(self, manifest: Manifest) -> bool:
        """Whether this is the source of a version: all of its files, perhaps more, and a sample of the same size.

        A file is known by its name, whatever is in it now, or by its bytes.
        """
        digests = set(self.files.values())
        there = (name in self.files or digest in digests for name, digest in manifest.sources.items())
        return bool(manifest.sources) and self.sample == manifest.sample and all(there)


def run_input(ranges: list[Range], sample: int | None = None, accept: bool = False) -> RunInput:
    """Return the source of a run from its plan: the ranges of all files, before a sample is picked."""
    return RunInput(file_digests(ranges), sample, accept)
