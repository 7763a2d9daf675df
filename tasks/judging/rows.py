"""One judgement as a row: its replies read, its fate told, its costs added up."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from schemas.judging import Fate
from tasks.judging.journal import Entry
from tasks.judging.plan import CHARACTERS_A_TOKEN, Item, Prices, tokens_in
from tasks.judging.prompt import suspected_injection
from tasks.judging.read_scores import read_scores


def judged_row(item: Item, judge: str, key: str, replies: Sequence[Entry], rate: Prices) -> dict[str, Any]:
    """Return the row of a judgement that was asked for.

    Args:
        item: what was to be judged.
        judge: the judge's name.
        key: of its first request.
        replies: one, or more where those before could not be read.
        rate: what tokens cost.
    """
    last = replies[-1]
    reading = read_scores(last["text"]) if last["fate"] == "answered" else None
    scores = _in_order(item.order, reading.first, reading.second) if reading else (None, None)
    if reading:
        fate = Fate.SCORED if reading.how != "none" else Fate.UNREADABLE
        detail = reading.detail or None
    else:
        fate, detail = _fate(last["fate"]), last["detail"] or None
    counted = [tokens_of(item.messages(), one) for one in replies]
    read, written = (round(sum(tokens)) for tokens in zip(*counted, strict=True))
    return {
        **_about(item, judge, key),
        "fate": fate.value,
        "detail": detail,
        "reading": reading.how if reading else None,
        "score": scores[0],
        "score_against": scores[1],
        "text": last["text"] or None,
        "samples": len(replies),
        "judge_model": last["model"],
        "fingerprint": last["fingerprint"],
        "prompt_tokens": read,
        "completion_tokens": written,
        "cost": rate.of(read, written),
        "seconds": round(sum(one["seconds"] for one in replies), 3),
        "attempts": sum(one["attempts"] for one in replies),
        "request_id": last["request_id"],
        "judged_at": last["at"],
    }


def published_row(item: Item, judge: str, scores: tuple[float, float], text: str) -> dict[str, Any]:
    """Return the row of a judgement that somebody else published: its scores are theirs, on the scale or not.

    Args:
        item: what was judged.
        judge: as they name it.
        scores: of the answers shown first and second.
        text: the judge's words.
    """
    score, score_against = _in_order(item.order, *scores)
    return {
        **_about(item, judge, key=""),
        "fate": Fate.SCORED.value,
        "reading": "as_published",
        "score": score,
        "score_against": score_against,
        "text": text,
        "samples": 1,
        "cost": 0.0,
        "attempts": 1,
    }


def unjudged_row(item: Item, judge: str, key: str) -> dict[str, Any]:
    """Return the row of a judgement that could not be asked for: an answer is missing."""
    missing = [name for name, text in ((item.model, item.answer), (item.against, item.answer_against)) if text is None]
    return {
        **_about(item, judge, key),
        "fate": Fate.FAILED.value,
        "detail": f"no answer of {' and '.join(missing)}",
        "samples": 0,
        "cost": 0.0,
        "attempts": 0,
    }


def _fate(word: str) -> Fate:
    """Return the fate of that name."""
    return next(one for one in Fate if one.value == word)


def _in_order(order: str, first: float | None, second: float | None) -> tuple[float | None, float | None]:
    """Return the model's score and the other's, of those of the answers shown first and second."""
    return (first, second) if order == "first" else (second, first)


def tokens_of(messages: list[dict[str, str]], reply: Entry) -> tuple[float, float]:
    """Return the tokens read and written for a reply, as counted; estimated where the endpoint does not count."""
    if reply["fate"] == "failed":
        return 0.0, 0.0
    read, written = reply["prompt_tokens"], reply["completion_tokens"]
    return (
        tokens_in(messages) if read is None else read,
        len(reply["text"]) / CHARACTERS_A_TOKEN if written is None else written,
    )


def _about(item: Item, judge: str, key: str) -> dict[str, Any]:
    return {
        "key": key,
        "kind": item.kind,
        "model": item.model,
        "against": item.against,
        "question_id": item.question.question_id,
        "category": item.question.category,
        "shown": item.order,
        "characters": len(item.answer or ""),
        "characters_against": len(item.answer_against or ""),
        "injection_suspected": any(suspected_injection(text) for text in item.shown()),
        "judge": judge,
    }
