"""Other ways to write a block's emphasis, for where `*` cannot open or close beside its neighbours."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from tasks.markdown.events import Event, Kind


def variants(events: list[Event]) -> Iterator[list[Event]]:
    """Yield the block's events as they are, then with other delimiters."""
    yield events
    if any(kind == Kind.OPEN for kind, _ in events):
        yield _swapped(events, lambda _depth, _follows, mark: mark == "*")
        yield _swapped(events, lambda depth, _follows, _mark: depth % 2 == 1)
        yield _swapped(events, lambda depth, _follows, _mark: depth % 2 == 0)
        yield _swapped(events, lambda _depth, follows, _mark: follows)


def as_literals(events: list[Event], missing: set[int]) -> list[Event]:
    """Turn the pairs of which a delimiter is not read into characters that stand there all the same.

    `**注意：**不要` is emphasis to a person, but not to CommonMark, whose rules ask for a blank behind the second `**`.
    """
    out = list(events)
    stack: list[int] = []
    for at, (kind, value) in enumerate(events):
        if kind == Kind.OPEN:
            stack.append(at)
        elif kind == Kind.CLOSE and stack:
            opened = stack.pop()
            if at in missing or opened in missing:
                out[opened] = out[at] = (Kind.LITERAL, value)
    return out


def _swapped(events: list[Event], choose: Callable[[int, bool, str], bool]) -> list[Event]:
    """Write the pairs that `choose(depth, follows another pair, mark)` picks with underscores."""
    out: list[Event] = []
    stack: list[str] = []
    for kind, value in events:
        if kind == Kind.OPEN:
            follows = bool(out) and out[-1][0] == Kind.CLOSE and "_" not in out[-1][1]
            mark = value.replace("*", "_") if choose(len(stack), follows, value) else value
            stack.append(mark)
            out.append((kind, mark))
        elif kind == Kind.CLOSE and stack:
            out.append((kind, stack.pop()))
        else:
            out.append((kind, value))
    return out
