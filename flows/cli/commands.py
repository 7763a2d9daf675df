"""Registers every command."""

from __future__ import annotations

from flows.cli import app
from flows.cli.dictionary import tables
from flows.cli.query import sql
from flows.cli.run import run
from flows.cli.trace import trace
from flows.cli.verify import verify

for command in (run, sql, trace, tables, verify):
    app.command()(command)
