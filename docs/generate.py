"""Writes docs/reference/ from the contracts, the vocabularies, the settings and the command line (`make docs`)."""

from __future__ import annotations

import importlib
import inspect
import json
from collections.abc import Iterable, Sequence
from enum import Enum, StrEnum
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

import typer
from pydantic.fields import FieldInfo
from typer.models import ArgumentInfo, OptionInfo

from flows.cli import app
from flows.cli.dictionary import described
from schemas.judging import Fate
from schemas.marks import Mark
from schemas.reasons import Reason
from schemas.repairs import Repair
from schemas.settings import CAPABILITY_SECTIONS, SECTIONS
from tasks.conversations.shapes import SHAPES
from tasks.conversations.shapes.turn_lists import ROW_FIELDS
from tests.support.labelled.personal_data import NOTHING, OTHER_BORDERS, Confusion, confusion, labelled

FOLDER = Path(__file__).resolve().parent / "reference"
NOTE = "<!-- Written by docs/generate.py: `make docs` renews it. -->"
FATES = "What came of a judgement that was to be made: exactly one of these, so that the counts add up."
SIGNS = {"ge": "≥", "gt": ">", "le": "≤", "lt": "<", "min_length": "≥", "max_length": "≤"}
WORDS = {int: "whole number", float: "number", str: "text", bool: "true or false", NoneType: "null"}


