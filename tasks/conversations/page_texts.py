"""The table of page text: what captures glued to turns, where the page put it, and when."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from functools import cached_property

from tasks.conversations.counters import is_counter, is_unmentioned, is_version


class Capture(Enum):
    """When and how a turn was captured, as far as it decides what page text can be glued to it."""

    DECEMBER_2022 = "the page of December 2022: counters stand behind the text"
    EARLY_2023 = "the page of January to April 2023: counters stand before the text"
    LATER = "the page of May 2023 and later: the extension took the text alone"
    MARKDOWN = "a dump that somebody had cleaned: Markdown, no markup left to see page text by"


PAGE = frozenset([Capture.DECEMBER_2022, Capture.EARLY_2023])
CLEANED = frozenset([Capture.MARKDOWN])


@dataclass(frozen=True)
class PageText:
    """One kind of page text.

    Args:
        name: what the repair says.
        pattern: finds it, at the turn's end or its start, with all that goes with it.
        captures: where it occurs.
        meaning: one sentence.
        source: where it was seen.
        holds: says of a match and the turn whether it is surely the page's; None = always.
        loose: finds it where it could be typed, for conversations of which another turn surely has it.
        role: whose turns it is glued to.
        ends: the words that it ends in, of which a turn's end is asked first; none = always looked for.
    """

    name: str
    pattern: re.Pattern[str]
    captures: frozenset[Capture]
    meaning: str
    source: str
    holds: Callable[[re.Match[str], str], bool] | None = None
    loose: re.Pattern[str] | None = None
    role: str = "user"
    ends: tuple[str, ...] = ()

    @cached_property
    def at_end(self) -> bool:
        """Whether it stands at a turn's end."""
        return self.pattern.pattern.endswith(r"\Z")


OWN_LINE = r"(?<=[^:：\s])[ \t]*\n\s*"
GLUED = rf"(?:(?<=[\w.!?…;%$)\]}}\"'*`]|[^\x00-\x7f\s“‘「『《〈（【［：])(?<![:：]\n)|{OWN_LINE})"
"""Behind the last word or its stop without a blank, or in a paragraph of its own that nothing announces."""
TIGHT = r"(?:(?<=[^\s:：\"'“‘(\[{<「『])(?<!\\)|(?<=[^:：\s])[ \t]*\n(?:[ \t]+\n)+[ \t]*)"
"""Behind the last character without a blank, or behind lines of blanks alone, which a page's layout leaves."""
ANYWHERE = r"(?<=[^\s:：])\s*"
BLANK = r"[ \u00a0\u2009\u202f]"
"""What parts a counter's numbers, as people's editors keep it."""
TRANSLATE_NOW = (
    "Translate now", "今すぐ翻訳する", "今すぐ翻訳", "立即翻译", "立即翻譯", "Traducir ahora", "Jetzt übersetzen",
    "Traduire maintenant", "Traduzir agora", "Traduci ora", "Перевести сейчас", "Nu vertalen", "Şimdi çevir",
    "Dịch ngay",
)  # fmt: skip
BELOW_ANSWERS = ("Regenerate response", "Stop generating", "Copy code")
TONES = (
    "authoritative|clinical|cold|confident|cynical|emotional|empathetic|formal|friendly|humorous|informal|ironic|optimistic"
    "|pessimistic|playful|sarcastic|serious|sympathetic|tentative|warm"
)
STYLES = (
    "academic|analytical|argumentative|conversational|creative|critical|descriptive|epigrammatic|epistolary|expository"
    "|informative|instructive|journalistic|metaphorical|narrative|persuasive|poetic|satirical|technical"
)
NAME = r"[^\W\d_a-z][^\s.,:;()*]*"
"""A word of a language's name: with a capital, or of letters that have none."""
AIPRM = (
    r"Please write in (?:an? )?(?:[A-Za-z-]+ (?:tone|writing style), (?:in )?(?:an? )?){0,2}"
    rf"{NAME}(?: {NAME}){{0,2}}(?: \({NAME}(?: {NAME})?\))?\*? language"
)
AIPRM_MANNER = rf"Please write in (?:(?:{TONES}) tone|(?:(?:{TONES}) tone, )?(?:{STYLES}) writing style)\."
"""What AIPRM writes of a tone and a style where no language is chosen, in its lists' words, without an article."""
CJK = "\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff"

