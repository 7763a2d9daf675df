"""The settings of windows, shards and where the work runs."""

from __future__ import annotations

from typing import Literal

from schemas.settings.section import Section, Share, setting

MOST_MINUTES = 1_440
"""A day: a server that nobody asks for longer is a forgotten one."""
MOST_WORKERS = 1_024
"""Processes of one machine that a run may have."""


class Tokens(Section):
    """Which tokenizer, template and context windows are cut for."""

    tokenizer: str = setting(
        "mistral-v1",
        "A tokenizer.json, a SentencePiece .model, a hub id, or mistral-v1 (packaged with mistral-common).",
        "the packaged vocabulary needs no network",
        min_length=1,
    )
    template: str = setting(
        "vicuna_v1.1",
        "vicuna_v1.1, chatml, llama3, mistral, qwen, tokenizer (its own chat_template), or a file with Jinja text.",
        "Vicuna v1.5",
        min_length=1,
    )
    context: int = setting(2_048, "Most tokens of a window.", "LLaMA's first context", ge=32, le=1_048_576)
    long_answer: Literal["window", "truncate", "drop", "raise"] = setting(
        "window",
        "A round over the context: window cuts it into several samples, truncate keeps its beginning, drop drops it, "
        "raise ends the run.",
        "axolotl's excess_length_strategy drops, FastChat's splitter loses; window loses nothing",
    )
    long_question: Literal["drop", "trim_middle"] = setting(
        "drop",
        "A question that leaves no room for an answer: drop the round, or trim_middle of the question.",
        "an answer to an unseen question teaches guessing",
    )
    question_share: Share = setting(
        0.5,
        "Most of the context that a trimmed question, or the question repeated in a continuation, may take.",
        "half for what is learned",
    )
    overlap_share: float = setting(
        0.0625,
        "Share of the context that a continuation repeats of the answer before it, without loss.",
        "128 of 2,048 tokens: a paragraph",
        ge=0.0,
        le=0.5,
    )
    cut_share: float = setting(
        0.0625,
        "How far back from the limit, as a share of the context, a cut looks for the end of a line or sentence.",
        "128 of 2,048 tokens: a paragraph",
        ge=0.0,
        le=0.5,
    )
    min_answer: int = setting(
        16,
        "Fewest answer tokens that a window of an over-long round must have room for.",
        "a sentence",
        ge=8,
        le=1_024,
    )


class Shards(Section):
    """How published files are written."""

    compression_level: int = setting(
        1, "zstd level of every Parquet file.", "measured: 3 takes 1.4 times the time for 14 % fewer bytes", ge=1, le=19
    )
    keep_versions: int = setting(
        3, "Published versions kept, the current one included.", "a month of weekly runs", ge=1
    )
    min_kept_share: Share = setting(
        0.5,
        "A run of the current version's source is refused where the share of rows it keeps falls below this share of "
        "the current version's; 0 = never.",
        "a wrong setting or a changed dump loses most rows, a stricter rule some",
    )


class Runner(Section):
    """Where the work runs; outside every digest, since results do not depend on it."""

    workers: int | None = setting(
        None, "Processes; null = one per core.", "the bytes are the same for any", ge=1, le=MOST_WORKERS
    )
    keep_server: int = setting(
        0,
        "Minutes without a run after which the Prefect server that `sharegpt run` started ends; 0 = with the run.",
        "a process that stays is a surprise, so it is asked for; it saves each run 3.3 CPU s",
        ge=0,
        le=MOST_MINUTES,
    )
    kind: Literal["local", "dask"] = setting(
        "local", "local: processes of this machine; dask: an existing cluster.", "the bytes are the same on either"
    )
    address: str | None = setting(
        None, "The Dask scheduler's address, such as tcp://host:8786; null where the kind is local.", "Dask's own form"
    )
