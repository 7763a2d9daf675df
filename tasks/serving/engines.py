"""The engines that compute answers: how each is started, asked with ids, and read."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from tasks.serving.errors import EngineError, ServingError
from tasks.serving.model import Model

STOPPED = -1
"""Stands behind the ids of an answer that an engine ended by itself, whether or not it gives the id that ended it."""


@dataclass(frozen=True)
class Options:
    """How one answer is drawn.

    Args:
        max_tokens: most ids of the answer.
        temperature: 0 = always the likeliest.
        top_p: share of probability that is drawn from.
        seed: of the draw; None = another each time.
    """

    max_tokens: int
    temperature: float
    top_p: float | None = None
    seed: int | None = None

    def common(self) -> dict[str, Any]:
        """Return the fields that all engines call the same."""
        chosen = {"temperature": self.temperature, "top_p": self.top_p, "seed": self.seed}
        return {"stream": True} | {name: value for name, value in chosen.items() if value is not None}


class Engine:
    """What differs between engines. Every one is given ids and gives ids: no engine ever sees a text."""

    path: ClassVar[str]
    needs: ClassVar[tuple[str, ...]] = ()

    def command(self, model: Model, folder: Path, port: int) -> list[str]:
        """Return the words that start it on a port of this machine, with a folder for what it needs beside."""
        raise NotImplementedError

    def body(self, model: Model, ids: Sequence[int], options: Options) -> dict[str, Any]:
        """Return the JSON that asks for an answer."""
        raise NotImplementedError

    def ids(self, chunk: dict[str, Any]) -> list[int]:
        """Return the ids of one event. Raise EngineError where it says that something went wrong."""
        raise NotImplementedError


class Transformers(Engine):
    """`transformers serve`, which takes texts alone: its folder has a tokenizer that spells every id as a number."""

    path = "/v1/completions"
    needs = ("transformers", "torch", "fastapi", "uvicorn", "openai")

    def command(self, model: Model, folder: Path, port: int) -> list[str]:
        """See Engine."""
        write_numbers(model, folder)
        main = "from transformers.cli.transformers import main; main()"
        return [sys.executable, "-P", "-c", main, "serve", str(folder), "--host", "127.0.0.1", "--port", str(port)]

    def body(self, model: Model, ids: Sequence[int], options: Options) -> dict[str, Any]:  # noqa: ARG002  # see Engine
        """See Engine."""
        return {"prompt": " ".join(map(str, ids)), "max_tokens": options.max_tokens} | options.common()

    def ids(self, chunk: dict[str, Any]) -> list[int]:
        """See Engine."""
        if "error" in chunk:
            raise EngineError(str(chunk["error"]))
        return [int(word) for choice in chunk["choices"] for word in choice["text"].split()]


class Vllm(Engine):
    """vLLM, a program of its own: its libraries and ours exclude each other."""

    path = "/v1/completions"

    def command(self, model: Model, folder: Path, port: int) -> list[str]:  # noqa: ARG002  # see Engine
        """See Engine. Raise ServingError where there is no such program."""
        program = os.environ.get("SHAREGPT_VLLM") or shutil.which("vllm")
        if program is None:
            raise ServingError(
                "There is no program vllm: install it into an environment of its own (docs/how-to/vllm.md), and put it "
                "on PATH or name it in SHAREGPT_VLLM."
            )
        words = [program, "serve", str(model.folder), "--served-model-name", model.run]
        return [*words, "--max-model-len", str(model.context), "--host", "127.0.0.1", "--port", str(port)]

    def body(self, model: Model, ids: Sequence[int], options: Options) -> dict[str, Any]:
        """See Engine."""
        asked = {"model": model.run, "prompt": list(ids), "max_tokens": options.max_tokens, "return_token_ids": True}
        return asked | options.common()

    def ids(self, chunk: dict[str, Any]) -> list[int]:
        """See Engine."""
        if "error" in chunk:
            raise EngineError(str(chunk["error"]))
        found = [choice.get("token_ids") for choice in chunk.get("choices", [])]
        if None in found and any(choice.get("text") for choice in chunk["choices"]):
            raise EngineError("vLLM gave text without token_ids: it is older than return_token_ids, renew it")
        ended = any(choice.get("finish_reason") == "stop" for choice in chunk.get("choices", []))
        return [number for ids in found if ids for number in ids] + [STOPPED] * ended


class Llama(Engine):
    """llama.cpp through xllamacpp, over a file that is written at the start and removed in the end."""

    path = "/completion"
    needs = ("xllamacpp", "gguf")

    def command(self, model: Model, folder: Path, port: int) -> list[str]:
        """See Engine. Raise ServingError where the model is no LLaMA."""
        from tasks.serving.gguf_file import write_gguf

        write_gguf(model, folder / "model.gguf")
        words = [str(folder / "model.gguf"), str(port), str(model.context)]
        return [sys.executable, "-P", "-m", "tasks.serving.llama", *words]

    def body(self, model: Model, ids: Sequence[int], options: Options) -> dict[str, Any]:  # noqa: ARG002  # see Engine
        """See Engine."""
        # Its own defaults would draw from forty tokens, and only from likely ones.
        plain = {"top_k": 0, "min_p": 0.0, "top_p": 1.0, "repeat_penalty": 1.0, "cache_prompt": True}
        return plain | {"prompt": list(ids), "n_predict": options.max_tokens, "return_tokens": True} | options.common()

    def ids(self, chunk: dict[str, Any]) -> list[int]:
        """See Engine."""
        if "error" in chunk:
            raise EngineError(str(chunk["error"].get("message", chunk["error"])))
        return [*chunk.get("tokens", []), *([STOPPED] if chunk.get("stop_type") == "eos" else [])]


ENGINES: dict[str, Engine] = {"transformers": Transformers(), "llama.cpp": Llama(), "vllm": Vllm()}


def find_engine(name: str) -> Engine:
    """Return an engine by its name. Raise ServingError where a library that it needs is not installed."""
    engine = ENGINES[name]
    missing = [module for module in engine.needs if importlib.util.find_spec(module) is None]
    if missing:
        raise ServingError(
            f"The engine {name} needs {', '.join(missing)}: `make setup-serve` installs the engines here, elsewhere "
            "pip install 'sharegpt-clean[serve]' (llama.cpp: serve-cpu)."
        )
    return engine


def write_numbers(model: Model, folder: Path) -> None:
    """Write a folder for an engine that takes texts alone: the model's weights, and ids spelled as numbers.

    `transformers serve` reads a prompt as text, in which `</s>` of a user becomes the end of a sequence. Given
    "1 330 10706" and a vocabulary of numbers it sees the ids themselves, and answers with ids.
    """
    for path in model.folder.iterdir():
        if path.suffix == ".safetensors" or path.name in ("config.json", "model.safetensors.index.json"):
            (folder / path.name).symlink_to(path.resolve())
    generation = json.loads((model.folder / "generation_config.json").read_text(encoding="utf-8"))
    generation["eos_token_id"] = sorted(model.stops)
    (folder / "generation_config.json").write_text(json.dumps(generation), encoding="utf-8")
    numbers: dict[str, Any] = {
        "version": "1.0",
        "added_tokens": [],
        "normalizer": None,
        "pre_tokenizer": {"type": "WhitespaceSplit"},
        "post_processor": None,
        "decoder": None,
        "model": {"type": "WordLevel", "vocab": {str(n): n for n in range(model.vocabulary)}, "unk_token": "0"},
    }
    (folder / "tokenizer.json").write_text(json.dumps(numbers), encoding="utf-8")
    about = {"tokenizer_class": "PreTrainedTokenizerFast", "clean_up_tokenization_spaces": False}
    (folder / "tokenizer_config.json").write_text(json.dumps(about), encoding="utf-8")
