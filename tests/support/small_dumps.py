"""Small dumps of plain conversations, and every byte that a run on one makes."""

import json


def conversation(number, words="How do I sort a list in Python?"):
    answer = f"<div><p>Call <code>sorted</code> with your list, number {number}, and it gives a new one back.</p></div>"
    turns = [{"from": "human", "value": f"{words} Case {number}."}, {"from": "gpt", "value": answer}]
    return {"id": f"c{number}", "conversations": turns * 3}


def write(path, numbers):
    path.parent.mkdir(exist_ok=True, parents=True)
    path.write_text(json.dumps([conversation(number) for number in numbers]), "utf-8")
    return path


def bytes_of(root):
    """Return every byte that a run made, but for the log of runs."""
    kept = [path for path in sorted(root.rglob("*")) if path.is_file()]
    kept = [path for path in kept if path.suffix in {".parquet", ".json", ".md"} and ".spool" not in path.parts]
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in kept}
