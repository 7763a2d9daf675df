"""The progress of a run on Prefect's page: one artifact over all stages."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from uuid import UUID

from prefect.artifacts import create_progress_artifact, update_progress_artifact

from flows.order import STEPS
from tasks.runtime.run_context import Event, Size

VIEWS = len(STEPS) + 3
"""Stages that notify of each part: the steps, ingest, the decisions on duplicates and the shards."""
STEP = 5.0
"""Per cent between two updates: each is a call to the server."""


class ProgressArtifact:
    """A listener that keeps a progress artifact of the run in whose context it was made."""

    def __init__(self) -> None:
        self.parts = self.done = 0
        self.shown = 0.0
        self.artifact: UUID | None = None
        self.lock = threading.Lock()

    def on_start(self, parts: Mapping[str, Size]) -> None:
        """Put the artifact on the page."""
        self.parts = len(parts)
        made = create_progress_artifact(0.0, "progress", f"{len(parts)} parts through {VIEWS} stages")
        self.artifact = made if isinstance(made, UUID) else None

    def on_part(self, event: Event) -> None:
        """Move the artifact on, where it is worth a call."""
        with self.lock:
            self.done += 1
            share = min(99.0, 100.0 * self.done / max(1, self.parts * VIEWS))
            if share - self.shown < STEP or self.artifact is None:
                return
            self.shown = share
        update_progress_artifact(self.artifact, share, description=f"now at {event.view}, part {event.key}")

    def finish(self) -> None:
        """Show that all is done."""
        if self.artifact is not None:
            update_progress_artifact(self.artifact, 100.0, description="published")
