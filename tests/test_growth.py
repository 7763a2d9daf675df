"""Work grows with the input and not with its square, at every stage, whatever the input is made of."""

import json
import tempfile
import time
from collections import defaultdict
from contextlib import suppress
from pathlib import Path

import pytest

from flows.cli.options import parse_sets
from schemas.errors import RefusedError
from tasks.runtime.config_file import make_settings
from tasks.runtime.run_config import make_run_config
from tasks.runtime.run_context import RunContext, held
from tasks.sources.plan import plan
from tests.support.pipeline import Here, make

MOST = 8.0
"""Times the work that four times the input may cost: 4 is linear, 16 is a square."""
STEEPER = 3.0
"""Times the work that 2n more may cost than n more: 2 is linear, 4 is a square; what is fixed plays no part in it."""
SMALL = 0.1
"""CPU seconds below which a stage is not looked at: there its fixed costs rule."""
MOMENT, LARGE = 0.25, 1_000_000
"""CPU seconds that n of something take at least, unless they are so many characters already."""
TOTAL = "everything"

ASKED = "How do I sort a list in Python, and which way is the fastest?"
MORE = ("continue",)
TOLD = "<p>Call <code>sorted</code> with the list, and it gives a new one back, which costs n log n.</p>"


def chat(*texts, **more):
    """One conversation as the file has it, of questions and answers in turn."""
    turns = [{"from": ("human", "gpt")[place % 2], "value": text} for place, text in enumerate(texts)]
    return {"id": "one", "conversations": turns, **more}


def rows(*chats):
    return json.dumps(chats)


def answer(html):
    return rows(chat(ASKED, f'<div class="markdown prose">{TOLD}{html}</div>', ASKED, TOLD))


def words(text):
    """A conversation whose question, and whose plain answer, hold a text."""
    return rows(chat(text, TOLD, ASKED, text))


def told(text):
    """A conversation of which an answer alone, and plain, holds a text."""
    return rows(chat(ASKED, TOLD, ASKED, text))


def many(count, make_one, *, joined=""):
    return joined.join(make_one(number) for number in range(count))


