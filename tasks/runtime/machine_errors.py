"""What the machine refuses (space, rights, memory), said in one sentence with the mend."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from schemas.errors import DamagedError, MachineError, PipelineError
from tasks.privacy.places import redact_sentence

FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
FORBIDDEN = {errno.EROFS, errno.EACCES, errno.EPERM}
GOES_ON = "then the same command goes on where it stopped."


def _is_databases(error: BaseException) -> bool:
    """Whether an error is DuckDB's word for a refusal of the machine; it knows no errno."""
    kind = type(error)
    return kind.__module__.endswith("duckdb") and any(
        name in str(error) or name in kind.__name__
        for name in ("IOException", "OutOfMemory", "No space left", "Permission denied", "Read-only file system")
    )


def sentence(error: BaseException, root: Path) -> str:
    """Return what was refused and what mends it."""
    code, text = getattr(error, "errno", None), str(error)
    if isinstance(error, MemoryError) or "OutOfMemory" in type(error).__name__:
        return f"Out of memory ({text or 'no more to be had'}): give fewer --workers; {GOES_ON}"
    if code in FULL or "No space left" in text:
        return f"No space is left for {root} ({text}): free some, or give another --data; {GOES_ON}"
    if code in FORBIDDEN or "Permission denied" in text or "Read-only" in text:
        return f"{root} cannot be written ({text}): give a --data that is yours to write."
    return f"{text} ({type(error).__name__}, while working on {root}): mend that; {GOES_ON}"


@contextmanager
def public_errors() -> Iterator[None]:
    """Raise errors again with their sentences redacted: Prefect, a log and a terminal show them."""
    try:
        yield
    except DamagedError:  # its path is what mends it; those who show it redact it
        raise
    except PipelineError as error:
        redacted = redact_sentence(str(error))
        if redacted == str(error):
            raise
        raise type(error)(redacted) from None


@contextmanager
def faults(root: Path) -> Iterator[None]:
    """Turn what the machine refuses into one sentence, and redact any other. Raises MachineError."""
    try:
        with public_errors():
            yield
    except (OSError, MemoryError) as error:
        raise MachineError(sentence(error, root)) from error
    except Exception as error:
        if not _is_databases(error):
            raise
        raise MachineError(sentence(error, root)) from error
