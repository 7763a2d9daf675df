"""Votes of the arena become strengths, and meet the judge on the same battles."""

import json

import pyarrow.parquet as pq
import pytest

from schemas.serving import Verdict
from tasks.judging.review import pair_digest
from tasks.serving.vote_figures import arena_strengths
from tasks.serving.vote_files import VoteFiles
from tasks.store.judging_files import current_comparison
from tests.support.judging_scene import run
from tests.support.scripted_endpoint import Say, Scripted

RED, BLUE = "aaaabbbbcccc", "ddddeeeeffff"


def battle(number, verdict, *, left=RED, right=BLUE, kept=True):
    """Return the row of a vote; red always answers red."""
    answers = {RED: f"Red, {number}.", BLUE: f"Blue, {number}."}
    talks = [
        [{"role": "user", "content": f"Colour {number}?"}, {"role": "assistant", "content": answers.get(one, "Green.")}]
        for one in (left, right)
    ]
    return {
        "vote_id": f"v{number}",
        "voted_at": float(number),
        "who": "browser",
        "model": left,
        "against": right,
        "verdict": verdict,
        "rounds": 1,
        "characters": 5,
        "characters_against": 6,
        "pair": pair_digest(f"Colour {number}?", talks[0][1]["content"], talks[1][1]["content"]) if kept else None,
        "messages": talks[0] if kept else None,
        "messages_against": talks[1] if kept else None,
    }


@pytest.fixture
def home(tmp_path):
    """Ten battles: people prefer red in seven, find two as good (or as bad), and blue better in one."""
    votes = VoteFiles(tmp_path / "data", 500)
    for number in range(10):
        verdict = {0: Verdict.AGAINST, 1: Verdict.TIE, 2: Verdict.BOTH_BAD}.get(number, Verdict.MODEL)
        sides = {} if number % 2 else {"left": BLUE, "right": RED}
        if sides:
            verdict = {Verdict.MODEL: Verdict.AGAINST, Verdict.AGAINST: Verdict.MODEL}.get(verdict, verdict)
        votes.add(battle(number, verdict, **sides))
    votes.add(battle(10, Verdict.MODEL, kept=False))
    return tmp_path


def test_the_better_model_is_stronger_whatever_its_side(home):
    """Wins count for the model, not for its side; a tie and two bad answers count for neither."""
    done = run("votes", "--data", home / "data")
    assert done.returncode == 0, done.stderr
    rows = pq.read_table(home / "data" / "11_votes" / "arena_strengths.parquet").to_pylist()
    assert [(row["model"], row["wins"], row["ties"], row["votes"]) for row in rows] == [
        (RED, 8, 2, 11),
        (BLUE, 1, 2, 11),
    ]
    assert rows[0]["low"] <= rows[0]["strength"] <= rows[0]["high"]
    assert rows[0]["strength"] == pytest.approx(-rows[1]["strength"])
    assert RED in run("sql", "FROM arena_strengths", "--data", home / "data").stdout


def test_strength_passes_on_through_a_third(home):
    """A model that never met the best is ranked by those that both met."""
    votes = [battle(n, Verdict.MODEL, left="one", right="two", kept=False) for n in range(9)]
    votes += [battle(n, Verdict.MODEL, left="two", right="three", kept=False) for n in range(9)]
    assert [row["model"] for row in arena_strengths(votes)] == ["one", "two", "three"]
    assert arena_strengths([]) == []


def test_people_and_the_judge_are_compared_on_the_same_battles(home):
    """Battles with kept texts go through answer and judge as printed; each person's vote then counts apart."""
    # A second person saw the answers of battle 3, and found the same; a further vote of the first takes one's place.
    for who, name in (("another browser", "again"), ("browser", "once more")):
        VoteFiles(home / "data", 500).add(battle(3, Verdict.MODEL) | {"who": who, "vote_id": name, "voted_at": 11.0})
    data, folder = home / "data", home / "battles"
    printed = run("votes", "--data", data, "--for-judge", folder)
    assert printed.returncode == 0, printed.stderr
    assert len((folder / "questions.jsonl").read_text().splitlines()) == 12

    def judge(call):
        """Prefer red wherever it stands; the self check shows one answer twice."""
        red, blue = (call.prompt.find(word) for word in ("Red,", "Blue,"))
        scores = "5 5" if min(red, blue) < 0 else "9 3" if red < blue else "3 9"
        return Say(f"{scores}\nSo it seems to me.")

    with Scripted(judge) as endpoint:
        answer, judged = (line.split()[1:] for line in printed.stdout.splitlines())
        for words in (answer, [*judged, "--judge", endpoint.url]):
            done = run(*words, "--data", data)
            assert done.returncode == 0, done.stderr
    rows = pq.read_table(current_comparison(data) / "agreement.parquet").to_pylist()
    (arena,) = [row for row in rows if row["drawn"] == "arena"]
    assert (arena["votes"], arena["agreed"], arena["who"]) == (11, 8, "arena")


def test_without_texts_there_is_nothing_to_judge(tmp_path):
    """Where nobody let the texts be kept, or nobody voted, one sentence says so."""
    assert "`sharegpt serve-model RUN RUN`" in run("votes", "--data", tmp_path).stderr
    VoteFiles(tmp_path, 500).add(battle(1, Verdict.TIE, kept=False))
    done = run("votes", "--data", tmp_path, "--for-judge", tmp_path / "out")
    assert "No vote has its texts" in done.stderr
    assert json.dumps(done.returncode) == "1"
