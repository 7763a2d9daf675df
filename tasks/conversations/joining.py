"""Joins an answer that breaks off to the one that goes on with it: what they share, and what stands between them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from tasks.conversations.code_joining import join_code
from tasks.conversations.endings import DANGLING_WORDS, ITEM, ROW, Ending, has_stop
from tasks.conversations.halves import LONGEST_WORD, SPACELESS, between_halves
from tasks.conversations.word_counts import WordCounts


@dataclass(frozen=True)
class Join:
    """How an answer goes on with another.

    Args:
        start: what shows that it does: overlap | reopened_fence | lower_case | punctuation | list | same_script.
        cut_before: characters left out at the end of the first (repeated, or a fence that the page closed).
        cut: characters left out at the beginning of the second (an introduction, a fence, an ellipsis).
        joint: what stands between them; None = that cannot be told, so they are not joined.
    """

    start: str
    cut_before: int
    cut: int
    joint: str | None


REST_WORDS = (
    r"rest\b|contin[uú](?!ous|al\b|um)|remain|left off|pick(?:ing)? up|next part|resum(?:e|ing)\b|\bpart \d"
    r"|\bsigo\b|restlich|kontynu|تتم"
    r"|\bsuite\b|\breste\b|la fin d|resto\b|resten\b|restul|restante|weiter|fortsetz|vervolg|verder|forts[aäæ]t"
    r"|loput|jatk|folytat|продолж|продовж|остал|оста[вт]|решт|\breszt|ciąg dalszy|zbyt[ek]|zbyl"
    r"|pokrač|nastav|ostatak|υπόλοιπ|συνέχ|继续|繼續|剩|接下|接上|续|續|続|残り|계속|나머지|이어서"
    r"|tiếp|còn lại|lanjut|sisa|natitira|karugtong|ต่อ"
    r"|เหลือ|devam|kalan|تابع|تكمل|بقية|باقي|متبق|استكمال|ادامه|بقیه|המשך|שאר|יתר|बाकी|शेष|जारी|জারি|বাকি|மீத|தொடர்"
)
"""Words that say that something is the rest, in lower case: patterns that heed none take three times as long."""
HELLO = (
    r"(?:sure|certainly|of course|absolutely|okay|ok|yes|no problem|got it|great|thank you|thanks|sorry|apologies"
    r"|my apologies|i apologi[sz]e|i'm sorry|i am sorry|here(?:'s|’s| is| are)|continuing|to continue"
    r"|\(?continued\b|\(?part \d|let(?:'s|’s| me| us) continue|i(?:'ll|’ll| will)(?: now)? continue"
    r"|as requested|below is|natürlich|klar|gerne|hier ist|ich (?:fahre|mache)|entschuldig"
    r"|claro|por supuesto|aquí|lo siento|disculp|bien sûr|voici|désolé|certo|ecco|certamente|com certeza"
    r"|aqui está|desculpe|natuurlijk|självklart|selvfølgelig|конечно|вот|извин|oczywiście|oto|jasně|samozřejmě"
    r"|tabii|elbette|işte|tentu|berikut|chắc chắn|tất nhiên|بالتأكيد|بالطبع|כמובן"
    r"|好的|当然|當然|以下是|抱歉|对不起|對不起|非常抱歉|继续|繼續|はい|もちろん|申し訳|すみません|承知|失礼|以下|네|물론|죄송|알겠)"
)
END = r"(?:\n\s*\n|\n(?=\s*(?:```|\|))|\Z)"
INTRODUCTION = re.compile(rf"\s*{HELLO}[^\n]{{0,400}}{END}", re.IGNORECASE)
ANNOUNCED = re.compile(rf"\s*+([^\n:：]{{1,160}}+[:：][*_]{{0,3}})[ \t]*+{END}")
LONGEST_UNCASED = 25
"""Characters of what announces the rest in a script without capitals, whose sentences may as well be the rest."""
EMPTY_WORDS = re.compile(
    r"\s*(?:sure|certainly|of course|absolutely|okay|ok|yes|no problem|\(?continued|好的|当然|はい|네)\W*\Z",
    re.IGNORECASE,
)
ELLIPSIS = re.compile(r"\s*(?:\.{2,4}|…)[ \t]*(?=\w)")
NUMBERED_ON = re.compile(
    r"\s*(?:\d{1,3}[.)]\s*)?\((?:continued|cont\.?|cont'd|fortsetzung|suite|续|續)\)[:.]?\s*", re.IGNORECASE
)
LEAD = re.compile(r"(?:[|>*•\-–]|\d{1,3}[.)]|[\"'“])+[ \t]+|[\"'“]")
"""Signs before a line's words."""
SHARED = 600
"""Characters of the end of an answer that the next may repeat."""
LEAST_SHARED, LEAST_SPACELESS = 12, 6
"""Characters of words in mid-sentence that both must have for it to be no accident; of scripts without blanks half."""
CONTRACTED = re.compile(r"['’](?:t|s|re|ve|ll|d|m)\b")
TABLE_HEAD = re.compile(r"\s*(\|[^\n]*\|[ \t]*\n[ \t]*\|[ \t:|-]+\|)[ \t]*\n(?=[ \t]*\|)")
"""The head of a table and its rule, with a row behind them."""
UNGLUED = frozenset("&|+*–—")
THE_REST = re.compile(REST_WORDS)
SAYS_REST = re.compile(rf"{REST_WORDS}|complet|previous|missing|finish")
SENTENCE_END = re.compile(r"[.!?。！？…।؟۔][)\"'”’*_`\]]*\Z")
LIST_BEGINS = re.compile(r"\s*(?:[-*•+]|\(?1[.):]|```)")
LINE_OR_WORD = re.compile(r"(?:^|\n)[ \t]*|(?<=[ \n\"“(，。、；：！？「（])(?=\S)")


