"""Makes one part of one stage again, from a finished data root: CPU seconds, the same values or not, a profile."""

from __future__ import annotations

import argparse
import cProfile
import pstats
import shutil
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pyarrow.parquet as pq

from flows.order import STEPS
from schemas.deduplication import Decisions, Signatures
from schemas.ledger import Fates
from schemas.settings import Settings
from schemas.tables import Shards
from tasks.deduplicate import find_duplicates, with_decisions
from tasks.ingest import make_ingested
from tasks.runtime.run_context import timed
from tasks.runtime.stage import Stage, make_part
from tasks.sources.plan import plan
from tasks.sources.plan_cache import SPOOL
from tasks.store.ledger import part_ledger
from tasks.store.parts import DIGEST, NOTHING, Part, part_files, part_path, read_footer, write_table
from tasks.store.versions import latest, versions_folder
from tasks.write_shards import make_shards

STAGES: dict[str, Stage] = {step.stage.contract.view: step.stage for step in STEPS}


def steps(root: Path, source: Path, number: int) -> dict[str, Callable[[Path], Path]]:
    """Return a function per stage that makes a part below another root, from a finished one, and says where.

    The finished root is one of the usual settings, its level of compression among them.
    """
    settings = Settings()
    level = settings.shards.compression_level
    range_ = plan(str(source), root / SPOOL)[number]
    key = range_.key

    def digest(path: Path) -> str:
        return read_footer(path)[DIGEST].decode()

    def make(name: str, out: Path) -> Path:
        stage, part = STAGES[name], Part(name, key, root, "")
        if name == "deduplicated":
            (part,) = with_decisions([part], [Part(Decisions.view, key, part_path(root, Decisions, key), "")])
        target = part_path(out, stage.contract, key)
        for folder in root.glob("0*"):
            if folder.name != target.relative_to(out).parts[0]:
                (out / folder.name).symlink_to(folder.resolve())
        chosen = tuple(settings.section(section) for section in stage.sections)
        make_part(stage, out, part, chosen, digest(part_path(root, stage.contract, key)), level)
        return target

    def ingested(out: Path) -> Path:
        return make_ingested(range_, out, settings.input, level).path

    def decisions(out: Path) -> Path:
        """Make those of every part: there is one barrier."""
        made = find_duplicates(part_files(root, Signatures), settings.deduplication, out, out / "temporary")
        return made[number].path

    def shards(out: Path) -> Path:
        known = versions_folder(root) / str(latest(root)) / "train" / f"part-{number:05d}.parquet"
        return out / make_shards(root, out, key, number, digest(known), level)[0].name

    def fates(out: Path) -> Path:
        """Make the ledger of a part, of which a run keeps the file under a digest of the code."""
        write_table(out / "fates.parquet", Fates, [(part_ledger(root, key)[0], NOTHING)], "")
        return out / "fates.parquet"

    stages = {name: partial(make, name) for name in STAGES}
    return {"ingested": ingested, **stages, "decisions": decisions, Shards.view: shards, Fates.view: fates}


def compared(made: Path, root: Path) -> str:
    """Return how a part differs from the finished root's: in nothing, in its bytes alone, or in which columns."""
    finished = [*root.glob(f"**/{made.parent.name}/{made.name}")] or [*root.glob(f"**/{made.stem}-*.parquet")]
    if any(path.read_bytes() == made.read_bytes() for path in finished):
        return "same bytes"
    table = pq.read_table(made, partitioning=None)
    others: list[list[str]] = []
    for path in finished:
        known = pq.read_table(path, partitioning=None)
        names = dict.fromkeys([*table.column_names, *known.column_names])
        shared = set(table.column_names) & set(known.column_names)
        others.append([name for name in names if name not in shared or table[name] != known[name]])
    least = min(others, key=len, default=["none was there"])
    return f"OTHER VALUES: {', '.join(least)}" if least else "same values, other bytes"


def main() -> None:
    """Print a line a stage."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.stage", description=__doc__)
    parser.add_argument("stages", nargs="*", help="views; all if none is given")
    parser.add_argument("--root", type=Path, default=Path("benchmarks/.work/pipeline"), help="a finished data root")
    parser.add_argument("--source", type=Path, default=Path("benchmarks/.work/bench_110000.json"), help="its input")
    parser.add_argument("--part", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--profile", type=int, default=0, metavar="LINES", help="lines of a profile by own time")
    chosen = parser.parse_args()
    known = steps(chosen.root, chosen.source, chosen.part)
    for name in chosen.stages or known:
        for _ in range(chosen.rounds):
            out = Path(tempfile.mkdtemp(dir=chosen.root.parent))
            profile = cProfile.Profile(time.process_time)
            try:
                run = partial(profile.runcall, known[name]) if chosen.profile else known[name]
                made, seconds = timed(run, out)
                told = compared(made, chosen.root)
            finally:
                shutil.rmtree(out)
            print(f"{name:<20}{seconds:>8.2f} CPU s  {told}", flush=True)
            if chosen.profile:
                pstats.Stats(profile).sort_stats("tottime").print_stats(chosen.profile)


if __name__ == "__main__":
    main()
