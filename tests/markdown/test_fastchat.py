"""What FastChat's converter did to an answer is taken back where the answer shows it."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.reading import read
from tasks.markdown.fastchat.addresses import with_bare_addresses
from tasks.markdown.fastchat.formulas import with_tex_alone
from tasks.markdown.fastchat.take_back import taken_back
from tasks.markdown.fastchat.words import without_backslashes


def mended(*answers: str) -> str:
    """Return the last answer of a conversation without scars."""
    return taken_back(list(answers))[-1][0]


def test_code_and_text_are_in_the_items_they_were_moved_out_of() -> None:
    """A paragraph one line above the next item shows that it was the item's, and so was the code before it."""
    answer = "1. Install:\n```sh\npip install x\n```\nThis takes a while.\n2. Run:\n```sh\nx\n```\n\nDone."
    text, repairs = taken_back([answer])[0]
    assert text == (
        "1. Install:\n\n   ```sh\n   pip install x\n   ```\n\n   This takes a while.\n"
        "2. Run:\n\n   ```sh\n   x\n   ```\n\nDone."
    )
    assert ("list_content", "3") in repairs


def test_what_stands_in_its_item_is_moved_no_further() -> None:
    """Taking back what was taken back changes nothing: FastChat writes no indent but tabs."""
    once = mended("1. Install:\n```sh\nx\n```\nThis takes a while.\n2. Run:\n\t* a\n\t* b")
    assert "\n   This takes a while." in once
    assert mended(once) == once
    apart = mended("1. Install\n```sh\nx\n```\n2. Run\n```sh\ny\n```\nDone.")
    assert mended(apart) == apart


def test_code_and_paragraphs_of_nested_items_are_in_these() -> None:
    """Code that opens behind tabs and closes at the margin would take in all that follows; it was a nested item's."""
    scarred = "1. A:\n\t* b\\_c:\n\t\n\t\n\t```py\nif x:\n\t    y\n\t\n\tz\n```\n\tIt d.\n\t* e\n\t\n\tf\n2. G"
    text, repairs = taken_back([scarred])[0]
    assert text == (
        "1. A:\n\t* b_c:\n\n\t  ```py\n\t  if x:\n\t      y\n\n\t  z\n\t  ```\n\n\t  It d.\n\t* e\n\n\t  f\n2. G"
    )
    assert ("list_content", "3") in repairs
    assert mended(text) == text


def test_what_the_last_item_holds_is_told_by_blank_lines_and_tabs() -> None:
    """A blank line stands behind code of an item alone, and nested items in items; text before is the item's too."""
    answer = "1. A:\n```sh\na\n```\n2. B:\n\nDo this:\n```sh\nb\n```\n\nDone."
    assert mended(answer) == (
        "1. A:\n\n   ```sh\n   a\n   ```\n2. B:\n\n   Do this:\n\n   ```sh\n   b\n   ```\n\nDone."
    )
    assert mended("* A:\n\nDo this:\n\t+ b\n\nDone.") == "* A:\n\n  Do this:\n\t+ b\n\nDone."
    margin = "1. A\n2. B:\n\nDo this:\n```sh\nb\n```\nDone."
    assert mended(margin) == "1. A\n2. B:\n\nDo this:\n\n```sh\nb\n```\n\nDone."


def test_code_between_lists_stays_at_the_margin() -> None:
    """Where a blank line parts the paragraph from the next item, the list was interrupted; only code is set off."""
    answer = "1. Install:\n```sh\npip install x\n```\nThis takes a while.\n\n2. Run it."
    assert mended(answer) == "1. Install:\n\n```sh\npip install x\n```\n\nThis takes a while.\n\n2. Run it."


def test_a_line_that_announces_items_is_no_end_of_an_item() -> None:
    """Headings without a blank line below them stay where they are."""
    answer = "**Orders:**\n\n1. Track them.\n\n**Links:**\n2. Make them."
    assert mended(answer) == answer


def test_lists_whose_start_was_lost_are_numbered_on() -> None:
    """Steps with code between them count on, unless the conversation shows that its lists kept their numbers."""
    answer = "1. Install:\n```sh\na\n```\n1. Run:\n```sh\nb\n```\n1. Stop it."
    assert [line for line in mended(answer).split("\n") if line[:1].isdigit()] == [
        "1. Install:",
        "2. Run:",
        "3. Stop it.",
    ]
    kept = "1. One.\n\nText between.\n\n2. Two."
    assert mended(kept, answer).count("\n1. ") == 2


