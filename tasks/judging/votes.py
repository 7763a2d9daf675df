"""Votes of people: which pairs are still to be read, and how a vote is kept. No vote changes what the judge said."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from schemas.errors import SourceError
from schemas.judging import JUDGEMENTS
from tasks.judging.folder import held
from tasks.judging.journal import Journal
from tasks.judging.plan import digest
from tasks.judging.publish import Comparison, Published, read_comparison, write_comparison
from tasks.judging.review import Card, draw
from tasks.store.judging_files import VOTES, current_comparison

SIDES = ("left", "tie", "right")


class Ballot:
    """The pairs of the current comparison that one person is asked to read, and the votes as they are cast.

    Votes are on disk when `vote` returns; the figures follow when the ballot is closed.
    """

    def __init__(self, root: Path, who: str) -> None:
        self.root, self.who = root, who
        self.cast = 0

    def __enter__(self) -> Ballot:
        """Open the current comparison. Raises SourceError where there is none."""
        folder = current_comparison(self.root)
        if folder is None:
            raise SourceError(f"There is no comparison in {self.root / JUDGEMENTS}: `sharegpt judge` makes one.")
        self._held = held(self.root / JUDGEMENTS)
        self._held.__enter__()
        self.comparison: Comparison = read_comparison(folder)
        self.cards = draw(self.comparison.rows, self.comparison.answers(), self.comparison.settings())
        self.votes = Journal(self.root / JUDGEMENTS / VOTES).__enter__()
        return self

    def __exit__(self, *error: Any) -> None:
        self.votes.__exit__(*error)
        self._held.__exit__(*error)

    def waiting(self) -> list[Card]:
        """Return the pairs that the person has not voted on."""
        return [card for card in self.cards if self._key(card) not in self.votes.entries]

    def vote(self, card: Card, side: str, *, saw_words: bool, remark: str = "", at: float | None = None) -> None:
        """Keep a vote; a later one of the same person on the same pair counts instead of it."""
        entry = {
            "pair": card.pair,
            "model": card.model,
            "against": card.against,
            "question_id": card.question_id,
            "verdict": card.verdict(side),
            "drawn": card.drawn,
            "saw_words": saw_words,
            "remark": remark or None,
            "who": self.who,
            "voted_at": round(time.time() if at is None else at, 3),
        }
        if self.votes.entries.get(self._key(card)) != entry:
            self.votes.add(self._key(card), entry)
            self.cast += 1

    def take(self, path: Path) -> tuple[int, int]:
        """Keep the votes that review.html saved; return how many, and how many are on pairs not drawn here.

        Raises SourceError, with the line, for what is no vote; then none is kept.
        """
        known = {card.pair: card for card in self.cards}
        lines = list(_read(path))
        for line in lines:
            if line["pair"] in known:
                self.vote(
                    known[line["pair"]],
                    line["side"],
                    saw_words=bool(line.get("saw_words")),
                    remark=str(line.get("note") or ""),
                    at=float(line["at"]),
                )
        strange = sum(line["pair"] not in known for line in lines)
        return len(lines) - strange, strange

    def count(self) -> Published:
        """Return the comparison with its agreement counted anew."""
        return write_comparison(self.root, self.comparison)

    def _key(self, card: Card) -> str:
        return digest("vote", self.who, card.pair)


def _read(path: Path) -> Sequence[dict[str, Any]]:
    """Return the votes of a file. Raises SourceError."""
    try:
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise SourceError(f"{path} cannot be read ({error}): name the file that review.html saved.") from error
    found = []
    for number, line in enumerate(lines, start=1):
        if line.strip():
            try:
                vote = json.loads(line)
                _ = vote["pair"] + "", float(vote["at"]), SIDES.index(vote["side"])
            except (ValueError, KeyError, TypeError, AttributeError) as error:
                raise SourceError(f"{path}, line {number} is no vote ({error}): mend or delete the line.") from error
            found.append(vote)
    return found
