"""Tells what introduces the rest of an answer from the rest itself, in the words of 30 languages."""

from __future__ import annotations

import re

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
THE_REST = re.compile(REST_WORDS)
SAYS_REST = re.compile(rf"{REST_WORDS}|complet|previous|missing|finish")


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