TABLE = (
    PageText(
        "Save & SubmitCancel",
        re.compile(rf"(?:{GLUED}Save (?:&|&amp;) Submit\s*|(?<=\w) Save (?:&|&amp;) Submit)Cancel\s*\Z"),
        PAGE | CLEANED,
        "The two buttons below a turn that was being edited.",
        "the extension before April 2023 took the text of the whole row; 2 human turns of 1,011 rows of ShareGPT V3",
        holds=is_unmentioned,
        ends=("Cancel",),
    ),
    PageText(
        "Share Prompt",
        re.compile(GLUED + r"Share Prompt\s*\Z"),
        PAGE | CLEANED,
        "The button that the extension AIPRM put below each prompt.",
        "31 human turns of 1,011 rows of ShareGPT V3",
        holds=is_unmentioned,
        loose=re.compile(ANYWHERE + r"Share Prompt\s*\Z|(?<=[:：])Share Prompt\s*\Z"),
        ends=("Share Prompt",),
    ),
    PageText(
        "AIPRM's language",
        re.compile(rf"(?:(?:{OWN_LINE}|{TIGHT}){AIPRM}\.|(?<=[^:：\s])[ \t]*\n\s*\n\s*{AIPRM_MANNER})\s*\Z"),
        CLEANED,
        "The sentence that the extension AIPRM adds to each prompt: language, tone and style, glued or in a paragraph.",
        "43 human turns of 1,011 rows of ShareGPT V3, all of English; AIPRM's inject.js joins tone, style and language",
        loose=re.compile(rf"(?<=\S)\s*\n\s*(?:{AIPRM}\.?|{AIPRM_MANNER})\s*\Z"),
        ends=("language.", "language", " tone.", " style."),
    ),
    PageText(
        "translator's button",
        re.compile(rf"{OWN_LINE}Answer in English\.\s*지금 번역하기\s*\Z"),
        CLEANED,
        "The line that Prompt Genie adds to what it translates, where its button shows that it did.",
        "1 human turn of 1,011 rows of ShareGPT V3, and prompts taken from ShareGPT into public benchmarks",
        loose=re.compile(rf"{OWN_LINE}Answer in English\.\s*\Z"),
        ends=("지금 번역하기", "Answer in English."),
    ),
    PageText(
        "translator's button",
        re.compile(f"(?:{TIGHT}|{OWN_LINE})지금 번역하기\\s*\\Z"),
        CLEANED,
        "The button that the Korean extension Prompt Genie put below each prompt.",
        "31 human turns of 1,011 rows of ShareGPT V3",
        holds=is_unmentioned,
        loose=re.compile(ANYWHERE + r"지금 번역하기\s*\Z"),
        ends=("지금 번역하기",),
    ),
    PageText(
        "translator's button",
        re.compile(f"{TIGHT}(?:{'|'.join(TRANSLATE_NOW)})\\s*\\Z"),
        CLEANED,
        "The same button in other languages, only where nobody types: glued, or behind lines of blanks.",
        "“Translate now” is cut by Dromedary's script for ShareGPT; the other languages' words for it are assumed",
        holds=is_unmentioned,
        loose=re.compile(f"{ANYWHERE}(?:{'|'.join(TRANSLATE_NOW)})\\s*\\Z"),
        ends=TRANSLATE_NOW,
    ),
    PageText(
        "translator's language",
        re.compile(r"(?<=[^:：\s])[ \t]*\n(?:[ \t]+\n)+[ \t]*Language: [A-Z][a-z]+(?: \([A-Z][a-z]+\))?\s*\Z"),
        CLEANED,
        "The language chosen in a translator's row below the prompt, behind lines of blanks.",
        "Dromedary's script for ShareGPT cuts it",
    ),
    PageText(
        "length",
        re.compile(r"(?<=\S)\s*Copy\d+ chars / \d+ words\s*\Z"),
        CLEANED,
        "A button to copy the turn, with its length.",
        "FastChat's clean_sharegpt.py cuts it",
        ends=(" words",),
    ),
    PageText(
        "counter",
        re.compile(rf"(?:(?<=[.!?…\"'”’»)\]}}。！？])|(?<=[^\W\d_{CJK}])|(?<=[{CJK}]))(\d{{1,3}}) / (\d{{1,3}})\Z"),
        frozenset([Capture.DECEMBER_2022]),
        "Which version of an edited turn is shown, behind the text.",
        "rows of December 2022",
        holds=is_counter,
    ),
    PageText(
        "counter",
        re.compile(r"(\d{1,3}) / (\d{1,3})(?=[^\s\d+\-*/=^%)<>,.:;\]}])(?![a-z](?![a-zA-Z'’]))"),
        frozenset([Capture.EARLY_2023]),
        "Which version of an edited turn is shown, before the text.",
        "rows of January to March 2023",
        holds=is_counter,
    ),
    PageText(
        "counter",
        re.compile(rf"(?:(?<=\S)[ \t]*\n\s*|(?<=[^\s\d])[ \t]?)(\d{{1,3}}){BLANK}[/／]{BLANK}(\d{{1,3}})\s*\Z"),
        CLEANED,
        "Which version of an edited turn is shown, behind the text: n / n alone, since others can be typed.",
        "17 human turns of 1,011 rows of ShareGPT V3",
        holds=is_version,
    ),
    PageText(
        "button below the answer",
        re.compile(r"(?:(?<=[.!?…)\]}\"'”’»*。！？])|(?<=```))(?:\s*\n)?(?:" + "|".join(BELOW_ANSWERS) + r")\s*\Z"),
        CLEANED,
        "A button that the page showed below its last answer, or at a block of code.",
        "pages saved whole: none of 3,490 answers of 1,011 rows of ShareGPT V3",
        role="assistant",
        ends=BELOW_ANSWERS,
    ),
)
"""Each kind of page text."""
