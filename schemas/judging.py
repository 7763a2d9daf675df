"""The contracts of answers, judgements and reviews, and the fates of a judgement."""

from __future__ import annotations

import polars as pl

from schemas.contract import Column, Contract, rule
from schemas.types import COUNT, FLAG, INDEX, SHARE, TEXT
from schemas.vocabulary import Word

ANSWERS = "09_answers"
JUDGEMENTS = "10_judgements"


class Fate(Word):
    """What came of a judgement that was to be made: each has exactly one."""

    SCORED = ("scored", "judgements", "Two scores were read.")
    UNREADABLE = ("unreadable", "judgements", "No two scores could be read, however often it was asked for.")
    REFUSED = ("refused", "judgements", "The judge, or a filter before it, would not judge.")
    TOO_LONG = ("too_long", "judgements", "The prompt did not fit the judge, or its reply was cut at max_tokens.")
    FAILED = ("failed", "judgements", "The endpoint failed, retries included, or one of the two answers is missing.")


MODEL = Column(TEXT, "The model in question.", nullable=False)
AGAINST = Column(TEXT, "The model it is compared with.", nullable=False)
QUESTION_ID = Column(TEXT, "The question's id in its file.", nullable=False)
CATEGORY = Column(TEXT, "The question's category.", nullable=False)


class Answers(Contract):
    """Every model's answer to every question, and what came of asking."""

    view = "answers"
    folder = ANSWERS

    model = Column(TEXT, "The model's name in the figures.", nullable=False)
    question_id = QUESTION_ID
    category = CATEGORY
    question = Column(TEXT, "The question.", nullable=False)
    answer = Column(TEXT, "The answer, as it came; null where there is none.")
    fate = Column(TEXT, "answered | too_long (cut at max_tokens, judged as it is) | refused | failed.", nullable=False)
    detail = Column(TEXT, "Why there is no answer; null where there is.")
    characters = Column(COUNT, "Length of the answer.", nullable=False)
    injection_suspected = Column(FLAG, "Whether the answer writes words that seem meant for a judge.", nullable=False)
    asked = Column(TEXT, "The address asked, or the file read.", nullable=False)
    served_model = Column(TEXT, "The model as the endpoint names it.")
    temperature = Column(SHARE, "Asked for; null where the answer is from a file.")
    max_tokens = Column(INDEX, "Asked for; null where the answer is from a file.")
    finish_reason = Column(TEXT, "As the endpoint says.")
    prompt_tokens = Column(COUNT, "As the endpoint counts.")
    completion_tokens = Column(COUNT, "As the endpoint counts.")
    seconds = Column(SHARE, "From the first try to the last byte.")
    attempts = Column(INDEX, "Tries.")
    request_id = Column(TEXT, "As the endpoint names the request.")
    answered_at = Column(SHARE, "When it came, seconds since 1970.")
    key = Column(
        TEXT, "Digest of the answer's question, model, address and settings, or of its file's text.", nullable=False
    )

    @rule("an answer is there unless it was refused or failed")
    def present() -> pl.Expr:
        """Return whether fate and answer agree."""
        return pl.col("answer").is_not_null() == pl.col("fate").is_in(["answered", "too_long"])


class Judgements(Contract):
    """Every judgement of the current comparison: one a question, pair and order, with its fate."""

    view = "judgements"
    folder = JUDGEMENTS

    key = Column(TEXT, "Digest of judge, prompt, question, answers, order, sample and settings.", nullable=False)
    kind = Column(TEXT, "pair | self_check (an answer against itself).", nullable=False)
    model = MODEL
    against = AGAINST
    question_id = QUESTION_ID
    category = CATEGORY
    shown = Column(TEXT, "first | second: where the model's answer was shown.", nullable=False)
    fate = Column(TEXT, "scored | unreadable | refused | too_long | failed.", nullable=False)
    detail = Column(TEXT, "Why there are no scores; null where there are.")
    reading = Column(TEXT, "strict | lenient | tuple_at_end | none | as_published; null where no reply was to be read.")
    score = Column(SHARE, "Of the model's answer, 1 – 10; null where there is none.")
    score_against = Column(SHARE, "Of the other answer.")
    text = Column(TEXT, "The judge's words; null where there are none.")
    samples = Column(INDEX, "How often it was asked for until it was readable.", nullable=False)
    characters = Column(COUNT, "Length of the model's answer.", nullable=False)
    characters_against = Column(COUNT, "Length of the other answer.", nullable=False)
    injection_suspected = Column(FLAG, "Whether one of the answers writes words meant for a judge.", nullable=False)
    judge = Column(TEXT, "The judge asked for.", nullable=False)
    judge_model = Column(TEXT, "The judge as its endpoint names it.")
    fingerprint = Column(TEXT, "The endpoint's system_fingerprint.")
    prompt_tokens = Column(COUNT, "Read, all samples together.")
    completion_tokens = Column(COUNT, "Written, all samples together.")
    cost = Column(SHARE, "US dollars, all samples together.", nullable=False)
    seconds = Column(SHARE, "From the first try to the last byte, all samples together.")
    attempts = Column(INDEX, "Tries, all samples together.", nullable=False)
    request_id = Column(TEXT, "As the endpoint names the last request.")
    judged_at = Column(SHARE, "When the last reply came, seconds since 1970.")

    @rule("a judgement has two scores exactly where it is scored")
    def scores() -> pl.Expr:
        """Return whether fate and scores agree."""
        scored = pl.col("fate") == "scored"
        return (pl.col("score").is_not_null() == scored) & (pl.col("score_against").is_not_null() == scored)


class Reviews(Contract):
    """What people said of single pairs; nothing of it changes the judge's scores."""

    view = "reviews"
    folder = JUDGEMENTS

    pair = Column(TEXT, "Digest of question and answers: the same in every comparison that has them.", nullable=False)
    model = MODEL
    against = AGAINST
    question_id = QUESTION_ID
    verdict = Column(TEXT, "model | tie | against: which answer is better.", nullable=False)
    drawn = Column(TEXT, "chance | unreadable | orders_disagree: why the pair was shown.", nullable=False)
    saw_words = Column(FLAG, "Whether the judge's words were shown before the vote.", nullable=False)
    remark = Column(TEXT, "What the person wrote to it.")
    who = Column(TEXT, "The person.", nullable=False)
    voted_at = Column(SHARE, "When, seconds since 1970.", nullable=False)
