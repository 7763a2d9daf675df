"""Runs FastChat's filters in an environment of their own: JSON lists of turns in, verdicts and CPU seconds out."""

import json
import sys
import time

import pycld2
from fastchat.data.clean_sharegpt import clean_html_one_sample
from fastchat.data.filter_wrong_format import should_skip

CODES = {1: "too_short", 2: "wrong_format", 3: "blocked_word", 4: "parser_error"}


def language(text: str) -> str:
    """Tell the language as polyglot's Detector does, which optional_clean uses: CLD2, best effort as a second try."""
    try:
        for effort in (False, True):
            reliable, _, found = pycld2.detect(text, bestEffort=effort)
            if reliable:
                return found[0][1]
    except pycld2.error:
        pass
    return "unknown"


def verdict(turns: list[str]) -> tuple[str | None, int, str]:
    """Return why FastChat drops a conversation, how many turns it keeps, and the language it tells."""
    said = [{"from": ("human", "gpt")[at % 2], "value": text} for at, text in enumerate(turns)]
    sample, code = clean_html_one_sample({"id": "x", "conversations": said})
    reason = CODES.get(code) or ("list_numbers" if should_skip({"conversations": said}) else None)
    return reason, len(sample["conversations"]) if code == 0 else 0, language("\n".join(turns))


for line in sys.stdin:
    rows = json.loads(line)
    started = time.process_time()
    out = [verdict(turns) for turns in rows]
    print(json.dumps([out, time.process_time() - started]), flush=True)
