"""Analyses a chat template once, so that a conversation is literal text between messages and no Jinja runs per row."""

from __future__ import annotations

import re
from dataclasses import dataclass

import jinja2

from tasks.tokens.template import BEGIN, END, Message, Template
from tasks.tokens.tokenizer import TokenizerError

SYSTEM = "xSYSTEMx"
QUESTIONS = ("xQONEx", "xQTWOx", "xQTHREEx")
ANSWERS = ("xAONEx", "xATWOx", "xATHREEx")


@dataclass(frozen=True)
class TemplateLayout:
    """The literal text around the messages of a conversation.

    Args:
        head: text before the first question, without a system message.
        system_head: text before and after the system message; None where the template has no place for one.
        opening: text between a stop and the next question.
        header: text between a question and the first labelled character.
        lead: labelled text before the answer (Vicuna's space).
        post: text between the answer and the stop, labelled with it.
        stop: the special words that end an answer.
        end: text after the last stop.
        trims: roles whose messages the template strips.
        labels_stop: whether the stop has loss.
    """

    head: str
    system_head: tuple[str, str] | None
    opening: str
    header: str
    lead: str
    post: str
    stop: str
    end: str
    trims: frozenset[str]
    labels_stop: bool

    def write(self, messages: list[Message]) -> str:
        """Write a conversation out as the template does, if the layout holds for it."""
        system = messages[0]["content"] if messages[0]["role"] == "system" else None
        parts = [self.head]
        if system is not None and self.system_head is not None:
            parts = [self.system_head[0], self.shown("system", system), self.system_head[1]]
        turns = messages if system is None else messages[1:]
        for i in range(0, len(turns), 2):
            parts += [self.opening] if i else []
            parts += [self.shown("user", turns[i]["content"]), self.header, self.lead]
            parts += [self.shown("assistant", turns[i + 1]["content"]), self.post, self.stop]
        return "".join([*parts, self.end])

    def shown(self, role: str, text: str) -> str:
        """Return a message as the template writes it."""
        return text.strip() if role in self.trims else text


def analyse_template(template: Template, specials: list[str]) -> TemplateLayout:
    """Return a template's layout, found by rendering three rounds of known words.

    Raises:
        TokenizerError: the text between messages changes from round to round, or no special token ends an answer.
    """
    try:
        marked = template.render(_rounds(3), marks=True)
        asked = template.render(_rounds(1)[:1], prompt=True)
    except jinja2.TemplateError as error:
        raise TokenizerError(f"The template {template.name} refuses plain rounds ({error}): use another.") from error
    trims = {role for role, word in (("user", QUESTIONS[0]), ("assistant", ANSWERS[0])) if _trimmed(marked, word)}
    questions = QUESTIONS if "user" in trims else tuple(map(_padded, QUESTIONS))
    answers = ANSWERS if "assistant" in trims else tuple(map(_padded, ANSWERS))
    texts = _cut(template, marked, [word for pair in zip(questions, answers, strict=True) for word in pair])
    system, trims_system = _system_head(template, questions[0])
    head, header, *rest = (text.replace(BEGIN, "").replace(END, "") for text in texts)
    between, between_too, last = rest[0], rest[2], rest[4]
    stop = re.search("|".join(re.escape(word) for word in sorted(specials, key=len, reverse=True)), between)
    if between != between_too or rest[1] != header or rest[3] != header:
        raise TokenizerError(f"The template {template.name} writes rounds in different ways: use another.")
    if stop is None or not specials or not last.startswith(between[: stop.end()]):
        raise TokenizerError(
            f"The template {template.name} ends no answer with a special token of this tokenizer: "
            "choose vicuna_v1.1, or a tokenizer that has the template's tokens."
        )
    lead, labels_stop = _labelled(template, texts, asked.partition(questions[0])[2], between[: stop.end()])
    if stop.start() and not labels_stop:
        raise TokenizerError(f"The template {template.name} ends a generation block mid-way: move endgeneration.")
    return TemplateLayout(
        head=head,
        system_head=system,
        opening=between[stop.end() :],
        header=header.removesuffix(lead) if lead else header,
        lead=lead,
        post=between[: stop.start()],
        stop=stop[0],
        end=last[stop.end() :],
        trims=frozenset(trims | ({"system"} if trims_system else set())),
        labels_stop=labels_stop,
    )


def _rounds(count: int) -> list[Message]:
    messages = []
    for question, answer in zip(QUESTIONS[:count], ANSWERS[:count], strict=True):
        messages.append({"role": "user", "content": _padded(question)})
        messages.append({"role": "assistant", "content": _padded(answer)})
    return messages


def _padded(word: str) -> str:
    """Put white space around a word, of a kind that templates do not write themselves."""
    return f"\t{word}\t"


def _trimmed(text: str, word: str) -> bool:
    """Whether a rendering holds the word without the white space it was given."""
    return _padded(word) not in text


def _cut(template: Template, text: str, words: list[str]) -> list[str]:
    """Cut a rendering at the known words, in their order, the words left out."""
    texts = []
    for word in words:
        before, found, text = text.partition(word)
        if not found:
            raise TokenizerError(f"The template {template.name} rewrites or leaves out messages: use another.")
        texts.append(before)
    return [*texts, text]


def _labelled(template: Template, texts: list[str], prompt: str, stop: str) -> tuple[str, bool]:
    """Return the labelled text before an answer, and whether the stop is labelled.

    Generation blocks say it; without them, what follows the generation prompt is labelled.
    """
    before, after = texts[1], texts[2]
    if BEGIN in before and END in after:
        until = after.partition(END)[0]
        if until not in ("", stop):
            raise TokenizerError(f"The template {template.name} ends a generation block mid-way: move endgeneration.")
        return before.partition(BEGIN)[2], until == stop
    if before.startswith(prompt):
        return before[len(prompt) :], True
    if prompt.startswith(before):
        return "", True
    raise TokenizerError(f"The template {template.name} opens answers in two ways: add generation blocks to it.")


def _system_head(template: Template, question: str) -> tuple[tuple[str, str] | None, bool]:
    """Find the text around a system message and whether it is trimmed; None where the template has no such place."""
    try:
        text = template.render([{"role": "system", "content": _padded(SYSTEM)}, *_rounds(1)])
    except jinja2.TemplateError:
        return None, False
    trimmed = _trimmed(text, SYSTEM)
    before, found, rest = text.partition(SYSTEM if trimmed else _padded(SYSTEM))
    after, asked, _ = rest.partition(question)
    return ((before, after) if found and asked else None), trimmed
