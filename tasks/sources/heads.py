"""What the first bytes of a source show: whether it holds a conversation, known before anything is read whole."""

from __future__ import annotations

import mmap
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from schemas.errors import SourceError
from schemas.reasons import Reason
from schemas.settings import Input
from tasks.conversations.shapes import RawConversation
from tasks.sources.between import Format
from tasks.sources.charsets import UTF8, wide_utf
from tasks.sources.discover import Source
from tasks.sources.formats import sniff
from tasks.sources.local_copy import fetch
from tasks.sources.packed import CHUNK, LOOK, ZIP, Member, Unpacker, packing, peek
from tasks.sources.parquet import check_columns
from tasks.sources.ranges import Range
from tasks.sources.remote import three_tries
from tasks.sources.rows import SourceRow, rows_in

HEAD = 1 << 20
"""Plain bytes of a file that are looked at: some 160 conversations."""
MOST_FILES = 200
"""Files that are looked at; of remote ones, each of which takes a request, none after the first conversation."""
FIELDS = 8
"""Fields that a refusal names."""


class Head(NamedTuple):
    """The first plain bytes of a file, and whether they are all."""

    data: bytes
    whole: bool


class Look(NamedTuple):
    """What a head shows: its whole rows, their fields, why they are none, and whether it is sure that none is one."""

    rows: int = 0
    fields: tuple[str, ...] = ()
    why: tuple[str, ...] = ()
    none: bool = False


LEFT_TO_THE_PLAN = Look()
"""Of a head that may hold a conversation, or that tells nothing for sure."""


def check_heads(sources: Sequence[Source], reading: Input) -> None:
    """Raise SourceError where a source holds no row, no JSON, or nothing but rows of no known shape.

    Only what is sure is refused: rows longer than HEAD, broken rows and files that are read from their end are left
    to the plan.
    """
    looks: list[Look] = []
    for source in sources[:MOST_FILES]:
        if not (source.remote and any(not look.none for look in looks)):
            looks.append(look_at(source, reading))
    if len(sources) > MOST_FILES or not all(look.none for look in looks):
        return
    names = ", ".join(source.name for source in sources[:3]) + (" …" if len(sources) > 3 else "")
    rows = sum(look.rows for look in looks)
    if not rows:
        raise no_rows(names)
    fields = list(dict.fromkeys(field for look in looks for field in look.fields))
    named = ", ".join(fields[:FIELDS]) + (" …" if len(fields) > FIELDS else "")
    why = f"they have the fields {named}" if fields else "; ".join(look.why[0] for look in looks if look.why)
    which = "The only row" if rows == 1 else f"None of the first {rows:,} rows"
    raise SourceError(
        f"{which} of {names} is {'no' if rows == 1 else 'a'} conversation ({why}): give rows with a list of turns, "
        "such as conversations or messages (docs/reference/inputs.md has all shapes)."
    )


def no_rows(names: str) -> SourceError:
    """Return the error for files without a row."""
    return SourceError(f"The input holds no rows ({names}): give a file with ShareGPT conversations.")


def look_at(source: Source, reading: Input) -> Look:
    """Return what the head of a file shows.

    Raises:
        SourceError: it cannot be read, is damaged, or is not JSON.
    """
    if source.remote:
        return three_tries(lambda: _look(source.name, _remote_head(source, reading)), source.name)
    return _look(source.name, *_local_head(source, reading))


def _look(name: str, head: Head | None, path: Path | None = None) -> Look:
    """Return what a head shows; of a plain local file, its whole is at hand for telling the format."""
    if head is None:
        return LEFT_TO_THE_PLAN
    if path is None or head.whole:
        form, begin = sniff(head.data, name)
    else:
        with path.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as data:
            form, begin = sniff(data, name)
    if form is Format.PARQUET:
        if path is not None:
            check_columns(Range(name, str(path), form, 0, 0))
        return LEFT_TO_THE_PLAN
    found = rows_in(head.data[begin.at :], begin._replace(at=0, form=form), head.whole)
    return _count(found if head.whole else _but_last(found), head.whole)


def _count(rows: Iterator[SourceRow], whole: bool) -> Look:
    """Return what rows show; broken ones are none for sure only where there are no others."""
    count, fields, why = 0, dict[str, None](), dict[str, None]()
    for row in rows:
        for one in row.content:
            if isinstance(one, RawConversation) or not (whole or one.reason is Reason.NOT_A_CONVERSATION):
                return LEFT_TO_THE_PLAN
            fields |= dict.fromkeys(one.keys)
            why[one.detail] = None
        count += 1
    return Look(count, tuple(fields), tuple(why), none=bool(count or whole))


def _but_last(rows: Iterator[SourceRow]) -> Iterator[SourceRow]:
    """Yield all rows but the last, which a cut head cuts."""
    yield from (row for row, _ in pairwise(rows))


def _local_head(source: Source, reading: Input) -> tuple[Head | None, Path | None]:
    """Return the head of a local file, and its path where it is plain UTF-8."""
    path = Path(source.origin)
    try:
        with path.open("rb") as stream:
            begins = stream.read(LOOK)
            kind = packing(begins)
            if not kind:
                data = begins + stream.read(HEAD + 1 - len(begins))
                plain = _as_utf8(Head(data[:HEAD], len(data) <= HEAD), reading)
                return plain, path if plain is not None and plain.data == data[:HEAD] else None
            unpacker = Unpacker(source.name, reading.max_expansion, path.stat().st_size)
            if kind == "zip":
                return _first(unpacker.zip_members(path), reading), None
            stream.seek(0)
            return _first(unpacker.members(iter(lambda: stream.read(CHUNK), b"")), reading), None
    except OSError as error:
        raise SourceError(f"{source.name} cannot be read ({error.strerror}): check that it is there.") from error


def _remote_head(source: Source, reading: Input) -> Head | None:
    """Return the head of a remote file; None of a zip archive, which is read from its end."""
    begins, chunks = peek(fetch(source))
    if begins.startswith(ZIP):
        return None
    return _first(Unpacker(source.name, reading.max_expansion, source.size or 0).members(chunks), reading)


def _first(members: Iterator[Member], reading: Input) -> Head | None:
    """Return the head of the only member, or of the first, of which alone nothing is sure."""
    for member in members:
        data, whole = b"", True
        for chunk in member.chunks:
            data += chunk
            if len(data) > HEAD:
                whole = False
                break
        return _as_utf8(Head(data[:HEAD], whole and not member.name), reading)
    return None


def _as_utf8(head: Head, reading: Input) -> Head | None:
    """Return a head in UTF-8; None where its charset is told by the whole file alone."""
    charset = wide_utf(head.data[:LOOK])
    if charset:
        return Head(head.data.decode(charset, "replace").encode(), head.whole)
    return head if reading.encoding in ("auto", UTF8) else None
