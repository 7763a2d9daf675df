"""What a query may use: no file to change, a bound of memory, a folder to spill to.

The check of its statement (`statements.py`) comes first; where that is deceived, the thread has no right to write.
"""

from __future__ import annotations

import ctypes
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tasks.store.root import spill_path

# Linux's Landlock (5.13 and later), by its system calls: the numbers are the same on every architecture in use.
CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446
VERSION = 1
PATH_BENEATH = 1
NO_NEW_PRIVILEGES = 38
WRITE_FILE, REMOVE_AND_MAKE, REFER, TRUNCATE = 1 << 1, sum(1 << bit for bit in range(4, 13)), 1 << 13, 1 << 14


class _Ruleset(ctypes.Structure):
    _fields_ = (("handled_access_fs", ctypes.c_uint64),)


class _PathBeneath(ctypes.Structure):
    _pack_ = 1
    _fields_ = (("allowed_access", ctypes.c_uint64), ("parent_fd", ctypes.c_int32))


def _call(number: int, *arguments: object) -> int:
    library = ctypes.CDLL(None, use_errno=True)
    result = int(library.syscall(ctypes.c_long(number), *arguments))
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
    return result


def _version() -> int:
    """Return the version of Landlock that the system has; 0 where it has none."""
    try:
        return _call(CREATE_RULESET, None, ctypes.c_size_t(0), ctypes.c_uint32(VERSION))
    except (OSError, AttributeError):
        return 0


def forbid_writing(but: Path) -> bool:
    """Forbid this thread, and every thread it starts from now on, to change a file outside of one folder.

    Files that are open already stay as they are: the thread can still write to stdout.

    Args:
        but: the folder below which files may be made, changed and removed.

    Returns:
        Whether it is forbidden now: Linux can (Landlock), other systems cannot.
    """
    version = _version()
    if not version:
        return False
    # A right that the system does not know makes it refuse the whole.
    rights = WRITE_FILE | REMOVE_AND_MAKE | (REFER if version >= 2 else 0) | (TRUNCATE if version >= 3 else 0)
    ruleset = _Ruleset(rights)
    handle = _call(CREATE_RULESET, ctypes.byref(ruleset), ctypes.c_size_t(ctypes.sizeof(ruleset)), ctypes.c_uint32(0))
    folder = os.open(but, os.O_PATH | os.O_CLOEXEC)
    try:
        beneath = _PathBeneath(rights, folder)
        _call(ADD_RULE, ctypes.c_int(handle), ctypes.c_int(PATH_BENEATH), ctypes.byref(beneath), ctypes.c_uint32(0))
        ctypes.CDLL(None, use_errno=True).prctl(NO_NEW_PRIVILEGES, 1, 0, 0, 0)
        _call(RESTRICT_SELF, ctypes.c_int(handle), ctypes.c_uint32(0))
    finally:
        os.close(folder)
        os.close(handle)
    return True


@contextmanager
def limit_memory(size: int) -> Iterator[None]:
    """Bound what this process may allocate from now on to twice a size: DuckDB does not count all that it holds.

    Linux alone keeps such a bound; beyond it, allocating raises MemoryError or duckdb.OutOfMemoryException.
    """
    try:
        used = re.search(r"^VmData:\s+(\d+) kB", Path("/proc/self/status").read_text(encoding="ascii"), re.MULTILINE)
    except OSError:
        used = None
    if used is None:
        yield
        return
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_DATA)
    bound = int(used[1]) * 1024 + 2 * size
    limits = [limit for limit in (bound, soft, hard) if limit != resource.RLIM_INFINITY]
    resource.setrlimit(resource.RLIMIT_DATA, (min(limits), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_DATA, (soft, hard))


@contextmanager
def spill_folder(root: Path) -> Iterator[Path]:
    """Yield an empty folder below the data root, else below the system's temporary folder; remove it at the end."""
    folder = spill_path(root)
    try:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(mode=0o700)
    except OSError:  # the data root is for reading only, or is not there
        folder = Path(tempfile.mkdtemp())
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
