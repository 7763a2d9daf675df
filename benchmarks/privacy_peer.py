"""Compares the finders of secrets with detect-secrets' default plugins, text by text (`pip install detect-secrets`)."""

from __future__ import annotations

import argparse

from detect_secrets.core.scan import scan_line
from detect_secrets.settings import default_settings

from schemas.settings import PiiKind, Privacy
from tasks.privacy.redact import redact
from tests.support.labelled.personal_data import Labelled, labelled

SECRETS: tuple[PiiKind, ...] = ("api_key", "private_key", "jwt", "password")


def ours(texts: list[Labelled]) -> list[bool]:
    """Return in which texts our finders find a secret."""
    n = len(texts)
    done = redact(list(range(n + 1)), [0] * n, [text.text for text in texts], Privacy(policy="tag", kinds=SECRETS))
    return [bool(found) for found in done.pii]


def theirs(texts: list[Labelled], without: frozenset[str]) -> list[bool]:
    """Return in which texts detect-secrets finds one, some of its plugins left out."""
    with default_settings():
        return [
            any(found.type not in without for line in text.text.split("\n") for found in scan_line(line))
            for text in texts
        ]


def main() -> None:
    """Print precision and recall of both, counted in texts."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    texts = labelled()
    true = [any(kind in SECRETS for kind, *_ in text.finds) for text in texts]
    entropy = frozenset({"Base64 High Entropy String", "Hex High Entropy String"})
    judged = {
        "ours": ours(texts),
        "detect-secrets": theirs(texts, frozenset({"Public IP (ipv4)"})),
        "detect-secrets without entropy": theirs(texts, entropy | {"Public IP (ipv4)"}),
    }
    print(f"{len(texts)} texts, {sum(true)} with a secret")
    for name, found in judged.items():
        right = sum(one and other for one, other in zip(found, true, strict=True))
        print(f"{name:<32} precision {right / sum(found):>6.1%}  recall {right / sum(true):>6.1%}")


if __name__ == "__main__":
    main()
