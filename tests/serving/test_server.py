"""The server over a scripted engine: OpenAI's client, full contexts, faults, and an end without orphans."""

import os
import socket
import subprocess
import sys
import time

import httpx
import openai
import psutil
import pyarrow.parquet as pq
import pytest

from schemas.settings.serve import Serve
from tasks.serve_model import serving
from tasks.serving import engines
from tasks.serving.errors import ServingError
from tasks.serving.process import clear_leftovers
from tests.support.judging_scene import questions, run
from tests.support.serving_scene import ENGINE, by_heart, prompts, samples

ASK = [{"role": "user", "content": "Anything?"}]


@pytest.fixture
def client(server):
    """OpenAI's own client."""
    with openai.OpenAI(base_url=f"{server.url}/v1", api_key="none", max_retries=0) as made:
        yield made


def test_answers_come_back_word_for_word(client, server, sample_root):
    """What the engine learned comes back through OpenAI's client, at once and streamed, with stop and counts."""
    row = min((row for row in samples(sample_root) if row["exact_messages"]), key=lambda row: row["n_tokens"])
    asked, ids, answer = prompts(row)[0]
    said = row["messages"][len(asked)]["content"]
    whole = client.chat.completions.create(model=server.models[0].run, messages=asked)
    assert (whole.choices[0].message.content, whole.choices[0].finish_reason) == (said, "stop")
    assert (whole.usage.prompt_tokens, whole.usage.completion_tokens) == (len(ids), len(answer))
    stream = client.chat.completions.create(
        model=server.models[0].run, messages=asked, stream=True, stream_options={"include_usage": True}
    )
    chunks = list(stream)
    assert "".join(one.choices[0].delta.content or "" for one in chunks if one.choices) == said
    assert [one.choices[0].finish_reason for one in chunks if one.choices][-1] == "stop"
    assert chunks[-1].usage == whole.usage
    assert len(chunks) > 4


def test_every_exact_sample_is_shown_as_trained(server, sample_root):
    """What the server says it would show the model has the shard's ids, for every exact sample."""
    with httpx.Client(base_url=server.url, trust_env=False) as client:
        for row in samples(sample_root):
            if row["exact_messages"]:
                asked, ids, _ = prompts(row)[-1]
                assert client.post("/v1/chat/prompt", json={"messages": asked}).json()["ids"] == ids


def test_a_full_context_is_refused_or_said(client, server):
    """A prompt over the context gets 400; where asked for, the oldest rounds are left out, and the answer says so."""
    model = server.models[0].run
    talk = [{"role": role, "content": "many words " * 60} for _ in range(20) for role in ("user", "assistant")] + ASK
    with pytest.raises(openai.BadRequestError, match=r"5,039 tokens.* 2,048"):
        client.chat.completions.create(model=model, messages=talk)
    answer = client.chat.completions.create(model=model, messages=talk, extra_body={"when_full": "leave_out_oldest"})
    assert answer.rounds_left_out > 5
    assert answer.usage.prompt_tokens <= server.models[0].context - Serve().room
    with pytest.raises(openai.BadRequestError, match="last question alone"):
        client.chat.completions.create(
            model=model,
            messages=[{"role": "user", "content": "x " * 3_000}],
            extra_body={"when_full": "leave_out_oldest"},
        )


@pytest.mark.parametrize(
    "asked", [{"n": 2}, {"tools": []}, {"temperature": 3}, {"logprobs": True}, {"stop": [""]}, {"messages": []}]
)
def test_what_cannot_be_done_is_refused(client, server, asked):
    """A field that we do not heed is no silent one: 400 names it."""
    body = {"model": server.models[0].run, "messages": ASK} | asked
    with pytest.raises(openai.BadRequestError, match=next(iter(asked))):
        client.chat.completions.create(**body)


def test_bounds_of_an_answer_are_kept(client, server):
    """max_tokens ends with length, a stop string with stop, and an unknown model gets 404."""
    model = server.models[0].run
    cut = client.chat.completions.create(model=model, messages=ASK, max_tokens=3)
    assert (cut.choices[0].message.content, cut.choices[0].finish_reason) == ("word word word", "length")
    ended = client.chat.completions.create(model=model, messages=ASK, stop="d w")
    assert (ended.choices[0].message.content, ended.choices[0].finish_reason) == ("wor", "stop")
    with pytest.raises(openai.NotFoundError, match=model):
        client.chat.completions.create(model="gpt-4", messages=ASK)


