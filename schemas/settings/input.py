"""The settings of reading rows, and of what is more than plain talk between a user and an assistant."""

from __future__ import annotations

import codecs
from typing import Literal

from pydantic import field_validator

from schemas.settings.section import Section, Share, setting

Role = Literal["user", "assistant", "system", "tool", "drop"]


class Input(Section):
    """How raw rows are read, and what becomes of tools, images, unknown roles, repeated turns and gaps."""

    encoding: str = setting(
        "auto",
        "Charset of files that are not UTF-8, UTF-16 or UTF-32, which are read as they are: cp1252, gb18030, "
        "shift_jis, euc_kr … (auto: such a file is refused, and the sentence names what it looks like; that can be "
        "wrong, so look at the words of a first run).",
        "wrong guesses would be published: of 21 lines in seven charsets three, all EUC-JP, misread, of files none",
    )
    max_expansion: float = setting(
        100.0,
        "Bytes that an archive or a compressed file may unpack to, for each of its own.",
        "JSON of conversations packs 3 – 10 times, a thousand equal rows 60 times, a bomb 1,000 times",
        ge=1.0,
        le=1_000_000.0,
    )
    branches: Literal["current", "all"] = setting(
        "current",
        "Of a conversation with branches (edited questions, regenerated answers) the path that was shown last, or each "
        "path as a conversation of its own.",
        "the other paths share their first rounds, and deduplication would keep the longest alone",
    )
    roles: dict[str, Role] = setting(
        {},
        "What words stand for a role, beside those that are known: user, assistant, system, tool, or drop.",
        "dumps call them student and teacher, Patient and Doctor",
    )
    repeated_questions: Literal["merge", "last"] = setting(
        "merge",
        "Two questions in a row: merged by a blank line, or only the last is kept. In rows of pages, where an answer "
        "was lost between them, and where the second repeats or extends the first, the last alone is kept.",
        "people send a text and then the question about it",
    )
    repeated_answers: Literal["last", "merge"] = setting(
        "last",
        "Two answers in a row: only the last is kept, but where it goes on in mid-sentence; or all are merged.",
        "mostly regenerations: the last is what the user went on from",
    )
    tools: Literal["drop_round", "keep_text"] = setting(
        "drop_round",
        "Rounds with calls of tools or their results: dropped, or kept as text that is not trained on.",
        "an answer that rests on what is not shown teaches to make things up",
    )
    images: Literal["drop", "keep_text"] = setting(
        "drop",
        "Rounds from an image on: dropped, or kept without the image.",
        "an answer about a picture that is not shown teaches to make things up",
    )
    reasoning: Literal["drop", "inline"] = setting(
        "drop",
        "Reasoning that stands in a field of its own (reasoning_content, thinking): left out, or put before the answer "
        "between <think> and </think>.",
        "templates of today leave it out of all turns but the last",
    )
    rejoin: Literal["auto", "off"] = setting(
        "auto",
        "Rows of a source that are pieces of one conversation (`<stem>_<raw index of the first turn>`): joined "
        "where several stems have pieces of which each begins where the one before ends, and none overlap; or never.",
        "the published dumps were cut at 2,048 tokens: of 1,011 rows 445 start in mid-conversation",
    )
    continued_answers: Literal["stitch", "unlabelled_eos", "keep"] = setting(
        "stitch",
        "An answer that breaks off where the page's limit was reached, followed by a request to go on: joined to the "
        "next answer where that goes on (else trained on without its end), never joined but trained on without its "
        "end, or left as it is.",
        "2.2 % of published answers; a labelled end of text behind a stump teaches to stop in mid-word",
    )
    ended_share: Share = setting(
        0.75,
        "Share of an answer's lines that end with a stop, for the last to need one too, where its rest is asked for.",
        "as `quality.ended_share`; read on 3,490 published answers",
    )
    after_drop: Literal["drop", "tag", "keep"] = setting(
        "drop",
        "The rounds that follow a round that was dropped for itself: dropped, flagged or kept.",
        "a follow-up rests on what is gone; costs 0.2 % of the tokens of 1,011 cleaned conversations, 5 % of raw ones",
    )

    @field_validator("roles", mode="before")
    @classmethod
    def _pairs(cls, given: object) -> object:
        """Take `word:role` words too, as the command line gives them; words compare without case and marks."""
        words = [given] if isinstance(given, str) else given
        if isinstance(words, list | tuple) and all(isinstance(word, str) and ":" in word for word in words):
            return dict(word.rsplit(":", 1) for word in words)
        return given

    @field_validator("encoding")
    @classmethod
    def _known(cls, name: str) -> str:
        """Return the charset's name where Python knows it."""
        if name != "auto":
            try:
                codecs.lookup(name)
            except LookupError as error:
                raise ValueError(f"no charset is called {name}") from error
        return name

    def reading(self) -> tuple[str, float, str, str]:
        """Return what the raw rows depend on: the other settings concern what becomes of them later."""
        return self.encoding, self.max_expansion, self.branches, self.rejoin
