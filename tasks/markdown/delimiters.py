"""Other ways to write a block's emphasis, for where `*` cannot open or close beside its neighbours."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from tasks.markdown.events import Event, Kind


def variants(events: list[Event]) -> Iterator[list[Event]]:
    """Yield the block's events as they are, then with other delimiters, then with neighbours as entities."""
    yield events
    if not any(kind is Kind.OPEN for kind, _ in events):
        return
    yield _swapped(events, lambda _depth, _follows, mark: mark == "*")
    yield _swapped(events, lambda depth, _follows, _mark: depth % 2 == 1)
    yield _swapped(events, lambda depth, _follows, _mark: depth % 2 == 0)
    yield _swapped(events, lambda _depth, follows, _mark: follows)
    yield _guarded(events)


def _swapped(events: list[Event], choose: Callable[[int, bool, str], bool]) -> list[Event]:
    """Write the pairs that `choose(depth, follows another pair, mark)` picks with underscores."""
    out: list[Event] = []
    stack: list[str] = []
    for kind, value in events:
        if kind is Kind.OPEN:
            follows = bool(out) and out[-1][0] is Kind.CLOSE and "_" not in out[-1][1]
            mark = value.replace("*", "_") if choose(len(stack), follows, value) else value
            stack.append(mark)
            out.append((kind, mark))
        elif kind is Kind.CLOSE and stack:
            out.append((kind, stack.pop()))
        else:
            out.append((kind, value))
    return out


def _guarded(events: list[Event]) -> list[Event]:
    """Write the letter outside a delimiter whose inside is punctuation as a character reference.

    To the flanking rules a reference begins and ends with punctuation, so that the delimiter opens or closes there.
    """
    out: list[Event] = []
    for at, (kind, value) in enumerate(events):
        text = value
        if kind is Kind.OPEN and out and out[-1][0] is Kind.TEXT and out[-1][1][-1:].isalnum():
            if not _is_letter(events[at + 1], 0):
                before = out.pop()[1]
                out += [(Kind.TEXT, before[:-1])] * (len(before) > 1) + [(Kind.REFERENCE, before[-1])]
        elif kind is Kind.TEXT and out and out[-1][0] is Kind.CLOSE and value[:1].isalnum():
            inside = next(event for event in reversed(events[:at]) if event[0] is not Kind.CLOSE)
            if not _is_letter(inside, -1):
                out.append((Kind.REFERENCE, value[0]))
                text = value[1:]
        if text or kind is not Kind.TEXT:
            out.append((kind, text))
    return out


def _is_letter(event: Event, side: int) -> bool:
    """Whether an event's rendering has a letter or digit at one side."""
    return event[0] is Kind.TEXT and event[1] != "" and event[1][side].isalnum()
