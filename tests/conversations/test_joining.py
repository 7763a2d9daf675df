"""What introduces the rest of an answer is told from it, and what stands between the halves of a line is put back."""

import pytest

from tasks.conversations.code_lines import between
from tasks.conversations.endings import Ending
from tasks.conversations.introductions import without_introduction
from tasks.conversations.joining import find_join
from tasks.conversations.word_counts import WordCounts


@pytest.mark.parametrize(
    "line",
    [
        "Sorry for the cut-off. Here's the rest of the code:",
        "Alright, here is the rest of the table:",
        "Remaining code:",
        "**Continued:**",
        "I'll continue from where I left off.",
        "Mijn excuses, hier is de rest van de code:",
        "Fortsetzung:",
        "Peço desculpas, segue o restante:",
        "Прошу прощения, вот оставшаяся часть:",
        "Özür dilerim, kalan kısım şöyle:",
        "نعم، إليك بقية الكود:",
        "剩余部分如下：",
        "承知しました。残りは以下の通りです：",
        "나머지 내용은 다음과 같습니다:",
    ],
)
def test_a_line_that_announces_the_rest_is_no_part_of_it(line):
    """In whatever words it begins, a line of its own that ends in a colon and names the rest is left out."""
    assert without_introduction(f"{line}\n\nand then tea.") == (len(line) + 2, True)


@pytest.mark.parametrize(
    "text",
    [
        "remaining steps are these:\n\n1. Boil it.",
        "The REST endpoints are:\n\n- /tea",
        "Continuous integration:\n\n- a server",
        "and the rest of the world: it boils it.",
        "水烧开以后把茶叶放进壶里盖上盖子等三分钟再倒出来剩下的步骤是：\n\n1. 倒茶",
    ],
)
def test_words_that_go_on_are_the_rest(text):
    """A line in mid-sentence, or one about something else, is kept."""
    assert without_introduction(text) == (0, False)


CODE = "def draw(self):\n    plot(self)\n"


@pytest.mark.parametrize(
    ("last", "head", "joint"),
    [
        # A model's words begin with their blank.
        ("    plot(self,", " color):", ""),
        ("    plot = styles", " = load()", ""),
        ("    # Draw the first", " line of all", ""),
        ('    print("a plot of', ' {name}")', ""),
        ("    if (a) {  }", " else {", ""),
        ("for x in plots:", " draw(x)", "\n"),
        ("    plot = styles", " draw(x)", None),
        # So that a blank at the cut was lost.
        ("    plot(self,", "color):", " "),
        ("    total +=", "plot.width", " "),
        ("from plots", "import draw", " "),
        ("open(name)", "as file:", " "),
        ("    #", "Draw it", " "),
        # A name, a tag or an operator that was cut.
        ("    self.plot.", "draw()", ""),
        ("    plots", "[0].draw()", ""),
        ("    </", "div>", ""),
        ("│   ├", "── plots", ""),
        ("run my-long-plot", "-name", ""),
        ("    plot =", "= 1", ""),
        # Another line.
        ("    plot(self)", "    draw(self)", "\n"),
        ("import plots as name", "from lines import draw", "\n"),
        ("│   plots   │", "│   lines   │", "\n"),
        ("    sudo plotc", "    onfig on", None),
        ("    # Draw the first", "line of all", None),
    ],
)
def test_what_stands_between_two_halves_of_code(last, head, joint):
    """The line goes on, with or without a blank, or another begins; where neither can be told, nothing is joined."""
    code = CODE + last
    assert between(code, f"{head}\nplots.close()\n", WordCounts(lambda: [code, "styles plots name draw"])) == joint


def test_a_word_behind_a_blank_is_no_half_of_one():
    """What begins with a blank goes on with a word of its own, however rare the words are."""
    first, second = "It is kept in the browser's local", " storage of the page."
    join = find_join(first, second, Ending.SENTENCE, WordCounts(lambda: [first, second, "localstorage"]))
    assert join is not None
    assert (join.cut, join.joint) == (1, " ")


def test_the_next_item_in_the_same_words_is_no_repetition():
    """An item that says what the one before said, under the next number, is kept whole."""
    first, second = "1. FALSE.\n2. TRUE.\n3. TRUE.", "4. TRUE.\n5. FALSE."
    assert find_join(first, second, None, WordCounts(lambda: [first, second])) is None
    again = find_join(first, "3. TRUE.\n4. TRUE.", None, WordCounts(lambda: [first, second]))
    assert again is not None
    assert (again.start, again.cut_before, again.cut) == ("overlap", 8, 0)
