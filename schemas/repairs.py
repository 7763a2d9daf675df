"""Every kind of change that a stage makes to a turn it keeps: the only vocabulary of repairs."""

from __future__ import annotations

from schemas.vocabulary import Word


class Repair(Word):
    """One word of repair; its stage is the view that records it, its sentence is for people.

    >>> Repair.ENTITIES.stage
    'converted'
    """

    # 01 ingest.
    PARTS_JOINED = "parts_joined", "ingested", "The turn's list of texts was joined by blank lines."
    LONE_SURROGATE = "lone_surrogate", "ingested", "Half surrogate pairs, which no text can hold, became U+FFFD."
    SYSTEM_FIELD = "system_field", "ingested", "The row's field for the system text became the first turn."
    BRANCH_CHOSEN = "branch_chosen", "ingested", "Of a conversation with branches the path shown last was taken."
    BAD_UTF8 = "bad_utf8", "ingested", "Bytes that are not UTF-8 became U+FFFD."
    # 02 convert: what fields beside the words say.
    REASONING_LEFT_OUT = "reasoning_left_out", "converted", "Reasoning in a field of its own was left out."
    REASONING_INLINED = "reasoning_inlined", "converted", "Reasoning in a field of its own was put before the answer."
    TOOL_TEXT = "tool_text", "converted", "A call of a tool, or what it gave back, was kept as text without label."
    CITATIONS = "citations", "converted", "Marks of citations, which the page does not show, were cut; how many."
    # 02 convert: human turns.
    ENTITIES = "entities", "converted", "The sanitiser's entities in a turn of plain text were decoded once."
    PAGE_TEXT = "page_text", "converted", "Text of the page glued to a human turn was cut (a counter, a button)."
    # 02 convert: answers.
    POLLUTION = "pollution", "converted", "What a browser extension put into the answer was removed."
    FOREIGN_MARKUP = "foreign_markup", "converted", "Markup that the page never wrote was read for its text."
    LIST_NUMBER = "list_number", "converted", "A list that the sanitiser restarted at 1 continues its count."
    TASK_BOX = (
        "task_box",
        "converted",
        "The sanitiser removed a task list's boxes; they stay out: their state is unknown.",
    )
    NEWLINES = "newlines", "converted", "Newlines that highlight.js swallowed in code it took for CSS were put back."
    OPEN_TAG = "open_tag", "converted", "The answer's markup ends inside a tag; its text was kept."
    CDATA = "cdata", "converted", "A CDATA section was read as text."
    NUL = "nul", "converted", "NUL characters were deleted."
    TOO_DEEP = "too_deep", "converted", "Nesting beyond the limit was kept as text."
    UNCONVERTED = "unconverted", "converted", "The answer could not be converted and was kept as text."
    DROPPED_ELEMENT = "dropped_element", "converted", "An element with words that is no part of an answer was left out."
    RAGGED_TABLE = "ragged_table", "converted", "A table of very unequal rows was not filled up with empty cells."
    UNCONVERTED_MARKUP = "unconverted_markup", "converted", "The answer was taken for typed HTML: it begins with a tag."
    GUESSED_LABEL = "guessed_label", "converted", "A language that the page had guessed was left off a code block."
    INEXACT = "inexact", "converted", "Emphasis stands where Markdown cannot express it exactly."
    # 02 convert: Markdown that went through FastChat.
    BACKSLASHES = "backslashes", "converted", "Needless backslashes that FastChat put before _ and * were taken back."
    LIST_CONTENT = "list_content", "converted", "Code and text that FastChat moved out of a list's item is in it again."
    FORMULA_COPIES = "formula_copies", "converted", "Of the three copies of a formula that FastChat kept its TeX stays."
    CODE_LINES = "code_lines", "converted", "Pairs of blank lines that FastChat deleted in Python were put back."
    CODE_LABEL = "code_label", "converted", "A language that FastChat left in a block's first line is its label again."
    CODE_GAPS = "code_gaps", "converted", "Blank lines that FastChat deleted around code blocks were put back."
    HEADINGS = (
        "headings",
        "converted",
        "A heading that begins as an item does has its # again, not FastChat's underline.",
    )
    ADDRESSES = "addresses", "converted", "Addresses that FastChat made links of are bare again."
    # 04 quality, privacy.
    REDACTED = "redacted", "quality_filtered", "Personal data or secrets were replaced by pseudonyms."
