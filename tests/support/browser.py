"""A headless Chromium: opens a page, runs its script, waits for what it shows, takes a picture."""

import base64
import contextlib
import json
import shutil
import subprocess
import time
from pathlib import Path
from urllib.request import ProxyHandler, build_opener

from websockets.sync.client import connect

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = ("--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync", "--no-proxy-server", "--remote-debugging-port=0")  # fmt: skip
DEADLINE = 120.0


class Page:
    """One tab, over the browser's own protocol (CDP)."""

    def __init__(self, address: str) -> None:
        self.socket, self.count, self.faults = connect(address, max_size=None), 0, []
        for domain in ("Page", "Runtime", "Log"):
            self.send(f"{domain}.enable")

    def send(self, method: str, **parameters):
        self.count += 1
        self.socket.send(json.dumps({"id": self.count, "method": method, "params": parameters}))
        while True:
            answer = json.loads(self.socket.recv(timeout=DEADLINE))
            if answer.get("method") == "Runtime.exceptionThrown":
                self.faults.append(answer["params"]["exceptionDetails"]["text"])
            if answer.get("method") == "Log.entryAdded" and answer["params"]["entry"]["source"] == "security":
                self.faults.append(answer["params"]["entry"]["text"])
            if answer.get("id") == self.count:
                assert "error" not in answer, answer
                return answer["result"]

    def open(self, url: str) -> None:
        self.send("Page.navigate", url=url)

    def run(self, script: str):
        """Return the value of an expression."""
        result = self.send("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in result, result
        return result["result"].get("value")

    def wait(self, script: str):
        """Return the value of an expression once it is true."""
        deadline = time.monotonic() + DEADLINE
        while time.monotonic() < deadline:
            value = self.run(script)
            if value:
                return value
            time.sleep(0.05)
        raise AssertionError(f"never true: {script}; the page shows {self.run('document.body.innerText')}")

    def say(self, text: str) -> None:
        """Type a question and send it."""
        self.run(f"document.getElementById('text').value = {json.dumps(text)}; document.getElementById('send').click()")

    def click(self, selector: str) -> None:
        self.run(f"document.querySelector({json.dumps(selector)}).click()")

    def key(self, name: str) -> None:
        """Press a key and let it go."""
        code = {"Tab": 9, "Enter": 13, "ArrowRight": 39}[name]
        text = {"text": "\r"} if name == "Enter" else {}
        for what in ("keyDown", "keyUp"):
            self.send("Input.dispatchKeyEvent", type=what, key=name, code=name, windowsVirtualKeyCode=code,
                      **(text if what == "keyDown" else {}))  # fmt: skip

    def size(self, width: int, height: int) -> None:
        """Show what a screen of that size shows."""
        phone = width < 600
        self.send("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=phone)

    def picture(self, path: Path, width: int, height: int) -> None:
        """Save what a screen of that size shows."""
        self.size(width, height)
        self.run("window.scrollTo(0, document.body.scrollHeight)")
        path.write_bytes(base64.b64decode(self.send("Page.captureScreenshot")["data"]))


@contextlib.contextmanager
def browser(folder: Path):
    """Yield a function that opens a tab of its own storage: one user each."""
    command = [CHROMIUM, *FLAGS, f"--user-data-dir={folder}"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        port_file, deadline = folder / "DevToolsActivePort", time.monotonic() + DEADLINE
        while not (port_file.is_file() and len(port_file.read_text().splitlines()) > 1):
            assert time.monotonic() < deadline, "the browser did not start"
            assert process.poll() is None
            time.sleep(0.05)
        port, path = port_file.read_text().splitlines()[:2]
        with connect(f"ws://127.0.0.1:{port}{path}", max_size=None) as whole:
            yield lambda: Page(_tab(whole, port))
    finally:
        process.terminate()
        process.wait(30)


def _tab(whole, port: str) -> str:
    """Open a tab in a context of its own, and return its address."""

    def ask(number, method, **parameters):
        whole.send(json.dumps({"id": number, "method": method, "params": parameters}))
        while True:
            answer = json.loads(whole.recv(timeout=DEADLINE))
            if answer.get("id") == number:
                return answer["result"]

    context = ask(1, "Target.createBrowserContext")["browserContextId"]
    target = ask(2, "Target.createTarget", url="about:blank", browserContextId=context)["targetId"]
    with build_opener(ProxyHandler({})).open(f"http://127.0.0.1:{port}/json/list") as listed:
        return next(one["webSocketDebuggerUrl"] for one in json.load(listed) if one["id"] == target)
