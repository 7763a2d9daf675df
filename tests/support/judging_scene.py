"""Three questions, two answer files and the commands that judge them, as a person would type them."""

import io
import json
import os
import subprocess
import sys
from pathlib import Path
from unittest import mock

from tests.support.terminal import Finished, sharegpt

QUESTIONS = {
    "1": ("generic", "How do I keep bread fresh?"),
    "2": ("writing", "Write a line about rain."),
    "3": ("math", "What is 2 + 2?"),
}
NAMES = ("OPENAI_API_KEY", "OPENAI_ORG_ID", "OPENAI_PROJECT_ID", "OPENAI_CUSTOM_HEADERS", "OPENAI_ADMIN_KEY")


def write_lines(path: Path, rows: list[dict]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def questions(folder: Path, count: int = 3) -> Path:
    """Write the questions; beyond three, more of one kind."""
    rows = [
        {"question_id": int(key), "category": category, "text": text} for key, (category, text) in QUESTIONS.items()
    ]
    rows += [{"question_id": n, "category": "generic", "text": f"What follows {n}?"} for n in range(4, count + 1)]
    return write_lines(folder / "questions.jsonl", rows[:count])


def answers(folder: Path, model: str, count: int = 3, **special: str) -> Path:
    """Write a model's answers; `special` gives some of them by `q<id>`."""
    rows = [
        {"question_id": n, "text": special.get(f"q{n}", f"{model} answers {n}" + " at length" * (n % 3))}
        for n in range(1, count + 1)
    ]
    return write_lines(folder / f"{model}.jsonl", rows)


def clean(environment: dict[str, str] | None) -> dict[str, str]:
    """Return this process's environment without keys, and with what is given."""
    kept = {name: value for name, value in os.environ.items() if name not in NAMES and "SHAREGPT_" not in name}
    return kept | (environment or {})


def run(*words: object, environment: dict[str, str] | None = None, text: str = "") -> Finished:
    """Run `sharegpt` in this process without keys but those given; `text` is what a person types."""
    with mock.patch.dict(os.environ, clean(None), clear=True), mock.patch("sys.stdin", io.StringIO(text)):
        return sharegpt(*words, **(environment or {}))


def start(*words: object, environment: dict[str, str] | None = None) -> subprocess.Popen:
    """Start `sharegpt` in a process of its own."""
    command = [str(Path(sys.executable).with_name("sharegpt")), *map(str, words)]
    return subprocess.Popen(command, env=clean(environment), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def scene(folder: Path, count: int = 3, models: tuple[str, ...] = ("ours", "theirs"), **special: str) -> list[object]:
    """Write questions, import two models' answers, and give the words that name them to `sharegpt judge`."""
    asked = questions(folder, count)
    data = folder / "data"
    files = [f"--model={model}={answers(folder, model, count, **special)}" for model in models]
    done = run("answer", *files, "--questions", asked, "--data", data)
    assert done.returncode == 0, done.stderr
    return ["--models", ",".join(models), "--questions", asked, "--data", data]