def test_an_engine_that_dies_in_mid_answer_says_so(model, sample_root, tmp_path, monkeypatch):
    """Whoever was being answered gets an error after the words that came; the server ends with one sentence."""
    words = model.writer.encoder.tokenizer.engine.encode([" one two three four"])[0].tolist()
    fatal = model.writer.encoder.tokenizer.engine.encode([" bomb"])[0].tolist()[0]
    by_heart(monkeypatch, sample_root, tmp_path / "memory.json", other={model.run: words}, dies_at=fatal)
    with serving([model], Serve(port=0)) as started, openai.OpenAI(base_url=f"{started.url}/v1", api_key="x") as client:
        stream = client.chat.completions.create(
            model=model.run, messages=[{"role": "user", "content": "Hi bomb"}], stream=True
        )
        came = []
        with pytest.raises(openai.APIError, match="exit code 7"):
            came.extend(chunk.choices[0].delta.content for chunk in stream)
        assert "".join(came) == "one two"
        with pytest.raises(ServingError, match="out of memory"):
            started.wait()


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's promise is Linux's")
def test_an_engine_does_not_outlive_a_server_that_is_killed():
    """A server that gets SIGKILL can end nothing itself: the kernel ends its engine."""
    server = (
        "import os, subprocess, sys, time\n"
        "words = [sys.executable, '-m', 'tasks.serving.child', str(os.getpid()), 'sleep', '600']\n"
        "print(subprocess.Popen(words, start_new_session=True).pid, flush=True)\n"
        "time.sleep(600)"
    )
    with subprocess.Popen([sys.executable, "-c", server], stdout=subprocess.PIPE, text=True) as process:
        engine = psutil.Process(int(process.stdout.readline()))
        deadline = time.monotonic() + 60
        while engine.cmdline() != ["sleep", "600"] and time.monotonic() < deadline:
            time.sleep(0.02)
        process.kill()
        assert psutil.wait_procs([engine], timeout=10)[1] == []


def test_an_engine_that_does_not_start_is_told_in_its_own_words(model, monkeypatch):
    """The last line that it said stands in the sentence, and its log's place."""

    class Broken(engines.Transformers):
        needs = ()

        def command(self, model, folder, port):
            return [sys.executable, "-c", "raise SystemExit('no such weights')"]

    monkeypatch.setitem(engines.ENGINES, "transformers", Broken())
    with pytest.raises(ServingError, match=r"exit code 1; its last line: no such weights .*transformers\.log"):
        serving([model], Serve(port=0)).__enter__()


def test_vllm_is_a_program_of_its_own_that_gets_lists_of_ids(model, sample_root, tmp_path, monkeypatch):
    """The program that SHAREGPT_VLLM names is started with the folder, asked with ids and read by token_ids."""
    by_heart(monkeypatch, sample_root, tmp_path / "memory.json", other={model.run: [2]})
    program = tmp_path / "vllm"
    program.write_text(
        "#!/bin/sh\n"
        f'echo "$@" > {tmp_path}/words\n'
        f'for word; do last=$word; done\nexec {sys.executable} {ENGINE} "$last" {tmp_path}/memory.json {model.run}\n'
    )
    program.chmod(0o755)
    monkeypatch.setenv("SHAREGPT_VLLM", str(program))
    row = min((row for row in samples(sample_root) if row["exact_messages"]), key=lambda row: row["n_tokens"])
    asked, _, _ = prompts(row)[0]
    settings = Serve(port=0, engine="vllm")
    with serving([model], settings) as started, openai.OpenAI(base_url=f"{started.url}/v1", api_key="x") as client:
        choice = client.chat.completions.create(model=model.run, messages=asked).choices[0]
    assert (choice.message.content, choice.finish_reason) == (row["messages"][len(asked)]["content"], "stop")
    words = (tmp_path / "words").read_text().split()
    assert words[:2] == ["serve", str(model.folder)]
    assert words[words.index("--max-model-len") + 1] == "2048"


def test_the_judges_client_asks_this_server(server, tmp_path):
    """`sharegpt answer` takes answers from it as from any OpenAI-compatible address."""
    where = f"{server.url}/v1#{server.models[0].run}"
    words = (f"--model=ours={where}", "--questions", questions(tmp_path), "--data", tmp_path / "data")
    done = run("answer", *words, "--set", "answers.max_tokens=4")
    assert done.returncode == 0, done.stderr
    rows = pq.read_table(next((tmp_path / "data" / "09_answers").glob("*/answers.parquet"))).to_pylist()
    assert [(row["answer"], row["finish_reason"]) for row in rows] == [("word word word word", "length")] * 3


def test_what_a_killed_server_left_is_cleared(tmp_path):
    """Folders of servers that are gone are removed at the next start, those of living ones stay."""
    (tmp_path / "engine-999999999-abc").mkdir()
    (tmp_path / f"engine-{os.getpid()}-abc").mkdir()
    clear_leftovers(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [f"engine-{os.getpid()}-abc"]


def test_a_taken_port_is_told_before_anything_starts(model):
    """A port that is taken ends the start with the mend."""
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(ServingError, match="--port 0"):
        serving([model], Serve(port=taken.getsockname()[1])).__enter__()
