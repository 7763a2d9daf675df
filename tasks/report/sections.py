"""The plots and tables of each section of the report, from the views of one version."""

from __future__ import annotations

from importlib.metadata import version as release
from typing import Any

import duckdb

from schemas.enums import Split
from schemas.manifest import Manifest
from tasks.privacy.places import redact_document, redact_words
from tasks.report.compare import Changes
from tasks.report.plots import bars, histogram
from tasks.report.render import Plot, Table

MOST_BARS = 16
"""Bars of a plot; the table below holds the rest."""
LENGTH_BUCKETS = 32
"""Most bars of the histogram of lengths."""
LAST_ROUNDS = 20
"""Conversations with more rounds share the last bar."""
SHOWN_CHANGES = 40
SHOWN_SOURCES = 4


def tiles(manifest: Manifest) -> list[tuple[str, str]]:
    """Return the numbers at the top of the page, each with what it counts."""
    first, last = manifest.funnel[0], manifest.funnel[-1]
    whole, kept = first.conversations_in, last.conversations_kept
    share = f" ({kept / whole:.0%})" if whole else ""
    held, of = manifest.of_split(Split.VALIDATION)
    return [
        (f"{whole:,}", "raw conversations"),
        (f"{kept:,}", f"of them kept{share}"),
        (f"{last.turns_kept:,}", f"turns kept of {first.turns_in:,}"),
        (f"{manifest.rows:,}", "samples"),
        (f"{manifest.tokens:,}", "tokens"),
        (f"{manifest.label_tokens:,}", "tokens with loss"),
        (f"{of:,}", f"tokens in {held:,} validation samples ({of / max(1, manifest.tokens):.2%})"),
    ]


def head(manifest: Manifest) -> list[tuple[str, str]]:
    """Return what a version is made of: files, release and digest of the code. Times are in the run log alone."""
    names = list(manifest.sources)
    more = f" and {len(names) - SHOWN_SOURCES:,} more" if len(names) > SHOWN_SOURCES else ""
    picked = f", {manifest.sample:,} rows picked" if manifest.sample else ""
    return [
        ("source", f"{', '.join(names[:SHOWN_SOURCES])}{more}{picked}"),
        ("code", f"sharegpt-clean {release('sharegpt-clean')}, digest {manifest.digests.code[:12]}"),
    ]


def splits(connection: duckdb.DuckDBPyConnection) -> Table:
    """Return samples and tokens of each split."""
    rows = connection.execute("""
        SELECT split, count(*), sum(n_tokens)::BIGINT, sum(n_label_tokens)::BIGINT,
            round(100.0 * sum(n_tokens) / sum(sum(n_tokens)) OVER (), 2)
        FROM shards GROUP BY split ORDER BY split
    """).fetchall()
    return Table(("split", "samples", "tokens", "with loss", "% of tokens"), rows, "Split")


def funnel(records: list[dict[str, Any]]) -> list[Plot | Table]:
    """Return the funnel in conversations and turns: two plots and a table."""
    plots: list[Plot | Table] = [
        Plot(
            f"{what.capitalize()} per stage",
            "kept and dropped, in flow order",
            bars([(row["stage"], (row[f"{what}_kept"], row[f"{what}_dropped"])) for row in records], names),
        )
        for what, names in (("conversations", ("kept", "dropped")), ("turns", ("kept", "dropped")))
    ]
    columns = list(records[0])
    names = [column.replace("_", " ") for column in columns]
    return [*plots, Table(names, [[row[column] for column in columns] for row in records])]


def token_funnel(connection: duckdb.DuckDBPyConnection) -> Plot:
    """Return the funnel in tokens, which are counted from the windows on."""
    rows = connection.execute("""
        SELECT 'windows', coalesce(sum(n_label_tokens) FILTER (sample_id IS NOT NULL), 0),
            coalesce(sum(n_tokens) FILTER (sample_id IS NULL), 0),
            coalesce(sum(n_tokens - n_label_tokens) FILTER (sample_id IS NOT NULL), 0) FROM windows
        UNION ALL SELECT 'shards', coalesce(sum(n_label_tokens), 0), 0,
            coalesce(sum(n_tokens - n_label_tokens), 0) FROM shards
    """).fetchall()
    drawn = [(stage, (int(loss), int(dropped), int(rest))) for stage, loss, dropped, rest in rows]
    note = "with loss, dropped with an over-long round, and without loss (questions, template)"
    return Plot("Tokens per stage", note, bars(drawn, ("with loss", "dropped", "without loss")))


