"""Prints each table of what is taken back."""

from __future__ import annotations

import argparse
from pathlib import Path

from benchmarks.published import cost, cut_off, halves, page_text, pieces, planted, scars

SECTIONS = {
    "scars": scars.show,
    "page-text": page_text.show,
    "planted": planted.show,
    "cut-off": cut_off.show,
    "halves": halves.show,
    "pieces": pieces.show,
    "cost": cost.show,
}
"""What is measured, by name; each prints its tables for a corpus."""


def main() -> None:
    parser = argparse.ArgumentParser(prog="benchmarks.published", description=__doc__)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--only", choices=SECTIONS, help="one of the tables")
    options = parser.parse_args()
    for name in [options.only] if options.only else SECTIONS:
        SECTIONS[name](options.corpus)


if __name__ == "__main__":
    main()
