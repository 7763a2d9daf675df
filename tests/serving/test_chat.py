"""`sharegpt chat`: a conversation in the terminal."""

import io
import json
import sys

import pytest
import typer

from flows.cli import app, commands
from tasks.serving.errors import ServingError
from tests.support.serving_scene import samples

assert commands  # registers them


@pytest.fixture
def chat(server, monkeypatch, capsys):
    """Run `sharegpt chat --model` on lines of input, and return what it prints."""

    def run(lines="", *words, url=f"{server.url}/v1"):
        monkeypatch.setattr(sys, "stdin", io.StringIO(lines))
        typer.main.get_command(app)(["chat", "--model", url, *words], standalone_mode=False)
        return capsys.readouterr().out

    return run


@pytest.fixture
def talk(sample_root):
    """A sample of several rounds of one line each."""
    return next(
        row["messages"] for row in samples(sample_root)
        if row["exact_messages"] and len(row["messages"]) > 3 and row["messages"][0]["role"] == "user"
        and not any("\n" in one["content"].strip() for one in row["messages"][::2])
    )  # fmt: skip


def test_the_history_is_part_of_the_next_prompt(chat, talk, tmp_path):
    """Asked round by round, the model sees what it was trained on and answers each round word for word."""
    lines = "".join(f"{message['content']}\n" for message in talk[:4:2])
    out = chat(f"{lines}/show Next?\n/save {tmp_path}/talk.json\n/reset\n/show Next?\n")
    assert json.loads((tmp_path / "talk.json").read_text())["messages"] == talk[:4]
    assert all(message["content"] in out for message in talk[1:4:2])
    assert "of 2,048 tokens" in out
    assert "ASS│IST│ANT│:│" in out
    assert "in training 0 of them have loss" in out.split("forgotten.")[1]


def test_left_out_rounds_are_told(chat):
    """Where the context is full the oldest rounds go, and the terminal says how many."""
    out = chat("".join(f"{word} {'and so on ' * 180}\n" for word in ("One", "Two", "Three", "Four")), "--set",
               "serve.max_tokens=8")  # fmt: skip
    assert "The oldest round does not fit any more" in out or "rounds do not fit any more" in out
    assert "cut at max_tokens" in out


def test_a_system_message_a_wrong_command_and_a_taken_name(chat, tmp_path):
    """Commands say what they did; a file that is there is not overwritten; a mistake ends nothing."""
    (tmp_path / "there.json").write_text("mine")
    out = chat(f"/system Be brief.\n/nothing\n/save {tmp_path}/there.json\n/show Hi\n/quit\nnever asked\n")
    assert "system: Be brief." in out
    assert "/nothing is no command" in out
    assert "give another name" in out
    assert "Be│ brief│.│" in out
    assert "never asked" not in out
    assert (tmp_path / "there.json").read_text() == "mine"


def test_one_answer_for_a_pipe(chat, talk):
    """--once prints the answer and nothing else."""
    assert chat("", "--once", talk[0]["content"]) == talk[1]["content"] + "\n"


def test_an_address_that_cannot_answer_is_told_in_one_sentence(chat, server):
    """Nothing listens there, or the model named is not there: one sentence each."""
    with pytest.raises(ServingError, match="does not answer"):
        chat(url="http://127.0.0.1:9/v1")
    with pytest.raises(ServingError, match="no model 'gpt-5'"):
        chat(url=f"{server.url}/v1#gpt-5")
