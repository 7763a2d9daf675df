"""A stand-in for `transformers serve` (ids spelled as numbers) and vLLM (lists of ids) that answers from memory.

Arguments: the port, a JSON file with the ids of answers by the prompt's ids, and the run: other prompts get its `other`
for ever.
A prompt that holds the file's `dies_at` ends the process after two ids; `slow` is the seconds between two ids.
"""

import json
import os
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

memory = json.loads(Path(sys.argv[2]).read_text(encoding="utf-8"))


class Handler(BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"{}")

    def do_POST(self):
        asked = json.loads(self.rfile.read(int(self.headers["content-length"])))
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.end_headers()
        most, plain = asked["max_tokens"], isinstance(asked["prompt"], list)
        prompt = " ".join(map(str, asked["prompt"])) if plain else asked["prompt"]
        answer = (memory["answers"].get(prompt) or memory["other"][sys.argv[3]] * most)[:most]
        dies = f" {memory['dies_at']} " in f" {prompt} "
        for count, number in enumerate(answer):
            if dies and count == 2:
                sys.stderr.write("out of memory\n")
                os._exit(7)
            choice = {"text": "?", "token_ids": [number]} if plain else {"text": f" {number}"}
            self.wfile.write(f"data: {json.dumps({'choices': [choice]})}\n\n".encode())
            self.wfile.flush()
            time.sleep(memory["slow"])


ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
