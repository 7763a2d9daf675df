"""The report in Chromium as axe-core judges it, light and dark, at three widths, and as the keyboard reaches it."""

import importlib.util
from pathlib import Path

import pytest

from tests.support.browser import CHROMIUM, browser

AXE = importlib.util.find_spec("axe_playwright_python")
"""A package that ships axe-core; `make test-slow` installs it, without the browser that it would drive."""

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium (apt-get install chromium)"),
    pytest.mark.skipif(AXE is None, reason="needs axe-core (pip install --no-deps axe-playwright-python)"),
]

WIDTHS = (390, 768, 1440)
RUN_AXE = "axe.run().then(found => found.violations.map(one => `${one.impact} ${one.id}: ${one.nodes[0].html}`))"
OPEN_ALL = "document.querySelectorAll('details').forEach(one => { one.open = true })"
# What has the focus: its name, whether it is seen to have it, whether it is on the screen.
FOCUSED = """(() => {
  const one = document.activeElement, box = one.getBoundingClientRect(), style = getComputedStyle(one);
  const name = (one.getAttribute('aria-label') || one.textContent).trim().slice(0, 60);
  return [one.tagName, one.className, name, style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0,
    box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth];
})()"""
REACHABLE = """[...document.querySelectorAll('a[href], button, summary, [tabindex="0"]')]
  .filter(one => one.checkVisibility()).length"""
SCROLLING = """[...document.querySelectorAll('.scroll, .turn pre')].filter(
  one => one.checkVisibility() && (one.scrollWidth > one.clientWidth + 1 || one.scrollHeight > one.clientHeight + 1))"""


@pytest.fixture(scope="module")
def page(sample_root, tmp_path_factory):
    """The sample's report in a tab, every example shown."""
    with browser(tmp_path_factory.mktemp("browser")) as tab:
        page = tab()
        page.open((sample_root / "07_shards" / "current" / "report.html").resolve().as_uri())
        page.wait("document.readyState === 'complete' && document.querySelector('#settings') !== null")
        page.run(OPEN_ALL)
        yield page


def look(page, width: int, scheme: str) -> None:
    """Show a page as a screen of that width does in a colour scheme, after layout has settled."""
    page.size(width, 900)
    page.send("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
    page.run("new Promise(done => requestAnimationFrame(() => setTimeout(done, 100)))")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(page, scheme):
    """No rule of axe-core is broken on a phone, a tablet and a desk, and nothing is wider than the screen."""
    page.run(Path(AXE.origin).with_name("axe.min.js").read_text(encoding="utf-8") + "; 0")
    for width in WIDTHS:
        look(page, width, scheme)
        assert page.run(RUN_AXE) == [], f"at {width} px"
        assert page.run("document.documentElement.scrollWidth - innerWidth") <= 0, f"at {width} px"


@pytest.mark.parametrize("width", WIDTHS)
def test_the_keyboard_reaches_everything_and_shows_where_it_is(page, width):
    """Tab goes once through every link, button, example and box that scrolls, each outlined and on the screen."""
    look(page, width, "light")
    assert page.run(f"{SCROLLING}.filter(one => one.tabIndex !== 0).length") == 0
    page.run("document.activeElement.blur(); window.scrollTo(0, 0)")
    count = page.run(REACHABLE)
    seen = []
    for _ in range(count):
        page.key("Tab")
        seen.append(page.run(FOCUSED))
    assert [one for one in seen if not (one[3] and one[4])] == []
    assert len({tuple(one[:3]) for one in seen}) > 10
    assert seen[0][2] == "To the report"
    assert page.run("document.activeElement.tagName") != "BODY"


def test_keys_work_what_the_mouse_works(page):
    """Enter opens an example and turns its pages; the arrows scroll a wide table."""
    look(page, 390, "light")
    page.run("document.querySelectorAll('details').forEach(one => { one.open = false })")
    page.run("document.querySelector('summary').focus()")
    page.key("Enter")
    assert page.run("document.querySelector('details').open")
    place = page.run("document.querySelector('.paged .place').textContent")
    page.run(
        "document.querySelector('.paged').closest('details').open = true; document.querySelector('.paged .on').focus()"
    )
    page.key("Enter")
    assert page.run("document.querySelector('.paged .place').textContent") != place
    page.run("document.querySelector('.scroll.scrolls').focus()")
    page.key("ArrowRight")
    page.wait("document.querySelector('.scroll.scrolls').scrollLeft > 0")
    page.run(OPEN_ALL)
