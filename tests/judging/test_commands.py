"""What the commands say and refuse, before and after anything is asked."""

import json

import pyarrow.parquet as pq
import pytest

from tests.support.judging_scene import answers, run, scene, write_lines
from tests.support.scripted_endpoint import Scripted

FAST = ["--set", "judge.resamples=99"]


def test_a_dry_run_shows_a_prompt_and_the_cost_and_asks_nothing(tmp_path):
    """The estimate is gpt-4's price where none is given, and nothing at an address of this machine."""
    words = scene(tmp_path)
    with Scripted(lambda _: "8 9") as endpoint:
        done = run("judge", *words, "--judge", endpoint.url, "--dry-run")
        assert done.returncode == 0
        assert "[The Start of Assistant 1's Answer]\nours answers 1" in done.stdout
        assert "9 judgements by gpt-4: 0 replies are there, 9 are to be asked for, for about $0.00" in done.stderr
        assert endpoint.calls == []
    done = run("judge", *words, "--judge", "https://judge.example/v1", "--dry-run", "--set", "judge.self_check=0")
    cost = float(done.stderr.rpartition("$")[2])
    assert cost == pytest.approx(6 * (250 * 30 + 250 * 60) / 1e6, rel=0.2)
    assert "judge.example" not in done.stdout


def test_a_data_root_of_any_name_is_judged(tmp_path):
    """Wildcards, quotes and a line end in the name of the folder mean themselves."""
    home = tmp_path / 'it\'s "q" [x] *?%41 #{a}\n$(x) ü😀 reason=1'
    home.mkdir()
    words = scene(home)
    with Scripted(lambda _: "8 9") as endpoint:
        done = run("judge", *words, *FAST, "--judge", endpoint.url)
    assert done.returncode == 0, done.stderr
    answer = run("sql", "SELECT count(*) AS n FROM judgements", "--format", "csv", "--data", home / "data")
    assert answer.stdout.split()[0] == "n"
    assert int(answer.stdout.split()[1]) > 3


def test_a_run_that_would_cost_too_much_does_not_begin(tmp_path):
    """The sentence names estimate, limit and mend; no request is sent."""
    words = scene(tmp_path)
    with Scripted(lambda _: "8 9") as endpoint:
        dear = ["--set", "judge.price_in=30", "--set", "judge.price_out=60", "--set", "judge.max_cost=0.01"]
        done = run("judge", *words, "--judge", endpoint.url, *dear)
    assert done.returncode == 1
    assert "more than judge.max_cost=0.01" in done.stderr
    assert endpoint.calls == []


def test_a_run_that_turns_out_dearer_stops_and_keeps_its_replies(tmp_path):
    """The endpoint's own count of tokens decides; with a higher limit the same command goes on."""
    words = [*scene(tmp_path, 20), "--set", "judge.price_in=0", "--set", "judge.price_out=1000"]
    words += ["--set", "judge.written=1", "--set", "judge.parallel=1", *FAST]  # 200 are written: $0.20 each
    with Scripted(lambda _: "8 9") as endpoint:
        done = run("judge", *words, "--judge", endpoint.url, "--set", "judge.max_cost=1")
        assert done.returncode == 1
        assert "would go over judge.max_cost=1" in done.stderr
        assert len(endpoint.calls) == 5
        assert run("judge", *words, "--judge", endpoint.url, "--set", "judge.max_cost=99").returncode == 0
    assert len(endpoint.calls) == len({call.prompt for call in endpoint.calls})


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ([], "--models names none"),
        (["--models", "ours"], "no pair"),
        (["--models", "ours,stranger"], "There are no answers of stranger"),
        (["--models", "ours,theirs", "--orders", "sideways"], "judge.orders"),
        (["--models", "ours,theirs", "--set", "judge.nothing=1"], "judge.FIELD=VALUE"),
        (["--models", "ours,theirs", "--set", "judge.min_judged=2"], "judge.min_judged"),
        (["--models", "ours,theirs", "--orders", "first", "--set", "judge.orders=second"], "disagree"),
        (["--models", "ours,theirs", "--judge", "gopher://x"], "no http:// or https:// address"),
    ],
)
def test_what_cannot_be_judged_is_one_sentence(tmp_path, words, sentence):
    """Nothing is asked where words name nothing known."""
    scene(tmp_path)
    judge = [] if "--judge" in words else ["--judge", "http://127.0.0.1:1/v1"]
    done = run("judge", *words, *judge, "--questions", tmp_path / "questions.jsonl", "--data", tmp_path / "data")
    assert done.returncode == 1
    assert sentence in done.stderr


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("{", "line 2: not JSON"),
        ("[1]", "line 2: list instead of an object"),
        ('{"question_id": 1, "text": "again"}', "line 2: question 1 was there before"),
        ('{"text": "no id"}', "line 2: no `question_id`"),
        ('{"question_id": 2, "text": " "}', "line 2: no question"),
        ('{"question_id": 2, "turns": ["one", "two"]}', "line 2: 2 turns"),
    ],
)
def test_a_question_file_is_read_whole_or_not_at_all(tmp_path, line, sentence):
    """A set that is judged in part would give figures of another set: the line and its mend are named."""
    path = tmp_path / "questions.jsonl"
    path.write_text('{"question_id": 1, "category": "a", "text": "one"}\n' + line + "\n")
    done = run("answer", f"--model=m={answers(tmp_path, 'm')}", "--questions", path, "--data", tmp_path / "d")
    assert done.returncode == 1
    assert sentence in done.stderr


