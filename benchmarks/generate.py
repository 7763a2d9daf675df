"""Writes a ShareGPT-like raw file of any size with its truth beside it: `python -m benchmarks.generate --help`."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import xxhash

from benchmarks.blocks import markdown
from benchmarks.conversations import BROKEN, Made, Maker

CUT = '{"id": "cut", "conversations": [{"from": "human", "value": "The file en'


def raw_row(made: Made, *, usual: bool = False) -> dict[str, Any]:
    """Return the row as the file holds it; `usual` puts every row's turns under `conversations`."""
    row: dict[str, Any] = {"id": made.id, "conversations" if usual else made.key: made.turns}
    return {**row, "model": made.model} if made.model else row


def truth_row(number: int, made: Made, *, turns: bool) -> dict[str, Any]:
    """Return what is known of the row: how it was encoded, what was planted, which row it copies.

    A `continuation` goes on after the last round of `duplicate_of`; a `branch` has another last answer; `digests` are
    xxh3-64 of each turn as typed or as the model wrote it, before anything was planted.
    """
    said = [t if isinstance(t, str) else markdown(t) for t in made.said]
    truth: dict[str, Any] = {"row": number, "id": made.id, "kind": made.kind, "language": made.language}
    truth |= {"era": made.era, "sanitizer": made.sanitizer, "planted": made.planted}
    if made.of is not None:
        truth |= {"duplicate_of": made.of, "edits": made.edits}
    truth["digests"] = [xxhash.xxh3_64_hexdigest(s.encode()) for s in said]
    return {**truth, "turns": said} if turns else truth


def places(conversations: int) -> dict[int, str]:
    """Return which rows are broken, and how: one of every kind, spread over the file."""
    return {(k + 1) * conversations // (len(BROKEN) + 1): kind for k, kind in enumerate(BROKEN)}


def rows(
    maker: Maker, conversations: int, broken: dict[int, str], *, turns: bool
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield each row's JSON text and its truth."""
    for number in range(conversations):
        if number in broken:
            yield BROKEN[broken[number]], {"row": number, "kind": "broken", "broken": broken[number]}
        else:
            made = maker.make(number)
            text = json.dumps(raw_row(made, usual=not broken), ensure_ascii=False)
            yield text, truth_row(number, made, turns=turns)
    if broken:
        yield CUT, {"row": conversations, "kind": "broken", "broken": "truncated_row"}


def write(out: Path, conversations: int, *, seed: int = 1, turns: bool = False, broken: bool = True) -> None:
    """Stream the raw file (`.jsonl`: a row a line, else one JSON array) and `<stem>.truth.jsonl`.

    With `broken`, rows that are no conversation stand at fixed places, and the file ends inside one more row.
    """
    out.parent.mkdir(parents=True, exist_ok=True)
    where = places(conversations) if broken else {}
    maker = Maker(seed, conversations, frozenset(where))
    start, between, end = ("", "\n", "\n") if out.suffix == ".jsonl" else ("[\n", ",\n", "\n]\n")
    truth_path = out.with_name(f"{out.stem}.truth.jsonl")
    with out.open("w", encoding="utf-8", newline="\n") as raw, truth_path.open("w", encoding="utf-8") as truth:
        for text, known in rows(maker, conversations, where, turns=turns):
            raw.write((between if known["row"] else start) + text)
            truth.write(json.dumps(known, ensure_ascii=False) + "\n")
        if not broken:
            raw.write(end)


def main() -> None:
    """Read the command line and write."""
    cli = argparse.ArgumentParser(prog="python -m benchmarks.generate", description=__doc__)
    cli.add_argument("--conversations", type=int, default=1_000, help="rows (default 1,000)")
    cli.add_argument("--out", type=Path, help="file to write (default benchmarks/.work/sharegpt_<n>.json)")
    cli.add_argument("--seed", type=int, default=1)
    cli.add_argument("--turns", action="store_true", help="put every turn as typed and written into the truth")
    cli.add_argument(
        "--no-broken", action="store_true", help="one array of rows of one shape, for tools that know no other"
    )
    args = cli.parse_args()
    out = args.out or Path(__file__).parent / ".work" / f"sharegpt_{args.conversations}.json"
    write(out, args.conversations, seed=args.seed, turns=args.turns, broken=not args.no_broken)
    print(f"{out}: {args.conversations:,} conversations, {out.stat().st_size / 1e6:,.1f} MB", file=sys.stderr)


if __name__ == "__main__":
    main()