def overview(records: list[dict[str, Any]]) -> list[Plot | Table]:
    """Return how often each reason was given: a plot of conversations and one of turns."""
    by_rows = [row for row in records if row["conversations"]]
    by_turns = sorted((row for row in records if row["turns"]), key=lambda row: (-row["turns"], row["reason"]))
    return [
        Plot(
            f"{what.capitalize()} dropped",
            f"by reason, the {MOST_BARS} commonest",
            bars([(row["reason"], (row[what],)) for row in rows[:MOST_BARS]], (what,)),
            dropped=True,
        )
        for what, rows in (("conversations", by_rows), ("turns", by_turns))
    ]


def languages(connection: duckdb.DuckDBPyConnection) -> list[Plot | Table]:
    """Return the users' languages, kept and dropped: a plot and a table."""
    rows = connection.execute("""
        WITH published AS (
            SELECT language, sum(n_tokens)::BIGINT AS tokens, sum(n_label_tokens)::BIGINT AS with_loss
            FROM shards GROUP BY language
        )
        SELECT language, kept, conversations - kept AS dropped, coalesce(tokens, 0), coalesce(with_loss, 0)
        FROM languages LEFT JOIN published USING (language) ORDER BY conversations DESC, language
    """).fetchall()
    drawn = [(row[0], (row[1], row[2])) for row in rows[:MOST_BARS]]
    note = "conversations by the user's language; dropped for the language"
    return [
        Plot("Languages", note, bars(drawn, ("kept", "dropped"))),
        Table(("language", "kept", "dropped for it", "tokens", "with loss"), rows),
    ]


def labels(connection: duckdb.DuckDBPyConnection) -> list[Plot | Table]:
    """Return what the labels teach: labelled tokens by kind and language, in some answers, by first sentence."""
    rows = connection.execute("FROM label_audit").fetchall()
    openings = iter(redact_words([value for measure, value, *_ in rows if measure == "opening"]))
    titles = {
        "kind": "kind of text",
        "language": "answers' language",
        "answers": "answers",
        "opening": "first sentence",
    }
    tables: dict[str, list[tuple[str, int, int, str]]] = {measure: [] for measure in titles}
    for measure, value, answers, tokens, share in rows:
        name = next(openings) if measure == "opening" else value
        tables[measure].append((name, answers, tokens, f"{share:.1%}"))
    return [
        Table((titles[measure], "answers", "tokens with loss", "share"), found[:MOST_BARS])
        for measure, found in tables.items()
        if found
    ]


def lengths(connection: duckdb.DuckDBPyConnection, context: int) -> list[Plot | Table]:
    """Return two histograms: samples by length, and conversations by the rounds that are kept."""
    counted = connection.execute("SELECT bucket, samples FROM lengths ORDER BY bucket").fetchall()
    width = 128
    while context / width > LENGTH_BUCKETS:
        width *= 2
    merged: dict[int, int] = {}
    for bucket, samples in counted:
        # A sample as long as the context fills the last bar; it does not open a new one.
        low = min(bucket, context - 1) // width * width
        merged[low] = merged.get(low, 0) + samples
    tokens = [(float(low), float(min(low + width, context)), samples) for low, samples in sorted(merged.items())]
    rounds = connection.execute(f"""
        SELECT least(rounds, {LAST_ROUNDS + 1}) AS rounds, count(*) FROM (
            SELECT count(*) FROM fates WHERE fate = 'sample' AND role = 'assistant' GROUP BY row_id
        ) AS kept (rounds) GROUP BY 1 ORDER BY 1
    """).fetchall()
    drawn = [(float(number), float(number + 1), count) for number, count in rounds]
    return [
        Plot(
            "Tokens of a sample",
            f"samples by length, bars of {width} tokens; none is longer than the context",
            histogram("samples", tokens, (float(context), f"context {context:,}")),
        ),
        Plot(
            "Rounds of a kept conversation",
            f"conversations by answers kept; the last bar holds all above {LAST_ROUNDS}",
            histogram("conversations", drawn),
        ),
    ]


