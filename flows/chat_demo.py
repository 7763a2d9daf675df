"""`make chat-demo`: a model that learned the sample by heart is served, and must say it again word for word."""

from __future__ import annotations

import argparse
import os
import sys
import time
from pathlib import Path

from schemas.errors import PipelineError
from schemas.settings.serve import Serve
from tasks.serve_model import find_models, serving
from tasks.serving.demo import ask, learned

ASKED = 4


def main(words: list[str] | None = None) -> int:
    """Serve the newest run, ask it what it learned, print what came back; return 1 where a letter differs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", default=os.environ.get("SHAREGPT_DATA", "data"), type=Path)
    parser.add_argument("--engine", default="transformers")
    given = parser.parse_args(words)
    root = given.data
    begun = time.monotonic()
    (model,) = find_models(root, [])
    with serving([model], Serve(port=0, engine=given.engine)) as server:
        started = time.monotonic() - begun
        answers = ask(server.url, model, learned(root, model, ASKED))
    for one in answers:
        sys.stdout.write(f"{'=' if one.right else '≠'} {one.question!r}\n  {one.answer!r} ({one.finish})\n")
    right = sum(one.right for one in answers)
    sys.stdout.write(f"{right} of {len(answers)} answers word for word, ready after {started:.1f} s\n")
    return 0 if answers and right == len(answers) else 1


if __name__ == "__main__":
    try:
        sys.exit(main())
    except PipelineError as error:
        sys.exit(f"sharegpt: {error}")
