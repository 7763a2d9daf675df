"""Measures the language and quality filters on labelled data, beside FastChat's: `make bench-filters`."""

from __future__ import annotations

import argparse
import json
import subprocess
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pyarrow as pa

from benchmarks.filters_planted import planted
from benchmarks.published.rows import read_rows
from benchmarks.published.rows import table as raw_table
from schemas.settings import Decontamination, Input, Language, Markdown, Privacy, Quality
from schemas.types import TURN
from tasks.convert import convert
from tasks.filter_language import filter_language
from tasks.filter_quality import filter_quality
from tests.support.labelled.conversations import HERE, judged, labelled, precision_recall, table

OFF = Privacy(policy="off")
Row = dict[str, Any]


def share(part: int, whole: int) -> str:
    return f"{part / whole:7.1%}" if whole else "      –"


def ask_peer(python: Path, turns: list[list[str]]) -> tuple[list[tuple[str | None, int, str]], float]:
    """Return FastChat's verdicts and its CPU seconds."""
    worker = Path(__file__).with_name("filters_peer.py")
    done = subprocess.run([python, worker], input=json.dumps(turns) + "\n", capture_output=True, text=True, check=True)
    verdicts, seconds = json.loads(done.stdout)
    return [tuple(verdict) for verdict in verdicts], seconds


def languages(truth: list[str], told: dict[str, list[str]]) -> None:
    """Print exact share, and precision and recall of English."""
    print(f"{'':<14}{'exact':>8}{'English precision':>19}{'recall':>9}")
    for name, answers in told.items():
        labels, found, both = precision_recall(list(zip(truth, answers, strict=True))).get("en", (0, 0, 0))
        right = sum(a == b for a, b in zip(truth, answers, strict=True))
        print(f"{name:<14}{share(right, len(truth)):>8}{share(both, found):>19}{share(both, labels):>9}")


def on_labelled(peer: Path | None) -> None:
    rows = labelled()
    ours = judged(table(rows))
    theirs = ask_peer(peer, [[turn["content"] for turn in row.turns] for row in rows])[0] if peer else []
    print(f"{len(rows)} labelled conversations in {len({row.language for row in rows})} languages\n")
    told = {"this project": [verdict.language for verdict in ours]}
    if theirs:
        told["FastChat, CLD2"] = [
            "zh-cn" if code == "zh" else {"zh-Hant": "zh-tw", "iw": "he"}.get(code, code) for _, _, code in theirs
        ]
    languages([row.language for row in rows], told)
    print(f"\n{'Reason':<18}{'labelled':>9}{'precision':>11}{'recall':>9}" + "   FastChat drops of them" * bool(theirs))
    counts = precision_recall([(row.reason, verdict.reason) for row, verdict in zip(rows, ours, strict=True)])
    for reason, (labels, found, both) in counts.items():
        line = (
            f"{reason if reason != 'None' else 'keep':<18}{labels:>9}{share(both, found):>11}{share(both, labels):>9}"
        )
        if theirs:
            mine = [at for at, row in enumerate(rows) if str(row.reason) == reason]
            line += share(sum(theirs[at][0] is not None or not theirs[at][1] for at in mine), labels).rjust(25)
        print(line)
    right = sum(verdict.cut == row.cut for row, verdict in zip(rows, ours, strict=True) if row.kind == "cut")
    print(f"\nturns cut as labelled: {right} of {sum(row.kind == 'cut' for row in rows)}")
    right = sum(verdict.flags == row.flags for row, verdict in zip(rows, ours, strict=True))
    print(f"flags as labelled: {right} of {len(rows)}")


def read(corpus: Path) -> pa.Table:
    """Return a ShareGPT file (one JSON array) as stage 02 hands it on; rows that are no exchange left out."""
    raw = raw_table(read_rows(corpus))
    done = convert(raw, Markdown(), Input())
    whole = pa.table({"row_id": raw["row_id"], "turns": done["turns"], "unlabelled_eos": done["unlabelled_eos"]})
    whole = whole.append_column("plugins", pa.nulls(raw.num_rows, pa.string()))
    return whole.filter(pa.compute.is_null(done["reason"]))


