"""Becomes an engine: what this module is started with, ended by the kernel when the server that started it is gone."""

from __future__ import annotations

import os
import sys

from tasks.training.process import end_with_parent


def main() -> None:
    """Replace this process by the command in its arguments, whose first is the id of the process that wants it."""
    end_with_parent()  # holds for what replaces this process too
    if os.getppid() != int(sys.argv[1]):
        sys.exit(1)
    os.execvp(sys.argv[2], sys.argv[2:])  # noqa: S606  # words of ours, no shell


if __name__ == "__main__":
    main()
