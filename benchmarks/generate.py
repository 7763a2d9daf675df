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


def raw_row(made: Made) -> dict[str, Any]:
    """Return the row as the file holds it."""
    row: dict[str, Any] = {"id": made.id, made.key: made.turns}
    return {**row, "model": made.model} if made.model else row


def truth_row(number: int, made: Made, *, turns: bool) -> dict[str, Any]:
    """Return what is known of the row: where it comes from, how it was encoded, what was planted."""
    said = [t if isinstance(t, str) else markdown(t) for t in made.said]
    truth: dict[str, Any] = {"row": number, "id": made.id, "kind": made.kind, "language": made.language}
    truth |= {"era": made.era, "sanitizer": made.sanitizer, "planted": made.planted}
    if made.of is not None:
        truth |= {"duplicate_of": made.of, "edits": made.edits}
    truth["digests"] = [xxhash.xxh3_64_hexdigest(s.encode()) for s in said]
    return {**truth, "turns": said} if turns else truth


def rows(maker: Maker, conversations: int) -> Iterator[tuple[str, Made | None, str]]:
    """Yield each row's JSON text, what it was made from (none for a broken row), and its broken reason."""
    broken = {(k + 1) * conversations // (len(BROKEN) + 1): kind for k, kind in enumerate(BROKEN)}
    for number in range(conversations):
        if number in broken:
            reason = broken[number]
            yield BROKEN[reason], None, reason
        else:
            made = maker.make(number)
            yield json.dumps(raw_row(made), ensure_ascii=False), made, ""


def write(out: Path, conversations: int, *, seed: int, turns: bool, broken: bool) -> None:
    """Stream the raw file (`.jsonl`: a row a line, else one JSON array) and `<name>.truth.jsonl`.

    With `broken`, rows that are no conversation stand at fixed places, and the file ends inside its last row.
    """
    out.parent.mkdir(parents=True, exist_ok=True)
    maker = Maker(seed, conversations)
    lines = out.suffix == ".jsonl"
    truth_path = out.with_name(f"{out.stem}.truth.jsonl")
    with out.open("w", encoding="utf-8", newline="\n") as raw, truth_path.open("w", encoding="utf-8") as truth:
        raw.write("" if lines else "[")
        count = 0
        for text, made, reason in rows(maker, conversations):
            if made is None and not broken:
                continue
            raw.write(("" if lines else ",\n" if count else "\n") + text + ("\n" if lines else ""))
            known = truth_row(count, made, turns=turns) if made else {"row": count, "kind": "broken", "broken": reason}
            truth.write(json.dumps(known, ensure_ascii=False) + "\n")
            count += 1
        if broken:
            raw.write(
                ("" if lines else ",\n") + '{"id": "cut", "conversations": [{"from": "human", "value": "The file en'
            )
            truth.write(json.dumps({"row": count, "kind": "broken", "broken": "truncated_row"}) + "\n")
        elif not lines:
            raw.write("\n]\n")


def main() -> None:
    """Read the command line and write."""
    cli = argparse.ArgumentParser(prog="python -m benchmarks.generate", description=__doc__)
    cli.add_argument("--conversations", type=int, default=1_000, help="rows, broken ones included (default 1,000)")
    cli.add_argument("--out", type=Path, help="file to write (default benchmarks/.work/sharegpt_<n>.json)")
    cli.add_argument("--seed", type=int, default=1)
    cli.add_argument("--turns", action="store_true", help="put every turn as typed and written into the truth")
    cli.add_argument("--no-broken", action="store_true", help="valid JSON throughout, for tools that load it whole")
    args = cli.parse_args()
    out = args.out or Path(__file__).parent / ".work" / f"sharegpt_{args.conversations}.json"
    write(out, args.conversations, seed=args.seed, turns=args.turns, broken=not args.no_broken)
    print(f"{out}: {args.conversations:,} conversations, {out.stat().st_size / 1e6:,.1f} MB", file=sys.stderr)


if __name__ == "__main__":
    main()
