"""Answers that break off are seen, and joined to those that go on with them, where both show it."""

from __future__ import annotations

import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.marks import Mark
from schemas.settings import Input, Markdown, Privacy
from schemas.types import MARK, RAW_TURN
from tasks.conversations.continued import judge_continued
from tasks.conversations.continuing import request_of
from tasks.conversations.endings import ending_of
from tasks.conversations.may_ask import may_ask
from tasks.conversations.turns import kept_turns, with_whole_answers
from tasks.conversations.word_counts import WordCounts
from tasks.convert import convert
from tasks.filter_quality import _redact

PROSE = "Bees remember landmarks near the hive. They read the light of the sun."


def stage(talk, marks=(), **given):
    """Convert one conversation of user, assistant, user, assistant …; return its row and its kept texts."""
    turns = [{"turn": at, "role": ("human", "gpt")[at % 2], "content": text} for at, text in enumerate(talk)]
    marked = [{"turn": at, "mark": mark.value, "text": None} for at, mark in marks] or None
    table = pa.table({"turns": pa.array([turns], pa.list_(RAW_TURN)), "marks": pa.array([marked], pa.list_(MARK))})
    done = convert(table, Markdown(), Input(**given))
    return done.to_pylist()[0], kept_turns(done["turns"].combine_chunks()).content.to_pylist(), done


@pytest.mark.parametrize(
    ("question", "request_"),
    [
        ("Continue from where you left off, please", "rest"),
        ("it got cut off. please continue", "rest"),
        ('continue from "the sun is"', "rest"),
        ("why did you stop? keep going", "rest"),
        ("bitte schreib weiter", "rest"),
        ("termina la respuesta por favor", "rest"),
        ("la suite s'il te plaît", "rest"),
        ("продолжай, пожалуйста", "rest"),
        ("你没说完，请继续", "rest"),
        ("계속 써줘", "rest"),
        ("请接着上面的继续写", "rest"),
        ("চালিয়ে যান", "rest"),
        ("it's been cut off, plz contiue and don't repeat anything", "rest"),
        ("ты остановился, продолжай писать", "rest"),
        ("请从上次断开的地方继续", "rest"),
        ("途中で止まっています", "rest"),
        ("끊겼어 계속", "rest"),
        ("sigue la receta con pollo", "partly"),
        ("you stopped at line 40, please continue", "rest"),
        (f'continue from "{"the sun is " * 40}"', "rest"),
        ("you didn't finish the code", "rest"),
        ("ur answer got cut at line 40, send the rest", "rest"),
        ("why did u stop?? dont stop there", "rest"),
        ("contniune", "rest"),
        ("finis le code stp", "rest"),
        ("te quedaste a medias, termina la frase", "rest"),
        ("FALTOU O RESTO DA RESPOSTA", "rest"),
        ("schreib den Code bitte zu Ende", "rest"),
        ("ti sei fermato a metà", "rest"),
        ("ответ обрезался, допиши до конца", "rest"),
        ("dokoncz zdanie", "rest"),
        ("Cevabın yarım kaldı", "rest"),
        ("الإجابة غير مكتملة، أكمل", "rest"),
        ("viet tiep di, ban chua viet xong", "rest"),
        ("代码断了，把剩下的code发给我", "rest"),
        ("回答が途切れました。続きをお願いします", "rest"),
        ("답변이 중간에 끊겼어요", "rest"),
        ("...", "more"),
        ("go", "more"),
        ("part 2 please", "more"),
        ("is this code complete?", None),
        ("the rest of it is great, thanks", "partly"),
        ("qué falta en el código?", None),
        ("can you cut the last paragraph", None),
        ("coupe le texte", None),
        ("más corto por favor", None),
        ("finish the sentence: The bees are", "partly"),
        ("the server died, why", None),
        ("no more please", None),
        ("继续教育是什么", None),
        ("나머지는 좋아, 제목을 바꿔줘", "partly"),
        ("continue to the next chapter", "partly"),
        ("write more", "more"),
        ("next", "more"),
        ("continue to step 2", "partly"),
        ("continue, and add error handling to the parser", "partly"),
        ("What is the next prime after 7?", None),
        ("Thanks!", None),
    ],
)
def test_what_is_asked_of_the_answer_before(question, request_):
    """A request is for the rest alone, perhaps for more, or partly for something else; columns of them are picked."""
    assert request_of(question) == request_
    assert may_ask(pl.Series([question])).item() or request_ is None