def without_introduction(text: str) -> tuple[int, bool]:
    r"""Return how many characters introduce the rest of an answer, and whether they say that it is the rest.

    >>> without_introduction("Sure, here is the rest of the list:\n\n4. Tea"), without_introduction("and then tea.")
    ((37, True), (0, False))
    """
    found = INTRODUCTION.match(text)
    if found:
        head = found.group().rstrip()
        says = SAYS_REST.search(head.lower()) is not None
        if head.endswith((":", "：")) or EMPTY_WORDS.match(head) or (says and head.endswith((".", "!", "。", "！"))):
            return found.end(), says
    found = ANNOUNCED.match(text)
    if found and _begins_anew(found[1]) and THE_REST.search(found[1].replace("REST", "").lower()):
        return found.end(), True
    return 0, False


def _begins_anew(line: str) -> bool:
    """Whether a line begins with a capital, or is short in a script that has none."""
    letter = line.lstrip("*_#( ")[:1]
    return letter.isupper() or (letter.isalpha() and not letter.islower() and len(line) <= LONGEST_UNCASED)


def find_join(first: str, second: str, ending: Ending | None, words: WordCounts) -> Join | None:
    """Return how the second text goes on with the first; None where that cannot be told.

    Args:
        first: an answer, without white space at its end.
        second: the answer to the request to go on.
        ending: what shows that the first breaks off.
        words: of the conversation.
    """
    skipped, says = without_introduction(second)
    rest = second[skipped:]
    skipped += len(rest) - len(rest.lstrip("\n"))
    rest = rest.lstrip("\n")
    if not rest.strip():
        return None
    if first.endswith("~~~"):
        return None
    if first.endswith("```") or ending is Ending.OPEN_FENCE:
        found = join_code(first, rest, words, breaks=ending is not None, introduced=skipped > 0, says=says)
        return Join(found[0], found[1], skipped + found[2], found[3]) if found else None
    overlap = _table_goes_on(first, rest) or _overlap(first, rest)
    if overlap:
        return replace(overlap, cut=overlap.cut + skipped)
    return None if skipped and rest[:1].isupper() else _goes_on(first, rest, skipped, ending, words)


def _table_goes_on(first: str, rest: str) -> Join | None:
    """Return the join of a text that repeats the head of the table that the first ends in, and its half row if any."""
    head, last = TABLE_HEAD.match(rest), first.rsplit("\n", 1)[-1]
    if head is None or not last.startswith("|") or head[1] not in first:
        return None
    if rest.startswith(last, head.end()):
        return Join("overlap", len(last), head.end(), "")
    return Join("overlap", 0, head.end(), "\n") if ROW.match(last) and last.strip("| \t") else None


def _overlap(first: str, rest: str) -> Join | None:
    """Return the join of texts the second of which repeats the end of the first: a half line, a half sentence."""
    tail = first[-SHARED:]
    lead = LEAD.match(rest)
    indent = len(rest) - len(rest.lstrip(" \t"))
    for skipped in (0, lead.end()) if lead else (0, indent) if indent else (0,):
        head = rest[skipped:]
        repeated = list(_repeated(tail, head))
        for at in filter(_starts(tail).__contains__, repeated) if repeated else ():
            shared = tail[at:]
            whole_line = at == 0 or tail[at - 1] == "\n" or LEAD.fullmatch(tail[tail.rfind("\n", 0, at) + 1 : at])
            least = LEAST_SPACELESS if SPACELESS.match(shared[-1]) else LEAST_SHARED
            if len(shared) < (2 if whole_line else least):
                continue
            after = head[len(shared) : len(shared) + 1]
            if has_stop(shared) and not whole_line:
                continue
            words = 6 if whole_line else least
            if shared[-1].isalnum() and len(shared) < words and after.isalnum():
                continue
            return Join("overlap", len(shared), skipped, "")
    return None


