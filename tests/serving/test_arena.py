"""The arena over HTTP: blind until the vote, each user apart, votes on disk."""

import json
from concurrent.futures import ThreadPoolExecutor

import duckdb
import httpx
import pytest

from schemas.settings.serve import Serve
from tasks.judging.review import pair_digest
from tasks.serve_model import serving
from tasks.serving.page import read_page
from tasks.serving.vote_files import VoteFiles, read_votes
from tests.support.serving_scene import RUNS, two_models


@pytest.fixture(scope="module")
def arena(sample_root, tmp_path_factory):
    """A client of a server with two models, one of which always says red, the other blue; `bomb` kills an engine."""
    home = tmp_path_factory.mktemp("arena")
    with pytest.MonkeyPatch.context() as patch:
        models = two_models(patch, sample_root, home, ("red red red red red", "blue blue blue blue blue"), slow=0.005)
        with (
            serving(models, Serve(port=0)) as server,
            httpx.Client(base_url=server.url, trust_env=False, timeout=60) as client,
        ):
            client.home = home
            yield client


def begin(arena):
    return arena.post("/arena/begin", json={}).json()["battle"]


def ask(arena, battle, text):
    """Ask both; return what was streamed, and the texts by side."""
    reply = arena.post("/arena/ask", json={"battle": battle, "text": text})
    assert reply.status_code == 200, reply.text
    events = [json.loads(line[6:]) for line in reply.text.splitlines() if line.startswith("data: ")]
    texts = {
        side: "".join(one.get("text", "") for one in events if one.get("side") == side) for side in ("left", "right")
    }
    return reply.text, texts, events[-1]


def vote(arena, battle, verdict, **more):
    return arena.post("/arena/vote", json={"battle": battle, "verdict": verdict, "who": "me"} | more)


def row(arena, battle):
    return next(one for one in read_votes(arena.home) if one["vote_id"] == battle)


def test_names_are_known_after_the_vote_alone(arena):
    """Nothing that is sent before the vote holds a run; the vote tells both, and its row agrees."""
    battle = begin(arena)
    sent, texts, last = ask(arena, battle, "Which colour?")
    assert not any(run in sent for run in RUNS)
    assert last == {"done": True}
    names = vote(arena, battle, "right").json()
    assert {names[side]: texts[side].split()[0] for side in names} == dict(zip(RUNS, ("red", "blue"), strict=True))
    kept = row(arena, battle)
    assert (kept["model"], kept["against"], kept["verdict"]) == (names["left"], names["right"], "against")
    assert (kept["messages"], kept["messages_against"], kept["pair"], kept["rounds"]) == (None, None, None, 1)


def test_texts_are_kept_only_where_the_person_agreed(arena):
    """With the box ticked the row holds question and answers, and the digest by which reviews know the pair."""
    battle = begin(arena)
    _, texts, _ = ask(arena, battle, "Which colour?")
    vote(arena, battle, "both_bad", keep_texts=True)
    kept = row(arena, battle)
    assert [one["content"] for one in kept["messages"]] == ["Which colour?", texts["left"]]
    assert [one["content"] for one in kept["messages_against"]] == ["Which colour?", texts["right"]]
    assert kept["pair"] == pair_digest("Which colour?", texts["left"], texts["right"])


def test_two_users_at_once_keep_to_their_own(arena):
    """Battles that run at the same time mix neither questions nor answers; a second round has both histories."""
    battles = [begin(arena) for _ in range(2)]

    def play(battle):
        return [ask(arena, battle, f"{text} of {battle}")[1] for text in ("First", "Second")]

    with ThreadPoolExecutor(2) as pool:
        for battle, rounds in zip(battles, pool.map(play, battles), strict=True):
            assert {texts["left"].split()[0] for texts in rounds} | {texts["right"].split()[0] for texts in rounds} == {
                "red",
                "blue",
            }
            vote(arena, battle, "tie", keep_texts=True)
            asked = [one["content"] for one in row(arena, battle)["messages"] if one["role"] == "user"]
            assert asked == [f"First of {battle}", f"Second of {battle}"]


def test_a_vote_needs_two_answers_and_is_the_last_word(arena):
    """Before both answered, a second time, or on a battle that is not known, there is nothing to vote on."""
    battle = begin(arena)
    assert vote(arena, battle, "left").status_code == 409
    ask(arena, battle, "Which colour?")
    assert vote(arena, battle, "best").status_code == 400
    assert vote(arena, battle, "left").status_code == 200
    assert vote(arena, battle, "right").status_code == 409
    assert arena.post("/arena/ask", json={"battle": battle, "text": "More?"}).status_code == 409
    assert vote(arena, "unknown", "left").status_code == 404


def test_votes_can_be_asked_in_sql(arena):
    """The view `votes` is in the catalogue from the first vote on, and finds the later ones."""
    before = len(read_votes(arena.home))
    battle = begin(arena)
    ask(arena, battle, "Which colour?")
    vote(arena, battle, "left")
    with duckdb.connect(str(arena.home / "catalogue.duckdb"), read_only=True) as connection:
        assert connection.execute("SELECT count(*) FROM votes").fetchone() == (before + 1,)


def test_one_model_alone_cannot_fight(server):
    """With one model the arena says how to start with two."""
    reply = httpx.post(f"{server.url}/arena/begin", json={}, trust_env=False)
    assert reply.status_code == 409
    assert "serve-model RUN RUN" in reply.json()["error"]["message"]


def test_files_of_votes_have_a_bound(tmp_path, arena):
    """After serve.votes_in_file votes the next file begins; none is lost."""
    battle = begin(arena)
    ask(arena, battle, "Which colour?")
    vote(arena, battle, "tie")
    votes = VoteFiles(tmp_path, 2)
    for number in range(5):
        votes.add(row(arena, battle) | {"vote_id": str(number)})
    assert len(list((tmp_path / "11_votes").glob("votes-*.parquet"))) == 3
    assert [one["vote_id"] for one in read_votes(tmp_path)] == list("01234")


def test_the_page_runs_its_own_script_alone(arena):
    """The page is one file that loads nothing, under a policy that lets nothing else run."""
    reply = arena.get("/")
    assert reply.text == read_page()[0]
    policy = reply.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "://" not in reply.text
    assert "innerHTML" not in reply.text


def test_an_engine_that_dies_ends_the_battle_without_naming_it(arena):
    """Both sides are told without a name, nothing can be voted on; it is the last test, since the engines are gone."""
    battle = begin(arena)
    sent, _, last = ask(arena, battle, "Hi bomb")
    assert "The model broke off" in sent
    assert not any(run in sent for run in RUNS)
    assert last == {"done": False}
    assert vote(arena, battle, "left").status_code == 409
