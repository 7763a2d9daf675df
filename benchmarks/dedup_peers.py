"""One peer's near-duplicate search on the bench's input, as its documentation has it: words, 5-grams, MinHash, LSH.

Runs in an environment of its own (datasketch, rensa, pyarrow) and prints one line of JSON.
"""

from __future__ import annotations

import json
import re
import resource
import sys
import time
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

BANDS, ROWS = 21, 6  # the same as ours at a threshold of 0.8
WORD = re.compile(r"\w+")


def shingles(turns: list[dict[str, str]]) -> list[str]:
    words = WORD.findall("\n".join(turn["content"] for turn in turns).lower())
    return list({" ".join(words[i : i + 5]) for i in range(max(1, len(words) - 4))})


def datasketch_index():
    from datasketch import MinHash, MinHashLSH

    index = MinHashLSH(num_perm=BANDS * ROWS, params=(BANDS, ROWS))

    def meet(number: int, pieces: list[str]) -> list[int]:
        signature = MinHash(num_perm=BANDS * ROWS, seed=1)
        signature.update_batch([piece.encode() for piece in pieces])
        met = index.query(signature)
        if not met:
            index.insert(number, signature)
        return met

    return meet


def rensa_index():
    from rensa import RMinHash, RMinHashLSH

    index = RMinHashLSH(0.8, BANDS * ROWS, BANDS)

    def meet(number: int, pieces: list[str]) -> list[int]:
        signature = RMinHash(num_perm=BANDS * ROWS, seed=1)
        signature.update(pieces)
        met = index.query(signature)
        if not met:
            index.insert(number, signature)
        return met

    return meet


def peak() -> int:
    """Return the largest memory of this process in bytes (ru_maxrss would be the parent's, where that was larger)."""
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) * 1024


def main() -> None:
    peer, source, out = sys.argv[1:4]
    meet = {"datasketch": datasketch_index, "rensa": rensa_index}[peer]()
    base = resource.getrusage(resource.RUSAGE_SELF)
    wall, memory, number, pairs = time.perf_counter(), peak(), 0, []
    with pq.ParquetFile(source) as file:
        for batch in file.iter_batches(500, columns=["turns"]):
            for turns in batch["turns"].to_pylist():
                met = meet(number, shingles(turns))
                if met:
                    pairs.append((number, min(met)))  # first wins: who came earlier is kept
                number += 1
    used = resource.getrusage(resource.RUSAGE_SELF)
    pq.write_table(pa.table({"number": [a for a, _ in pairs], "kept": [b for _, b in pairs]}), out)
    cpu = used.ru_utime + used.ru_stime - base.ru_utime - base.ru_stime
    grown = peak() - memory
    print(json.dumps({"wall": time.perf_counter() - wall, "cpu": cpu, "memory": grown, "dropped": len(pairs)}))


if __name__ == "__main__":
    main()
