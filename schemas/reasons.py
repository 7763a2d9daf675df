"""Every reason a row or a turn may be dropped: the only vocabulary of rejection."""

from __future__ import annotations

from schemas.vocabulary import Word


class Reason(Word):
    """One word of rejection; its stage is the view in which it is new, its sentence is for people.

    >>> Reason.EXACT_DUPLICATE.stage
    'deduplicated'
    """

    # 01 ingest: what is not a row of turns goes to broken.parquet.
    BROKEN_JSON = "broken_json", "ingested", "The row's text is not valid JSON."
    TRUNCATED_ROW = "truncated_row", "ingested", "The file ends inside the row."
    NOT_A_CONVERSATION = (
        "not_a_conversation",
        "ingested",
        "The row is of no known shape (docs/reference/inputs.md): it has no turns.",
    )
    NO_TURNS = "no_turns", "ingested", "The row's list of turns is empty."

    # 02 convert: the smallest repair that leaves user and assistant taking turns.
    LEADING_ASSISTANT = "leading_assistant", "converted", "An answer stands before the first question."
    UNANSWERED = (
        "unanswered",
        "converted",
        "The question is followed by another that repeats it, or its answer is missing.",
    )
    TRAILING_USER = "trailing_user", "converted", "A question at the end of the conversation has no answer."
    EMPTY_ANSWER = "empty_answer", "converted", "The answer is empty, so it and its question go."
    EMPTY_QUESTION = "empty_question", "converted", "The question is empty, so it and its answer go."
    UNKNOWN_ROLE = "unknown_role", "converted", "The turn's role is no known word; `input.roles` can map it."
    PARTNER_UNKNOWN = (
        "partner_unknown",
        "converted",
        "The turn that the question or answer belongs to has an unknown role.",
    )
    DROPPED_ROLE = "dropped_role", "converted", "The turn's role is one that `input.roles` leaves out."
    HIDDEN_TURN = "hidden_turn", "converted", "The page did not show the turn."
    MISPLACED_SYSTEM = "misplaced_system", "converted", "A system turn stands after the first turn, or a second time."
    EMPTY_SYSTEM = "empty_system", "converted", "The system turn is empty."
    SUPERSEDED_ANSWER = "superseded_answer", "converted", "Another answer to the same question follows."
    NULL_TEXT = (
        "null_text",
        "converted",
        "The answer is how a program writes a missing value (nan, None, null), so it and its question go.",
    )
    TOOL_ROUND = "tool_round", "converted", "The round leans on a tool: a call of one, or what it gave back."
    IMAGE_ROUND = "image_round", "converted", "The round, or one before it, shows an image."
    NOT_TEXT = "not_text", "converted", "The round has a part that is no text: sound, or a file."
    NO_EXCHANGE = "no_exchange", "converted", "After the repairs no question with an answer is left."

    # 03 language.
    UNWANTED_LANGUAGE = "unwanted_language", "language_filtered", "The language is not among those to keep."
    UNCERTAIN_LANGUAGE = (
        "uncertain_language",
        "language_filtered",
        "The language was told with less confidence than asked for.",
    )
    UNKNOWN_LANGUAGE = (
        "unknown_language",
        "language_filtered",
        "The language cannot be told and the setting drops such conversations.",
    )

    # 04 quality, privacy, decontamination.
    ERROR_REPLY = (
        "error_reply",
        "quality_filtered",
        "The answer is an error or rate-limit message of the page.",
    )
    SHORT_ANSWER = "short_answer", "quality_filtered", "The answer shows nothing, or is one word where more was asked."
    TRUNCATED_ANSWER = "truncated_answer", "quality_filtered", "The answer breaks off and is not continued."
    REFUSAL = "refusal", "quality_filtered", "The answer refuses or recites the assistant's limits."
    IDENTITY_CLAIM = (
        "identity_claim",
        "quality_filtered",
        "The answer claims to be a named model, or a named maker's work.",
    )
    REPETITION = (
        "repetition",
        "quality_filtered",
        "Lines, paragraphs or n-grams of the answers repeat too much.",
    )
    DEGENERATE = "degenerate", "quality_filtered", "The text is a run of one character, a blob or mojibake."
    PLUGIN_PANEL = (
        "plugin_panel",
        "quality_filtered",
        "The answer holds a plugin or browsing panel, not words.",
    )
    TOO_FEW_ROUNDS = "too_few_rounds", "quality_filtered", "Fewer question-answer rounds than asked for."
    TOO_SHORT = "too_short", "quality_filtered", "The whole conversation has fewer characters than asked for."
    BLOCKED_WORD = (
        "blocked_word",
        "quality_filtered",
        "A turn of a role that is looked at holds a blocked word.",
    )
    PERSONAL_DATA = (
        "personal_data",
        "quality_filtered",
        "A turn holds personal data or a secret, and the setting drops such conversations.",
    )
    CONTAMINATED = "contaminated", "quality_filtered", "A turn shares too many n-grams with a benchmark item."

    REPLACEMENT_CHARACTERS = (
        "replacement_characters",
        "quality_filtered",
        "A turn holds U+FFFD: characters of it were lost before or when it was read.",
    )
    LEANS_ON_DROPPED = (
        "leans_on_dropped",
        "quality_filtered",
        "A question or answer before it was dropped, and what follows may lean on it.",
    )

    # 05 deduplicate.
    EXACT_DUPLICATE = "exact_duplicate", "deduplicated", "The same text as a kept conversation."
    CONTINUATION = "continuation", "deduplicated", "Its rounds are the first rounds of a kept conversation."
    BRANCH = (
        "branch",
        "deduplicated",
        "It shares a long prefix with a kept conversation (a regenerated answer).",
    )
    NEAR_DUPLICATE = "near_duplicate", "deduplicated", "Nearly the same words as a kept conversation."

    # 06 windows.
    PROMPT_EXCEEDS_CONTEXT = (
        "prompt_exceeds_context",
        "windows",
        "The question leaves no room for an answer in the context.",
    )
    ANSWER_EXCEEDS_CONTEXT = (
        "answer_exceeds_context",
        "windows",
        "The round is longer than the context and the policy drops such rounds, or their rest.",
    )
    NO_SYSTEM_ROLE = "no_system_role", "windows", "The chat template has no place for the system turn."
    NO_LABEL = "no_label", "windows", "The window has no token to learn from."
    LEANS_ON_OVERLONG = (
        "leans_on_overlong",
        "windows",
        "A round before it is longer than the context and was dropped.",
    )
    MASK_MISMATCH = "mask_mismatch", "windows", "The labelled tokens do not decode to the assistant's words."


SENTENCES = {reason.value: reason.sentence for reason in Reason}