def table(names: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Write a Markdown table."""
    lines = [names, ["---"] * len(names), *([escaped(cell) for cell in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def escaped(cell: str) -> str:
    """Escape what would end the cell, and outside code what would be taken for a tag."""
    pieces = cell.replace("|", "\\|").split("`")
    return "`".join(piece.replace("<", "&lt;") if place % 2 == 0 else piece for place, piece in enumerate(pieces))


def page(title: str, opening: str, *blocks: str) -> str:
    """Put a page together."""
    return "\n\n".join([f"# {title}", NOTE, opening, *blocks]) + "\n"


def views() -> str:
    """Return every view with its columns."""
    found = described(Path("/nonexistent"))
    blocks = [f"Views: {', '.join(f'[{name}](#{name})' for name, *_ in found)}."]
    for name, note, columns in found:
        rows = [(f"`{column}`", f"`{short(kind)}`", meaning) for column, kind, meaning in columns]
        blocks += [f"## {name}", note, table(("column", "type", "meaning"), rows)]
    return page("Views and columns", "What `sharegpt sql` can ask; `sharegpt tables` prints the same.", *blocks)


def short(kind: str) -> str:
    """Return a DuckDB type without quotes."""
    return kind.replace('"', "")


def vocabulary(title: str, opening: str, words: type[StrEnum]) -> str:
    """Return a vocabulary stage by stage."""
    members: list[Any] = list(words)
    blocks = []
    for stage in dict.fromkeys(member.stage for member in members):
        rows = [(f"`{one}`", one.sentence) for one in members if one.stage == stage]
        blocks += [f"## {stage}", table(("word", "meaning"), rows)]
    return page(title, opening, *blocks)


def settings() -> str:
    """Return every setting: its default, what it may be, what it does, where the default comes from."""
    blocks = []
    for name, section in (SECTIONS | CAPABILITY_SECTIONS).items():
        rows = []
        for field, info in section.model_fields.items():
            extra = info.json_schema_extra
            source = str(extra["source"]) if isinstance(extra, dict) else ""
            rows.append((f"`{field}`", f"`{default(info)}`", allowed(info), info.description or "", source))
        names = ("field", "default", "may be", "meaning", "where the default comes from")
        blocks += [f"## {name}", (section.__doc__ or "").strip(), table(names, rows)]
    opening = (
        "Set with `sharegpt run --set section.field=value`, or as the flow's parameters, one per section. "
        "A value is JSON, else text; a comma makes a list. `train`, `answers`, `judge` and `serve` are set with "
        "`--set` of the command that they belong to."
    )
    return page("Settings", opening, *blocks)


def default(info: FieldInfo) -> str:
    """Return a default as `--set` takes it."""
    value = info.default
    if isinstance(value, tuple):
        return ",".join(value) or "[]"
    return value if isinstance(value, str) else json.dumps(value)


def allowed(info: FieldInfo) -> str:
    """Return what a field may be, in words."""
    bounds = {name: getattr(one, name) for one in info.metadata for name in SIGNS if hasattr(one, name)}
    if "ge" in bounds and "le" in bounds:
        return f"{said(info.annotation)}, {bounds['ge']:,} – {bounds['le']:,}"
    unit = " characters" if "min_length" in bounds or "max_length" in bounds else ""
    return ", ".join([said(info.annotation), *(f"{SIGNS[name]} {bound:,}{unit}" for name, bound in bounds.items())])


def said(kind: Any) -> str:
    """Say a type in words."""
    origin, inner = get_origin(kind), [one for one in get_args(kind) if one is not Ellipsis]
    if origin is Annotated:
        return said(inner[0])
    if origin is Literal:
        return ", ".join(f"`{one}`" for one in inner)
    if origin in (Union, UnionType):
        return " or ".join(said(one) for one in inner)
    if origin is tuple:
        return f"list of {said(inner[0])}"
    if get_origin(kind) is dict:
        return f"an object of {' to '.join(said(one) for one in get_args(kind))}"
    return WORDS[kind]


def commands() -> str:
    """Return every command with its arguments and options, as its function declares them."""
    importlib.import_module("flows.cli.commands")
    blocks = []
    for name, function in functions():
        arguments, options = parameters(function)
        usage = " ".join(["sharegpt", name, *(word for word, _ in arguments), "[options]"])
        rows = [(f"`{word}`", meaning) for word, meaning in [*arguments, *options]]
        meaning, _, example = inspect.cleandoc(function.__doc__ or "").partition("Example: ")
        blocks += [f"## {name}", meaning.strip(), f"`{usage}`", *([f"For example `{example}`"] if example else [])]
        blocks += [table(("argument or option", "meaning"), rows)]
    opening = (
        "`sharegpt COMMAND --help` prints the same. stdout carries the result, stderr the rest. "
        "Exit codes: 0 done, 1 not done (one sentence says why, and the mend), 2 words that no command has, "
        "130 after Ctrl-C, 143 after SIGTERM; `sharegpt train`: 33 stopped with a checkpoint."
    )
    return page("Command line", opening, *blocks)


def functions() -> list[tuple[str, Any]]:
    """Return every command by its name; those of a group after the group's own."""
    found: list[tuple[str, Any]] = [(str(info.callback.__name__), info.callback) for info in app.registered_commands]
    for group in app.registered_groups:
        inner: Any = group.typer_instance
        found.append((str(group.name), inner.registered_callback.callback))
        found += [(f"{group.name} {one.callback.__name__}", one.callback) for one in inner.registered_commands]
    return found


def parameters(function: Any) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Return a command's arguments and options, each with its meaning."""
    hints = get_type_hints(function, include_extras=True)
    arguments, options = [], []
    for name, parameter in inspect.signature(function).parameters.items():
        if hints[name] is typer.Context:
            continue
        kind, info = get_args(hints[name])[:2]
        needed = parameter.default is inspect.Parameter.empty
        if isinstance(info, ArgumentInfo):
            word = (info.metavar or name.upper()) + ("…" if "list" in str(kind) else "")
            arguments.append((word if needed else f"[{word}]", info.help or ""))
        else:
            # Inside Annotated the first word of an Option lands in its `default`.
            words = [one for one in (info.default, *(info.param_decls or ())) if str(one).startswith("-")]
            word = ", ".join(words or [f"--{name.replace('_', '-')}"]) + (f" {info.metavar}" if info.metavar else "")
            options.append(
                (word, (info.help or "") + details(kind, info, None if needed else parameter.default, needed))
            )
    return arguments, options


def details(kind: Any, info: OptionInfo, default: Any, needed: bool) -> str:
    """Say an option's choices, default and environment variable, where it has them."""
    found = ["required"] if needed else []
    if isinstance(kind, type) and issubclass(kind, Enum):
        found.append("one of " + ", ".join(str(one.value) for one in kind))
    if default not in (None, False, ""):
        value = getattr(default, "value", default)
        # A file of the project is named from its root: where that lies is each machine's own.
        ours = isinstance(value, Path) and value.is_relative_to(FOLDER.parents[1])
        found.append(f"default {value.relative_to(FOLDER.parents[1]) if ours else value}")
    if info.envvar:
        found.append(f"environment variable {info.envvar}")
    return f" ({'; '.join(found)})" if found else ""


def privacy() -> str:
    """Return how the labelled texts are found: precision and recall by kind, and what is taken for what."""
    texts = labelled()
    judged = confusion(texts)
    shares = [
        (f"`{kind}`", str(sum(one == kind for text in texts for one, *_ in text.finds)), percent(judged, kind))
        for kind in judged.kinds()
    ]
    total = ("all", str(sum(len(text.finds) for text in texts)), percent(judged, None))
    columns = [*judged.kinds(), OTHER_BORDERS, NOTHING]
    rows = [
        (f"`{label}`" if label != NOTHING else label, *(str(judged.counts.get((label, one), "")) for one in columns))
        for label in [*judged.kinds(), NOTHING]
    ]
    empty = sum(not text.finds for text in texts)
    opening = (
        f"{len(texts):,} short texts written for this project, {empty:,} of them without anything to find: "
        "near misses, placeholders, published test data. A find is right where kind and place are, to the character. "
        "How they came about is in [privacy](../privacy.md); `make bench-privacy` lists what is not found."
    )
    names = ("kind", "labels", "precision", "recall")
    return page(
        "What redaction finds",
        opening,
        table(names, [(kind, labels, *both.split()) for kind, labels, both in [*shares, total]]),
        "## Confusion",
        "A row is what is labelled, a column what was found; `nothing` is where there is no label, or no find.",
        table(("", *columns), rows),
    )


def percent(judged: Confusion, kind: str | None) -> str:
    """Return precision and recall of a kind, or of all."""
    return f"{judged.precision(kind):.1%} {judged.recall(kind):.1%}"


def inputs() -> str:
    """Return every row shape: where it comes from, and what becomes of each field."""
    opening = (
        "What `sharegpt run` reads. A row's shape is told by its content; the view `inputs` names the shapes of each "
        "file, its charset, and the fields that become no turn. Section `input` of the settings says what becomes of "
        "the rest."
    )
    files = table(("file", "how it is read"), FILES)
    of_all = table(("field of the row", "what becomes of it"), ROW_FIELDS)
    shapes = [
        block
        for shape in SHAPES
        for block in (f"## {shape.name}", f"{shape.origin}.", table(("field", "what becomes of it"), shape.fields))
    ]
    marks = table(("mark", "meaning"), [(f"`{mark}`", mark.sentence) for mark in Mark])
    said = ["## Marks", "What fields of a turn say beside its words: column `marks` of view `ingested`.", marks]
    return page("Inputs", opening, "## Files", files, "## Fields of every shape", of_all, *shapes, *said)


FILES = (
    (
        "a JSON array, or values that follow each other",
        "each element is a row; one that holds several conversations gives the rows `<row>/0`, `<row>/1` …",
    ),
    (
        'an object with a list of rows: `{"chats": […]}`',
        "each element of the list is a row; the other fields are left out",
    ),
    ("an object of rows: `{id: row}`", "each value is a row, its key the id"),
    ("JSON Lines", "each line is a row"),
    ("Parquet", "each row is a row, all columns are read"),
    ("gzip, zstd, bzip2, xz", "unpacked into a copy for the run, up to `input.max_expansion` times its size"),
    (
        "zip, tar (also compressed)",
        "its JSON, JSON Lines and Parquet members are files `<archive>/<member>`; nothing is extracted; encrypted, "
        "and archived archives are refused",
    ),
    ("UTF-8, UTF-16, UTF-32", "read; byte order marks may stand between rows"),
    (
        "Windows-1252, GBK, Shift-JIS, EUC-KR …",
        "refused, with the charset it looks like and the command that reads it: `input.encoding`",
    ),
)


def pages() -> dict[str, str]:
    """Return every page of the reference by file name."""
    reasons = "Why a row or a turn was dropped. Each reason belongs to one stage, the view in which it is new."
    repairs = "What was changed in a turn that is kept, recorded in the view `repairs`."
    return {
        "views.md": views(),
        "inputs.md": inputs(),
        "reasons.md": vocabulary("Reasons", reasons, Reason),
        "fates.md": vocabulary("Fates of a judgement", FATES, Fate),
        "repairs.md": vocabulary("Repairs", repairs, Repair),
        "settings.md": settings(),
        "privacy.md": privacy(),
        "commands.md": commands(),
    }


def main() -> None:
    """Write the pages."""
    FOLDER.mkdir(exist_ok=True)
    for name, text in pages().items():
        (FOLDER / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
