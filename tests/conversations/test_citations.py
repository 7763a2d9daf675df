"""Marks of citations go, what they stand in stays."""

import pytest

from tasks.conversations.citations import without_citations

A, B, C = "\ue200", "\ue201", "\ue202"


@pytest.mark.parametrize(
    ("text", "left"),
    [
        (f"It won {A}cite{C}turn0search3{C}turn1view0{B}, said he.", "It won, said he."),
        (f"See {A}url{C}the atlas{C}turn0search0{B}.", "See the atlas."),
        (f'By {A}entity{C}["people","Ada Lovelace","mathematician"]{B} in 1843', "By Ada Lovelace in 1843"),
        (f"Here:\n{A}navlist{C}News{C}turn0news1{B}\nDone", "Here:\n\nDone"),
        ("It won citeturn0search3turn1view0.", "It won."),
        ("Two【3†source】 and three【4:0†notes.pdf】.", "Two and three."),
        ("Fixed 【F:src/main.py†L10-L12】.", "Fixed."),
        ("In 1911:contentReference[oaicite:2]{index=2}, [oaicite:0]{index=0} later", "In 1911, later"),
        ("The mark `【3†source】` means a source.", "The mark `【3†source】` means a source."),
        ("【注意】 cite the paper, turn 0, C† and †", "【注意】 cite the paper, turn 0, C† and †"),
    ],
)
def test_marks_are_cut_and_words_stay(text, left):
    """Framed and bare marks go with the blank before them, those that stand for words become words."""
    assert without_citations(text)[0] == left
