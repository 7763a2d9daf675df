"""What a contract is: a class body that says columns, types, sentences and rules, and can check a table."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any, ClassVar

import polars as pl
import pyarrow as pa

from schemas.storage import layout

Rule = Callable[[], pl.Expr]


class ContractError(ValueError):
    """A table breaks its contract; the message names contract, rule, count and first row."""


@dataclass(frozen=True)
class Column:
    """One column of a contract.

    Args:
        type: its Arrow type, as stored.
        note: one sentence for the data dictionary, the Parquet footer and DuckDB's comment.
        nullable: whether null is allowed at all.
    """

    type: pa.DataType
    note: str
    nullable: bool = True

    def field(self, name: str) -> pa.Field:
        """Return the Arrow field, with the sentence in its metadata."""
        return pa.field(name, self.type, nullable=self.nullable, metadata={"comment": self.note})

    def proof(self) -> str:
        """Return what of the column decides the bytes of a file."""
        return f"{self.type}:{self.nullable}"

    def required(self, note: str = "") -> Column:
        """Return the same column where null is not allowed, with a sentence of its own if given."""
        return Column(self.type, note or self.note, nullable=False)


def rule(sentence: str) -> Callable[[Rule], staticmethod[[], pl.Expr]]:
    """Mark a function without arguments as a rule: its expression must be true (or null) in every row."""

    def mark(function: Rule) -> staticmethod[[], pl.Expr]:
        function.__dict__["rule"] = sentence
        return staticmethod(function)

    return mark


class Contract:
    """Base of all contracts: subclass it, name the columns, add rules."""

    view: ClassVar[str]
    folder: ClassVar[str] = ""
    prefix: ClassVar[str] = "part"
    hashes: ClassVar[tuple[str, ...]] = ()
    """Columns of nothing but hashes, which are stored as they are: packing them takes longer than it saves."""

    @classmethod
    @cache
    def columns(cls) -> dict[str, Column]:
        """Return the columns, a base's first, in the order of the class bodies."""
        return dict(_columns(cls))  # type: ignore[arg-type]  # classes are hashable, which mypy does not see

    @classmethod
    def note(cls) -> str:
        """Return the contract's first sentence."""
        return (cls.__doc__ or "").strip().splitlines()[0]

    @classmethod
    def schema(cls) -> pa.Schema:
        """Return the Arrow schema, comments included."""
        return pa.schema([column.field(name) for name, column in cls.columns().items()])

    @classmethod
    def rules(cls) -> dict[str, Rule]:
        """Return the rules by name."""
        found: dict[str, Rule] = {}
        for name, value in vars(cls).items():
            function = value.__func__ if isinstance(value, staticmethod) else None
            if function is not None and "rule" in vars(function):
                found[name] = function
        return found

    @classmethod
    @cache
    def proof(cls) -> str:
        """Return the digest of names, types, rules and storage: files of another digest are never read as this one."""
        parts = [f"{name}:{column.proof()}" for name, column in cls.columns().items()]
        parts += [f"{name}={function()}" for name, function in cls.rules().items()]
        parts.append(f"stored {cls.layout(0)}")
        return hashlib.sha256("\n".join([cls.view, *parts]).encode()).hexdigest()[:16]

    @classmethod
    def layout(cls, level: int) -> dict[str, Any]:
        """Return the Parquet writer's options for the columns, at a level of zstd."""
        return layout({name: column.type for name, column in cls.columns().items()}, cls.hashes, level)

    @classmethod
    def empty(cls) -> pa.Table:
        """Return a table of no rows."""
        return cls.schema().empty_table()

    @classmethod
    def check(cls, table: pa.Table) -> pa.Table:
        """Return the table cast to the contract's schema, or raise ContractError naming the first bad row."""
        missing = [name for name in cls.columns() if name not in table.column_names]
        surplus = [name for name in table.column_names if name not in cls.columns()]
        if missing or surplus:
            raise ContractError(f"{cls.view}: columns missing {missing}, not in the contract {surplus}")
        try:
            cast = table.select(list(cls.columns())).cast(cls.schema())
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError, ValueError) as error:
            raise ContractError(f"{cls.view}: {error}") from error
        for name, column in cls.columns().items():
            if not column.nullable and cast[name].null_count:
                raise ContractError(f"{cls.view}.{name}: {cast[name].null_count} null values are not allowed")
        if cls.rules():
            cls._check_rules(cast)
        return cast

    @classmethod
    def _check_rules(cls, table: pa.Table) -> None:
        """Raise ContractError for the first rule that some row breaks."""
        named = "row_id" if "row_id" in cls.columns() else next(iter(cls.columns()))
        for name, function in cls.rules().items():
            expression = function()
            read = sorted({named, *expression.meta.root_names()})  # not the lists, which Polars would copy
            broken = pl.DataFrame(table.select(read)).filter(~expression.fill_null(True))
            if broken.height:
                sentence, first = vars(function)["rule"], broken[named][0]
                raise ContractError(f"{cls.view}.{name}: {broken.height} rows break “{sentence}”, first {first!r}")


@cache
def _columns(contract: type[Contract]) -> dict[str, Column]:
    """Return a contract's columns; the catalogue asks a thousand times for those of some fifty contracts."""
    bodies = [vars(one) for one in reversed(contract.__mro__)]
    return {name: value for body in bodies for name, value in body.items() if isinstance(value, Column)}
