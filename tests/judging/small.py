"""Three questions, two answer files and the commands that judge them, as a person would type them."""

import json
import os
import subprocess
import sys
from pathlib import Path

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


def run(*words: object, environment: dict[str, str] | None = None, wait: bool = True, text: str = ""):
    """Run `sharegpt` in a process of its own; without `wait` give the process."""
    clean = {name: value for name, value in os.environ.items() if name not in NAMES and "SHAREGPT_" not in name}
    command = [str(Path(sys.executable).with_name("sharegpt")), *map(str, words)]
    if not wait:
        return subprocess.Popen(
            command, env=clean | (environment or {}), stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
    return subprocess.run(
        command, env=clean | (environment or {}), capture_output=True, text=True, timeout=120, check=False, input=text
    )


def scene(folder: Path, count: int = 3, models: tuple[str, ...] = ("ours", "theirs"), **special: str) -> list[object]:
    """Write questions, import two models' answers, and give the words that name them to `sharegpt judge`."""
    asked = questions(folder, count)
    data = folder / "data"
    files = [f"--model={model}={answers(folder, model, count, **special)}" for model in models]
    done = run("answer", *files, "--questions", asked, "--data", data)
    assert done.returncode == 0, done.stderr
    return ["--models", ",".join(models), "--questions", asked, "--data", data]
