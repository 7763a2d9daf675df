"""`sharegpt judge review`: pairs in the terminal, one by one, with their answers and the judge's words, and a vote."""

from __future__ import annotations

import getpass
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.panel import Panel
from rich.text import Text

from flows.cli import DATA, DataOption, say
from flows.cli.table import console, make_table
from tasks.privacy.visible import visible

KEYS = {"1": "left", "=": "tie", "2": "right"}
ASK = "1 the first is better, 2 the second, = as good (a remark may follow) · w the judge's words · s skip · q end: "


def review(
    data: DataOption = DATA,
    who: Annotated[str, typer.Option(help="Who votes; your user name if not given.")] = "",
    take: Annotated[Path | None, typer.Option(help="Take the votes that review.html saved, and ask nothing.")] = None,
) -> None:
    """Vote on pairs that the judge could not decide, and on a sample of the others; no score changes.

    Example: sharegpt judge review
    """
    from tasks.judging.votes import Ballot

    with Ballot(data, who or getpass.getuser()) as ballot:
        if take is not None:
            kept, strange = ballot.take(take)
            say(f"{kept} votes of {ballot.who}" + (f", {strange} on pairs not drawn here left out" if strange else ""))
        else:
            vote_on_all(ballot)
        done = ballot.count()
    conclude(done)


def vote_on_all(ballot: Any) -> None:
    """Show each pair that waits, and keep its vote, until there is none or the person ends it."""
    waiting = ballot.waiting()
    say(f"{len(waiting)} of {len(ballot.cards)} pairs wait for {ballot.who}; names are hidden, sides are drawn.")
    screen = Console(file=sys.stderr, highlight=False)
    for place, card in enumerate(waiting, start=1):
        screen.rule(f"{place} of {len(waiting)} · question {card.question_id} ({card.category}) · {card.drawn}")
        screen.print(Text(visible(card.question), style="bold"))
        screen.print(Panel(Text(visible(card.left)), title="first", title_align="left"))
        screen.print(Panel(Text(visible(card.right)), title="second", title_align="left"))
        # Where the judge is to be measured, its words come after the vote, or on demand.
        saw = card.drawn != "chance"
        if saw:
            show_words(screen, card)
        if not ask(screen, ballot, card, saw):
            return


def ask(screen: Console, ballot: Any, card: Any, saw: bool) -> bool:
    """Ask until there is a vote or the pair is skipped; whether to go on."""
    while True:
        screen.print(Text(ASK, style="dim"), end="")
        word = sys.stdin.readline()
        key, remark = word.strip()[:1], word.strip()[1:].strip()
        if not word or key == "q":
            return False
        if key == "s":
            return True
        if key == "w":
            show_words(screen, card)
            saw = True
        elif key in KEYS:
            ballot.vote(card, KEYS[key], saw_words=saw, remark=remark)
            if not saw:
                show_words(screen, card)
            return True
        else:
            screen.print(f"{visible(key)!r} is none of 1, 2, =, w, s, q.")


def show_words(screen: Console, card: Any) -> None:
    """Print what the judge said in each order."""
    for first, scores, text in card.words:
        seen = "first" if first == "left" else "second"
        title = f"the judge, who saw the {seen} answer before the other: {scores}"
        screen.print(Panel(Text(visible(text)), title=title, title_align="left", style="dim"))


def conclude(done: Any) -> None:
    """Print how far people and the judge agree."""
    import pyarrow.parquet as pq

    rows = pq.read_table(done.path / "agreement.parquet").to_pylist()
    names = ("who", "drawn", "votes", "agreed", "share", "kappa", "kappa_low", "kappa_high", "unjudged")
    lines = [[row["who"] or "all together", *(row[name] for name in names[1:])] for row in rows]
    console().print(make_table(names, lines))
    typer.echo(f"report    {done.path / 'judge.html'}")
