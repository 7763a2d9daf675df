"""Redacts what is no turn's text but is published or printed: ids, file names, roles, models, settings, sentences.

All kinds are looked for and replaced, whatever a run's settings are: a row has the same name in every version.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import polars as pl
import pyarrow as pa

from schemas.settings import Privacy
from tasks.privacy.redact import redact
from tasks.privacy.visible import visible

_ALL = Privacy(tag_only=())
_FOUND = Privacy(policy="tag", tag_only=())
_REDACTED = "redacted-"
_LONG = r"^.{11}|[@:=/+]"
"""A short id of ordinary characters is no secret: most ids of ShareGPT are no longer."""
_WORD = re.compile(r"[A-Za-z_]{1,16}\Z")
"""A word of letters this short is no secret: looking for one takes 8 ms however few words there are."""
_HASH = r"^[0-9a-f]{32}$"
"""What stands for the id of a row without one."""


def redact_each(texts: Iterable[str]) -> list[str]:
    """Return texts redacted, each for itself; bytes of a name that are no UTF-8 as escapes."""
    given = [text.encode("utf-8", "backslashreplace").decode() for text in texts]
    n = len(given)
    return redact(range(n + 1), [0] * n, given, _ALL).content


def redact_words(texts: Iterable[str]) -> list[str]:
    """Return short texts (keys, role words, names) redacted, each for itself, their controls shown."""
    given = list(texts)
    looked = [text for text in given if not _WORD.match(text)]
    redacted = dict(zip(looked, redact_each(looked), strict=True)) if looked else {}
    return [visible(redacted.get(text, text)) for text in given]


def redact_column(texts: pa.Array | pa.ChunkedArray) -> pa.Array:
    """Return a column of names or remarks redacted, their controls shown; few values that stand often cost little."""
    column = texts.combine_chunks() if isinstance(texts, pa.ChunkedArray) else texts
    coded = column.dictionary_encode()
    words = redact_words(coded.dictionary.to_pylist())
    return pa.DictionaryArray.from_arrays(coded.indices, pa.array(words, pa.string())).cast(pa.string())


def redact_document(value: Any) -> Any:
    """Return a document of plain values (dicts, lists, text, numbers) with every key and text redacted."""
    texts = list(dict.fromkeys(_texts(value)))
    redacted = dict(zip(texts, redact_words(texts), strict=True))
    return _replaced(value, redacted)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, one in value.items():
            yield from (*_texts(key), *_texts(one))
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _texts(one)


def _replaced(value: Any, redacted: dict[str, str]) -> Any:
    if isinstance(value, str):
        return redacted[value]
    if isinstance(value, dict):
        return {_replaced(key, redacted): _replaced(one, redacted) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_replaced(one, redacted) for one in value]
    return value


def redact_sentence(text: str) -> str:
    """Return a message for a person or a log, redacted, its controls shown."""
    return visible(redact_each([text])[0])


def public_ids(ids: pl.Series, row_ids: pl.Series) -> pl.Series:
    """Return ids as they are published: one that holds something personal or secret is `redacted-` and its row's id.

    No digest of the value takes its place, from which a short one could be guessed.

    Args:
        ids: the rows' own ids; nulls stay.
        row_ids: the rows' names.
    """
    controls = ids.str.contains(r"[\p{C}\p{Zl}\p{Zp}]")
    # An id that looks like another row's stand-in would be taken for it.
    posing = ids.str.starts_with(_REDACTED)
    looked = (ids.str.contains(_LONG) & ~ids.str.contains(_HASH)).arg_true()
    found = _finds(ids.gather(looked)) if len(looked) else []
    secret = pl.Series([bool(spans) for spans in found], dtype=pl.Boolean)
    hidden = pl.zeros(len(ids), dtype=pl.Boolean, eager=True).scatter(looked.filter(secret), True) | posing
    frame = pl.DataFrame({"id": ids, "row": row_ids, "hidden": hidden, "shown": controls})
    return frame.select(
        pl.when(pl.col("hidden"))
        .then(pl.lit(_REDACTED) + pl.col("row"))
        .when(pl.col("shown"))
        .then(pl.col("id").map_elements(visible, return_dtype=pl.String))
        .otherwise(pl.col("id"))
        .alias(ids.name)
    ).to_series()


def name_templates(names: Sequence[str]) -> list[str | None]:
    """Return the names of files with `{}` in the place of a number where something personal or secret stood, or None.

    `chat-kim@bakery.ch.json` becomes `chat-redacted-email-{}.json`, for the caller to number.
    """
    spans = _finds(pl.Series(names, dtype=pl.String))
    templates: list[str | None] = []
    for name, found in zip(names, spans, strict=True):
        pieces, at = [], 0
        for start, end, kind in found:
            pieces += [_braced(name[at:start]), f"{_REDACTED}{kind.replace('_', '-')}-{{}}"]
            at = end
        templates.append("".join([*pieces, _braced(name[at:])]) if found else None)
    return templates


def _braced(text: str) -> str:
    return text.replace("{", "{{").replace("}", "}}")


def _finds(texts: pl.Series) -> list[list[tuple[int, int, str]]]:
    """Return start, end and kind of what is found in each text."""
    n = len(texts)
    found = redact(range(n + 1), [0] * n, texts.fill_null(""), _FOUND)
    return [[(hit["start_char"], hit["end_char"], hit["kind"]) for hit in hits] for hits in found.pii]
