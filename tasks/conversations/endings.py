"""Detects how a text ends: inside a fence, in cut code, in mid-sentence, on a heading, a marker or a half row."""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import StrEnum

from tasks.conversations.code_endings import breaks_off


class Ending(StrEnum):
    """What shows that a text breaks off."""

    OPEN_FENCE = "open_fence"
    """It ends inside a fence."""
    CODE = "code"
    """It ends with a code block whose code breaks off: the page closed the fence."""
    SENTENCE = "sentence"
    """It ends in mid-sentence."""
    MARKER = "marker"
    """Its last line is the marker of a list item that never came."""
    HEADING = "heading"
    """It ends with a heading."""
    ANNOUNCED = "announced"
    """It ends with a colon: what it announces never came."""
    ROW = "row"
    """It ends with a table row that has fewer cells filled than those before it."""


ITEM = re.compile(r"\s*(?:[-*•+]|\(?(?:\d{1,3}|\w)[.):])\s")
"""A line that is an item of a list, or one of several choices."""

NO_SENTENCE = re.compile(
    r"\s*(?:[|>#]|```|~~~|\$|\\|\[[^\]]*\]$)|.*#\w+\s*$|.*[-–—_=*]{4}|.*--\w+|\s*\w+:\s|.*\shttps?://\S+$"
)
"""Lines that need no full stop: tables, quotations, headings, hash tags, options, `Key: value`, a web address last."""

BARE_ITEM = re.compile(r"\s*(?:\d{1,3}[.)]|[-*•+])\s*")
"""The marker of an item that never came."""

STOPPED = r"[.!?。！？…।؟۔:;)\]}\"'”’*|>~_$/=]"
"""A last character after which nothing need come."""
ENDS_STOPPED = re.compile(rf"(?:{STOPPED}|`)$")

STOPS = re.compile(r"[.!?。！？…।؟۔]")

ENDED = re.compile(r"[.!?。！？…।؟۔:;][)\"'”’*`\]]*$")
"""A line that ends as a sentence or a heading of a list does."""

DANGLING = (
    "the a an of to in on at by for with from and or but as is are was were be been that which who whose this these "
    "those their its his her your my our it they we you i he she not can could will would should may might must has "
    "have had do does such than then when where while if because into onto through between about over under more most "
    "de la el los las del y en un una que con por para le les des et une du dans pour der die das und ein eine zu mit "
    "von den dem da em uma il gli della nel per на не что как для по от из или если чтобы который которые которая "
    "що або від في من على إلى أن التي الذي عن مع أو ثم na że oraz lub ve ile için bir và của là các với yang untuk"
)
"""Words that no sentence ends with."""

DANGLING_WORDS = frozenset(DANGLING.split())

MAY_END = (
    "you it he she they we i me do does be is are was were can could will would should may might must has have had not "
    "this these those that her more most than then on in over under through about up by for of with to"
)
"""Those of them that a line of a poem or a song may end with."""

MAY_END_WORDS = frozenset(MAY_END.split())

CLAUSE_GOES_ON = re.compile(
    r"(?:(?<=[\u3040-\u30ff\u4e00-\u9fff])[をが]|(?<=[\u30a0-\u30ff\u4e00-\u9fff])[のはに]"
    r"|(?<=[가-힣])(?:를|에서|으로|에게)|(?:및|또는|그리고)|[和与與或及把而但并並且])$"
)
"""A particle that no such sentence ends with."""

WHOLE = re.compile(
    r"^(?:https?://|www\.)\S+$|^\S+@\S+\.[a-z]+$|^#\w+$|[\u2600-\u27bf\u2b50\ufe0f\U0001f000-\U0001faff]$"
)
"""An address of the web or of mail, a hash tag or an emoji, which a text may end with as it does with a stop."""

CLAUSES = re.compile(
    r"[，،](?=[^，،]*[\u0600-\u06ff\u3400-\u9fff]$)|[가-힣], [^,]*[가-힣]$|[\u3040-\u30ff]、[^、]*[\u3040-\u30ff]$"
)
"""A clause, and behind it one that ends in a letter of such a script: a sentence of it ends with a stop."""

TITLE = re.compile(r"[A-Z][\w'’.]*(?: [A-Z][\w'’.]*){0,3}$")
"""A signature, a name, `The End`: a few words with capitals."""

OPEN_VALUE = re.compile(r"[\s{\[]*\"[^\"]*\"\s*:\s*\"[^\"]*$")
"""A value of JSON that a line opens."""

OPEN_FORMULA = re.compile(r"\$[^$\n]*\\[A-Za-z]+[^$\n]*$")
"""A formula that a line opens."""

# Blanks are counted: two open-ended runs of them side by side take quadratic time on a line of blanks.
FENCED = re.compile(r"(?ms)^[ \t]*```.*?(?:^[ \t]*```[ \t]*$|\Z)")
FENCE = re.compile(r"[ \t>]{0,80}(?:[-*+]|\d{1,3}[.)])?[ \t]{0,8}(`{3,}|~{3,})[^`\n]*$")
SIGN = re.compile("(?:```|~~~).*")
ROW = re.compile(r"[ \t]*\|.*\|[ \t]*$")
RULE = re.compile(r"[ \t]*\|[ \t:|-]+\|[ \t]*$")
OPENING = re.compile(r"(?:^|\s)\\?[*_\"“‘(\[{<`]+$")
"""A sign that opens what never came."""
HEADING = re.compile(r"[ \t]*#+(?:[ \t]|$)")
UNDERLINE = re.compile(r"[ \t]*(?:-{3,}|={3,})[ \t]*$")
LONG = 60
"""Characters of a line that no poem has."""
WORDY = 15
"""Characters of a line that is taken for one of words where no blank parts them; twice as many bytes are a sentence."""


