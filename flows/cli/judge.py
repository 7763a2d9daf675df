"""`sharegpt judge`: has a judge compare models' answers; `sharegpt judge review`: people read what it said."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from flows.cli import DATA, DataOption, say
from flows.cli.asking import Counter, QuestionsOption, make_section
from flows.cli.options import with_voice
from flows.cli.review import review
from flows.cli.table import console, make_table
from schemas.errors import SettingsError
from schemas.settings.judge import OPENAI, ORDERS, QUESTIONS, Judge
from schemas.shipped import or_shipped

judge_app = typer.Typer(invoke_without_command=True)
judge_app.command()(review)


@judge_app.callback()
@with_voice
def judge(
    context: typer.Context,
    models: Annotated[str, typer.Option(help="Models to compare, with commas between.")] = "",
    against: Annotated[str, typer.Option(help="Compare each with these, and not with each other.")] = "",
    judge_url: Annotated[str, typer.Option("--judge", metavar="URL", help="The judge: URL or URL#MODEL.")] = OPENAI,
    orders: Annotated[str | None, typer.Option(help=f"{ORDERS}: where a model's answer is shown.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show one prompt and the cost; ask nothing.")] = False,
    questions: QuestionsOption = QUESTIONS,
    data: DataOption = DATA,
    sets: Annotated[list[str] | None, typer.Option("--set", metavar="judge.FIELD=VALUE", help="Any setting.")] = None,
) -> None:
    """Have a judge score models' answers in pairs, with the article's prompt, and publish figures and report.

    Example: sharegpt judge --models mine,other --dry-run
    """
    if context.invoked_subcommand is not None:
        return
    from tasks.judge import judge as judge_all
    from tasks.judge import make_plan
    from tasks.judging.endpoint import JUDGE, parse_endpoint
    from tasks.judging.questions import read_questions

    settings = make_section("judge", Judge, sets or [], orders=orders)
    endpoint = parse_endpoint(JUDGE, judge_url, settings.model)
    named, others = ([name.strip() for name in words.split(",") if name.strip()] for words in (models, against))
    if not named:
        raise SettingsError("--models names none: give those that `sharegpt answer` was given, with commas between.")
    file = Path(or_shipped(str(questions)))
    made = make_plan(data, named, others, endpoint, file, read_questions(file), settings)
    say(
        f"{len(made.items):,} judgements by {endpoint.model}: {made.known:,} replies are there, {made.calls:,} are "
        f"to be asked for, for about ${made.cost:,.2f}"
    )
    if dry_run:
        whole = next((item for item in made.items if item.is_whole()), None)
        for message in whole.messages() if whole else []:
            typer.echo(f"--- {message['role']}\n{message['content']}")
        return
    with Counter() as counter:
        done = judge_all(data, made, settings, lambda ready, whole: counter.progress("judged", ready, whole))
    conclude(done)


def conclude(done: Any) -> None:
    """Print the figures and the paths."""
    import pyarrow.parquet as pq

    rows = [row for row in pq.read_table(done.path / "win_rates.parquet").to_pylist() if row["category"] == "all"]
    names = ("model", "against", "orders", "counted", "win", "tie", "loss", "total", "total_against", "ratio")
    lines = [
        [*(row[name] for name in names), f"{row['ratio_low'] or 0:.3f} – {row['ratio_high'] or 0:.3f}"] for row in rows
    ]
    out = console()
    out.print(make_table((*names, "95 %"), lines))
    out.print()
    fates = done.manifest["fates"]
    fate_counts = ", ".join(f"{count:,} {fate}" for fate, count in fates.items() if fate != "expected" and count)
    typer.echo(f"{fates['expected']:,} judgements = {fate_counts}; ${done.manifest['cost']:,.2f}")
    if fates["scored"] < fates["expected"]:
        say("warning: judgements without scores count in no figure; `judgements` says why, one by one.")
    typer.echo(f"report    {done.path / 'judge.html'}")
    typer.echo(f"review    {done.path / 'review.html'}")
    typer.echo(f'catalogue {done.path.parent.parent / "catalogue.duckdb"}  (sharegpt sql "FROM win_rates")')
