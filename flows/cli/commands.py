"""Registers every command."""

from __future__ import annotations

from collections.abc import Callable

from flows.cli import app
from flows.cli.answer import answer
from flows.cli.audit import audit
from flows.cli.chat import chat
from flows.cli.damage import naming_damage
from flows.cli.deploy import deploy, serve
from flows.cli.dictionary import tables
from flows.cli.diff import diff
from flows.cli.export import export
from flows.cli.judge import judge_app
from flows.cli.options import with_voice
from flows.cli.preview import preview
from flows.cli.push import push
from flows.cli.query import sql
from flows.cli.run import run
from flows.cli.serve_model import serve_model
from flows.cli.settings import settings
from flows.cli.show import show
from flows.cli.trace import trace
from flows.cli.train import train
from flows.cli.verify import verify
from flows.cli.versions import prune, use, versions
from flows.cli.votes import votes

# A query may begin with a comment (`-- why`), an id with a dash: what is no option of these commands is their argument.
WORDS = {"ignore_unknown_options": True}

COMMANDS: tuple[Callable[..., None], ...] = (
    run,
    preview,
    sql,
    trace,
    show,
    tables,
    verify,
    audit,
    diff,
    export,
    push,
    versions,
    use,
    prune,
    settings,
    serve,
    deploy,
    train,
    serve_model,
    chat,
    votes,
    answer,
)

READERS = (sql, trace, show, diff, export)
"""Commands that read the files of a data root, and name the damaged one."""

for command in COMMANDS:
    made = naming_damage(command) if command in READERS else command
    app.command(context_settings=WORDS if command in (sql, trace, show) else {})(with_voice(made))
app.add_typer(judge_app, name="judge")
