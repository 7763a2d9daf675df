"""What goes wrong in a way a person can mend: one sentence, and the mend."""

from __future__ import annotations


class PipelineError(Exception):
    """Base of all errors that end a run with one sentence and exit code 1."""


class SourceError(PipelineError):
    """A source cannot be read; the message names the file, what was found, and the mend."""


class SettingsError(PipelineError):
    """A setting is unknown or out of bounds; the message lists what is known."""


class RefusedError(PipelineError):
    """The result is empty or collapses: nothing is published, and the message says what it was dropped for."""


class LedgerError(PipelineError):
    """The ledger does not add up; nothing is published."""


class DamagedError(PipelineError):
    """A file of the data root is not what was written; a run makes it anew."""

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self.path = path

    def __str__(self) -> str:
        return f"{self.path} is not what was written: `sharegpt run` or `sharegpt verify --repair` makes it anew."


class MachineError(PipelineError):
    """The machine refused space, rights or memory; the message says how to go on."""


class BusyError(PipelineError):
    """Another run holds the data root."""
