"""The article's prompt, word for word, and the frame in which the judge sees question and answers."""

from __future__ import annotations

import hashlib
import re

ROLE = "You are a helpful and precise assistant for checking the quality of the answer."
"""The system message of FastChat's reviewer, by which the article's scores were made."""

PROMPT = """\
We would like to request your feedback on the performance of two AI assistants in response to the user question \
displayed above.
Please rate the helpfulness, relevance, accuracy, level of details of their responses. Each assistant receives an \
overall score on a scale of 1 to 10, where a higher score indicates better overall performance.
Please first output a single line containing only two values indicating the scores for Assistant 1 and 2, \
respectively. The two scores are separated by a space. In the subsequent line, please provide a comprehensive \
explanation of your evaluation, avoiding any potential bias and ensuring that the order in which the responses were \
presented does not affect your judgment."""
"""Published in the article; equal, up to white space, to prompt 1 of FastChat's prompt.jsonl of March 2023."""

# No model's name stands anywhere in it: the judge cannot know whose answers these are, unless an answer says so.
FRAME = (
    "[Question]\n{question}\n\n"
    "[The Start of Assistant 1's Answer]\n{first}\n\n[The End of Assistant 1's Answer]\n\n"
    "[The Start of Assistant 2's Answer]\n{second}\n\n[The End of Assistant 2's Answer]\n\n"
    "[System]\n{prompt}\n\n"
)

INJECTION = re.compile(
    r"\[(?:System|Question|The (?:Start|End) of Assistant [12]'s Answer)\]"
    r"|\b(?:output|reply|respond|answer|rate|score|give)\b[^\n]{0,60}?\b(?:10\s+1|1\s+10|10\s*/\s*10|10 out of 10)\b"
    r"|\bas (?:a|the) (?:judge|evaluator)\b|\bassistant [12] (?:deserves|should (?:get|receive))\b"
    r"|^\s*(?:10|[1-9])(?:\.\d)?[ \t]+(?:10|[1-9])(?:\.\d)?\s*\Z",
    re.IGNORECASE | re.MULTILINE,
)
"""What an answer writes that means the judge and not the reader: the frame's own marks, scores, words to a judge."""


def messages(question: str, first: str, second: str) -> list[dict[str, str]]:
    """Return the chat messages of one judgement; the answers stand in them as they are.

    Args:
        question: the user's question.
        first: answer shown as Assistant 1's.
        second: answer shown as Assistant 2's.
    """
    shown = FRAME.format(question=question, first=first, second=second, prompt=PROMPT)
    return [{"role": "system", "content": ROLE}, {"role": "user", "content": shown}]


def prompt_digest() -> str:
    """Return the digest of role, frame and prompt: another text is another judge."""
    return hashlib.sha256("\n\n".join((ROLE, FRAME, PROMPT)).encode()).hexdigest()


def normal_digest() -> str:
    """Return the digest of the prompt alone with its white space made one blank, to compare it with the article's."""
    return hashlib.sha256(" ".join(PROMPT.split()).encode()).hexdigest()


def suspected_injection(answer: str) -> bool:
    """Whether an answer writes words that seem to be meant for the judge; it is judged all the same, and flagged."""
    return INJECTION.search(answer) is not None