def duplicates(connection: duckdb.DuckDBPyConnection, threshold: float) -> list[Plot | Table]:
    """Return the kinds of copies, and the similarity of all verified pairs: what another threshold would have kept."""
    kinds = connection.execute("""
        SELECT kind, count(*) AS copies, count(DISTINCT group_id) AS groups, round(avg(jaccard), 3) AS mean_jaccard
        FROM duplicates GROUP BY kind ORDER BY copies DESC, kind
    """).fetchall()
    # 1 belongs to the last bar.
    pairs = connection.execute("""
        SELECT least(floor(jaccard * 20), 19)::INTEGER AS place, count(*) FROM similar_pairs GROUP BY 1 ORDER BY 1
    """).fetchall()
    drawn = [(place / 20, (place + 1) / 20, count) for place, count in pairs]
    return [
        Plot("Copies dropped", "by kind", bars([(kind, (copies,)) for kind, copies, *_ in kinds], ("copies",)), True),
        Plot(
            "Similarity of verified pairs",
            "pairs by Jaccard similarity; near copies at or above the line were dropped",
            histogram("pairs", drawn, (threshold, f"threshold {threshold:g}")),
        ),
        Table(("kind", "copies", "groups", "mean Jaccard"), kinds),
    ]


def privacy(connection: duckdb.DuckDBPyConnection) -> list[Plot | Table]:
    """Return the kinds of personal data found, and the benchmarks whose items stand in turns; nothing without finds."""
    kinds = connection.execute("""
        SELECT kind, count(*) AS finds, count(DISTINCT digest) AS different, count(DISTINCT row_id) AS conversations
        FROM pii GROUP BY kind ORDER BY finds DESC, kind
    """).fetchall()
    benchmarks = connection.execute("""
        SELECT benchmark, count(DISTINCT item) AS items, count(*) AS turns, count(DISTINCT row_id) AS conversations
        FROM contamination GROUP BY benchmark ORDER BY turns DESC, benchmark
    """).fetchall()
    if not kinds and not benchmarks:
        return []
    drawn = bars([(kind, (finds,)) for kind, finds, *_ in kinds], ("finds",))
    return [
        Plot("Personal data and secrets", "finds by kind, in conversations that reached the quality stage", drawn),
        Table(("kind", "finds", "different values", "conversations"), kinds),
        Table(("benchmark", "items met", "turns", "conversations"), redact_document(benchmarks), "Benchmark items met"),
    ]


def packing(connection: duckdb.DuckDBPyConnection, context: int) -> list[Plot | Table]:
    """Return how full the packs are; nothing where packing is off."""
    rows = connection.execute(f"""
        SELECT least(floor(tokens / {context:d} * 20), 19)::INTEGER AS place, count(*), sum(tokens)
        FROM (SELECT sum(length) AS tokens FROM packs GROUP BY pack_id) GROUP BY 1 ORDER BY 1
    """).fetchall()
    if not rows:
        return []
    packs, tokens = sum(count for _, count, _ in rows), int(sum(total for *_, total in rows))
    drawn = [(place / 20, (place + 1) / 20, count) for place, count, _ in rows]
    names = ("packs", "tokens", "fill")
    table = Table(names, [(packs, tokens, f"{tokens / packs / context:.1%}")])
    return [Plot("Fill of the packs", "packs by the share of the context they fill", histogram("packs", drawn)), table]


def changed(changes: Changes) -> list[Table]:
    """Return what changed since a version as tables; empty ones are left out."""
    counts = [(what, was, now, (now or 0) - (was or 0)) for what, was, now in changes.counts]
    moved = ("was", "is", "how many", "example")
    tables = [
        Table(("setting", "was", "is"), changes.settings, "Settings that differ"),
        Table(("digest of", "was", "is"), changes.digests, "Digests that differ"),
        Table(moved, changes.rows[:SHOWN_CHANGES], "Conversations with another fate"),
        Table(moved, changes.turns[:SHOWN_CHANGES], "Turns with another fate"),
        Table(("count", "was", "is", "change"), [row for row in counts if row[3]], "Counts that differ"),
    ]
    return [table for table in tables if table.rows]
