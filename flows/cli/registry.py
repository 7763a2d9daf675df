"""Registers the commands: the one that is called alone, so that none waits for the libraries of the others."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from importlib import import_module

from flows.cli import app

MODULES = {
    "run": "run",
    "preview": "preview",
    "sql": "query",
    "trace": "trace",
    "show": "show",
    "tables": "dictionary",
    "verify": "verify",
    "audit": "audit",
    "diff": "diff",
    "export": "export",
    "push": "push",
    "versions": "versions",
    "use": "versions",
    "prune": "versions",
    "settings": "settings",
    "server": "server",
    "serve": "deploy",
    "deploy": "deploy",
    "train": "train",
    "serve-model": "serve_model",
    "chat": "chat",
    "votes": "votes",
    "answer": "answer",
    "judge": "judge",
}
"""The module of each command, in the order of the help."""

GROUPS = ("judge", "server")
"""Commands that have commands of their own."""

READERS = ("sql", "trace", "show", "diff", "export")
"""Commands that read the files of a data root, and name the damaged one."""

WORDS = ("sql", "trace", "show")
"""A query may begin with a comment (`-- why`), an id with a dash: what is no option of these is their argument."""


def wanted(words: Iterable[str]) -> tuple[str, ...]:
    """Return the command that a command line calls; all where it asks for help, or for none that there is."""
    first = next((word for word in words if not word.startswith("-")), "")
    return (first,) if first in MODULES else tuple(MODULES)


def register(names: Iterable[str] = MODULES) -> None:
    """Register commands; what is registered already is left as it is."""
    for name in names:
        _register(name)


@cache
def _register(name: str) -> None:
    module = import_module(f"flows.cli.{MODULES[name]}")
    if name in GROUPS:
        app.add_typer(getattr(module, f"{name}_app"), name=name)
        return
    from flows.cli.options import with_voice

    command = getattr(module, name.replace("-", "_"))
    if name in READERS:
        from flows.cli.damage import naming_damage

        command = naming_damage(command)
    app.command(context_settings={"ignore_unknown_options": True} if name in WORDS else {})(with_voice(command))
