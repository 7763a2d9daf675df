"""Opens what lies behind a URL, with three tries, and keeps the secrets of URLs out of names and messages."""

from __future__ import annotations

import errno
import re
import time
from collections.abc import Callable
from typing import Any, TypeVar

import fsspec

from schemas.errors import SourceError

MEND = "give a file, a folder, a glob or a URL that holds ShareGPT rows"
PAUSES = (1.0, 4.0)
"""Seconds between the three tries at a remote file."""

_OURS = {errno.ENOSPC, errno.EDQUOT, errno.EROFS}  # this machine's disk, not the network: no use in trying again
_Result = TypeVar("_Result")


def is_remote(source: str) -> bool:
    """Whether a source is a URL that fsspec opens, not a local path."""
    return "://" in source and not source.startswith("file://")


def public_name(url: str) -> str:
    """Return the URL without its user, password, query and fragment: these may be secrets."""
    scheme, _, rest = url.partition("://")
    host, slash, path = re.split("[?#]", rest, maxsplit=1)[0].partition("/")
    return f"{scheme}://{host.rpartition('@')[2]}{slash}{path}"


def filesystem(url: str) -> tuple[Any, str]:
    """Return fsspec's filesystem for a URL, and the path in it.

    Raises:
        SourceError: the protocol is unknown, or its package is missing.
    """
    try:
        filesystem, path = fsspec.core.url_to_fs(url)
    except ImportError as error:
        raise SourceError(
            f"{public_name(url)} needs a package that is not installed ({error}): pip install 'sharegpt-clean[remote]'."
        ) from error
    except ValueError as error:
        raise SourceError(f"{public_name(url)} cannot be opened ({_brief(error)}): {MEND}.") from error
    return filesystem, path


def three_tries(work: Callable[[], _Result], name: str) -> _Result:
    """Do something over the network, again after a pause if it fails, three times in all.

    Raises:
        SourceError: the third try failed, or there is nothing at that address.
    """
    pauses = [*PAUSES]
    while True:
        try:
            return work()
        except SourceError:
            raise
        except (FileNotFoundError, PermissionError) as error:
            raise SourceError(f"{name} cannot be had ({_brief(error)}): check the address and your access.") from error
        except ValueError as error:  # no address of this kind: the same words would be no better in a second
            raise SourceError(f"{name} is no address of data ({_brief(error)}): check how it is written.") from error
        except Exception as error:  # each filesystem of fsspec has errors of its own
            if isinstance(error, OSError) and error.errno in _OURS:
                raise
            if not pauses:
                raise SourceError(
                    f"{name} could not be fetched in three tries ({_brief(error)}): check the network and run again."
                ) from error
            time.sleep(pauses.pop(0))


def _brief(error: Exception) -> str:
    """Return an error in a few words, without the secrets of the URL that fsspec repeats."""
    words = re.sub(r"\w+://\S+", lambda url: public_name(url.group()), str(error))
    return f"{type(error).__name__}: {words}"[:200]