def test_a_heading_that_begins_as_an_item_is_one_again() -> None:
    """FastChat underlines headings, sign for sign, which makes an item and a rule of a numbered one."""
    text, repairs = taken_back(["1. Set it\\_up\n-------------\n\nSo.\n\n2. Run\n======\n\nEnd."])[0]
    assert text == "## 1. Set it_up\n\nSo.\n\n# 2. Run\n\nEnd."
    assert ("headings", "2") in repairs
    for other in ("1. Set it\n---", "* a\n---", "Title\n-----"):
        assert mended(other) == other


def test_blank_lines_of_python_come_back() -> None:
    """No one writes a function right below the body of another; two blank lines stood there."""
    code = "```python\nimport os\ndef a():\n    return 1\n@wrapped\ndef b():\n    if 1:\n        pass\nb()\n```"
    lines = mended(code).split("\n")
    assert lines[1:6] == ["import os", "", "", "def a():", "    return 1"]
    assert lines[6:10] == ["", "", "@wrapped", "def b():"]
    assert lines[-4:] == ["", "", "b()", "```"]
    other = "```js\nfunction a() {\n  x\n}\nfunction b() {}\n```"
    assert mended(other) == other


def test_only_needless_backslashes_and_brackets_go() -> None:
    """The reference parser decides; code is left alone; a link with words of its own stays."""
    text = "Set MY\\_VAR and \\_\\_init\\_\\_ or `a\\_b`; 2 \\* 3. See <https://a.b/c> and [this](https://a.b)."
    assert mended(text) == "Set MY_VAR and \\_\\_init__ or `a\\_b`; 2 * 3. See https://a.b/c and [this](https://a.b)."


def test_formulas_stand_there_once() -> None:
    """What MathML shows and what KaTeX draws goes where it has the letters of the TeX between; names in words stay."""
    drawn = "So σ=μ2\\sigma = \\sqrt{\\mu\\_2}σ=μ2, and a2+b2a^2 + b^2a2+b2."
    assert mended(drawn) == "So $\\sigma = \\sqrt{\\mu_2}$, and $a^2 + b^2$."
    assert mended("x2x^2x2") == "$$\nx^2\n$$"
    typed = "See a_b_a, 2^32^3, f(x)^f(x) and \\alpha."
    assert mended(typed) == typed


@pytest.mark.parametrize("around", ["{}", "It is {} here.", "({})", "**{}**, so"])
@pytest.mark.parametrize(
    ("shown", "tex", "drawn"),
    [
        ("∑i=1ni", r"\sum_{i=1}^{n} i", "∑i=1n\u200bi"),
        ("(nk)", r"\binom{n}{k}", "(kn\u200b)"),
        ("[0,1]", r"\left[ 0, 1 \right]", "[0,1]"),
        ("∂f∂x", r"\frac{\partial f}{\partial x}", "∂x∂f\u200b"),
        ("xα", r"x\alpha", "xα"),
        ("xˉ", r"\bar{x}", "xˉ"),
    ],
)
def test_a_mended_formula_is_the_tex_alone(around: str, shown: str, tex: str, drawn: str) -> None:
    """The sign that the drawn copy begins with is no part of the TeX, nor are a sentence's brackets and stars."""
    text = around.format(f"{shown}{tex}{drawn}").replace("_", "\\_")
    alone = around.format(f"${tex}$") if around != "{}" else f"$$\n{tex}\n$$"
    found, count = with_tex_alone(text)
    assert (found, count) in [(alone, 1), (text, 0)]
    assert count or around in ("({})", "**{}**, so")  # brackets beside brackets fit no copy


@pytest.mark.parametrize(
    "text",
    [
        r"a\alpha",  # a path: the last copy would begin inside a command
        r"apps in s\tests and x\max",
        r"{a}\w+aa",  # a pattern: no command of TeX has one letter
        r"目录\files\目录",
        r"p ⟹ qp \implies qp⟹q",  # whose first copy holds blanks: half of it would stay
        "a. aa ^. a",
        '"a"^"ba"',
    ],
)
def test_what_is_no_formula_stays(text: str) -> None:
    """Letters that stand on both sides of a sign of TeX are no proof of copies."""
    assert with_tex_alone(text) == (text, 0)


