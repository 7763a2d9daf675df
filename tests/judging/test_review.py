"""People read what the judge could not decide and a fair sample; what they vote changes no score."""

import json
import shutil
import subprocess
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from flows.cli.query import open_catalogue
from tasks.judging.votes import Ballot
from tests.support.browser import CHROMIUM
from tests.support.judging_scene import run, scene, write_lines
from tests.support.page_elements import Elements
from tests.support.scripted_endpoint import Scripted

HOSTILE = "</pre><script>document.title='owned'</script><img src=x onerror=alert(1)>\x07{{ manifest }}"


def judged(folder: Path, count: int = 12, **more: str) -> Path:
    """Judge a small scene whose odd questions flip with the order; give the data root."""
    words = scene(folder, count, **more)

    def script(call):
        number = int(call.prompt.split("theirs answers ")[1].split()[0].split("\n")[0])
        if number % 3 == 0:
            return f"9 2\nThe first is better. {HOSTILE}"
        return "9 2\nfirst" if "[Assistant" not in call.prompt and first_is_ours(call.prompt) else "2 9\nsecond"

    with Scripted(script) as endpoint:
        quick = ["--set", "judge.resamples=99", "--set", "judge.review_share=0.3", "--set", "judge.self_check=0"]
        done = run("judge", *words, "--judge", endpoint.url, *quick)
    assert done.returncode == 0, done.stderr
    return folder / "data"


def first_is_ours(prompt: str) -> bool:
    return "ours answers" in prompt.split("[The End of Assistant 1")[0]


def current(data: Path) -> Path:
    return data / "10_judgements" / json.loads((data / "10_judgements" / "latest.json").read_text())["version"]


@pytest.fixture(scope="module")
def root(tmp_path_factory) -> Path:
    return judged(tmp_path_factory.mktemp("judged"))


@pytest.fixture
def data(root, tmp_path) -> Path:
    shutil.copytree(root, tmp_path / "data")
    return tmp_path / "data"


def test_pairs_are_drawn_by_need_and_by_chance(data):
    """What the orders disagree on comes first; the sample is drawn from all pairs, and the same one each time."""
    with Ballot(data, "anna") as ballot:
        cards = ballot.cards
        again = [card.pair for card in ballot.cards]
    drawn = [card.drawn for card in cards]
    assert drawn == sorted(drawn, key=lambda word: word == "chance")
    flipped = {"3", "6", "9", "12"}
    assert {card.question_id for card in cards if card.drawn == "orders_disagree"} <= flipped
    assert flipped <= {card.question_id for card in cards}
    assert 0 < drawn.count("chance") < 12
    assert [card.pair for card in cards] == again
    assert {card.model_left for card in cards} == {True, False}


def test_a_vote_in_the_terminal_is_kept_and_changes_no_score(data):
    """Votes of keys 1, = and 2 with remarks are on disk, in the views and in the agreement; judgements stay."""
    before = pq.read_table(current(data) / "judgements.parquet")
    done = run("judge", "review", "--data", data, "--who", "anna", text="x\nw\n1 much better\n=\ns\n2\nq\n")
    assert done.returncode == 0, done.stderr
    assert "none of 1, 2, =" in done.stderr
    assert pq.read_table(current(data) / "judgements.parquet").equals(before)
    with open_catalogue(data) as connection:
        votes = connection.execute("SELECT who, verdict, drawn, saw_words, remark FROM reviews").fetchall()
        agreed = connection.execute("SELECT who, sum(votes) FROM agreement GROUP BY who").fetchall()
    assert [(vote[0], vote[4]) for vote in votes] == [("anna", "much better"), ("anna", None), ("anna", None)]
    assert agreed == [("anna", 3)]
    assert "Nobody has voted yet" not in (current(data) / "judge.html").read_text()
    waiting = run("judge", "review", "--data", data, "--who", "anna", text="q\n").stderr
    assert "wait for anna" in waiting
    with Ballot(data, "anna") as ballot:
        assert len(ballot.waiting()) == len(ballot.cards) - 3


def test_the_judges_words_come_after_the_vote_where_it_is_measured(data):
    """On a pair drawn by chance nothing of the judge is shown before the vote, unless it is asked for."""
    with Ballot(data, "ben") as ballot:
        place = next(n for n, card in enumerate(ballot.cards) if card.drawn == "chance")
    done = run("judge", "review", "--data", data, "--who", "ben", text="s\n" * place + "1\nw\n1\nq\n")
    shown = done.stderr.split(f" {place + 1} of ")[1]
    assert "who saw" not in shown.split("s skip")[0]
    with open_catalogue(data) as connection:
        saw = connection.execute("SELECT saw_words FROM reviews WHERE who = 'ben' AND drawn = 'chance'").fetchall()
    assert saw[0] == (False,)
    assert saw[1:] in ([], [(True,)])


