"""What a window shows, as messages, and whether the messages alone would give its tokens again."""

from __future__ import annotations

from itertools import accumulate

import polars as pl
import pyarrow as pa

from schemas.types import INDEX
from tasks.tokens.injections import words_of_structure
from tasks.tokens.rounds import Rounds
from tasks.tokens.windows import Window


def shown_messages(windows: list[Window | None], rounds: Rounds) -> pa.Array:
    """Give a list<MESSAGE> for each window: whole turns from the batch, cut ones as their tokens spell."""
    batch = rounds.batch
    pool, cut = len(batch.content), list[str]()
    places: list[int] = []
    lengths: list[int] = []
    for window in windows:
        before = len(places)
        if window is not None and window.question is None:
            places += _places(window, rounds)
        elif window is not None:
            places += _places(window, rounds)[:-2]
            places += [pool + len(cut), pool + len(cut) + 1]
            cut += cut_messages(window, rounds)
        lengths.append(len(places) - before)
    roles = pa.array(["user", "assistant"] * (len(cut) // 2), pa.string())
    columns = [(batch.role, roles), (batch.content, pa.array(cut, pa.string()))]
    index = pa.array(places, pa.int64())
    shown = [(pa.concat_arrays([whole, own]) if cut else whole).take(index) for whole, own in columns]
    values = pa.StructArray.from_arrays(shown, ["role", "content"])
    bounds = pa.array([0, *accumulate(lengths)], INDEX)
    return pa.ListArray.from_arrays(bounds, values, mask=pa.array([window is None for window in windows], pa.bool_()))


def _places(window: Window, rounds: Rounds) -> list[int]:
    """Give the positions in the batch of the turns that a window shows."""
    system = rounds.systems[window.conversation]
    spoken = list(range(rounds.question[window.first], rounds.question[window.last - 1] + 2))
    return [system, *spoken] if system is not None and rounds.shows_system(window.conversation) else spoken


def cut_messages(window: Window, rounds: Rounds) -> list[str]:
    """Give the question and the answer that a window of an over-long round shows."""
    r, pieces, frame = window.first, rounds.codec.tokenizer.pieces, rounds.codec.frame
    start, label = rounds.first.start[r], rounds.first.label[r]
    question = rounds.batch.content[rounds.question[r]].as_py()
    if window.question != [(start, label)] and window.question:
        before, after = rounds.question_bytes(r)
        whole = pieces.spell(rounds.ids[start:label])[1]
        left = pieces.spell(rounds.ids[start : window.question[0][1]])[1][before:]
        right = pieces.spell(rounds.ids[window.question[-1][0] : label])[1]
        question = (left + right[: max(0, len(right) - len(whole) + after)]).decode(errors="replace")
    begin, end = window.parts[-1]
    answer = pieces.spell(rounds.ids[begin : end - window.ends])[1]
    answer = answer.removeprefix(pieces.normal(frame.lead)) if begin == label else answer
    answer = answer.removesuffix(pieces.normal(frame.post)) if window.ends else answer
    return [question, answer.decode(errors="replace")]


def exact_messages(windows: list[Window | None], rounds: Rounds) -> list[bool | None]:
    """Say of each window whether any trainer that renders its messages gets the same ids and labels.

    That fails for cut rounds, where a message holds words of the template, where the template shows no system turn,
    and where a foreign template writes these very messages in another way than its frame.
    """
    codec = rounds.codec
    words = words_of_structure(list(codec.tokenizer.specials), codec.frame.header + codec.frame.lead)
    holds = rounds.batch.texts.str.contains_any(words)
    harmless = codec.template.built_in and not holds.any()
    verdicts: list[bool | None] = []
    for window in windows:
        if window is None:
            verdicts.append(None)
        elif window.question is not None:
            verdicts.append(False)
        elif harmless:
            verdicts.append(True)
        else:
            verdicts.append(_renders_again(window, rounds, holds))
    return verdicts


def _renders_again(window: Window, rounds: Rounds, holds: pl.Series) -> bool:
    codec, batch = rounds.codec, rounds.batch
    places = _places(window, rounds)
    if holds[places].any():
        return False
    if codec.template.built_in:
        return True
    if rounds.systems[window.conversation] is not None and not rounds.shows_system(window.conversation):
        return False
    said = (batch.role.take(pa.array(places)).to_pylist(), batch.content.take(pa.array(places)).to_pylist())
    shown = [{"role": role, "content": content} for role, content in zip(*said, strict=True)]
    return codec.template.render(shown) == codec.frame.write(shown)
