"""What a block was meant to say beside how it is read: where text opens markup, and which markup is not read."""

from __future__ import annotations

from tasks.markdown.events import Event, Kind, Spot, mask, write
from tasks.markdown.reader import Piece, read_pieces

EXPECTED = {
    "OPEN": "*_~", "CLOSE": "*_~", "code": "`", "html": "<", "entity": "&", "LINK": "[<", "LINK_END": "]>",
    "IMAGE": "!", "BREAK": "\\",
}  # fmt: skip
"""The characters that open each kind of markup."""
FARTHEST = 2_000
"""Characters within which markup that was not meant is followed to its end."""

Atom = tuple[str, str, Spot | None]
"""What was meant: a character of text with its place, or a piece of markup with the number of its event."""


def misreadings(events: list[Event], spots: set[Spot], context: str) -> tuple[set[Spot] | None, set[int]]:
    """Find where a block does not read as it is meant.

    Args:
        events: the block's events.
        spots: where backslashes stand.
        context: paragraph, heading or cell.

    Returns:
        The places of characters that open markup where text was meant (None: it is not one block of that kind), and
        the events whose markup is not read.
    """
    pieces = read_pieces(write(events, spots, masked=True), context)
    return (None, set()) if pieces is None else _Walk(_meant(events), spots).over(pieces)


def _meant(events: list[Event]) -> list[Atom]:
    """Return what events stand for, character by character."""
    out: list[Atom] = []
    for at, (kind, value) in enumerate(events):
        if kind == Kind.TEXT:
            out += [("text", character, (at, place)) for place, character in enumerate(value)]
        elif kind == Kind.RAW or kind == Kind.LITERAL:
            from_text = mask(value) if kind == Kind.RAW else value
            out += [("text", character, None) for character in from_text]
        elif kind == Kind.CODE:
            out.append(("code", value.replace("\n", " "), (at, 0)))
        else:
            marked = value.replace("_", "*") if kind == Kind.OPEN or kind == Kind.CLOSE else ""
            out.append((kind, marked, (at, len(value))))
    # markdown-it strips a block's edges of all of Unicode's blanks.
    while out and out[0][0] == "text" and out[0][1].isspace():
        del out[0]
    while out and out[-1][0] == "text" and out[-1][1].isspace():
        out.pop()
    return out


