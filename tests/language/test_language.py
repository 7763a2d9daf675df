"""The languages of turns, users and answers, as sentences about small conversations."""

import random
import subprocess
import sys

import pytest

from schemas.settings import Language
from tasks.filter_language import filter_language
from tests.support.conversations import talk
from tests.support.labelled.conversations import labelled, table

ALL = Language(keep="all")


def told(*turns: str, settings: Language = ALL) -> dict:
    return filter_language(table([talk(*turns)]), settings).to_pylist()[0]


def reason(*turns: str, **settings) -> str | None:
    return told(*turns, settings=Language(**settings))["reason"]


GERMAN = ("Wie kann ich die Datei auf dem Server löschen?", "Sie können die Datei mit dem Befehl rm löschen.")
ENGLISH = ("How can I delete the file on the server?", "You can delete the file with the command rm.")


def test_keeps_wanted_language():
    """English is kept by default, German is not."""
    assert reason(*ENGLISH) is None
    assert reason(*GERMAN) == "unwanted_language"


def test_keep_and_skip():
    """A language can be named, all can be kept, and one of all can be skipped."""
    assert reason(*GERMAN, keep=("de",)) is None
    assert reason(*GERMAN, keep="all") is None
    assert reason(*GERMAN, keep="all", skip=("de",)) == "unwanted_language"


@pytest.mark.parametrize("keep", ["zh", "zh-cn"])
def test_family_of_a_language(keep: str):
    """Chinese is kept as zh or as zh-cn, and zh-tw does not let zh-cn pass."""
    chinese = ("请帮我写一个关于春天的短故事", "春天来了，小兔子第一次走出家门。")
    assert reason(*chinese, keep=(keep,)) is None
    assert reason(*chinese, keep=("zh-tw",)) == "unwanted_language"


def test_translation_chat_survives():
    """A user who writes English and is answered in French is English."""
    row = told("Translate into French: I would like a coffee, please.", "Je voudrais un café, s'il vous plaît.")
    assert (row["language"], row["answer_language"]) == ("en", "fr")


def test_unknown_has_its_own_policy():
    """Code alone is unknown: kept beside wanted answers, dropped beside unwanted ones, dropped when asked."""
    code, english = "```\nx = 1\n```", "This sets the variable to the number one."
    assert told(code, english)["language"] == "unknown"
    assert reason(code, english) is None
    assert reason(code, "Das setzt die Variable auf die Zahl eins.") == "unwanted_language"
    assert reason(code, english, unknown="drop") == "unknown_language"


def test_uncertain_language():
    """A confidence below the one asked for is a reason of its own."""
    mixed = ("The file is not on the server that you gave me, aber die Datei ist nicht weg.", ENGLISH[1])
    assert reason(*mixed, min_confidence=0.5) is None
    assert reason(*mixed, min_confidence=0.99) == "uncertain_language"


def test_short_turns_inherit():
    """A turn too short to tell has the language of its side; a long one has its own."""
    row = told(*ENGLISH, "ok", "Bitte sagen Sie mir, ob das auf Ihrem Server geholfen hat.")
    assert [turn["language"] for turn in row["turn_languages"]] == ["en", "en", "en", "de"]


def test_code_does_not_speak():
    """English identifiers and comments in code do not make a German question English."""
    code = "```python\nfor item in the_list_of_items:  # this is the loop that we want to have\n    print(item)\n```"
    assert told(f"Warum läuft das nicht?\n\n{code}", GERMAN[1])["language"] == "de"


