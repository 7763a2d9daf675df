"""The page in a real browser: streaming, two users at once, the arena, an engine that dies, small and wide screens."""

import json

import pytest

from schemas.settings.serve import Serve
from tasks.serve_model import serving
from tasks.serving.vote_files import read_votes
from tests.support.browser import CHROMIUM, browser
from tests.support.serving_scene import RUNS, two_models

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium (apt-get install chromium)"),
]

RED = "Red is my answer, <b>and</b> it goes on for a while, so that it can be seen as it is written. " * 3 + "End."
BLUE = "Blue.\n\n```python\nprint('blue')\n```\n\nA long line: " + "x" * 200
TEXT = "[...document.querySelectorAll('.answer')].map(one => one.innerText).join('|')"
IDLE = "!document.getElementById('send').hidden"


@pytest.fixture
def place(sample_root, tmp_path, monkeypatch):
    """A server of two models, red and blue, slow enough to watch; `bomb` kills an engine."""
    models = two_models(monkeypatch, sample_root, tmp_path, (RED, BLUE), slow=0.02)
    with serving(models, Serve(port=0)) as server, browser(tmp_path / "browser") as tab:
        yield server, tab, tmp_path


def opened(tab, server):
    page = tab()
    page.open(server.url)
    page.wait("document.querySelectorAll('#model option').length === 2")
    return page


def test_two_people_chat_at_once_and_see_the_words_come(place):
    """Answers are written as they come, each in its own tab; hostile text stays text; the context used is told."""
    server, tab, _ = place
    pages = [opened(tab, server) for _ in range(2)]
    for number, page in enumerate(pages):
        page.run(f"document.getElementById('model').selectedIndex = {number}")
        page.say("<img src=x onerror=alert(1)> Which colour?")
    seen = [page.wait(f"{TEXT}.length > 30 && {TEXT}") for page in pages]
    for page, part, whole in zip(pages, seen, (RED, BLUE), strict=True):
        page.wait(IDLE)
        assert len(part) < len(page.run(TEXT))
        assert page.run("document.querySelector('.answer > div').textContent") == whole
        assert page.run("document.querySelectorAll('#talk img, #talk b b').length") == 0
        assert "of 2,048 tokens" in page.run("document.body.innerText")
        page.say("And again?")
        page.wait("document.querySelectorAll('.note').length === 3")
        assert page.faults == []


def test_the_arena_is_blind_until_the_vote(place):
    """Both answer side by side without a name; after the vote the names, and the row agreed to."""
    server, tab, home = place
    page = opened(tab, server)
    page.click("#two")
    page.say("Which colour do you like best?")
    page.wait("document.querySelectorAll('.answer.writing').length === 2")
    assert page.run("document.getElementById('verdict').hidden")
    page.wait(f"{IDLE} && !document.getElementById('verdict').hidden")
    shown = page.run("document.getElementById('talk').innerText")
    assert not any(run in shown for run in RUNS)
    assert page.run("document.querySelectorAll('[data-verdict]').length") == 4
    for name, width, height in (("phone", 390, 844), ("desktop", 1280, 900)):
        page.picture(home / f"{name}.png", width, height)
        assert page.run("document.documentElement.scrollWidth") <= width
    page.click("#keep")
    page.click("[data-verdict=right]")
    page.wait("document.body.innerText.includes('Your vote is kept')")
    titles = page.run("[...document.querySelectorAll('.answer > b')].map(one => one.textContent)")
    (row,) = read_votes(home)
    assert titles == [row["model"], row["against"]]
    assert row["verdict"] == "against"
    assert row["messages"][0]["content"] == "Which colour do you like best?"
    assert page.run("document.getElementById('verdict').hidden")
    page.say("Another?")
    page.wait("!document.getElementById('verdict').hidden")
    assert not any(run in page.run("document.getElementById('talk').innerText") for run in RUNS)
    assert page.faults == []


def test_an_engine_that_dies_in_mid_answer_is_told(place):
    """Single and arena say in one sentence that the answer broke off; what came stays, nothing is to be voted on."""
    server, tab, _ = place
    page = opened(tab, server)
    page.say("Hi bomb")
    page.wait("document.querySelectorAll('.answer.failed .fault').length")
    assert "ended with exit code 7" in page.run("document.querySelector('.fault').textContent")
    page.click("#two")
    page.say("Hi bomb")
    page.wait("document.querySelectorAll('.answer.failed').length > 0 && " + IDLE)
    assert page.run("document.getElementById('verdict').hidden")
    assert json.dumps(page.faults) == "[]"
