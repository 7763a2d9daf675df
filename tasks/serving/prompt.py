"""Writes prompts as ids: those that the shards hold for the same messages, whatever words the messages hold."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from pathlib import Path

from tasks.serving.errors import RequestError
from tasks.tokens.chat_encoder import ChatEncoder, load_chat_encoder, split_at_specials

Message = dict[str, str]
ROLES = ("user", "assistant")


class PromptWriter:
    """The chat template of a model's folder over its tokenizer.

    Args:
        encoder: of the folder. Its engine knows no special tokens, so that `</s>` in a message is four letters.
    """

    def __init__(self, encoder: ChatEncoder) -> None:
        self.encoder = encoder

    @classmethod
    def of(cls, folder: Path) -> PromptWriter:
        """Return the writer of a folder with tokenizer.json and chat_template.jinja. Raise TokenizerError."""
        return cls(load_chat_encoder(str(folder), "tokenizer", fast=False))

    def ids(self, messages: Sequence[Message]) -> list[int]:
        """Return the ids of a conversation that waits for an answer.

        Raises:
            RequestError: the messages are no conversation that the model was trained on.
        """
        check_messages(messages, has_system=self.encoder.layout.system_head is not None)
        found: list[int] = []
        held = ""
        for text, literal in [*self._texts(list(messages)), ("", False)]:
            for part in split_at_specials(self.encoder.tokenizer, text) if literal else [text]:
                if isinstance(part, str):
                    held += part
                else:
                    found += [*self._plain(held, at_start=not found), part]
                    held = ""
        return found + self._plain(held, at_start=not found)

    def loss(self, messages: Sequence[Message], left_out: int = 0) -> list[tuple[int, int]]:
        """Return the spans of a prompt's ids that had loss in training: earlier answers, their stops included.

        Args:
            messages: as `ids` takes them.
            left_out: how many of the oldest rounds are not shown.
        """
        system = 1 if messages[0]["role"] == "system" else 0
        shown = [*messages[:system], *messages[system + 2 * left_out :]]
        ids, spans = self.ids(shown), []
        for place, message in enumerate(shown):
            if message["role"] == "assistant":
                start = len(self.ids(shown[:place]))
                end = ids.index(self.encoder.stop, start) + 1
                spans.append((start, end if self.encoder.layout.labels_stop else end - 1))
        return spans

    def _plain(self, text: str, *, at_start: bool) -> list[int]:
        """Return the ids of what stands between two special tokens, encoded as one text."""
        fixed = self.encoder.tokenizer.prefix.fix(text, at_start=at_start)
        ids: list[int] = self.encoder.tokenizer.engine.encode([fixed])[0].tolist() if fixed else []
        return ids

    def _texts(self, messages: list[Message]) -> list[tuple[str, bool]]:
        """Return the texts of a prompt in order, and of each whether it is the template's own."""
        layout = self.encoder.layout
        texts = [(layout.head, True)]
        if messages[0]["role"] == "system" and layout.system_head is not None:
            before, after = layout.system_head
            texts = [(before, True), (layout.shown("system", messages[0]["content"]), False), (after, True)]
            messages = messages[1:]
        for place, message in enumerate(messages):
            shown = (layout.shown(message["role"], message["content"]), False)
            if message["role"] == "user":
                texts += [(layout.opening, True)] if place else []
                texts += [shown, (layout.header, True)]
            else:
                texts += [(layout.lead, True), shown, (layout.post + layout.stop, True)]
        return texts


def check_messages(messages: Sequence[Message], *, has_system: bool) -> None:
    """Raise RequestError unless messages are [system] user (assistant user)*."""
    turns = list(messages)
    if turns and turns[0]["role"] == "system":
        turns = turns[1:]
        if not has_system:
            raise RequestError(
                400, "no_system", "This model's template has no place for a system message: leave it out."
            )
    for place, message in enumerate(turns):
        if message["role"] != ROLES[place % 2]:
            raise RequestError(
                400,
                "bad_order",
                f"Message {place + 1} after the system message is by {message['role']!r}, but users and assistants "
                "take turns, the user first: the model has seen nothing else.",
            )
    if len(turns) % 2 == 0:
        raise RequestError(400, "bad_order", "The last message is not the user's: there is nothing to answer.")


def leave_out_oldest(writer: PromptWriter, messages: Sequence[Message], most: int) -> tuple[list[int], int]:
    """Return a prompt's ids within a bound, the oldest whole rounds left out as needed, and how many were.

    Args:
        writer: of the prompt.
        messages: a conversation; its system message and its last question always stay.
        most: ids. The last question alone may need more, and is then returned as it is.
    """
    ids = writer.ids(messages)
    if len(ids) <= most:
        return ids, 0
    system = [messages[0]] if messages[0]["role"] == "system" else []
    turns = list(messages[len(system) :])
    rounds = range(len(turns) // 2 + 1)
    # The fewer rounds are left out, the longer the prompt: the first number that fits, or all but the question.
    out = min(bisect_left(rounds, True, key=lambda n: len(writer.ids([*system, *turns[2 * n :]])) <= most), rounds[-1])
    return writer.ids([*system, *turns[2 * out :]]), out
