"""The settings of quality."""

from __future__ import annotations

from typing import Literal

from schemas.settings.section import Policy, Section, Share, setting


class Quality(Section):
    """Which answers and conversations are too bad to train on: keep (measure alone), tag (flag) or drop."""

    error_replies: Policy = setting(
        "drop", "Answers that are a message of the page.", "FastChat drops the whole conversation; here the round goes"
    )
    error_chars: int = setting(
        400,
        "A longer answer is not taken for a message of the page, whatever it starts with.",
        "the page's messages have less than 200",
        ge=50,
        le=10_000,
    )
    short_answers: Policy = setting(
        "drop", "Answers without a visible sign, or of one word where more was asked.", "FastChat: empty answers"
    )
    truncated_answers: Literal["keep", "tag", "drop", "unlabelled_eos"] = setting(
        "unlabelled_eos",
        "Answers that end inside a fence, in cut code or in mid-sentence: kept, tagged, trained on without their end "
        "(unlabelled_eos), or, of last ones, dropped with their question.",
        "read: 5 % of the last answers of published ShareGPT, all cut; their words are good, only their end is missing",
    )
    long_line: int = setting(
        60,
        "A shorter last line without a stop may be a title or a name.",
        "read on published ShareGPT",
        ge=1,
        le=10_000,
    )
    ended_share: Share = setting(
        0.75,
        "Share of an answer's paragraphs (or list items) that end with a stop, for the last one to need a stop too.",
        "read on published ShareGPT: no false alarm at 0.75",
    )
    refusals: Policy = setting(
        "tag", "Answers that refuse or recite limits.", "hearing no is part of a chat; FastChat's rule loses 8 %"
    )
    identity_claims: Policy = setting(
        "tag",
        "Answers that claim to be a named model.",
        "open-instruct drops; only a trainer knows the right name",
    )
    repetition: Policy = setting("drop", "Answers that repeat themselves.", "Gopher, table A1")
    repetition_chars: int = setting(
        200, "Shorter prose cannot repeat itself.", "a refrain is shorter", ge=20, le=1_000_000
    )
    repetition_read: int = setting(
        200_000,
        "Characters looked at for repetition.",
        "bounds memory; ten times the longest answer",
        ge=1_000,
        le=10_000_000,
    )
    repetition_suspect: Share = setting(
        0.4,
        "Prose that lz4 packs no better than this is not looked at further.",
        "measured on 7,195 turns: median 0.75, 1 % below 0.43",
    )
    repeated_ngram_words: int = setting(
        8, "Words of an n-gram that counts as repeated.", "Gopher: 5 – 10", ge=2, le=100
    )
    max_repeated_lines: Share = setting(
        0.65, "Largest share of characters in lines seen before.", "Gopher 0.2 is for web pages"
    )
    max_repeated_paragraphs: Share = setting(
        0.5, "Largest share of characters in paragraphs seen before.", "Gopher 0.2, as above"
    )
    max_repeated_ngrams: Share = setting(
        0.65, "Largest share of words in n-grams seen before.", "Gopher 0.1 – 0.15: form letters"
    )
    refrain_lines: int = setting(
        5,
        "Different lines that an answer to a request for a song or poem must have for its refrain to be no fault.",
        "a loop has one to three; the shortest songs have a verse of four beside the refrain",
        ge=1,
        le=1_000,
    )
    degenerate: Policy = setting(
        "drop", "Turns that are runs of one character, blobs or mojibake.", "FineWeb char dup 0.01"
    )
    run_chars: int = setting(
        30, "One visible character this many times in a row is a run.", "ruled lines are a word or two", ge=5, le=1_000
    )
    blob_chars: int = setting(
        100, "This many base64 letters in a row are a blob.", "the longest names of code have 60", ge=40, le=1_000
    )
    max_run_share: Share = setting(
        0.5, "Largest share of characters in runs of one character.", "half noise is no answer"
    )
    max_blob_share: Share = setting(
        0.8, "Largest share of an answer's characters in blobs, code left out.", "a question may be one"
    )
    max_mojibake_share: Share = setting(
        0.05,
        "Largest share of characters that are UTF-8 read as Windows-1252.",
        "one accented letter in twenty is a foreign text",
    )
    replacement_characters: Policy = setting(
        "tag",
        "Turns with U+FFFD, which stands where characters were lost.",
        "a few stand in real dumps and harm little; in a file read in the wrong charset they are everywhere",
    )
    plugin_panels: Policy = setting(
        "drop", "Answers with a plugin's panel, and rows that name plugins.", "FastChat drops rows with plugins"
    )
    blocked: Policy = setting("drop", "Rounds with a blocked word.", "the list is empty unless somebody fills it")
    blocked_words: tuple[str, ...] = setting((), "Words to block, without case, on word boundaries.", "FastChat, koala")
    blocked_roles: tuple[Literal["system", "user", "assistant"], ...] = setting(
        ("assistant",), "Roles in whose turns blocked words count.", "`import openai` is the user's right"
    )
    min_rounds: int = setting(
        1, "A conversation that is left with fewer rounds is dropped.", "one answer is an example", ge=1, le=1_000
    )
    min_characters: int = setting(
        16, "A conversation that is left with fewer characters is dropped.", "FastChat's 16", ge=0, le=1_000_000
    )