def inside_fence(text: str) -> bool:
    """Whether the last fence of a text is never closed: a closing one bears no language."""
    # Lines without a sign of a fence are not looked at.
    return left_open([text[text.rfind("\n", 0, sign.start()) + 1 : sign.end()] for sign in SIGN.finditer(text)])


def left_open(lines: Iterable[str]) -> bool:
    """Whether the last fence among some lines is never closed.

    Args:
        lines: the lines of a text in order; those that are no fence may be left out.
    """
    mark = ""
    for line in lines:
        fence = FENCE.match(line)
        if fence is None:
            continue
        run = fence.group(1)
        bare = line.strip().strip(run[0]) == ""
        if not mark:
            mark = run
        elif bare and run[0] == mark[0] and len(run) >= len(mark):
            mark = ""
    return bool(mark)


def last_code(text: str) -> str | None:
    """Return the code of the block that a text ends with, closed or not; None where it ends with none."""
    if text.count("```") % 2 and inside_fence(text):
        return text[text.rindex("```") :].partition("\n")[2]
    text = text.rstrip()
    closing = start = text.rfind("\n") + 1
    if text[closing:].strip(" \t") != "```":
        return None
    # Backwards by lines that hold a fence: a pattern for the whole block took the square of the code's length.
    while (at := text.rfind("```", 0, max(0, start - 1))) >= 0:
        start, end = text.rfind("\n", 0, at) + 1, text.find("\n", at)
        line = text[start:end].lstrip(" \t")
        if line.startswith("```"):
            return None if "`" in line[3:] else text[end + 1 : closing]
    return None


def ending_of(text: str, ended_share: float) -> Ending | None:
    """Return what shows that a text breaks off, given that somebody asked for its rest; None = it may be whole.

    Args:
        text: an answer.
        ended_share: share of its lines that end with a stop, for the last to need one too.
    """
    end = text.rstrip()
    if end.count("```") % 2 or end.count("~~~") % 2:
        if inside_fence(end):
            return Ending.OPEN_FENCE
    elif end.endswith("```"):
        return Ending.CODE if breaks_off(last_code(end) or "") else None
    line = end.rsplit("\n", 1)[-1]
    if BARE_ITEM.fullmatch(line):
        return Ending.MARKER
    if ROW.match(line):
        return Ending.ROW if _half_row(end) else None
    if HEADING.match(line) or UNDERLINE.match(line):
        return Ending.HEADING if line.lstrip("# \t") and "\n" in end else None
    if line[-1:] in ":：":
        return Ending.ANNOUNCED
    return Ending.SENTENCE if _breaks_off(end, line, ended_share) else None


def has_stop(text: str) -> bool:
    """Whether a text ends with a sign after which nothing need come."""
    return ENDS_STOPPED.search(text.rstrip()[-1:]) is not None


def ends_with_particle(text: str) -> bool:
    """Whether a text ends with a particle that no sentence of Japanese, Korean or Chinese ends with."""
    return text[-1:] > "\u2e80" and CLAUSE_GOES_ON.search(text[-4:]) is not None


def has_odd_signs(line: str) -> bool:
    """Whether code, bold words or a bracket that a line opens are not closed in it."""
    return bool(line.count("`") % 2 or line.count("**") % 2 or line.count("(") > line.count(")"))


def _breaks_off(text: str, line: str, ended_share: float) -> bool:
    """Whether the last line stops in mid-sentence: by its own signs, or because lines like it end with a stop."""
    if (
        has_odd_signs(line)
        or OPEN_VALUE.match(line)
        or any(line.count(sign) > line.count(close) for sign, close in ("（）", "「」", "“”"))
        or text.count("$$") % 2
        or (line.count("$") % 2 and line[-1] not in ".!?" and OPEN_FORMULA.search(line))
    ):
        return True
    if line[-1:] in ",，、،(-–—" or OPENING.search(line) or ends_with_particle(line):
        return True
    last = line.rsplit(None, 1)[-1].lower()
    if last in DANGLING_WORDS and last not in MAY_END_WORDS:
        return True
    if has_stop(line[-9:]) or WHOLE.search(last):
        return False
    if line.lstrip().startswith("|"):
        return True
    item = ITEM.match(line) is not None
    before = FENCED.sub("", text).split("\n")[:-1]
    like = [
        other
        for other in before
        if (" " in other.strip() or len(other) >= WORDY)
        and not NO_SENTENCE.match(other)
        and bool(ITEM.match(other)) == item
    ]
    ended = sum(ENDED.search(other.rstrip()) is not None for other in like)
    habit = ended >= ended_share * len(like)
    if last in DANGLING_WORDS and (habit or STOPS.search(line[:-1]) or (len(line) >= LONG and not item)):
        return True
    if TITLE.match(line) and text[: -len(line)].endswith(("\n\n", ",\n")):
        return False
    inner = (
        not item
        and (STOPS.search(line[:-1]) or (not line.isascii() and CLAUSES.search(line)))
        and len(line.encode()) >= 2 * WORDY
    )
    return bool(like or inner) and habit


def _half_row(text: str) -> bool:
    """Whether the last row of a table ends in empty cells, which the page adds, and hardly one before it does."""
    rows = []
    for line in reversed(text.split("\n")):
        if not ROW.match(line):
            break
        if not RULE.match(line):
            rows.append(line.strip().strip("|").split("|")[-1].strip())
    return len(rows) > 2 and not rows[0] and 10 * rows.count("") <= len(rows) + 10