@pytest.mark.parametrize(
    ("text", "ending"),
    [
        (f"{PROSE} When it is hidden, they use the", "sentence"),
        (f"{PROSE}\nBees see polarised light", "sentence"),
        (f"{PROSE} See `waggle", "sentence"),
        (PROSE, None),
        ("* red\n* green\n* blue", None),
        ("Have fun with the bees! \U0001f41d\U0001f41d", None),
        (f"{PROSE} See https://bees.org/waggle", None),
        ("They sang to the queen\nThey danced in the light\nAnd the one that they praised\nwas you", None),
        ("It costs $5 - $3 = $2. Answer: \\boxed{2}.", None),
        ("Dear Ada,\n\nThank you for the honey. I would like to", "sentence"),
        ("Dear Ada,\n\nin the next days we hope that our bees will bring more honey and I would", "sentence"),
        ("मधुमक्खियाँ उड़ती हैं। वे सूरज को", "sentence"),
        ("```bash\nfor bee in *; do\n  echo $bee\n```", "code"),
        ("```html\n<html>\n<body>\n<p>Bees\n```", "code"),
        ("```latex\n\\begin{center}\nBees\n```", "code"),
        ("```xml\n<bee>Ada</bee>\n<bee id\n```", "code"),
        ("蜜蜂记得路标，它们看天空的", "sentence"),
        ("꿀벌은 하늘에서", "sentence"),
        ("- 蜂を見ること\n- 花を見ること", None),
        ("蜜蜂（也叫", "sentence"),
        ("We get\n\n$$\n\\frac{a}{b} = \\sqrt{", "sentence"),
        ('{\n  "hive": "A",\n  "queen": "Be', "sentence"),
        ("1. Take flour.\n2.", "marker"),
        (f"{PROSE}\n\n## Wasps", "heading"),
        (f"{PROSE}\n\nWasps do it so:", "announced"),
        ("| a | b |\n|---|---|\n| 1 | 2 |\n| 3 | 4 |\n| 5 |  |", "row"),
        ("```python\nprint(1)", "open_fence"),
        ("```python\nfor a in b:\n    print(a[\n```", "code"),
        ("```\nelse\n```", "code"),
        ("```python\nprint(1)\n```", None),
        ('```js\nf({a: "x)"}); // (\n```', None),
    ],
)
def test_how_an_answer_ends(text, ending):
    """An ending that breaks off is named by what shows it; a whole one has none."""
    assert ending_of(text, 0.75) == ending


CODE = "Here:\n\n```python\ndef total(rows):\n    for row in rows:\n        result += row"


