import pytest

from tasks.report.plots import bars, histogram, short

BARS = [(0.0, 128.0, 3), (128.0, 256.0, 40_000)]


def test_a_plot_has_no_day_and_no_identity():
    """The same numbers give the same drawing, with neither comment, script, style nor id in it."""
    drawing = histogram("samples", BARS, (2048.0, "context 2,048"))
    assert drawing == histogram("samples", BARS, (2048.0, "context 2,048"))
    for mark in ("<!--", "<script", "<style", "style=", " id=", "uuid"):
        assert mark not in drawing


def test_a_bar_says_its_exact_number():
    """Pointing at a bar shows its interval or name and its whole number; the axis shows short ones."""
    assert "<title>128 – 256: 40,000 samples</title>" in histogram("samples", BARS)
    drawing = bars([("en", (12_345, 7))], ("kept", "dropped"))
    assert "<title>en: 12,345 kept</title>" in drawing
    assert "<title>en: 7 dropped</title>" in drawing


def test_words_of_a_plot_are_escaped():
    """A name with markup stays text in the drawing."""
    drawing = bars([("<script>alert(1)</script>", (1,))], ("turns",))
    assert "<script" not in drawing
    assert "&lt;script&gt;" in drawing


def test_nothing_to_draw_is_no_drawing():
    """Without rows there is no drawing."""
    assert histogram("samples", []) == ""
    assert bars([], ("kept",)) == ""


@pytest.mark.parametrize(
    ("value", "text"), [(0, "0"), (0.25, "0.25"), (2048, "2,048"), (20_000, "20K"), (1.5e6, "1.5M"), (5e9, "5G")]
)
def test_axis_numbers_are_short(value: float, text: str):
    """Numbers on an axis take a few characters."""
    assert short(value) == text
