"""The funnel and the rejections of a run as Markdown tables with bars, for Prefect's page."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pyarrow.parquet as pq

from schemas.errors import PipelineError, RefusedError
from schemas.manifest import RejectionRow
from schemas.views import Refused
from tasks.privacy.places import redact_sentence
from tasks.store.versions import Published, refused_folder
from tasks.verify import Audit

BLOCKS = " ▏▎▍▌▋▊▉█"
WIDTH = 24


def bar(share: float) -> str:
    """Draw a share, 0 – 1, as a bar of eighths."""
    eighths = round(max(0.0, min(1.0, share)) * WIDTH * 8)
    return "█" * (eighths // 8) + (BLOCKS[eighths % 8] if eighths % 8 else "")


def funnel_markdown(published: Published) -> str:
    """Return the funnel as a markdown table."""
    manifest = published.manifest
    whole = max(1, manifest.funnel[0].conversations_in)
    lines = [
        f"# {published.version}",
        "",
        f"{manifest.rows:,} samples, {manifest.tokens:,} tokens ({manifest.label_tokens:,} with loss).",
        "",
        "| stage | kept | dropped | | turns kept | turns dropped | tokens |",
        "|---|--:|--:|---|--:|--:|--:|",
    ]
    for row in manifest.funnel:
        tokens = f"{row.tokens:,}" if row.tokens is not None else ""
        share = bar(row.conversations_kept / whole)
        kept, dropped = row.conversations_kept, row.conversations_dropped
        turns = f"{row.turns_kept:,} | {row.turns_dropped:,}"
        lines.append(f"| {row.stage} | {kept:,} | {dropped:,} | `{share}` | {turns} | {tokens} |")
    return "\n".join(lines) + "\n"


def report_markdown(published: Published) -> str:
    """Return the report's tables, and where the report lies: a browser follows no link to a file of a machine."""
    where = f"With plots and examples: `{(published.path / 'report.html').resolve()}`"
    return f"# {published.version}\n\n{where}\n\n{published.tables}"


def audit_markdown(done: Audit) -> str:
    """Return every check that failed, a line each."""
    alone = [done.alone, ""] if done.alone else []
    lines = [f"- {fault}" for fault in done.faults or ["every check holds"]]
    return "\n".join([f"# {done.version}", "", *alone, *lines]) + "\n"


def failure_markdown(error: PipelineError, root: Path | None = None) -> str:
    """Return why a run failed, with the reasons of a result that was refused in a data root."""
    words = f"# {'Refused' if isinstance(error, RefusedError) else 'Failed'}\n\n{redact_sentence(str(error))}\n"
    if root is None or not isinstance(error, RefusedError):
        return words
    refused = pq.read_table(refused_folder(root) / f"{Refused.view}.parquet").to_pylist()
    return f"{words}\n{reasons_markdown([RejectionRow(**row) for row in refused])}"


def rejections_markdown(published: Published) -> str:
    """Return the reasons of a version as a markdown table."""
    return reasons_markdown(published.manifest.rejections)


def reasons_markdown(rejections: Sequence[RejectionRow]) -> str:
    """Return reasons as a markdown table."""
    most = max((row.turns for row in rejections), default=0) or 1
    head = ["| reason | stage | conversations | turns | | example |", "|---|---|--:|--:|---|---|"]
    lines = [
        f"| {row.reason} | {row.stage} | {row.conversations:,} | {row.turns:,} "
        f"| `{bar(row.turns / most)}` | `{row.example}` |"
        for row in rejections
    ]
    return "\n".join(head + lines) + "\n"
