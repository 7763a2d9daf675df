"""Decides what becomes of an answer that breaks off and of the answer to the request to go on with it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from tasks.conversations.continuing import Request, request_of
from tasks.conversations.endings import Ending, ending_of, has_stop
from tasks.conversations.joining import Join, find_join
from tasks.conversations.word_counts import WordCounts


class Done(StrEnum):
    """What is done about an answer that is followed by a request to go on."""

    STITCHED = "stitched"
    """The next answer is joined to it, and the request is taken out."""
    UNLABELLED_EOS = "unlabelled_eos"
    """It is trained on, but not on its end."""
    KEPT = "kept"
    """It stays as it is: it is whole, or nothing shows that it is not."""


@dataclass(frozen=True)
class Continued:
    """An answer, the request behind it and the answer to that.

    Args:
        request: what the question asks.
        ending: what shows that the answer breaks off; None = nothing does.
        join: how the next one goes on with it; None = it does not, or that cannot be told.
        done: what becomes of it.
    """

    request: Request
    ending: Ending | None
    join: Join | None
    done: Done


def judge_continued(
    answer: str, question: str, following: str, words: WordCounts, ended_share: float
) -> Continued | None:
    """Return what becomes of an answer; None where the question asks for nothing of it.

    Args:
        answer: the answer, with what was joined to it.
        question: the question behind it.
        following: the next answer.
        words: of the conversation.
        ended_share: share of an answer's lines that end with a stop, for the last to need one too.
    """
    request = request_of(question)
    if request is None:
        return None
    ending = ending_of(answer, ended_share)
    join = None if request is Request.PARTLY else find_join(answer.rstrip(), following, ending, words)
    if join and not _certain(join, ending, answer, request):
        join = None
    if join and join.joint is not None:
        return Continued(request, ending, join, Done.STITCHED)
    return Continued(request, ending, join, Done.UNLABELLED_EOS if ending or join else Done.KEPT)


def _certain(join: Join, ending: Ending | None, answer: str, request: Request) -> bool:
    """Whether the two together show enough: an answer with nothing missing needs more of the next one."""
    if ending is not None:
        return True
    if join.start in ("lower_case", "punctuation"):
        return not has_stop(answer) or join.joint in ("", "\n")
    return request is Request.REST and (join.start == "reopened_fence" or join.cut_before > 0)
