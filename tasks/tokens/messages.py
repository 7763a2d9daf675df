"""What a window shows, as messages, and whether the messages alone would give its tokens again."""

from __future__ import annotations

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

from schemas.types import INDEX, TEXT
from tasks.conversations.ragged import offsets_of, runs_of, sums_of
from tasks.tokens.rounds import Rounds
from tasks.tokens.token_bytes import Positions
from tasks.tokens.windows import Cut, Window

BEFORE_WORDS = r"^(?:[\t\n\f\r #*>_•–—\x{2600}-\x{27BF}\x{1F300}-\x{1FAFF}\x{FE0F}\x{200D}-]|\d{1,3}[.)][ \t])+"
"""Marks before an answer's first sentence: of lists, headings, bold words, quotations and emoji."""
STOPS = ".!?:。！？：｡؟।…"
OPENING = rf"^(?:[^\n{STOPS}`]|[.:][0-9A-Za-z])+[{STOPS}`]?"
"""The first sentence behind such marks, or what of it stands before a span of code; a point in a word ends none."""
LONGEST = 120
"""Characters of an answer in which it is looked for: as much as people read in a table."""


def shown_messages(windows: list[Window | None], rounds: Rounds) -> pa.Array:
    """Return a list<MESSAGE> for each window: whole turns from the batch, cut ones as their tokens spell."""
    batch = rounds.batch
    places, bounds = _places(windows, rounds)
    cut: list[str] = []
    for n, window in enumerate(windows):
        if window is not None and window.cut is not None:
            pool = len(batch.content) + len(cut)
            places[bounds[n + 1] - 2 : bounds[n + 1]] = pool, pool + 1
            cut += cut_messages(window, window.cut, rounds)
    roles = pa.array(["user", "assistant"] * (len(cut) // 2), pa.string())
    columns = [(batch.role, roles), (batch.content, pa.array(cut, pa.string()))]
    index = pa.array(places)
    shown = [(pa.concat_arrays([whole, own]) if cut else whole).take(index) for whole, own in columns]
    values = pa.StructArray.from_arrays(shown, ["role", "content"])
    mask = pa.array([window is None for window in windows], pa.bool_())
    return pa.ListArray.from_arrays(pa.array(bounds, INDEX), values, mask=mask)


def _places(windows: list[Window | None], rounds: Rounds) -> tuple[Positions, Positions]:
    """Return the positions in the batch of the turns that windows show, and the n + 1 borders of n windows in them."""
    plan = np.array([(w.conversation, w.first, w.last) if w else (0, 0, 0) for w in windows], np.int64).reshape(-1, 3)
    conversation, first, last = plan.T
    shows = [-1 if not rounds.shows_system(i) else rounds.systems[i] for i in range(len(rounds.systems))]
    system = np.where(last > first, np.array([*shows, -1], np.int64)[conversation], -1)
    counts = 2 * (last - first) + (system >= 0)
    bounds = offsets_of(counts)
    places = runs_of(np.append(rounds.question, 0)[first] - (system >= 0), counts)
    places[bounds[:-1][system >= 0]] = system[system >= 0]
    return places, bounds


def cut_messages(window: Window, cut: Cut, rounds: Rounds) -> list[str]:
    """Return the question and the answer that a window of an over-long round shows."""
    r, encoder, spelling = window.first, rounds.encoder, rounds.spelling
    token_bytes, layout = encoder.tokenizer.token_bytes, encoder.layout
    start, label, _ = rounds.first.of(r)
    question = rounds.batch.content[int(rounds.question[r])].as_py()
    if cut.question != [(start, label)] and cut.question:
        before, after = rounds.question_bytes(r)
        whole = spelling.between(start, label)
        left = bytes(spelling.between(start, cut.question[0][1])[before:])
        right = bytes(spelling.between(cut.question[-1][0], label))
        question = (left + right[: max(0, len(right) - len(whole) + after)]).decode(errors="replace")
    begin, end = cut.answer
    answer = bytes(spelling.between(begin, end - cut.ends))
    answer = answer.removeprefix(token_bytes.normal(layout.lead)) if begin == label else answer
    answer = answer.removesuffix(token_bytes.normal(layout.post)) if cut.ends else answer
    return [question, answer.decode(errors="replace")]


def exact_messages(windows: list[Window | None], rounds: Rounds) -> list[bool | None]:
    """Return for each window whether any trainer that renders its messages gets the same ids and labels.

    That fails for cut rounds, where a message holds words of the template, where the template shows no system turn,
    and where a foreign template writes these very messages in another way than its layout. Answers without label are
    not asked about here: `unlabelled_messages` names them.
    """
    encoder = rounds.encoder
    words = words_of_structure(list(encoder.tokenizer.specials), encoder.layout.header + encoder.layout.lead)
    holds = rounds.batch.texts.str.contains_any(words)
    harmless = encoder.template.built_in and not holds.any()
    exact = [None if window is None else window.cut is None for window in windows]
    if harmless:
        return exact
    places, bounds = _places(windows, rounds)
    for n, window in enumerate(windows):
        if window is not None and window.cut is None:
            shown = places[bounds[n] : bounds[n + 1]].tolist()
            exact[n] = _renders_again(window, shown, rounds, holds)
    return exact


def unlabelled_messages(
    windows: list[Window | None], exact: list[bool | None], rounds: Rounds
) -> list[list[int] | None]:
    """Return for each window the places in its messages of answers without label; None = none, or it is not exact.

    It is not either where the end of a labelled answer has no label, which no list of messages can say.
    """
    if rounds.labelled.all():
        return [None] * len(windows)
    stumps = rounds.labelled & ~rounds.stops & rounds.encoder.layout.labels_stop
    found: list[list[int] | None] = []
    for window, whole in zip(windows, exact, strict=True):
        shown = slice(window.first, window.last) if window and whole else slice(0)
        off = [] if stumps[shown].any() else np.flatnonzero(~rounds.labelled[shown]).tolist()
        shift = 1 + (window is not None and rounds.shows_system(window.conversation))
        found.append([2 * place + shift for place in off] or None)
    return found


def _renders_again(window: Window, places: list[int], rounds: Rounds, holds: pl.Series) -> bool:
    encoder, batch = rounds.encoder, rounds.batch
    if holds[places].any():
        return False
    if encoder.template.built_in:
        return True
    if rounds.systems[window.conversation] is not None and not rounds.shows_system(window.conversation):
        return False
    columns = (batch.role.take(pa.array(places)).to_pylist(), batch.content.take(pa.array(places)).to_pylist())
    shown = [{"role": role, "content": content} for role, content in zip(*columns, strict=True)]
    return encoder.template.render(shown) == encoder.layout.write(shown)


def openings(messages: pa.ListArray, label_spans: pa.ListArray) -> pa.ListArray:
    """Return the first sentence of each answer that a window shows; null where not all of them have a label.

    Args:
        messages: a list<MESSAGE> for each window, null where it is no sample.
        label_spans: of the same windows.
    """
    shown = messages.flatten()
    answer = pl.Series(shown.field("role"), dtype=pl.String) == "assistant"
    contents = pl.Series(shown.field("content"), dtype=pl.String).filter(answer)
    # The marks first: a pattern for both, with a bound and a group of its own, takes two and a half times as long.
    first = contents.str.head(LONGEST).str.replace(BEFORE_WORDS, "").str.extract(OPENING, 0)
    bold = first.str.contains("**", literal=True).arg_true()
    first = first.scatter(bold, first.gather(bold).str.replace_all("**", "", literal=True))
    code = first.str.ends_with("`").arg_true()
    first = first.scatter(code, first.gather(code) + "…`")
    lengths, labelled = (pc.fill_null(lists.value_lengths(), 0).to_numpy() for lists in (messages, label_spans))
    answers = sums_of(answer.to_numpy(), offsets_of(lengths))
    unlike = pa.array((answers != labelled) | (answers == 0))
    return pa.ListArray.from_arrays(pa.array(offsets_of(answers), INDEX), first.to_arrow().cast(TEXT), mask=unlike)


def words_of_structure(specials: list[str], header: str) -> list[str]:
    """Return the words that would change ids or labels if a trainer rendered the messages that hold them.

    Args:
        specials: words of the tokenizer's special tokens.
        header: the template's text between question and answer; counts where it holds no special token itself.
    """
    own = header.strip() and not any(word in header for word in specials)
    return [*specials, *([header.rstrip()] if own else [])]