@pytest.mark.parametrize(
    ("first", "second", "joined", "start"),
    [
        ("A cat sat on the", "mat and slept.", "A cat sat on the mat and slept.", "lower_case"),
        (f"{PROSE} A hon", "eybee sees blue. Honeybee.", f"{PROSE} A honeybee sees blue. Honeybee.", "lower_case"),
        (f"{PROSE} So take a breath,", "...and fly.", f"{PROSE} So take a breath, and fly.", "lower_case"),
        (f"{PROSE} Call `fly", "()` to go.", f"{PROSE} Call `fly()` to go.", "punctuation"),
        (f"{PROSE}\nThen they use the", "Sorry! Here is the rest:\n\nThen they use the sky.",
         f"{PROSE}\nThen they use the sky.", "overlap"),
        ("1. Tea.\n2.", "2. Rum.", "1. Tea.\n2. Rum.", "overlap"),
        (CODE + "[\n```", "```python\nname]\n```", CODE + "[name]\n```", "reopened_fence"),
        (CODE + "[\n```", "Sure, here is the rest of the code:\n```\n        result += row[0]\n```\nDone.",
         CODE + "[0]\n```\nDone.", "overlap"),
        ("蜜蜂记得路标。它们看天空的", "偏振光。", "蜜蜂记得路标。它们看天空的偏振光。", "same_script"),
        ("蜜蜂记得路标，它们看天空中的", "它们看天空中的光。", "蜜蜂记得路标，它们看天空中的光。", "overlap"),
        ("꿀벌은 하늘에서", "빛을 봅니다.", "꿀벌은 하늘에서 빛을 봅니다.", "same_script"),
        (f"{PROSE} They use the", "... the sky.", f"{PROSE} They use the sky.", "overlap"),
        ("```py\nfor bee in hive:\n    fly(\n```", "```\n        bee)\n```",
         "```py\nfor bee in hive:\n    fly(\n        bee)\n```", "reopened_fence"),
        (f"{PROSE} They don", "'t sting.", f"{PROSE} They don't sting.", "punctuation"),
        (f"{PROSE} They are quick", "ly gone.", f"{PROSE} They are quickly gone.", "lower_case"),
        (f"{PROSE} So $x = \\frac{{1", "}{2}$.", f"{PROSE} So $x = \\frac{{1}}{{2}}$.", "punctuation"),
        ("|bee|age|\n|---|---|\n|Ada|two|\n|Bo|on", "|bee|age|\n|---|---|\n|Bo|one|",
         "|bee|age|\n|---|---|\n|Ada|two|\n|Bo|one|", "overlap"),
        (CODE + "[\n```", "name]\n```\nDone.", CODE + "[name]\n```\nDone.", "reopened_fence"),
        ("```js\n```", "```js\nbee();\n```", "```js\nbee();\n```", "reopened_fence"),
        ("```js\nf({\n  bee(\n```", "```js\n)});\n```", "```js\nf({\n  bee()});\n```", "reopened_fence"),
        ("```js\nf({\n  bee\n```", "```js\n= 1});\n```", "```js\nf({\n  bee = 1});\n```", "reopened_fence"),
        ("def f():\n    shape_similar", "    shape_similarity = 1", "def f():\n    shape_similarity = 1", "overlap"),
        ("```js\nif (bee) {\n  hive.get\n```", "```js\nQueen();\n}\n```",
         "```js\nif (bee) {\n  hive.getQueen();\n}\n```", "reopened_fence"),
        ("function fly() {\nland();\n}", "}\nfly();", "function fly() {\nland();\n}\n}\nfly();", "punctuation"),
    ],
)  # fmt: skip
def test_an_answer_that_goes_on_is_joined(first, second, joined, start):
    """What is repeated, reopened or introduced is left out, and the halves are parted by what stood between them."""
    row, texts, _ = stage(["How do bees fly home?", first, "continue", second])
    assert texts[1] == joined
    assert [turn["content"] for turn in row["turns"]][1:] == [first, "continue", second]
    assert [(turn["fate"], turn["into_turn"]) for turn in row["turns"]] == [(None, None)] * 2 + [("merged", 1)] * 2
    (found,) = row["continuations"]
    assert (found["start"], found["done"], row["unlabelled_eos"]) == (start, "stitched", None)


@pytest.mark.parametrize(
    ("first", "question", "second", "done"),
    [
        (f"{PROSE} They use the", "continue", "Yes, wasps do it too.", "unlabelled_eos"),
        (f"{PROSE} They use the", "continue, and add wasps", "sky.", "unlabelled_eos"),
        (f"{PROSE} A quorx", "go on", "blimf flies.", "unlabelled_eos"),
        (f"{PROSE} They come toget", "go on", "her to dance.", "unlabelled_eos"),
        (f"{PROSE} See the", "go on", "ir wings.", "unlabelled_eos"),
        (f"{PROSE} See the la", "go on", "ndmark at the hive.", "unlabelled_eos"),
        ('```py\nf("a bee-shadow\n```', "go on", '```py\nshadow-bee")\n```', "unlabelled_eos"),
        ("```py\ndef f():\n    x = 1\n    # bees\n```", "go on", "```py\nfly\n    fly()\n```", "unlabelled_eos"),
        (f"{PROSE} And it is a", "go on", "lso warm.", "unlabelled_eos"),
        (CODE + "[\n```", "continue", "Sure, here is the whole code:\n```\nimport os\n```", "unlabelled_eos"),
        (CODE + "[\n```", "continue", "name] is added.", "unlabelled_eos"),
        (PROSE, "continue", "Wasps learn the nest's surroundings.", "kept"),
        (PROSE, "more", "and bumblebees too.", "kept"),
        ("* red\n* green\n* blue", "more", "* black", "kept"),
    ],
)
def test_what_cannot_be_told_is_not_joined(first, question, second, done):
    """An answer that breaks off has no label on its end where the next does not clearly go on; a whole one stays."""
    row, texts, _ = stage(["How do bees fly home?", first, question, second])
    assert texts == ["How do bees fly home?", first, question, second]
    assert [found["done"] for found in row["continuations"]] == [done]
    assert row["unlabelled_eos"] == ([1] if done == "unlabelled_eos" else None)


