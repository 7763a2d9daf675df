"""Where the files lie that come with the package and are no code: prefect.yaml, the sample, the questions."""

from __future__ import annotations

import sysconfig
from pathlib import Path

SHIPPED = ("data/sample", "data/questions")
"""What of data/ comes with the package."""


def shipped(name: str) -> Path:
    """Return the path of a shipped file or folder: in the source tree, else where the wheel put it.

    Args:
        name: as in the source tree, such as `data/sample`.
    """
    tree = Path(__file__).resolve().parents[1] / name
    return tree if tree.exists() else Path(sysconfig.get_path("data")) / "share" / "sharegpt-clean" / name


def or_shipped(path: str) -> str:
    """Return a path as it is where it exists, else the shipped file of that name, else the path."""
    if not path.startswith(SHIPPED) or Path(path).exists():
        return path
    ours = shipped(path)
    return str(ours) if ours.exists() else path


def with_shipped(source: str | list[str]) -> list[str]:
    """Return a source's words, those of shipped files as the paths of these."""
    return [or_shipped(word) for word in ([source] if isinstance(source, str) else source)]