def _repeated(tail: str, head: str) -> Iterator[int]:
    """Yield the places in a text's end from which on another text begins with the same, the earliest first."""
    at = tail.find(head[:2])
    while at >= 0:
        if head.startswith(tail[at:]):
            yield at
        at = tail.find(head[:2], at + 1)


def _starts(tail: str) -> set[int]:
    """Return the places in a text's end where a line, its words, or a word begins."""
    places = {0} if len(tail) < SHARED else set()
    for found in LINE_OR_WORD.finditer(tail):
        places.add(found.end())
        lead = LEAD.match(tail, found.end())
        if lead:
            places.add(lead.end())
    return places


def _goes_on(first: str, rest: str, skipped: int, ending: Ending | None, words: WordCounts) -> Join | None:
    """Return the join of a text that goes on in mid-sentence, or with the list or words that the first announced."""
    dots = ELLIPSIS.match(rest) or NUMBERED_ON.match(rest)
    cut = dots.end() if dots else len(rest) - len(rest.lstrip())
    head = rest[cut:]
    if ITEM.match(head) or head.startswith(("```", "#", "|")):
        listed = ending is Ending.HEADING or (ending is Ending.ANNOUNCED and not ITEM.match(first.rsplit("\n", 1)[-1]))
        begins = LIST_BEGINS.match(head) is not None
        return Join("list", 0, skipped + cut, "\n\n") if listed and begins else None
    if CONTRACTED.match(head) and first[-1].isalpha():
        return Join("punctuation", 0, skipped + cut, "")
    if head[:1] == "}":
        return _closing(first, head, skipped + cut, ending)
    if head[:1] in ",;:)]%”’" or (head[:1] in ".!?" and not has_stop(first)):
        return Join("punctuation", 0, skipped + cut, "") if not _ends_sentence(first) else None
    if ending is Ending.MARKER and head[:1].isalpha() and not skipped:
        return Join("list", 0, cut, " ")
    if _ends_sentence(first) or ending in (Ending.HEADING, Ending.ANNOUNCED, Ending.ROW):
        return None
    if head[:1] in UNGLUED:
        return Join("punctuation", 0, skipped + cut, " ")
    opened = first.rsplit("\n", 1)[-1].count("`") % 2 == 1
    if opened and head[:1] in "().[]_=:":
        return Join("punctuation", 0, skipped + cut, "")
    again = head.startswith(first.rsplit("\n", 1)[-1])
    if head[:1] in '`"' and not again and (opened or first.rsplit("\n", 1)[-1].count('"') % 2):
        return Join("punctuation", 0, skipped + cut, "")
    quoted = head.lstrip("`*_(\"“'")
    uncased = quoted[:1].isalpha() and quoted[:1].lower() == quoted[:1].upper()
    if uncased and ending is not Ending.SENTENCE:
        return None
    if not (quoted[:1].islower() or uncased) or (head[:1] in "`*_" and not _dangles(first)):
        return None
    # A blank before it: a word of its own.
    apart = rest.startswith(" ") and first[-1].isalnum() and head[0].isalnum()
    joint = " " if apart else between_halves(first, head, words)
    return _word_again(first, head, skipped + cut) or Join(
        "same_script" if uncased else "lower_case", 0, skipped + cut, joint
    )


def _word_again(first: str, head: str, cut: int) -> Join | None:
    """Return the join of a text that begins with the word that no sentence ends with and the first does."""
    last = first.rsplit(None, 1)[-1]
    again = last.lower() in DANGLING_WORDS and head.lower().startswith(f"{last.lower()} ")
    return Join("overlap", len(last), cut, "") if again else None


def _closing(first: str, head: str, cut: int, ending: Ending | None) -> Join | None:
    """Return the join of a text that begins with a closing brace: of the formula that breaks off, or of bare code."""
    last = first.rsplit("\n", 1)[-1]
    if ending is Ending.SENTENCE and last.count("{") > last.count("}"):
        return Join("punctuation", 0, cut, "")
    alone = head.split("\n", 1)[0].strip(" \t;,)}") == ""
    return Join("punctuation", 0, cut, "\n") if alone and last.rstrip()[-1:] in "{};" else None


def _ends_sentence(text: str) -> bool:
    """Whether a text ends with a full stop or the like."""
    return SENTENCE_END.search(text[-LONGEST_WORD:]) is not None


def _dangles(text: str) -> bool:
    """Whether a text ends with a word or sign that no sentence ends with."""
    return text[-1:] in ",(" or text.rsplit(None, 1)[-1].lower() in DANGLING_WORDS
