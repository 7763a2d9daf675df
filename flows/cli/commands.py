"""Registers every command, for those who look at all of them: the documents and the tests."""

from __future__ import annotations

from flows.cli.registry import register

register()
