"""What a run tells its page while it goes on: one progress artifact over all stages."""

from __future__ import annotations

import threading
from uuid import UUID

from prefect.artifacts import create_progress_artifact, update_progress_artifact

from tasks.runtime.run_context import Event

VIEWS = 9
"""Stages that tell of each part: 01 to 07, and the two halves of deduplication."""
STEP = 5.0
"""Per cent between two updates: each is a call to the server."""


class Page:
    """A listener that keeps a progress artifact of the run in whose context it was made."""

    def __init__(self) -> None:
        self.parts = self.done = 0
        self.told = 0.0
        self.artifact: UUID | None = None
        self.guard = threading.Lock()

    def expect(self, parts: int) -> None:
        """Put the artifact on the page."""
        self.parts = parts
        made = create_progress_artifact(0.0, "progress", f"{parts} parts through {VIEWS} stages")
        self.artifact = made if isinstance(made, UUID) else None

    def hear(self, event: Event) -> None:
        """Move the artifact on, where it is worth a call."""
        with self.guard:
            self.done += 1
            share = min(99.0, 100.0 * self.done / max(1, self.parts * VIEWS))
            if share - self.told < STEP or self.artifact is None:
                return
            self.told = share
        update_progress_artifact(self.artifact, share, description=f"now at {event.view}, part {event.number}")

    def finish(self) -> None:
        """Show that all is done."""
        if self.artifact is not None:
            update_progress_artifact(self.artifact, 100.0, description="published")
