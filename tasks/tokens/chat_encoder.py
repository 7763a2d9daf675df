"""Binds a tokenizer to a chat template: which ids are the same in every round, and which text is left to encode."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from tasks.tokens.template import Template, load_template
from tasks.tokens.template_layout import TemplateLayout, analyse_template
from tasks.tokens.token_bytes import Ids
from tasks.tokens.tokenizer import Tokenizer, TokenizerError, load_tokenizer


@dataclass(frozen=True)
class TextSegment:
    """Text between two special tokens, encoded as one: `before`, a question, `between`, an answer, `after`."""

    before: str
    question: bool = False
    between: str = ""
    answer: bool = False
    after: str = ""


FixedIds = tuple[int, ...]
Segment = FixedIds | TextSegment


@dataclass(frozen=True, eq=False)
class Opening:
    """How a window begins under one system message.

    Args:
        ids: what stands before the window's first round.
        joins: whether a round has the same ids at a window's start as later in it; else `segments` say how it is
            written at the start.
        segments: the first round, system message and all; empty where it joins.
    """

    ids: Ids
    joins: bool
    segments: tuple[Segment, ...]


@dataclass(frozen=True, eq=False)
class ChatEncoder:
    """Everything that is known before the first conversation is seen.

    Args:
        tokenizer, template, layout: what it was made of.
        round: a round's segments, from the text after a stop to the next stop.
        opening_length: fixed ids before the round's first text, left out at a window's start.
        end: ids after the last stop.
        stop: id of the special token that ends an answer.
    """

    tokenizer: Tokenizer
    template: Template
    layout: TemplateLayout
    round: tuple[Segment, ...]
    opening_length: int
    end: Ids
    stop: int

    def opening(self, system: str | None) -> Opening:
        """Return the beginning of a window whose conversation has this system message, or none."""
        layout, bos = self.layout, self._bos()
        if system is None or layout.system_head is None:
            parts: list[tuple[str, bool]] = [(layout.head, True)]
        else:
            shown = layout.shown("system", system)
            parts = [(layout.system_head[0], True), (shown, False), (layout.system_head[1], True)]
        segments = _segments(self.tokenizer, layout, parts, at_start=True)
        place = next(i for i, segment in enumerate(segments) if isinstance(segment, TextSegment))
        later = next(segment for segment in self.round if isinstance(segment, TextSegment))
        first = segments[place]
        assert isinstance(first, TextSegment)
        fixed = bos + [number for segment in segments[:place] if isinstance(segment, tuple) for number in segment]
        if first.before == later.before:
            return Opening(np.array(fixed, np.int32), True, ())
        lone = first.before.removesuffix(later.before)
        safe = self.tokenizer.token_bytes.breaks_before_space
        if safe and lone != first.before and later.before.startswith(" ") and not lone.endswith((" ", "▁")):
            ids, _ = self.tokenizer.engine.encode([lone])
            return Opening(np.concatenate([np.array(fixed, np.int32), ids]), True, ())
        return Opening(np.array(bos, np.int32), False, segments)

    def bytes_before_question(self, opening: Opening) -> int:
        """Return how many bytes a window's first round spells before its question."""
        spelled = 0
        texts = [i for i, segment in enumerate(self.round) if isinstance(segment, TextSegment)]
        for segment in opening.segments or self.round[texts[0] :]:
            if isinstance(segment, TextSegment):
                return spelled + len(self.tokenizer.normal(segment.before))
            spelled += len(self.tokenizer.token_bytes.spell(np.array(segment, np.int32)).data)
        return spelled

    def _bos(self) -> list[int]:
        bos = self.tokenizer.bos
        return [self.tokenizer.specials[bos]] if self.template.adds_bos and bos else []