class _Walk:
    """A walk over what was meant and what was read, side by side; it stops where the two can no longer be matched."""

    def __init__(self, meant: list[Atom], spots: set[Spot]) -> None:
        self.meant = meant
        self.spots = spots
        self.at = 0
        self.literal: list[bool] = []
        self.wrong: set[Spot] = set()
        self.missing: set[int] = set()
        self.lost = False

    def over(self, pieces: list[Piece]) -> tuple[set[Spot], set[int]]:
        """Walk over all pieces."""
        for number, (kind, value) in enumerate(pieces):
            if kind == "text":
                text = value if number else value.lstrip()
                self._text(text.rstrip() if number == len(pieces) - 1 else text)
            elif kind == "escape":
                self._escape(value[1])
            elif self.at < len(self.meant) and self.meant[self.at][:2] == (kind, value):
                self.at += 1
            else:
                self._unexpected(kind, value)
            if self.lost:
                break
        if not self.lost:
            self._unread()
        if self.lost and not self.wrong and not self.missing:
            self.missing.add(-1)
        return self.wrong, self.missing

    def _unread(self) -> None:
        """Take note of what was meant behind the end of what was read: hashes that close a heading, or markup."""
        for kind, character, spot in self.meant[self.at :]:
            if kind == "text" and character == "#" and spot:
                self.wrong.add(spot)
                break
            if kind == "text" and not character.isspace():
                self.lost = True
            elif kind != "text" and spot:
                self.missing.add(spot[0])

    def _text(self, text: str) -> None:
        """Walk over text that was read."""
        skip = 0  # characters that are a delimiter which was not read as one
        for character in text:
            if skip:
                skip -= 1
                continue
            while True:
                kind, meant, spot = self.meant[self.at] if self.at < len(self.meant) else ("end", "", None)
                if kind == "text" and meant == character:
                    self.at += 1
                elif kind in ("OPEN", "CLOSE", "LINK", "LINK_END") and spot:
                    self.missing.add(spot[0])
                    self.at += 1
                    if character not in "*_~[]":  # the delimiter was read as one where none was meant
                        continue
                    skip = max(spot[1] - 1, 0)
                else:
                    self._before_break(kind)
                    self.lost = True
                    return
                break

    def _before_break(self, kind: str) -> None:
        """Take note of a backslash before a break that was not read: it took a blank of the break's."""
        _, before, spot = self.meant[self.at - 1] if self.at else ("", "", None)
        if kind == Kind.BREAK and before == "\\" and spot:
            self.wrong.add(spot)

    def _escape(self, character: str) -> None:
        """Walk over a character behind a backslash, which is ours, or was meant as text."""
        _, meant, spot = self.meant[self.at] if self.at < len(self.meant) else ("end", "", None)
        if spot and spot not in self.spots and meant == "\\":
            self.wrong.add(spot)
            self.at += 1
        self._text(character)

    def _unexpected(self, kind: str, value: str) -> None:
        """Take note of the character that opened markup which was not meant, and go on behind its delimiter."""
        meant, character, spot = self.meant[self.at] if self.at < len(self.meant) else ("end", "", None)
        if kind == "OPEN":
            self.literal.append(spot is None)
            if spot is None and meant == "text" and character in EXPECTED[kind]:
                self.at += len(value)  # a delimiter that stands as it is: only what closes it can be escaped
                return
        if meant != "text" or spot is None or character not in EXPECTED[kind]:
            if spot and meant not in ("text", "code"):
                self.missing.add(spot[0])
            self.lost = True
        elif kind == "CLOSE":
            if self.literal and self.literal.pop():
                self.wrong.add(spot)
            self.at += len(value)
        elif kind == "LINK_END":
            self.at += 1
            if character == "]":
                self._behind_target()
        else:
            self.wrong.add((spot[0], spot[1] + 1) if kind == "IMAGE" else spot)
            self.at += len(value) if kind in ("OPEN", "html", "entity") else kind in ("LINK", "BREAK")
            if kind == "code":
                self._behind_code()
            elif kind == "IMAGE":
                self._behind("](")
                self._behind_target()
            elif kind == "BREAK":
                self._behind("\n")

    def _behind_code(self) -> None:
        """Go on behind the span of code that the ticks here open."""
        end = self._ticks(self.at)
        width, at = end - self.at, end
        while at < len(self.meant):
            end = self._ticks(at)
            if end - at == width:
                self.at = end
                return
            at = max(end, at + 1)
        self.lost = True

    def _ticks(self, at: int) -> int:
        """Return where a run of ticks ends; a backslash of ours ends it too."""
        end = at
        while (
            end < len(self.meant) and self.meant[end][1] == "`" and (end == at or self.meant[end][2] not in self.spots)
        ):
            end += 1
        return end

    def _behind(self, text: str) -> None:
        """Go on behind the next such text, or in front of its last character where there are two."""
        for at in range(self.at, min(len(self.meant), self.at + FARTHEST)):
            if "".join(atom[1] for atom in self.meant[at : at + len(text)]) == text:
                self.at = at + 1
                return
        self.lost = True

    def _behind_target(self) -> None:
        """Go on behind the round brackets that hold a link's target; a reference's link has none."""
        depth = 0
        for at in range(self.at, min(len(self.meant), self.at + FARTHEST)):
            character = self.meant[at][1]
            depth += (character == "(") - (character == ")")
            if not depth:
                self.at = at + (character == ")")
                return
        self.lost = True
