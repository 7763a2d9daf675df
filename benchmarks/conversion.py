"""Measures conversion against known truth, beside FastChat's converter: `make bench-conversion CORPUS=<folder>`.

The folder holds `sharegpt_html.json` (raw rows) and `sharegpt_html.truth.jsonl` (id, sanitizer, conversations).
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.reading import needless_backslashes, read
from schemas.settings import Markdown
from tasks.convert import convert_values
from tasks.markdown.answer import to_markdown
from tasks.markdown.opening import Opening, opening_of

WORK = Path(__file__).parent / ".work"
LIMITS = Markdown()
CHUNK = 50


@dataclass
class Turn:
    """One turn of the corpus: its raw value, its truth, and what came of it."""

    where: str
    sanitizer: str
    human: bool
    raw: str
    truth: str
    ours: str
    labels: list[str]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--differences", action="store_true", help="print where each remaining difference begins")
    options = parser.parse_args()
    turns = list(corpus(options.corpus))
    theirs, speed = run_both([turn.raw for turn in turns])
    report(turns, [turn.ours for turn in turns], "sharegpt-clean", options.differences)
    report(turns, theirs, "fastchat", False)
    answers = [turn for turn in turns if not turn.human and is_page(turn.raw)]
    print()
    for name, values in (("turn", [turn.raw for turn in turns]), ("answer", [turn.raw for turn in answers])):
        if name == "answer":
            _, speed = run_both(values)
        ours_us, theirs_us = (1e6 * seconds / len(values) for seconds in speed)
        ratio = theirs_us / ours_us
        print(f"CPU µs a {name:7} interleaved: ours {ours_us:.0f}, FastChat {theirs_us:.0f}: {ratio:.1f} × as fast")
    print(f"10 × the text takes {growth(answers):.1f} × the time")


def corpus(folder: Path) -> Iterator[Turn]:
    """Read the corpus, and convert it as the stage does."""
    rows = {row["id"]: row for row in json.loads((folder / "sharegpt_html.json").read_text())}
    for line in (folder / "sharegpt_html.truth.jsonl").read_text().splitlines():
        truth = json.loads(line)
        raw = rows[truth["id"]]["conversations"]
        roles = ["user" if turn["from"] == "human" else "assistant" for turn in raw]
        converted = convert_values(roles, [turn["value"] for turn in raw], list(range(len(raw))), LIMITS)
        labels: dict[int, list[str]] = defaultdict(list)
        for turn, _, _, label in converted.code:
            labels[turn].append(label)
        for at, (source, meant) in enumerate(zip(raw, truth["conversations"], strict=True)):
            where = f"{truth['sanitizer']} {truth['era']} {truth['id']} {at}"
            text = converted.texts[at]
            human = source["from"] == "human"
            yield Turn(where, truth["sanitizer"], human, source["value"], meant["value"], text, labels[at])


def run_both(values: list[str]) -> tuple[list[str], tuple[float, float]]:
    """Run FastChat's converter and ours by turns on the same chunks; give its texts and both CPU times."""
    python = WORK / "fastchat" / "bin" / "python"
    if not python.exists():
        sys.exit("FastChat's environment is missing: run `make bench-conversion`, which makes it")
    worker = subprocess.Popen(
        [python, Path(__file__).with_name("fastchat_worker.py")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert worker.stdin
    assert worker.stdout
    texts: list[str] = []
    ours = theirs = 0.0
    for start in range(0, len(values), CHUNK):
        chunk = values[start : start + CHUNK]
        worker.stdin.write(json.dumps(chunk) + "\n")
        worker.stdin.flush()
        found, seconds = json.loads(worker.stdout.readline())
        texts += found
        theirs += seconds
        started = time.process_time()
        for value in chunk:
            ours_alone(value)
        ours += time.process_time() - started
    worker.stdin.close()
    worker.wait()
    return texts, (ours, theirs)


def is_page(value: str) -> bool:
    """Whether a value begins with a tag, as an answer of the page does."""
    return opening_of(value) is not Opening.WORDS


def ours_alone(value: str) -> str:
    """Convert one value without its conversation."""
    return to_markdown(value, False, LIMITS.max_depth, LIMITS.max_answer_chars).text if is_page(value) else value


def growth(answers: list[Turn]) -> float:
    """Return the time for answers ten times as long over the time for the answers, per answer, the best of nine."""
    sample = [turn.raw for turn in answers[:60]]
    tenfold = [lengthened(text, 10) for text in sample]
    best: dict[int, float] = defaultdict(lambda: 1e9)
    for _ in range(9):
        for size, texts in ((1, sample), (10, tenfold)):
            started = time.process_time()
            for text in texts:
                ours_alone(text)
            best[size] = min(best[size], time.process_time() - started)
    return best[10] / best[1]


def lengthened(answer: str, times: int) -> str:
    """Repeat what stands in an answer's wrapper: ten wrappers in a row would take the walk, and tell its time."""
    if not answer.startswith("<div"):
        return answer * times
    start, end = answer.index(">") + 1, answer.rindex("</div>")
    return answer[:start] + answer[start:end] * times + answer[end:]


def report(turns: list[Turn], texts: list[str], name: str, differences: bool) -> None:
    """Print the table of one converter."""
    counts: Counter[tuple[str, str, bool]] = Counter()
    needless: Counter[str] = Counter()
    for turn, text in zip(turns, texts, strict=True):
        for measure, right in measures(turn, text):
            counts[turn.sanitizer, measure, right] += 1
            if differences and not right:
                print(f"{measure}: {turn.where}: {first_difference(turn, text)}")
        if not turn.human and "\\" in text:
            needless["answers with a needless backslash"] += bool(needless_backslashes(text, read(text), 5))
            needless["answers with a \\_ that the truth lacks"] += "\\_" in text and "\\_" not in turn.truth
    print(f"\n{name}")
    kinds = sorted({kind for kind, _, _ in counts}, key=["none", "gpt-default", "S1"].index)
    names = list(dict.fromkeys(measure for _, measure, _ in counts))
    print(f"{'':44}" + "".join(f"{kind:>20}" for kind in kinds))
    for measure in names:
        cells = []
        for kind in kinds:
            right, wrong = counts[kind, measure, True], counts[kind, measure, False]
            share = f"{100 * right / (right + wrong):.1f} %" if right + wrong else "–"
            cells.append(f"{share} ({right}/{right + wrong})")
        print(f"{measure:44}" + "".join(f"{cell:>20}" for cell in cells))
    for measure, count in needless.items():
        print(f"{measure:44}{count:>20}")


def measures(turn: Turn, text: str) -> Iterator[tuple[str, bool]]:
    """Yield each measure of one turn and whether it is met."""
    if turn.human:
        yield "human turns exact", text == turn.truth
        return
    got, want = read(text), read(turn.truth)
    yield "answers, same token tree", got.tree == want.tree
    yield "… raw HTML, which the page drops, apart", got.tree == want.tree or got.without_html() == want.without_html()
    for at, (code, language) in enumerate(want.code):
        here = got.code[at] if at < len(got.code) else ("", "")
        yield "code blocks, same text", here[0] == code
        if language and turn.labels[at : at + 1] == ["class"]:
            yield "code blocks with a class, same language", here[1] == language
    for at, number in enumerate(want.numbers):
        yield "ordered lists, same first number", got.numbers[at : at + 1] == [number]


def first_difference(turn: Turn, text: str) -> str:
    """Show where text and truth part."""
    if turn.human:
        pairs: Any = (text, turn.truth)
    else:
        pairs = (repr(read(text).tree), repr(read(turn.truth).tree))
    got, want = pairs
    at = next((i for i, (a, b) in enumerate(zip(got, want, strict=False)) if a != b), min(len(got), len(want)))
    return f"got {got[max(0, at - 30) : at + 50]!r}, want {want[max(0, at - 30) : at + 50]!r}"


if __name__ == "__main__":
    main()