@lru_cache(maxsize=4)
def load_chat_encoder(tokenizer: str, template: str, *, fast: bool = True) -> ChatEncoder:
    """Load tokenizer and template by their names, once a process.

    Raises:
        TokenizerError: one of them cannot be had, or they do not fit.
    """
    loaded = load_tokenizer(tokenizer, fast=fast)
    jinja = load_template(template, loaded)
    _refuse_whitespace_strippers(loaded, jinja)
    layout = analyse_template(jinja, list(loaded.specials))
    segments = _segments(loaded, layout, [(layout.opening, True)], at_start=False)
    place = next(i for i, segment in enumerate(segments) if isinstance(segment, TextSegment))
    opening = sum(len(segment) for segment in segments[:place] if isinstance(segment, tuple))
    end = [number for segment in _fixed(loaded, layout.end) for number in segment]
    return ChatEncoder(loaded, jinja, layout, segments, opening, np.array(end, np.int32), loaded.specials[layout.stop])


def _refuse_whitespace_strippers(tokenizer: Tokenizer, template: Template) -> None:
    """Raise TokenizerError for special tokens that change the text around them: they could not be put in by id."""
    for word in tokenizer.whitespace_strippers:
        if word in template.source:
            raise TokenizerError(
                f"The special token {word} of {tokenizer.name} swallows the white space beside it: "
                "set its rstrip to false (and lstrip) in a copy of tokenizer.json, and give that file."
            )


def _segments(
    tokenizer: Tokenizer, layout: TemplateLayout, opening: list[tuple[str, bool]], *, at_start: bool
) -> tuple[Segment, ...]:
    """Return the segments of a whole round, split at the template's special tokens.

    Args:
        tokenizer: whose special tokens split the text.
        layout: the literal text of the template.
        opening: (text, whether it is the template's) before the question; a message's own text is never split.
        at_start: whether nothing stands before it.
    """
    texts: list[str | int] = []  # plain text, ids of special tokens, and -1, -2 for question and answer
    for written, literal in opening:
        texts += split_at_specials(tokenizer, written) if literal else [written]
    between, behind = layout.header + layout.lead, layout.post + layout.stop
    texts += [-1, *split_at_specials(tokenizer, between), -2, *split_at_specials(tokenizer, behind)]
    segments: list[Segment] = []
    held: list[str | int] = []
    for i, text in enumerate([*texts, 0]):
        last = i == len(texts)
        if not last and (isinstance(text, str) or text < 0):
            held.append(text)
            continue
        if held:
            segments.append(_text_segment(tokenizer, held, at_start=at_start and not segments))
            held = []
        if not last:
            segments.append((int(text),))
    return tuple(segments)


def _text_segment(tokenizer: Tokenizer, held: list[str | int], *, at_start: bool) -> Segment:
    """Return the segment of some text and slots; without slots it is encoded at once."""
    question, answer = -1 in held, -2 in held
    fields, place = ["", "", ""], 0  # before, between, after
    for text in held:
        if isinstance(text, str):
            fields[place] += text
        else:
            place = -text
    before = tokenizer.prefix.fix(fields[0], at_start=at_start)
    if not question and not answer:
        ids, _ = tokenizer.engine.encode([before])
        return tuple(ids.tolist())
    return TextSegment(before, question, fields[1], answer, fields[2])


def _fixed(tokenizer: Tokenizer, literal: str) -> list[tuple[int, ...]]:
    """Return the ids of a template's literal text on its own."""
    return [
        (part,) if isinstance(part, int) else tuple(tokenizer.engine.encode([tokenizer.prefix.fix(part)])[0].tolist())
        for part in split_at_specials(tokenizer, literal)
    ]


def split_at_specials(tokenizer: Tokenizer, literal: str) -> list[str | int]:
    """Return a template's text split at the special tokens, with the ids of those."""
    words = "|".join(re.escape(word) for word in sorted(tokenizer.specials, key=len, reverse=True))
    parts = re.split(f"({words})", literal) if words else [literal]
    return [tokenizer.specials.get(part, part) for part in parts if part]