@pytest.mark.parametrize(
    "text",
    [
        "<https://a.b/c.>",  # readers leave the last stop out
        "(<https://a.b/(c>)",  # or take the sentence's bracket in
        "<https://a.b/*c*> and <https://a.b/_c_>",  # bare, these are emphasis
        "a*<https://b.c/>*",
        "<https://a.b>.c and <https://a.b>'s and <https://a.b/?c&copy>;",  # what follows would be read into them
        "http://a.b<https://c.d>",
        "<https://a_b.c> and <ftp://a.b/c>",  # no reader links these bare
        "[<https://a.b> and more",
        "[a@b](mailto:a@b), [@a](http://@a), a[www.b.c](http://www.b.c)",
        "[https://a.b/%2F](https://a.b//)",  # another target
        "[a](<https://a.b>) and \\<https://a.b>",
        "\\`a` <https://b.c> `d",  # in code
        "    <https://a.b>",
    ],
)
def test_an_address_keeps_its_brackets_where_a_reader_needs_them(text: str) -> None:
    """Bare, it would be no link, another one, or markup."""
    assert with_bare_addresses(text) == (text, 0)


@pytest.mark.parametrize(
    ("text", "bare"),
    [
        ("**<https://a.b/c_d>**", "**https://a.b/c_d**"),
        ("*<https://a.b/c*d> and <https://a.b> [](e)", "*<https://a.b/c*d> and https://a.b [](e)"),
        ("| <https://a.b> |", "| https://a.b |"),
        ("`a` is (<https://a.b/(c)>).", "`a` is (https://a.b/(c))."),
        ('"<https://a.b/?c=%20&d>"!', '"https://a.b/?c=%20&d"!'),
        ("'[a_b@c.d](mailto:a_b@c.d)'", "'[a_b@c.d](mailto:a_b@c.d)'"),
        ("'[a.b@c.d](mailto:a.b@c.d)'", "'a.b@c.d'"),
        ("[https://a.b/é](https://a.b/%C3%A9)", "https://a.b/é"),
        ("[https://a.b/c\\_d](https://a.b/c_d)", "https://a.b/c_d"),
        ("<https://a.b/*c> and <https://a.b/d>", "https://a.b/*c and https://a.b/d"),
        ("*a <https://a.b/c*d> and <https://a.b/e>", "*a <https://a.b/c*d> and https://a.b/e"),
    ],
)
def test_an_address_is_bare_where_readers_link_it_all_the_same(text: str, bare: str) -> None:
    """One that must keep its brackets takes no other one's share."""
    assert with_bare_addresses(text)[0] == bare


@pytest.mark.parametrize("piece", ["`a`` \\_ ", "```\na\n", "* a\n\t* b\n\t```\n\tc\n"])
def test_many_backticks_take_no_square_of_time(piece: str) -> None:
    """What closes a span or a fence is not looked for again and again."""
    began = time.process_time()
    taken_back([piece * 20_000])
    assert time.process_time() - began < 1


PIECES = ["a", " ", "_", "*", "**", "\\_", "\\*", " \\* ", "`", "``", "`x`", "\n", "- ", "1. ", "2) ", "> ", "    "]


@settings(max_examples=400, deadline=None, derandomize=True)
@given(st.lists(st.sampled_from(PIECES), max_size=14).map("".join))
def test_without_backslashes_a_block_reads_as_before(text: str) -> None:
    """No reader sees another text, and no backslash is added."""
    found, gone = without_backslashes(text)
    assert read(found).tree == read(text).tree
    assert len(found) == len(text) - gone


@pytest.mark.parametrize(
    "text",
    [
        "*foo\\* bar",  # a bare star would close emphasis
        "**\\*",  # and make the line a rule
        "some\n \\* words",  # or an item
        "a\n> \\* words",
        "    a \\* b",  # code shows its backslashes
        "``a`\\_`",
        "``\n* > ``a \\* b``",  # no span goes on in the next item
    ],
)
def test_a_backslash_stays_where_a_reader_needs_it(text: str) -> None:
    """What the block would be without it differs."""
    assert without_backslashes(text) == (text, 0)


@pytest.mark.parametrize(
    "text", ["**bold** and a\\_", "* \\_id (ObjectId, see `a._id`)", "names such as \\*.png, **all**"]
)
def test_emphasis_beside_it_keeps_no_backslash(text: str) -> None:
    """A sign that opens nothing, or that nothing closes, is bare whatever else the block holds."""
    assert "\\" not in without_backslashes(text)[0]


@settings(max_examples=150, deadline=None, derandomize=True)
@given(
    st.lists(
        st.sampled_from(
            ["1. a", "2. b", "* c", "\t* d", "```", "```py", "x", "", "# h", "---", "1. ", "\t```py", "\tx", "\t"]
        ),
        max_size=9,
    )
)
def test_no_word_is_lost(lines: list[str]) -> None:
    """Whatever the lines, all their letters are there afterwards, in order, and a second pass is no crash."""
    text = "\n".join(lines)
    found = mended(text)
    assert [c for c in found if c.isalpha()] == [c for c in text if c.isalpha()]
    mended(found)
