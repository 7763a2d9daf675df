"""What introduces the rest of an answer is told from the rest itself."""

import pytest

from tasks.conversations.joining import without_introduction


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