def on_corpus(corpus: Path) -> None:
    rows = read(corpus)
    ids = rows["row_id"].to_pylist()
    lines = (HERE / "sharegpt_v3_languages.tsv").read_text(encoding="utf-8").split("\n")[1:]
    labels = dict(line.split("\t") for line in lines if line)
    told = dict(zip(ids, filter_language(rows, Language(keep="all"))["language"].to_pylist(), strict=True))
    known = [id_ for id_ in ids if id_ in labels]
    print(f"\n{corpus.name}: {len(ids)} conversations, {len(known)} of {len(labels)} with a label\n")
    if known:
        languages([labels[id_] for id_ in known], {"this project": [told[id_] for id_ in known]})
        print("  wrong:", ", ".join(f"{i} {labels[i]}→{told[i]}" for i in known if labels[i] != told[i]))
    worthy = filter_quality(rows, Quality(), OFF, Decontamination(), Input()).to_pylist()
    dropped = {id_: row["reason"] for id_, row in zip(ids, worthy, strict=True) if row["reason"]}
    cut = Counter(
        reason
        for row in worthy
        if not row["reason"]
        for reason in {turn["reason"] for turn in row["turns"] or [] if turn["fate"] == "dropped" and turn["reason"]}
    )
    print(f"\ndropped by quality: {len(dropped)} ({len(dropped) / len(ids):.1%}): {dict(Counter(dropped.values()))}")
    print("  " + " ".join(dropped))
    print(f"lost a round, kept the rest (repairs of stage 02 among them): {dict(cut)}")
    print(f"flagged: {dict(Counter(flag for row in worthy for flag in row['flags']))}")
    on_planted(rows, worthy)
    cost(rows)


def on_planted(rows: pa.Table, worthy: list[Row]) -> None:
    """Plant a bad answer into the first round of each clean conversation."""
    clean = []
    for row, verdict in zip(rows.to_pylist(), worthy, strict=True):
        said = [turn["content"] for turn in row["turns"] if not turn["fate"] and turn["role"] != "system"]
        if not verdict["reason"] and not verdict["turns"] and len(said) > 1 and len(said[1]) > 400:
            clean.append((said[0], said[1]))
    plants = list(planted(clean))
    plain = {"fate": None, "into_turn": None, "reason": None}
    turns = [
        [{"turn": 0, "role": "user", "content": q, **plain}, {"turn": 1, "role": "assistant", "content": a, **plain}]
        for _, _, q, a in plants
    ]
    made = pa.table({"row_id": [str(at) for at in range(len(plants))], "turns": pa.array(turns, pa.list_(TURN))})
    made = made.append_column("unlabelled_eos", pa.nulls(len(plants), pa.list_(pa.int32())))
    made = made.append_column("plugins", pa.nulls(len(plants), pa.string()))
    reasons = filter_quality(made, Quality(), OFF, Decontamination(), Input())["reason"].to_pylist()
    asked = Counter(kind for kind, *_ in plants)
    caught = Counter(kind for (kind, reason, *_), found in zip(plants, reasons, strict=True) if found == reason)
    print(f"\n{len(plants)} planted bad answers, caught with the right Reason: {caught.total() / len(plants):.1%}")
    for kind, number in asked.items():
        print(f"  {kind:<22}{number:>5}{share(caught[kind], number):>9}")


def on_generated(truth: Path) -> None:
    """Measure languages on the benchmark generator's truth (made with --turns), rows without planted repairs."""
    made = [json.loads(line) for line in truth.read_text(encoding="utf-8").split("\n") if line]
    whole = [row for row in made if row["kind"] != "broken" and not row["planted"] and len(row.get("turns", ())) > 1]
    plain = {"fate": None, "into_turn": None, "reason": None}
    turns = [
        [
            {"turn": at, "role": ("user", "assistant")[at % 2], "content": t, **plain}
            for at, t in enumerate(row["turns"])
        ]
        for row in whole
    ]
    rows = pa.table({"row_id": [row["id"] for row in whole], "turns": pa.array(turns, pa.list_(TURN))})
    rows = rows.append_column("unlabelled_eos", pa.nulls(len(whole), pa.list_(pa.int32())))
    rows = rows.append_column("plugins", pa.nulls(len(whole), pa.string()))
    print(f"\n{truth.name}: {len(whole)} generated conversations\n")
    told = filter_language(rows, Language(keep="all"))["language"].to_pylist()
    languages([row["language"] for row in whole], {"this project": told})
    cost(rows.slice(0, 2_000))


def cost(rows: pa.Table, repeats: int = 5) -> None:
    """Print CPU microseconds a conversation, the best of some runs."""
    steps = {
        "language": lambda: filter_language(rows, Language()),
        "quality and privacy": lambda: filter_quality(rows, Quality(), Privacy(), Decontamination(), Input()),
    }
    print()
    for name, step in steps.items():
        best = min(_seconds(step) for _ in range(repeats))
        print(f"{name:<22}{best / rows.num_rows * 1e6:>7.0f} µs of CPU a conversation")


def _seconds(step: Any) -> float:
    since = time.process_time()
    step()
    return time.process_time() - since


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", type=Path, nargs="?", help="a ShareGPT file (JSON array) to read and to plant into")
    parser.add_argument("--generated", type=Path, help="a truth file of benchmarks.generate --turns")
    parser.add_argument("--peer", type=Path, help="the Python of an environment with fschat and pycld2")
    arguments = parser.parse_args()
    on_labelled(arguments.peer)
    if arguments.corpus:
        on_corpus(arguments.corpus)
    if arguments.generated:
        on_generated(arguments.generated)


if __name__ == "__main__":
    main()
