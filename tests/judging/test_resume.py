"""Nothing is paid for twice: replies are found by key, through kills, cut files and other runs."""

import json
import signal
import time
import zlib

import pytest

from schemas.errors import SourceError
from tasks.judging.journal import Journal
from tests.support.judging_scene import answers, questions, run, scene, start
from tests.support.scripted_endpoint import Fault, Scripted

FAST = ["--set", "judge.resamples=99"]
PARALLEL = 4


def lines(path) -> list[dict]:
    return [json.loads(line) for line in path.read_text().splitlines() if line.endswith("}")]


def test_a_killed_run_goes_on_and_pays_for_nothing_twice(tmp_path):
    """After SIGKILL in the middle the same command asks for what no reply had come to, and for nothing else."""
    words = [*scene(tmp_path, 40), *FAST, "--set", f"judge.parallel={PARALLEL}", "--set", "judge.self_check=0"]
    journal = tmp_path / "data" / "10_judgements" / "replies.jsonl"

    def faulty(prompt: str) -> bool:
        return zlib.crc32(prompt.encode()) % 5 == 0

    def slowly(call):
        time.sleep(0.02)
        return Fault(500) if faulty(call.prompt) and call.tries == 1 else "8 9\nwords"

    with Scripted(slowly) as endpoint:
        process = start("judge", *words, "--judge", endpoint.url)
        limit = time.monotonic() + 60
        while time.monotonic() < limit and (not journal.exists() or len(journal.read_bytes().splitlines()) < 20):
            time.sleep(0.01)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        time.sleep(0.3)  # what was under way reaches the endpoint
        kept, first = {line["key"] for line in lines(journal)}, len(endpoint.calls)
        assert 20 <= len(kept) < 80
        done = run("judge", *words, "--judge", endpoint.url)
        assert done.returncode == 0, done.stderr
        assert "80 judgements = 80 scored" in done.stdout
        second = {call.prompt for call in endpoint.calls[first:]}
        assert len(second) == 80 - len(kept)  # whatever had a reply is not asked again
        assert len(lines(journal)) == 80
        # Calls = keys + retries + what was under way when the run was killed.
        calls, retries = len(endpoint.calls), sum(faulty(prompt) for prompt in endpoint.counts)
        assert 0 <= calls - 80 - retries <= PARALLEL
        assert run("judge", *words, "--judge", endpoint.url).returncode == 0
        assert len(endpoint.calls) == calls


def test_another_comparison_pays_for_what_is_new_alone(tmp_path):
    """A third model costs its own pairs; figures with other settings cost nothing; another temperature costs all."""
    asked = questions(tmp_path)
    for model in ("a", "b", "c"):
        done = run(
            "answer", f"--model={model}={answers(tmp_path, model)}", "--questions", asked, "--data", tmp_path / "d"
        )
        assert done.returncode == 0
    words = ["--questions", asked, "--data", tmp_path / "d", *FAST, "--set", "judge.self_check=0"]
    with Scripted(lambda _: "8 9") as endpoint:
        counts = []
        for names, more in (
            ("a,b", []),
            ("a,b,c", []),
            ("b,a", []),  # the same prompts, the other way round
            ("a,b", ["--set", "judge.confidence=0.9"]),
            ("a,b", ["--orders", "second"]),
            ("a,b", ["--set", "judge.temperature=0.3"]),
            ("a,b", ["--set", "judge.model=gpt-5"]),
        ):
            before = len(endpoint.calls)
            assert run("judge", "--models", names, "--judge", endpoint.url, *words, *more).returncode == 0
            counts.append(len(endpoint.calls) - before)
    assert counts == [6, 12, 0, 0, 0, 6, 6]


def test_answers_are_not_asked_for_again(tmp_path):
    """A second `answer` finds all replies and says so; a new question costs one."""
    asked = questions(tmp_path)
    with Scripted(lambda call: f"answer to {call.prompt}") as endpoint:
        where = ["--questions", asked, "--data", tmp_path / "d"]
        assert "3 asked for now" in run("answer", f"--model=m={endpoint.url}", *where).stdout
        done = run("answer", f"--model=m={endpoint.url}", *where)
        assert "0 asked for now" in done.stdout
        assert "delete" in done.stderr
        questions(tmp_path, 4)
        assert "1 asked for now" in run("answer", f"--model=m={endpoint.url}", *where).stdout
    assert [call.body["temperature"] for call in endpoint.calls] == [0.7] * 4
    assert endpoint.calls[0].body["max_tokens"] == 1024
    assert [message["role"] for message in endpoint.calls[0].body["messages"]] == ["user"]


def test_a_cut_last_line_is_taken_off(tmp_path):
    """What a kill left half-written is no reply; the next one begins on a line of its own."""
    path = tmp_path / "replies.jsonl"
    with Journal(path) as journal:
        journal.add("a", {"text": "one"})
    with path.open("ab") as file:
        file.write(b'{"key": "b", "te')
    with Journal(path) as journal:
        assert list(journal.entries) == ["a"]
        journal.add("c", {"text": "line\u2028end"})
    with Journal(path) as journal:
        assert journal.entries == {"a": {"text": "one"}, "c": {"text": "line\u2028end"}}


def test_a_broken_line_in_the_middle_is_named(tmp_path):
    """Nobody but a person or a disk makes one: the sentence says which line."""
    path = tmp_path / "replies.jsonl"
    path.write_text('{"key": "a"}\nnonsense\n{"key": "b"}\n')
    with pytest.raises(SourceError, match=r"line 2"), Journal(path):
        pass


def test_two_runs_do_not_work_on_one_folder(tmp_path):
    """The second one is told so in a sentence."""
    words = scene(tmp_path, 20)
    with Scripted(lambda _: Fault(hang=5)) as endpoint:
        process = start("judge", *words, "--judge", endpoint.url, "--set", "judge.timeout=30")
        limit = time.monotonic() + 60
        while time.monotonic() < limit and not endpoint.calls:
            time.sleep(0.02)
        done = run("judge", *words, "--judge", endpoint.url)
        process.kill()
        process.communicate()
    assert done.returncode == 1
    assert "Another run works on" in done.stderr


@pytest.mark.slow
def test_640_judgements_take_seconds(tmp_path):
    """Four pairs of 80 questions in both orders, figures and report included, in 15 seconds of CPU."""
    names = ("a", "b", "c", "d", "e")
    words = scene(tmp_path, 80, names)
    words[1] = "a"
    with Scripted(lambda call: f"{1 + len(call.prompt) % 9} 5\n" + "words " * 200) as endpoint:
        began = time.process_time()
        done = run("judge", *words, "--against", "b,c,d,e", "--judge", endpoint.url, "--set", "judge.self_check=0")
        spent = time.process_time() - began
    assert done.returncode == 0, done.stderr
    assert "640 judgements = 640 scored" in done.stdout
    assert spent <= 15