def test_extension_does_not_speak():
    """The sentence that an extension adds does not count as the person's."""
    assert told("Escribe un poema sobre el mar. Please write in English language.", "The sea.")["language"] == "es"


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("昌平线", "zh-cn"),
        ("前端e2e测试有什么用", "zh-cn"),
        ("안녕", "ko"),
        ("iPhone 14 Pro Max", "unknown"),
        ("filetype:md kubernetes operator", "unknown"),
        ("var me = te.se(que => { de.la = me; });\nfor (const en of de) { la(en); }", "unknown"),
    ],
)
def test_what_is_short_or_code(question: str, language: str):
    """Two characters of Han or Hangul are enough; products, search operators and code say nothing."""
    assert told(question, "ok")["language"] == language


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("Please explain: 我昨天去了图书馆，看了三个小时的书，然后回家吃了晚饭。", "en"),
        ("What is meant by “我昨天去了图书馆，看了三个小时的书，然后回家吃了晚饭”?", "en"),
        ("The meeting has been moved to the next week because the room is not free.\n翻译成中文", "zh-cn"),
        ("Übersetze: I would like to have a table for two near the window, please.", "de"),
    ],
)
def test_what_is_asked_about_is_not_spoken(question: str, language: str):
    """A request decides, not the quoted or pasted text that it is about."""
    assert told(question, "ok")["language"] == language


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("繼續", "zh-tw"),
        ("继续", "zh-cn"),
        ("San Diego, Los Angeles, El Paso", "unknown"),
        ("HTC Desire Pro vs Oppo Reno Pro", "unknown"),
        ('"solar panel" AND "flat roof" NOT "garden"', "unknown"),
        ("section .text\nmov ecx, len\nmov ebx, 1\nint 0x80\nmov ebx, je", "unknown"),
        ("¿Para qué sirve?\nif a[i] > 3 and b in ['the', 'and']:\n    continue\nwith open(p) as f:", "es"),
        ("koennen sie mir sagen, woher das kommt", "de"),
        ("mera naam kya hai", "unknown"),
        ("Чем отличается “could” от “would”?", "ru"),
        ('"See you later" ne demek?', "tr"),
        ("翻译：The room was cleaned by the man that you had met at the door of the house.", "zh-cn"),
    ],
)
def test_what_misleads(question: str, language: str):
    """Rare letters, names, operators, code, missing accents and quotations lead to no other language."""
    assert told(question, "ok")["language"] == language


def test_a_request_behind_a_long_paste():
    """Who pastes pages in one language and then asks in the answers' language speaks that, not who asks first."""
    pages = "Der Vertrag wird von den beiden Seiten in der nächsten Woche in der Stadt unterzeichnet. " * 9
    answer = "The contract will be signed by the two sides in the next week."
    assert told(f"{pages}\n\nSummarize this in two sentences, please", answer)["language"] == "en"
    assert told(f"Was meinst du zu diesem Text?\n\n{pages}\nWho wrote this to the client?", answer)["language"] == "de"


def test_words_asked_about_do_not_outvote_a_sentence():
    """Who asks in an English sentence for Chinese words, one a turn, speaks English."""
    words = ("手臂 vs 胳膊", "An arm.", "吆喝 vs 叫嚣", "To shout.", "摆布 vs 张罗", "To arrange.")
    row = told("As a learner of Chinese I would like to ask you about synonyms", "Please do, which ones?", *words)
    assert row["language"] == "en"


def test_an_unclear_user_has_the_language_of_the_answers():
    """Words that two languages share are read as the one that the answers are in."""
    assert (
        told("Jak funguje elektromotor?", "Elektromotor mění proud v pohyb, který se přenáší na hřídel.")["language"]
        == "cs"
    )


def test_a_confidence_says_what_it_is_worth():
    """Of the guesses on labelled rows at least the share is right that their confidence names, but for chance."""
    rows = labelled()
    guesses = [
        (found[f"{who}confidence"], found[f"{name}language"] == label)
        for row, found in zip(rows, filter_language(table(rows), ALL).to_pylist(), strict=True)
        for who, name, label in (("language_", "", row.language), ("answer_", "answer_", row.answer_language))
        if label and found[f"{name}language"] != "unknown"
    ]
    for low, high in ((0.0, 0.9), (0.9, 0.97), (0.97, 1.01)):
        inside = [(confidence, right) for confidence, right in guesses if low <= confidence < high]
        mean = sum(confidence for confidence, _ in inside) / len(inside)
        assert sum(right for _, right in inside) / len(inside) >= mean - 0.03, (low, len(inside))


def test_no_rows():
    """A batch without rows gives a table without rows."""
    assert filter_language(table([]), ALL).num_rows == 0


def test_order_does_not_matter():
    """Each conversation gets the same verdict, whatever stands beside it."""
    rows = labelled()
    there = {row.id: verdict for row, verdict in zip(rows, filter_language(table(rows), ALL).to_pylist(), strict=True)}
    random.Random(1).shuffle(rows)
    for start in range(0, len(rows), 50):
        part = rows[start : start + 50]
        for row, verdict in zip(part, filter_language(table(part), ALL).to_pylist(), strict=True):
            assert verdict == there[row.id]


@pytest.mark.parametrize("seed", ["1", "2"])
def test_process_does_not_matter(seed: str):
    """Another process with another hash seed tells the same languages with the same confidence."""
    code = (
        "from tests.support.labelled.conversations import *;"
        "print(filter_language(table(labelled()), Language(keep='all')).to_pylist())"
    )
    here = str(filter_language(table(labelled()), ALL).to_pylist())
    ran = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env={"PYTHONHASHSEED": seed}
    )
    assert ran.stdout.strip() == here
