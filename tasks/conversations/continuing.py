"""Requests to go on: a user who asks for nothing but the rest of the answer before, in the words of 30 languages."""

from __future__ import annotations

import re
from enum import StrEnum
from functools import lru_cache

LONGEST = 160
"""Characters of a request to go on, what it quotes left out; what is longer asks for something else."""
LONGEST_PARTLY = 1_000
"""Characters of a question that is looked at."""


class Request(StrEnum):
    """What a question asks of the answer before it."""

    REST = "rest"
    """Its rest, and nothing else: continue, go on, you stopped."""
    MORE = "more"
    """Perhaps its rest, perhaps another of its kind: next, more, go ahead."""
    PARTLY = "partly"
    """Its rest and more, or something else in words like these: continue with step 2."""


CONTINUE = (
    r"c(?:o?on?nt?ti?in?nu?ue?e|ountinue|nontinue|ntinue|otninue|otinue|oninue|onitnue|ontniue|ontnue|ontiune|ontiue"
    r"|ontineu?|ontinu)"
)
"""The word "continue" with a letter too many, one too few, or two swapped; none of these is another word."""

REST = (
    # English
    rf"{CONTINUE}|continuing|cont'd|please complete"
    r"|go(?:ing)? on|keep (?:it )?(?:on )?(?:going|writing|generating|typing)|carry on|resume|cont|finish(?: it| up)?"
    r"|(?:the )?rest|remaining|complete it|complete (?:the|your|this|that)"
    r"|(?:you|it|output|response|answer) (?:have |has )?(?:just )?(?:stopped|got cut)"
    r"|(?:cut|left|broke|broken) off|cutoff|incomplete|unfinished|truncated|interrupted"
    r"|did(?: not|n'?t) (?:finish|complete)|not finished|not complete|isn'?t (?:finished|complete)"
    # Romance languages
    r"|contin[uú](?:a|[eé]|ez|er|ar|ate|ă)|sigue|prosigue|seguir|siga"
    r"|terminez?|termina|finisci|completa|poursui(?:s|vez)|(?:la )?suite|vas-y"
    r"|prossiga|prosegui|vai avanti|va' avanti"
    # Germanic, Slavic and other languages that part words by blanks
    r"|weiter(?:machen|schreiben)?|fahre? fort|fortfahren|ga (?:maar )?(?:verder|door)|doorgaan|verder|vervolg"
    r"|forts[aæä]tt?(?:t|e)?|fortsett|продолж\w*|дальше|далее|допиши\w*|продовж\w*|далі|продължи|настави|nastavi"
    r"|kontynu(?:uj|ować)|dalej|dokończ|pokra[čc]uj\w*|folytasd|jatka|συνέχισε"
    r"|devam(?: et| edin)?|أكمل|اكمل|تابع|استمر|واصل|ادامه|המשך|תמשיך|जारी (?:रखें|रखो)"
    r"|ipagpatuloy|ituloy|জারি রাখুন|চালিয়ে যান|தொடரவும்|தொடருங்கள்|tiếp(?: tục)?|lanjut(?:kan)?|teruskan"
)
MORE = r"next|more|proceed|go ahead|ещё|еще|más|plus|mehr|altro|mais|nữa"
AROUND = (
    # politeness, praise, apology
    r"ok|okay|yes|yep|yeah|sure|great|good|nice|perfect|cool|awesome|excellent|amazing|interesting|very|so|really|wow|hello|hi"
    r"|um+|hm+|thanks?|thank you|please|pls|plz|and|now|just|then|hey|sorry|but|are you ok(?:ay)?"
    r"|no|bro|dude|man|buddy|mate|sir|dear|friend|love|chatgpt|chat ?gpt|gpt|bot|you(?:'re| are) doing (?:great|well)"
    r"|can|could|would|will|you(?:'ve)?|do|i|me|us|let|said|think|to|want|need|let'?s"
    # what the rest is of, and where it stopped
    r"|with|from|where(?:'s)?|writing|generating|typing|the|your|my|this|that(?:'s)?|it(?:'s)?|its|is|was|were|has|have|had|been|be|got|get"
    r"|to|at|of|in|on|up|what(?:'s)?|there|here|above|below|exactly|right|same|exact|point|place|last|previous|prior|first|second"
    r"|mid|middle|code ?block|block|same format|markdown|wrote"
    r"|(?:without repeating|don't repeat|do not repeat)(?: yourself| anything)?"
    r"|abruptly|short|halfway|half way|through|part|repeat|after|forgot|about|type"
    r"|left|off|stopped|stop|ended|end|did|cut|seems?|looks?|like|why|again|generate|write|give|show|send|output|print|provide"
    r"|answer|answers|response|responses|reply|message|output|text|sentence|line|word|words|paragraph|list|code|script|program"
    r"|function|file|table|story|essay|article|post|thought|translation|explanation|section|chapter|connection|network|error"
    # the same in other languages
    r"|bitte|mit|dem|der|die|das|den|von|wo|du|deine?|aufgehört|hast|antwort|text|code|mach|schreib|schreibe|setze?|es|danke|geht'?s"
    r"|wurdest|abgeschnitten|ab"
    r"|por|favor|desde|donde|te|quedaste|la|el|lo|respuesta|resto|que|falta|escribiendo|con|tu|código|de|onde|parou|pode|o|a"
    r"|s'il|stp|svp|te|vous|plaît|plait|là|où|tu|t'es|arrêté|réponse|ta|votre|le|il|per|favore|partire|da|dove|ti|sei|fermato"
    r"|alsjeblieft|maar|met|schrijven|cortado|has|partir|escrevendo|escrever|resposta|scrivere|scrivi|écrire|risposta"
    r"|пожалуйста|с|того|места|где|остановил\w*|ответ|код|будь|ласка|писать|пиши|ты|мне|моля|molim|proszę|prosím|kérlek"
    r"|odpowiedź|odpovědi|pisać|psát|v|å|att?|skriva|skrive|az?|írást|tovább|παρακαλώ|edebilir|yaz|yazmaya|cevabı"
    r"|lagi|jawabanmu|jawaban|menulis|الكتابة|كتابة|الإجابة|الاجابة|الرد|حيث|توقفت|בבקשה|לכתוב"
    r"|lütfen|eder|misin|kaldığın|yerden|من|فضلك|لطفا"
    r"|کنید|بده|कृपया|hãy|viết|đi|silakan|tolong|snälla|tack"
)
SPACELESS = re.compile(
    r"(?:(?:请|請|麻烦|麻煩|你|您|好的?|嗯|谢谢|ok|还|還|从|從|代码|回答|上次|刚才|断开|斷開|中断|停下|停止|的|地方|处|那里)*\W*(?:继续|繼續|接着|接著|往下|续写|續寫|没说完|沒說完|没写完|没完|剩下|说完|写完|没有写完|没有说完|接上文|补充完整)"
    r"(?:吧|下去|去|继续|写|寫|说|說|生成|回答|输出|完成|剩下|余下|上面|刚才|刚刚|上文|内容|代码|回复|文章|部分|一下|好吗|啊|呀|哦|谢谢|你|的|完|把|补充)*"
    r"|(?:すみません|では|はい|その)?\W*(?:続けて|続き|つづけて|つづき|続行|最後まで|途中で(?:止ま|切れ)って(?:いま|ま)す)"
    r"(?:ください|下さい|お願い|します|書いて|教えて|出力|して|を|の|から|で|ね|最後まで|どうぞ)*"
    r"|(?:네|좋아|응|끊겼어|끊겼어요|잘렸어|잘렸어요)?\W*(?:계속|이어서|마저|나머지)(?:\W?(?:해|하세요|써|작성|진행|말해|부탁|드려요|드립니다|답변|주세요|줘|이어서|알려|요|코드|부분|내용|도|를|을))*"
    r"|(?:ช่วย|โปรด|กรุณา)?(?:เขียน|ทำ|ตอบ|อธิบาย|เล่า)?ต่อ(?:ให้จบ|หน่อย|ด้วย|เลย|ครับ|ค่ะ|จาก|เดิม|ไป)*"
    r")(?:\W+|\Z)"
)
SPACELESS_LETTER = re.compile("[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
"""One of the letters without which SPACELESS matches nothing."""
QUOTED = re.compile(r'"[^"\n]{1,900}"|“[^”\n]{1,900}”|«[^»\n]{1,900}»|「[^」\n]{1,900}」|`[^`\n]{1,900}`')
# Words first, which Python's engine searches for fast.
COUNTED = re.compile(
    r"(?:from(?<!\wfrom)|at(?<!\wat)|after(?<!\wafter))\W+(?:(?:number|point|item|line|step|no)\W+)?\d+\b"
)
WORDS = re.compile(rf"(?:(?>(?:{REST}|{MORE}|{AROUND}|quoted|counted)(?!\w))\W*+)+")
RESTS = re.compile(rf"\b(?:{REST})(?!\w)")
MORES = re.compile(rf"\b(?:{MORE})(?!\w)")
"""For text in lower case: patterns that heed none take three times as long."""
ANOTHER = re.compile(r"\bnext\W+(?:chapter|step|question|topic|example|item)\b")
"""The next of its kind, which is not the rest of the answer."""
EDGE = "[^a-zA-Z0-9_]"
MAY_ASK = (
    rf"(?i)(?:^|{EDGE})(?:{REST}|{MORE})(?:{EDGE}|$)"
    r"|继续|繼續|接着|接著|往下|续写|續寫|说完|說完|没完|剩下|写完|接上文|补充完整|続|つづ|最後まで|途中で|계속|이어서|마저|나머지|ต่อ"
).replace("'", "['’]")
"""At least what a request holds, in the syntax of Polars, whose edges of words take ten times as long as ASCII's."""


@lru_cache(maxsize=1024)
def request_of(question: str) -> Request | None:
    """Return what a question asks of the answer before it, if it asks anything of it.

    >>> request_of("ok great, please continue from where you left off"), request_of("And next?")
    (<Request.REST: 'rest'>, <Request.MORE: 'more'>)
    >>> request_of("continue to step 2 of the plan"), request_of("Who was Ada Lovelace?")
    (<Request.PARTLY: 'partly'>, None)
    """
    if len(question) > LONGEST_PARTLY:
        return None
    plain = COUNTED.sub("counted", QUOTED.sub(" quoted ", question.replace("’", "'").casefold())).strip()
    spaceless = SPACELESS_LETTER.search(plain) is not None
    if len(plain) <= LONGEST:
        asked = plain.strip(" \t\r\n.,!?…。，！？~-")
        if spaceless and asked and not SPACELESS.sub("", asked):
            return Request.REST
        if WORDS.fullmatch(plain.lstrip(" \t\r\n.,!?…-")) and not ANOTHER.search(plain):
            if RESTS.search(plain):
                return Request.REST
            if MORES.search(plain):
                return Request.MORE
    return Request.PARTLY if RESTS.search(plain) or (spaceless and SPACELESS.search(plain)) else None


def asks_to_go_on(question: str) -> bool:
    """Whether a question asks for the rest of the answer before, or for more of it, and for nothing else.

    >>> asks_to_go_on("Please continue."), asks_to_go_on("继续"), asks_to_go_on("continue to step 2 of the plan")
    (True, True, False)
    """
    return request_of(question) in (Request.REST, Request.MORE)
