"""Runs FastChat's converter in an environment of its own: JSON lines of texts in, texts and CPU seconds out."""

import json
import sys
import time

from fastchat.data.clean_sharegpt import html_to_markdown

for line in sys.stdin:
    texts = json.loads(line)
    started = time.process_time()
    out = []
    for text in texts:
        try:
            out.append(html_to_markdown(text))
        except Exception as error:
            out.append(f"{type(error).__name__}: {error}")
    print(json.dumps([out, time.process_time() - started]), flush=True)