def test_questions_and_answers_of_both_forms_of_fastchat_are_read(tmp_path):
    """`text` or `turns`, `text` or `choices`; odd characters stay, half ones become question marks."""
    asked = write_lines(
        tmp_path / "q.jsonl",
        [
            {"question_id": "a", "category": "x", "turns": ["one\u2028line"]},
            {"question_id": 7, "text": "two", "category": None},
        ],
    )
    given = tmp_path / "a.jsonl"
    given.write_text(
        '{"question_id": "a", "choices": [{"turns": ["new form \\ud83d"]}]}\n{"question_id": 7, "text": "old form"}\n'
        '{"question_id": 8, "text": "to another question"}\n'
    )
    done = run("answer", f"--model=m={given}", "--questions", asked, "--data", tmp_path / "d")
    assert done.returncode == 0, done.stderr
    assert "1 answers of the file are to other questions" in done.stderr
    rows = pq.read_table(tmp_path / "d" / "09_answers" / "m" / "answers.parquet").to_pylist()
    assert [(row["question_id"], row["category"], row["question"], row["answer"]) for row in rows] == [
        ("a", "x", "one\u2028line", "new form ?"),
        ("7", "other", "two", "old form"),
    ]


def test_an_answer_to_another_wording_is_not_judged(tmp_path):
    """Where a question's text has changed since it was answered, its answer is missing, not compared."""
    words = scene(tmp_path)
    path = tmp_path / "questions.jsonl"
    path.write_text(path.read_text().replace("about rain", "about snow"))
    with Scripted(lambda _: "8 9") as endpoint:
        done = run("judge", *words, "--judge", endpoint.url, "--set", "judge.min_judged=0", *FAST)
    assert done.returncode == 0, done.stderr
    assert "2 failed" in done.stdout


def test_the_same_replies_give_the_same_bytes(tmp_path):
    """Figures, pages and manifest of a second run are those of the first, byte for byte; its folder is the same."""
    words = scene(tmp_path)
    with Scripted(lambda call: f"{1 + len(call.prompt) % 9} 5") as endpoint:
        assert run("judge", *words, "--judge", endpoint.url, *FAST).returncode == 0
        [folder] = [path for path in (tmp_path / "data" / "10_judgements").iterdir() if path.is_dir()]
        first = {path.name: path.read_bytes() for path in folder.iterdir()}
        assert run("judge", *words, "--judge", endpoint.url, *FAST).returncode == 0
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == first
    manifest = json.loads((folder / "manifest.json").read_text())
    assert {entry["name"] for entry in manifest["files"]} == set(first) - {"manifest.json"}


def test_the_shipped_questions_are_eighty_of_our_own():
    """Nine categories as in the article, and nobody's question twice."""
    from collections import Counter
    from pathlib import Path

    from tasks.judging.questions import read_questions

    found = read_questions(Path(__file__).parents[2] / "data" / "questions" / "questions.jsonl")
    sizes = Counter(one.category for one in found)
    seven = {"generic", "knowledge", "roleplay", "common-sense", "fermi", "counterfactual", "writing"}
    assert sizes == dict.fromkeys(seven, 10) | {"coding": 7, "math": 3}
    assert len({one.text for one in found}) == 80
