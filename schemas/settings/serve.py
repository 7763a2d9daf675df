"""Settings of serving a trained model: which engine, where it listens, how answers are drawn."""

from __future__ import annotations

from typing import Literal

from schemas.settings.section import Section, setting


class Serve(Section):
    """How a trained model is served, and how it answers where a request does not say."""

    engine: Literal["transformers", "llama.cpp", "vllm"] = setting(
        "transformers",
        "What computes the answers: transformers serve; llama.cpp (xllamacpp); vllm, an outside program for GPUs.",
        "the library that trained the model needs no conversion",
    )
    host: str = setting(
        "127.0.0.1",
        "Address to listen on; beyond this machine only with a key.",
        "nobody else is asked in",
        min_length=1,
    )
    port: int = setting(
        8000, "Port to listen on; 0 = any free one.", "vLLM and transformers serve: 8000", ge=0, le=65535
    )
    hosts: tuple[str, ...] = setting(
        (), "Further names by which requests may call the server (their Host header).", "your proxy's or machine's name"
    )
    temperature: float = setting(0.7, "Of an answer.", "the article's answers: 0.7", ge=0.0, le=2.0)
    max_tokens: int = setting(1024, "Most tokens of an answer.", "the article's answers: max_new_tokens 1024", ge=1)
    room: int = setting(
        256,
        "Tokens kept free for an answer where oldest rounds are left out of a full context.",
        "an eighth of 2,048; most answers of ShareGPT are shorter",
        ge=1,
    )
    threads: int | None = setting(
        None,
        "Threads of an engine on a CPU; null = one a core.",
        "measured: more than cores cost 8 times as long",
        ge=1,
    )
    at_once: int = setting(
        32,
        "Requests under way or waiting; more are turned away with 503.",
        "an engine on a CPU answers one by one",
        ge=1,
    )
    start_seconds: float = setting(
        900.0, "Seconds an engine may take until it is ready.", "26 GB of weights from a slow disk", gt=0
    )
    votes_in_file: int = setting(
        500, "Votes of one file in 11_votes; then the next begins.", "a file is written anew for each vote", ge=1
    )
