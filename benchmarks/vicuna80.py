"""The article's result out of its authors' own reviews: `python -m benchmarks.vicuna80 FOLDER [--scores OUT.tsv]`.

FOLDER holds questions.jsonl, answer_*.jsonl and reviews/ of FastChat's history (March 2023). The figures come from the
scores that the authors stored; beside them stands how many of these our reader finds in the judge's words.
"""

import json
import sys
from collections import Counter
from pathlib import Path

import pyarrow as pa

from schemas.judging import Judgements
from schemas.settings.judge import Judge
from tasks.judging.figures import length_bias, win_rates
from tasks.judging.plan import Item
from tasks.judging.questions import Question, read_answers, read_questions
from tasks.judging.read_scores import read_scores
from tasks.judging.rows import published_row

MODEL = "vicuna-13b"
REVIEWS = "reviews/vicuna-13b_20230322-clean-lang/review_{}_vicuna-13b.jsonl"
OTHERS = {"alpaca-13b": "Alpaca-13B", "llama-13b": "LLaMA-13B", "gpt35": "ChatGPT", "bard": "Bard"}
PUBLISHED = {
    "alpaca-13b": (704, 583, 1.2075, (76, 1, 3)),
    "llama-13b": (694, 513, 1.3528, (77, 0, 3)),
    "gpt35": (638, 693, 0.9206, (14, 22, 44)),
    "bard": (655.5, 664, 0.9872, (40, 10, 30)),
}
"""Vicuna's total, the other's, their ratio, and win, tie, loss: recomputed from the authors' files by hand."""


def load(folder: Path) -> list[dict]:
    """Return the authors' judgements as rows of the table, in the contract's form."""
    questions = {one.question_id: one for one in read_questions(folder / "questions.jsonl")}
    own = read_answers(folder / f"answer_{MODEL}.jsonl")
    rows = []
    for other in OTHERS:
        answers = read_answers(folder / f"answer_{other}.jsonl")
        for line in (folder / REVIEWS.format(other)).read_text(encoding="utf-8").splitlines():
            review = json.loads(line)
            key = str(review["question_id"])
            # Vicuna is Assistant 2 in every review.
            item = Item("pair", MODEL, other, questions[key], "second", own[key], answers[key])
            first, second = map(float, review["score"])
            rows.append(published_row(item, review["reviewer_id"], (first, second), review["text"]))
    return Judgements.check(pa.Table.from_pylist(rows, schema=Judgements.schema())).to_pylist()


def rows_of_scores(path: Path) -> list[dict]:
    """Return the same rows from the scores alone, as `--scores` writes them."""
    lines = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    rows = []
    for question, category, other, first, second in lines:
        item = Item("pair", MODEL, other, Question(question, category, "-"), "second", "-", "-")
        rows.append(published_row(item, "gpt-4", (float(first), float(second)), ""))
    return rows


def write_scores(rows: list[dict], path: Path) -> None:
    """Write question, category, other model and the two scores, in the order shown."""
    head = (
        "# The authors' stored scores: question, category, other model, its score (shown first), Vicuna's (second).\n"
    )
    lines = [
        f"{row['question_id']}\t{row['category']}\t{row['against']}\t{row['score_against']:g}\t{row['score']:g}\n"
        for row in rows
    ]
    path.write_text(head + "".join(lines), encoding="utf-8")


def compare_readings(rows: list[dict]) -> tuple[dict[str, Counter], list[str]]:
    """Return by other model how many scores our reader reads alike, by how; and what it does not, by kind."""
    alike: dict[str, Counter] = {other: Counter() for other in OTHERS}
    odd = []
    for row in rows:
        reading = read_scores(row["text"])
        stored = row["score_against"], row["score"]
        if (reading.first, reading.second) == stored:
            alike[row["against"]][reading.how] += 1
        else:
            kind = "not read" if reading.how == "none" else "the words say otherwise"
            found = reading.detail or f"{reading.first:g} and {reading.second:g} ({reading.how})"
            odd.append(
                f"{kind}: question {row['question_id']} against {row['against']}, "
                f"stored {stored[0]:g} and {stored[1]:g}: {found}"
            )
    return alike, sorted(odd)


def main() -> None:
    """Print the result, and exit 1 where it is not the published one."""
    rows = load(Path(sys.argv[1]))
    if "--scores" in sys.argv:
        write_scores(rows, Path(sys.argv[sys.argv.index("--scores") + 1]))
    lines = {line["against"]: line for line in win_rates(rows, Judge()) if line["category"] == "all"}
    lengths = {line["against"]: line for line in length_bias(rows, Judge())}
    print("Vicuna-13B against  totals          ratio   95 %              win/tie/loss  longer wins")
    good = True
    for other, name in OTHERS.items():
        line, length = lines[other], lengths[other]
        found = (
            line["total"],
            line["total_against"],
            round(line["ratio"], 4),
            (line["win"], line["tie"], line["loss"]),
        )
        good &= found == PUBLISHED[other]
        print(
            f"{name:<18}  {line['total']:>5g} / {line['total_against']:<5g}   {line['ratio']:.4f}  "
            f"[{line['ratio_low']:.3f}, {line['ratio_high']:.3f}]    "
            f"{'/'.join(map(str, found[3])):<12}  {length['longer_wins']} of {length['decided']}"
        )
    alike, odd = compare_readings(rows)
    total = sum(sum(counts.values()) for counts in alike.values())
    print(f"\nOur reader finds the stored scores in {total} of {len(rows)} replies:")
    for other, counts in alike.items():
        print(f"{OTHERS[other]:<18}  " + ", ".join(f"{count} {how}" for how, count in counts.most_common()))
    print("\nThe others:\n" + "\n".join(odd))
    print("\n" + ("The published result, exactly." if good else "NOT the published result."))
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
