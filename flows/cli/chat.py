"""`sharegpt chat`: a conversation with a trained model in the terminal."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.text import Text

from flows.cli import DATA, DataOption, say
from flows.cli.asking import make_section
from flows.cli.stop import Stopped
from schemas.errors import PipelineError
from schemas.settings.serve import Serve
from tasks.privacy.visible import visible

HELP = "/system TEXT sets the system message, /reset forgets, /show [TEXT] the prompt's tokens, /save FILE, /quit ends."
ASK = "you: "


def chat(
    run: Annotated[str | None, typer.Option(help="A run, by how its id begins; the newest if not given.")] = None,
    model: Annotated[
        str | None, typer.Option(metavar="URL[#NAME]", help="Ask this address, and start nothing.")
    ] = None,
    once: Annotated[str | None, typer.Option(metavar="TEXT", help="Ask this, print the answer, and end.")] = None,
    data: DataOption = DATA,
    engine: Annotated[str | None, typer.Option(help="transformers, llama.cpp or vllm.")] = None,
    sets: Annotated[list[str] | None, typer.Option("--set", metavar="serve.FIELD=VALUE", help="Any setting.")] = None,
) -> None:
    """Talk with a trained model: it is served for as long as the conversation lasts, or asked where --model says.

    Example: sharegpt chat
    """
    settings = make_section("serve", Serve, sets or [], engine=engine)
    with contextlib.ExitStack() as stack:
        talk = stack.enter_context(conversation(data, run, model, settings))
        if once is not None:
            print_answer(talk.ask(once))
            return
        # Ctrl-C breaks off an answer, not the conversation.
        before = signal.signal(signal.SIGINT, signal.default_int_handler)
        stack.callback(signal.signal, signal.SIGINT, before)
        Screen(talk).converse()


def print_answer(pieces: Iterable[str]) -> None:
    """Print an answer as it comes, and nothing else."""
    try:
        for piece in pieces:
            print(visible(piece), end="", flush=True)
    except Stopped as stop:
        raise Stopped(stop.code, "interrupted.") from stop
    finally:
        print(flush=True)


@contextlib.contextmanager
def conversation(data: Path, run: str | None, url: str | None, settings: Serve) -> Iterator[Any]:
    """Yield a conversation: with what answers at an address, or with a run that is served meanwhile."""
    from tasks.judging.endpoint import key_of, parse_endpoint
    from tasks.serving.conversation import Conversation
    from tasks.serving.guard import KEY

    if url is not None:
        endpoint = parse_endpoint("chat", url, "")
        yield Conversation(endpoint, key_of(endpoint), settings.temperature, settings.max_tokens)
        return
    from tasks.serve_model import find_models, serving

    models = find_models(data, [run] if run else [])
    for paragraph in models[0].terms:
        say(paragraph)
    here = settings.model_copy(update={"host": "127.0.0.1", "port": 0})
    with serving(models, here, say) as server:
        endpoint = parse_endpoint("chat", f"{server.url}/v1", models[0].run)
        yield Conversation(endpoint, os.environ.get(KEY), settings.temperature, settings.max_tokens)


class Screen:
    """The terminal: questions from stdin, answers as they come, remarks dimmed.

    Args:
        talk: the conversation.
    """

    def __init__(self, talk: Any) -> None:
        self.talk = talk
        self.out = Console(highlight=False, soft_wrap=True)
        self.commands = {"/system": self.system, "/reset": self.reset, "/show": self.show, "/save": self.save}

    def converse(self) -> None:
        """Ask and answer until the person ends it."""
        with contextlib.suppress(ImportError):
            import readline  # noqa: F401  # lines can be edited, and earlier ones come back by the arrow keys
        self.remark(f"{self.talk.served.name} answers. {HELP}")
        while True:
            try:
                line = input(ASK if sys.stdin.isatty() else "").strip()
            except (EOFError, KeyboardInterrupt):
                self.remark("")
                return
            if line == "/quit":
                return
            try:
                self.line(line)
            except PipelineError as error:
                self.out.print(Text(str(error), style="red"))

    def line(self, line: str) -> None:
        """Do what a line says. Raise PipelineError."""
        word, _, rest = line.partition(" ")
        if word in self.commands:
            self.commands[word](rest.strip())
        elif line.startswith("/"):
            self.remark(f"{visible(word)} is no command. {HELP}")
        elif line:
            self.answer(line)

    def answer(self, question: str) -> None:
        """Print an answer as it comes, then how much of the context is used."""
        pieces = self.talk.ask(question)
        try:
            for piece in pieces:
                self.out.print(visible(piece), end="", markup=False)
        except KeyboardInterrupt:
            pieces.close()
            self.out.print()
            self.remark("broken off: question and answer are forgotten.")
            return
        finally:
            self.out.print()
        counts, most = self.talk.counts, self.talk.served.context
        if counts.left_out:
            rounds = "round does" if counts.left_out == 1 else f"{counts.left_out} rounds do"
            self.out.print(Text(f"The oldest {rounds} not fit any more: the model did not see them.", style="yellow"))
        used = f"{counts.used:,}" if counts.used is not None else "?"
        cut = ", cut at max_tokens" if counts.finish == "length" else ""
        self.remark(f"{used}{f' of {most:,}' if most else ''} tokens{cut}")

    def system(self, text: str) -> None:
        """Set the system message, or print it."""
        self.talk.system = text or self.talk.system
        self.remark(f"system: {visible(self.talk.system or 'the one that the model was trained with')}")

    def reset(self, _: str) -> None:
        """Forget the conversation."""
        self.talk.reset()
        self.remark("forgotten.")

    def show(self, text: str) -> None:
        """Print the prompt's tokens: green what has loss in training, dim what is masked."""
        found = self.talk.prompt(text or "…")
        shown = Text()
        for number, piece in enumerate(found["pieces"]):
            learned = any(start <= number < end for start, end in found["loss"])
            shown.append(visible(piece) + "│", style="green" if learned else "dim")
        self.out.print(shown)
        self.out.print(" ".join(map(str, found["ids"])), style="dim")
        count = sum(end - start for start, end in found["loss"])
        self.remark(f"{len(found['ids']):,} tokens of {found['context']:,}; in training {count:,} of them have loss.")

    def save(self, name: str) -> None:
        """Write the conversation to a file."""
        self.talk.save(Path(name or "chat.json").expanduser())
        self.remark(f"saved to {visible(name or 'chat.json')}.")

    def remark(self, text: str) -> None:
        """Print what is not the model's."""
        self.out.print(Text(text, style="dim"))
