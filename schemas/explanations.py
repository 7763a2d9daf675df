"""What each reason was judged by: the signals that speak for it and the settings that would decide otherwise."""

from __future__ import annotations

from typing import NamedTuple

from schemas.reasons import Reason


class JudgedBy(NamedTuple):
    """What decided on a reason.

    Args:
        settings: names as `--set` takes them; the first is the policy or the threshold itself.
        signals: columns of the reason's stage, of the conversation.
        turn_signals: fields of `turn_signals`, of the dropped turn.
    """

    settings: tuple[str, ...] = ()
    signals: tuple[str, ...] = ()
    turn_signals: tuple[str, ...] = ()


IN_THE_SOURCE = JudgedBy()
"""The row itself has to be mended: no setting keeps it."""

_LANGUAGE = ("language", "language_confidence", "answer_language")
_COPY = ("kept_row_id", "kind", "jaccard")

JUDGED_BY: dict[Reason, JudgedBy] = {
    Reason.UNKNOWN_ROLE: JudgedBy(("input.roles",)),
    Reason.PARTNER_UNKNOWN: JudgedBy(("input.roles",)),
    Reason.DROPPED_ROLE: JudgedBy(("input.roles",)),
    Reason.UNANSWERED: JudgedBy(("input.repeated_questions",)),
    Reason.SUPERSEDED_ANSWER: JudgedBy(("input.repeated_answers",)),
    Reason.TOOL_ROUND: JudgedBy(("input.tools",)),
    Reason.IMAGE_ROUND: JudgedBy(("input.images",)),
    Reason.LEANS_ON_DROPPED: JudgedBy(("input.after_drop",)),
    Reason.UNWANTED_LANGUAGE: JudgedBy(("language.keep", "language.skip"), _LANGUAGE),
    Reason.UNCERTAIN_LANGUAGE: JudgedBy(("language.min_confidence",), _LANGUAGE),
    Reason.UNKNOWN_LANGUAGE: JudgedBy(("language.unknown",), _LANGUAGE),
    Reason.ERROR_REPLY: JudgedBy(("quality.error_replies",), (), ("error_reply",)),
    Reason.SHORT_ANSWER: JudgedBy(("quality.short_answers",), (), ("short_answer", "characters")),
    Reason.TRUNCATED_ANSWER: JudgedBy(("quality.truncated_answers",), (), ("truncated_answer",)),
    Reason.REFUSAL: JudgedBy(("quality.refusals",), (), ("refusals",)),
    Reason.IDENTITY_CLAIM: JudgedBy(("quality.identity_claims",), (), ("identity_claims",)),
    Reason.REPETITION: JudgedBy(
        (
            "quality.max_repeated_lines",
            "quality.max_repeated_paragraphs",
            "quality.max_repeated_ngrams",
            "quality.repetition",
        ),
        (),
        ("repeated_lines", "repeated_paragraphs", "repeated_ngrams"),
    ),
    Reason.DEGENERATE: JudgedBy(
        ("quality.max_run_share", "quality.max_blob_share", "quality.max_mojibake_share", "quality.degenerate"),
        (),
        ("run_share", "blob_share", "mojibake_share"),
    ),
    Reason.REPLACEMENT_CHARACTERS: JudgedBy(("quality.replacement_characters",), (), ("replacement_characters",)),
    Reason.PLUGIN_PANEL: JudgedBy(("quality.plugin_panels",), (), ("plugin_panel",)),
    Reason.TOO_FEW_ROUNDS: JudgedBy(("quality.min_rounds",), ("rounds",)),
    Reason.TOO_SHORT: JudgedBy(("quality.min_characters",), ("characters",)),
    Reason.BLOCKED_WORD: JudgedBy(
        ("quality.blocked_words", "quality.blocked_roles", "quality.blocked"), (), ("blocked_words",)
    ),
    Reason.PERSONAL_DATA: JudgedBy(("privacy.policy", "privacy.kinds")),
    Reason.CONTAMINATED: JudgedBy(("decontamination.min_share", "decontamination.policy")),
    Reason.EXACT_DUPLICATE: JudgedBy(("deduplication.case",), _COPY),
    Reason.CONTINUATION: JudgedBy((), _COPY),
    Reason.BRANCH: JudgedBy(("deduplication.branches", "deduplication.branch_share"), _COPY),
    Reason.NEAR_DUPLICATE: JudgedBy(("deduplication.threshold",), _COPY),
    Reason.PROMPT_EXCEEDS_CONTEXT: JudgedBy(("tokens.context", "tokens.long_question")),
    Reason.ANSWER_EXCEEDS_CONTEXT: JudgedBy(("tokens.context", "tokens.long_answer")),
    Reason.LEANS_ON_OVERLONG: JudgedBy(("input.after_drop", "tokens.context")),
    Reason.NO_SYSTEM_ROLE: JudgedBy(("tokens.template",)),
}


def judged_by(reason: Reason) -> JudgedBy:
    """Return what decided on a reason; nothing where the row itself has to be mended."""
    return JUDGED_BY.get(reason, IN_THE_SOURCE)