# What a file is made of, and how many of it there are at first.
SHAPES = {
    # rows and turns
    "rows": (300, lambda n: rows(*(chat(f"{ASKED} {i}", TOLD + f"<p>{i} {i * 7}</p>", id=f"c{i}") for i in range(n)))),
    "turns of one row": (5_000, lambda n: rows(chat(*((f"{ASKED} {i}", f"{TOLD}{i}")[i % 2] for i in range(n))))),
    "turns of one role": (
        5_000,
        lambda n: rows({"id": "one", "conversations": [{"from": "gpt", "value": f"{TOLD}{i}"} for i in range(n)]}),
    ),
    "short turns": (10_000, lambda n: rows(chat(*(["ok"] * n)))),
    "system turns": (
        5_000,
        lambda n: rows({"conversations": [{"from": "system", "value": f"Be brief, {i}."} for i in range(n)]}),
    ),
    "rows of one id": (500, lambda n: rows(*(chat(f"{ASKED} {i}", TOLD + str(i)) for i in range(n)))),
    "exact copies": (1_000, lambda n: rows(*(chat(ASKED, TOLD, id=f"c{i}") for i in range(n)))),
    "near copies": (
        300,
        lambda n: rows(*(chat(ASKED, TOLD + many(60, lambda k: f"word{k} ") + f"{i}", id=f"c{i}") for i in range(n))),
    ),
    "branches of one beginning": (
        300,
        lambda n: rows(
            *(chat(ASKED, TOLD, f"{ASKED} {i}", f"{TOLD}{i} " + f"w{i} " * 9, id=f"c{i}") for i in range(n))
        ),
    ),
    "broken rows": (5_000, lambda n: "[" + ",\n".join([json.dumps(chat(ASKED, TOLD))] + ['{"a": tru}'] * n) + "]"),
    "rows cut off": (1_000, lambda n: "[" + ",\n".join([json.dumps(chat(ASKED, TOLD))] + ['{"id": "a", "conve'] * n)),
    "lines that are no rows": (5_000, lambda n: json.dumps(chat(ASKED, TOLD)) + "\n" + "[]\n{}\nnull\n" * n),
    "open brackets": (20_000, lambda n: rows(chat(ASKED, TOLD))[:-1] + "," + "[" * n),
    "open braces": (20_000, lambda n: rows(chat(ASKED, TOLD))[:-1] + "," + '{"a":' * n),
    "fields of a row": (5_000, lambda n: rows(chat(ASKED, TOLD, **{f"field{i}": i for i in range(n)}))),
    "escapes": (20_000, lambda n: '[{"conversations": [{"from": "human", "value": "' + '\\u00e9\\n\\"' * n + '"}]}]'),
    # texts
    "words": (4_000, lambda n: words(many(n, lambda i: f"The list {i} is sorted and then it is done. "))),
    "one word": (20_000, lambda n: words("sorted " * n)),
    "one letter": (50_000, lambda n: words("a" * n)),
    "lines": (10_000, lambda n: words(many(n, lambda i: f"line {i}\n"))),
    "equal lines": (10_000, lambda n: words("the same line again\n" * n)),
    "blanks": (50_000, lambda n: words("a" + " " * n + "b")),
    "line ends": (50_000, lambda n: words("a" + "\n" * n + "b")),
    "Chinese": (10_000, lambda n: words("如何在列表中排序最快的方法" * n)),
    "Arabic": (10_000, lambda n: words("كيف أرتب قائمة في بايثون " * n)),
    "combining marks": (20_000, lambda n: words("e" + "\u0301" * n)),
    "emoji": (20_000, lambda n: words("😀👩‍💻" * n)),
    "digits": (30_000, lambda n: words("7" * n)),
    "digits with blanks": (10_000, lambda n: words("415 867 53" * n)),
    "digits with dashes": (10_000, lambda n: words("4111-1111-" * n)),
    "at signs": (20_000, lambda n: words("a@" * n)),
    "addresses": (3_000, lambda n: words(many(n, lambda i: f"mail{i}@example{i}.com "))),
    "dots": (30_000, lambda n: words("a." * n)),
    "hex": (20_000, lambda n: words("0123456789abcdef" * (n // 8))),
    "base64": (20_000, lambda n: words("QWxhZGRpbjpvcGVuIHNlc2FtZQ" * (n // 10))),
    "assignments": (5_000, lambda n: words("password = x; api_key: 'y', " * n)),
    "keys": (2_000, lambda n: words(many(n, lambda i: f"sk-{i:048x} AKIA{i:016X} "))),
    "opened keys": (5_000, lambda n: words("-----BEGIN PRIVATE KEY-----\n" * n)),
    "named secrets": (2_000, lambda n: words(many(n, lambda i: f"password: hunter{i}! "))),
    "secrets of turns": (300, lambda n: rows(chat(*(f"{ASKED} password: hunter{i}!x" for i in range(n))))),
    "phones": (2_000, lambda n: words(many(n, lambda i: f"call +49 151 {i:07d}, "))),
    "tables of secrets": (2_000, lambda n: words("| api_key | password |\n|---|---|\n| x | y |\n" * n)),
    "quotations": (3_000, lambda n: told('She said "what is it" and «warum nicht», ' * n)),
    "names": (5_000, lambda n: told("foo_bar getName a.b.c " * n)),
    "refusals": (2_000, lambda n: told("as an ai language model, i cannot comply with that. " * n)),
    "numbers": (5_000, lambda n: words(many(n, lambda i: f"{i * 7919} "))),
    "colons": (20_000, lambda n: words("a:" * n)),
    "slashes": (20_000, lambda n: words("http://a/" * n)),
    "quotes": (20_000, lambda n: words("\"'" * n)),
    "entities": (20_000, lambda n: words("&amp;" * n)),
    "brackets": (20_000, lambda n: words("[(" * n)),
    "backticks": (20_000, lambda n: words("`a`` " * n)),
    "fences": (10_000, lambda n: words("```\ncode\n" * n)),
    "stars": (20_000, lambda n: words("*a **b " * n)),
    "headers of templates": (5_000, lambda n: words("USER: a ASSISTANT: b</s><|im_start|>" * n)),
    "special tokens": (5_000, lambda n: words("<s></s><unk><|endoftext|>" * n)),
    "mojibake": (10_000, lambda n: words("Ã¤Ã¶â€™ " * n)),
    # markup
    "tags": (5_000, lambda n: answer("<p>kept</p>" * n)),
    "nested tags": (5_000, lambda n: answer("<div>" * n + "kept")),
    "nested lists": (3_000, lambda n: answer("<ul><li>" * n + "kept")),
    "nested quotes": (3_000, lambda n: answer("<blockquote>" * n + "kept")),
    "nested emphasis": (5_000, lambda n: answer("<b><i>" * n + "kept")),
    "unclosed paragraphs": (5_000, lambda n: answer("<p>kept" * n)),
    "items": (5_000, lambda n: answer("<ol>" + "<li>kept</li>" * n + "</ol>")),
    "lists": (3_000, lambda n: answer("<ol><li>kept</li></ol><p>and</p>" * n)),
    "table rows": (2_000, lambda n: answer("<table>" + "<tr><td>a</td><td>b</td></tr>" * n + "</table>")),
    "cells of a row": (5_000, lambda n: answer("<table><tr>" + "<td>a</td>" * n + "</tr></table>")),
    "ragged tables": (
        300,
        lambda n: answer("<table><tr>" + "<td>a</td>" * n + "</tr>" + "<tr><td>b</td></tr>" * n + "</table>"),
    ),
    "code blocks": (2_000, lambda n: answer("<pre><code>print(1)</code></pre>" * n)),
    "code spans": (5_000, lambda n: answer("<p>" + "<code>a`b</code> " * n + "</p>")),
    "ticks in code": (20_000, lambda n: answer("<p><code>" + "`" * n + "</code></p>")),
    "links": (5_000, lambda n: answer("<p>" + '<a href="http://a.b/c">d</a> ' * n + "</p>")),
    "images": (5_000, lambda n: answer('<img src="a.png" alt="b">' * n)),
    "attributes": (10_000, lambda n: answer("<p " + many(n, lambda i: f'a{i}="b" ') + ">kept</p>")),
    "headings": (5_000, lambda n: answer("<h2>kept</h2>" * n)),
    "breaks": (10_000, lambda n: answer("<p>" + "a<br>" * n + "</p>")),
    "formulas": (
        1_000,
        lambda n: answer('<span class="katex"><annotation encoding="application/x-tex">x^2</annotation></span> ' * n),
    ),
    "characters to escape": (3_000, lambda n: answer("<p>" + "*a_b[c](d) 1. # > - + ~|` " * n + "</p>")),
    "lines to escape": (3_000, lambda n: answer("<p>" + "1. a\n# b\n> c\n- d\n" * n + "</p>")),
    "pre-formatted lines": (5_000, lambda n: answer("<pre>" + "a  b\n" * n + "</pre>")),
    "unknown tags": (3_000, lambda n: answer("<foo>kept</foo>" * n)),
    "comments": (10_000, lambda n: answer("<!-- a -->" * n + "kept")),
    # what FastChat left
    "scars": (
        1_000,
        lambda n: told("1. It is \\_so\\_ at <https://a.b/c>:\n```py\ndef f():\n    x\n```\nso x2x^2x2\n" * n),
    ),
    "scars and ticks": (3_000, lambda n: told("It is \\_so\\_.\n\n" + "`a`` \\_ [a](" * n)),
    # how answers end
    "code at an answer's end": (5_000, lambda n: answer("<pre><code>" + "x = f(1)\n" * n + "</code></pre>")),
    "fenced code at the end": (5_000, lambda n: words("As asked:\n```py\n" + "x = f(1)\n" * n + "```")),
    "blocks before the last": (3_000, lambda n: words("```py\nx = 1\n```\n" * n + "```py\nx = (\n```")),
    "code cut off": (3_000, lambda n: rows(chat(ASKED, "```py\n" + "x = f(1)\n" * n, *MORE, "y = 2\n" * n + "```"))),
    "comments opened in code": (3_000, lambda n: words("```js\n" + '/* "x" ' * n + "\n```")),
    "escaped quotes in code": (3_000, lambda n: words("```sh\n" + "\\\" 'x' " * n + "\n```")),
    "empty lines in code": (20_000, lambda n: words("```js\na\n" + "\n" * n + "b(\n```")),
    "prose cut off": (
        3_000,
        lambda n: rows(chat(ASKED, many(n, lambda i: f"It is {i}, ") + "and the", *MORE, "rest.")),
    ),
    "answers in a row that go on": (
        5_000,
        lambda n: rows(
            chat(ASKED, TOLD),
            {
                "id": "two",
                "conversations": [{"from": "human", "value": ASKED}]
                + [{"from": "gpt", "value": "one thing is that the list, which is long, and the"}] * n,
            },
        ),
    ),
    "cut off again and again": (
        300,
        lambda n: rows(chat(ASKED, *(["One thing is that the list and", "continue"] * n))),
    ),
}


class Seconds:
    """A listener that adds up the CPU seconds of every stage."""

    def __init__(self):
        self.by_stage = defaultdict(float)

    def on_start(self, parts):
        """Hear how many parts there will be."""

    def on_part(self, event):
        """Add up what a part took."""
        self.by_stage[event.view] += event.seconds


def measure(text):
    """CPU seconds of every stage, and of everything together, for a file of this text."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        (home / "raw").mkdir()
        (home / "raw" / "rows.json").write_text(text, "utf-8")
        config = make_run_config(make_settings(parse_sets(["language.keep=all"])))
        listener = Seconds()
        began = time.process_time()
        # Some shapes leave no row: that is refused once all stages are done.
        with suppress(RefusedError), held(home / "data") as root:
            ranges = plan(str(home / "raw"), root / ".spool")
            make(RunContext(root, config, Here(), [listener]), ranges)
        listener.by_stage[TOTAL] = time.process_time() - began
    return listener.by_stage


@pytest.fixture(scope="module")
def fixed():
    """What a file with one conversation takes; the first one also loads the libraries."""
    measure(rows(chat(ASKED, TOLD)))
    return measure(rows(chat(ASKED, TOLD)))


def grown(times, fixed):
    """The stages whose work grew too fast over the times of n, 2n and 4n, whatever is thought to be fixed."""

    def is_steep(first, second, third):
        return third - second > STEEPER * max(second - first, SMALL)

    net = [{stage: max(0.0, time[stage] - fixed[stage]) for stage in times[-1]} for time in times]
    return {
        stage: [round(time[stage], 2) for time in net]
        for stage in times[-1]
        if net[-1][stage] > MOST * max(net[0][stage], SMALL) and is_steep(*(time[stage] for time in times))
    }


def test_a_square_is_seen_and_a_line_is_not_whatever_is_fixed():
    """A wrong idea of the fixed work does not make a square of a line, and hides none."""
    for offset in (0.0, 0.6, 2.0):
        assert grown([{TOTAL: offset + 0.3 * n} for n in (1, 2, 4)], {TOTAL: 0.6}) == {}
        assert grown([{TOTAL: offset + 0.3 * n * n} for n in (1, 2, 4)], {TOTAL: offset}) != {}
    assert grown([{TOTAL: 0.41 + 0.19 * n} for n in (1, 2, 4)], {TOTAL: 0.61}) == {}, "a refused file publishes nothing"


@pytest.mark.slow
@pytest.mark.parametrize("shape", SHAPES)
def test_four_times_the_input_takes_about_four_times_the_work(shape, fixed):
    """Of n, 2n and 4n of anything, no stage takes the square; n is raised until it takes a moment or is large."""
    count, text = SHAPES[shape]
    while (first := measure(text(count)))[TOTAL] - fixed[TOTAL] < MOMENT and len(text(count)) < LARGE:
        count *= 2
    times = [first, measure(text(2 * count)), measure(text(4 * count))]
    if grown(times, fixed):  # the machine may have been busy
        again = [measure(text(size)) for size in (count, 2 * count, 4 * count)]
        times = [
            {stage: min(one[stage], other[stage]) for stage in one} for one, other in zip(times, again, strict=True)
        ]
    assert grown(times, fixed) == {}