def test_stitches_chain_and_settings_hold():
    """An answer goes on over several requests; each setting does what it says, and answers without label stay."""
    talk = ["Q?", f"{PROSE} They use the", "continue", "pattern of the", "go on", "sky.", "Thanks", "You're welcome."]
    row, texts, _ = stage(talk)
    assert texts == ["Q?", f"{PROSE} They use the pattern of the sky.", *talk[6:]]
    assert [found["turn"] for found in row["continuations"]] == [1, 3]
    row, texts, _ = stage(talk, continued_answers="unlabelled_eos")
    assert (texts, row["unlabelled_eos"]) == (talk, [1, 3])
    row, texts, _ = stage(talk, continued_answers="keep")
    assert (texts, row["unlabelled_eos"]) == (talk, None)
    row, texts, _ = stage(talk[:4], marks=[(3, Mark.UNLABELLED)])
    assert (texts, row["unlabelled_eos"], row["unlabelled"]) == (talk[:4], [1], [3])


def test_what_is_private_is_seen_across_a_joint():
    """An address that the page's limit cut in two is redacted in the answer as it reads."""
    first = f"{PROSE} Write to the keeper of the bees: mary.smith@hives"
    _, texts, done = stage(["Who?", first, "continue", "Here is the rest:\n\nWrite to mary"])
    assert texts[1] == first
    talk = ["Who?", f"{PROSE}\nWrite to mary.smi", "continue", "Write to mary.smith@bees.org, they answer."]
    _, texts, done = stage(talk)
    assert texts[1].endswith("Write to mary.smith@bees.org, they answer.")
    whole = with_whole_answers(done["turns"].combine_chunks())
    assert kept_turns(whole).content.to_pylist() == texts
    assert "mary.smith@bees.org" not in _redact(whole, Privacy()).content[1]


ENDS = ("the cat sat.", "and\nthen", "`x", "1. ", "```\n", "ok (", "— ", "…", "蜜蜂", '"a" ')
STARTS = ("the cat", "Sure:\n\n", "```py\n", "...", ") ", "x` ", "2. ", "then", "。")


@settings(max_examples=60, deadline=None)
@given(
    text=st.lists(st.sampled_from(ENDS), max_size=12),
    after=st.lists(st.sampled_from(STARTS), max_size=6),
    question=st.sampled_from(["continue", "more", "continue it all now with bees"]),
)
def test_nothing_is_left_out_that_is_not_there(text, after, question):
    """Whatever the two answers are, no more is left out than there is, and the words of neither are lost."""
    first, second = "".join(text), "".join(after)
    found = judge_continued(first, question, second, WordCounts(lambda: [first, second]), 0.75)
    if found and found.join:
        end = first.rstrip()
        assert 0 <= found.join.cut_before <= len(end)
        assert 0 <= found.join.cut <= len(second)
        left = end[len(end) - found.join.cut_before :].strip("`\n ")
        assert left in second


def test_words_that_a_repair_merged_stay_before_those_that_were_stitched():
    """An answer of two turns, of which the second breaks off, reads the same before and after it is made whole."""
    turns = [
        ("human", "Why do they come to the town?"),
        ("gpt", "They liked the"),
        ("gpt", "taste of it, and so they come to the"),
        ("human", "continue"),
        ("gpt", "town in the spring of each year, all of them."),
    ]
    rows = [{"turn": at, "role": role, "content": text} for at, (role, text) in enumerate(turns)]
    marks = [{"turn": 2, "mark": Mark.CONTINUES.value, "text": None}]
    table = pa.table({"turns": pa.array([rows], pa.list_(RAW_TURN)), "marks": pa.array([marks], pa.list_(MARK))})
    column = convert(table, Markdown(), Input())["turns"].combine_chunks()
    answer = kept_turns(column).content.to_pylist()[1]
    assert answer.endswith("taste of it, and so they come to the town in the spring of each year, all of them.")
    assert kept_turns(with_whole_answers(column)).content.to_pylist()[1] == answer
