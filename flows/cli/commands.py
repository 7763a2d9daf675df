"""Registers every command."""

from __future__ import annotations

from flows.cli import app
from flows.cli.dictionary import tables
from flows.cli.diff import diff
from flows.cli.export import export
from flows.cli.preview import preview
from flows.cli.query import sql
from flows.cli.run import run
from flows.cli.show import show
from flows.cli.trace import trace
from flows.cli.verify import verify

for command in (run, preview, sql, trace, show, tables, verify, diff, export):
    app.command()(command)