def test_votes_of_the_page_are_taken_home(data, tmp_path):
    """Lines that review.html saved become votes by pair and side, once; other pairs are counted, nonsense is named."""
    with Ballot(data, "cleo") as ballot:
        cards = ballot.cards[:3]
    sides = ["left", "tie", "right"]
    rows = [{"pair": card.pair, "side": side, "at": 1.0, "note": ""} for card, side in zip(cards, sides, strict=True)]
    path = write_lines(tmp_path / "votes.jsonl", [*rows, {"pair": "unknown", "side": "tie", "at": 2}])
    for _ in range(2):
        done = run("judge", "review", "--data", data, "--who", "cleo", "--take", path)
        assert "3 votes of cleo, 1 on pairs not drawn here left out" in done.stderr
    with open_catalogue(data) as connection:
        votes = connection.execute("SELECT question_id, verdict FROM reviews WHERE who = 'cleo'").fetchall()
    wanted = [(card.question_id, card.verdict(side)) for card, side in zip(cards, sides, strict=True)]
    assert votes == wanted
    path.write_text('{"pair": "a", "side": "up", "at": 1}\n')
    done = run("judge", "review", "--data", data, "--who", "cleo", "--take", path)
    assert done.returncode == 1
    assert "line 1 is no vote" in done.stderr


def test_agreement_is_counted_apart_for_pairs_drawn_by_chance(data):
    """A person who always agrees with the judge has kappa 1 where it decided; the last vote on a pair counts."""
    with Ballot(data, "dora") as ballot:
        judged = {
            (row["question_id"], row["shown"]): row["score"] - row["score_against"] for row in ballot.comparison.rows
        }
        for card in ballot.cards:
            leads = [judged[card.question_id, shown] for shown in ("first", "second")]
            verdict = "tie" if leads[0] * leads[1] < 0 else "model" if leads[0] > 0 else "against"
            side = "tie" if verdict == "tie" else "left" if (verdict == "model") == card.model_left else "right"
            ballot.vote(card, "tie", saw_words=False)
            ballot.vote(card, side, saw_words=False)
        ballot.count()
    rows = pq.read_table(current(data) / "agreement.parquet").to_pylist()
    [chance] = [row for row in rows if row["drawn"] == "chance"]
    assert chance["votes"] == chance["agreed"] > 0
    assert chance["kappa"] in (1.0, None)


def test_without_a_comparison_there_is_nothing_to_review(tmp_path):
    """The sentence names the command that makes one."""
    done = run("judge", "review", "--data", tmp_path)
    assert done.returncode == 1
    assert "`sharegpt judge` makes one" in done.stderr


@pytest.mark.parametrize("name", ["judge.html", "review.html"])
def test_pages_are_one_file_that_fetches_nothing_and_obeys_nobody(root, name):
    """Hostile words of models and judge are words; no address, no handler, no script but the page's own by its hash."""
    text = (current(root) / name).read_text()
    page = Elements(text)
    tags = [tag for tag, _ in page.elements]
    assert tags.count("script") == (1 if name == "review.html" else 0)
    assert not {"img", "iframe", "base", "object", "embed", "link", "form"} & set(tags)
    for tag, attributes in page.elements:
        assert not any(key.startswith("on") or key in {"src", "srcdoc", "action", "style"} for key in attributes), tag
        assert (attributes.get("href") or "#").startswith("#")
    [policy] = [attributes["content"] for _, attributes in page.elements if attributes.get("http-equiv")]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy
    assert "<script>document.title='owned'</script>" in "".join(page.words)
    assert "␇" in "".join(page.words)
    assert "://" not in text.replace("http://127.0.0.1", "").replace("http://www.w3.org", "")


def test_the_page_to_vote_on_names_no_model(root):
    """Neither names nor which side is whose can be found in it: the vote is blind."""
    text = (current(root) / "review.html").read_text()
    assert "model_left" not in text
    for card in text.split('<article class="card"')[1:]:
        assert "ours" not in card.replace("ours answers", "")
        assert "theirs" not in card.replace("theirs answers", "")


@pytest.mark.skipif(CHROMIUM is None, reason="needs a browser")
def test_the_pages_script_runs_and_counts(root, tmp_path):
    """In a browser the page's own script passes its policy, and says how many pairs there are."""
    command = [CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    command += ["--disable-component-update", "--disable-sync", f"--user-data-dir={tmp_path}", "--dump-dom"]
    done = subprocess.run(
        [*command, (current(root) / "review.html").resolve().as_uri()],
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )
    cards = done.stdout.count('<article class="card"')
    assert f"{cards} of {cards} pairs" in done.stdout
    assert "owned" not in done.stdout.split("<title>")[1].split("</title>")[0]
