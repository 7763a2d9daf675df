"""`sharegpt serve-model`: a finished model behind an OpenAI-compatible address, until it is stopped."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

import typer

from flows.cli import DATA, DataOption, say
from flows.cli.asking import make_section
from flows.cli.stop import Stopped
from flows.cli.table import console, make_table
from schemas.settings.serve import Serve

BENCH = 5
"""Answers that --bench measures."""
BENCH_TOKENS = 64


def serve_model(
    runs: Annotated[
        list[str] | None, typer.Argument(help="Runs to serve, by how their ids begin; the newest if none.")
    ] = None,
    data: DataOption = DATA,
    engine: Annotated[str | None, typer.Option(help="transformers, llama.cpp or vllm.")] = None,
    port: Annotated[int | None, typer.Option(help="Port; 0 = any free one.")] = None,
    host: Annotated[
        str | None, typer.Option(help="Address to listen on; others than this machine's need a key.")
    ] = None,
    bench: Annotated[
        bool, typer.Option("--bench", help="Measure the first token's time and tokens/s, and end.")
    ] = False,
    sets: Annotated[list[str] | None, typer.Option("--set", metavar="serve.FIELD=VALUE", help="Any setting.")] = None,
) -> None:
    """Serve trained models as OpenAI's chat completions; the ids they are shown are those they were trained on.

    Example: sharegpt serve-model --port 8000
    """
    from tasks.serve_model import find_models, serving

    settings = make_section("serve", Serve, sets or [], engine=engine, port=port, host=host)
    models = find_models(data, runs or [])
    for model in models:
        say(f"{model.run}:")
        for paragraph in model.terms:
            say(f"  {paragraph}")
    try:
        with serving(models, settings, say) as server:
            if bench:
                print_bench(server.url, models)
                return
            typer.echo(f"{server.url}/v1 answers as {', '.join(model.run for model in models)}")
            arena = " and the arena" if len(models) > 1 else ""
            say(f"{server.url}/ is a page for a browser: chat{arena}. Ctrl-C stops the server.")
            server.wait()
    except Stopped as stop:
        raise Stopped(stop.code, "the server has stopped.") from stop


def print_bench(url: str, models: Sequence[Any]) -> None:
    """Print what answers take, a line a model."""
    from tasks.serving.bench import measure, summary

    found = [summary(measure(url, model, BENCH, BENCH_TOKENS)) for model in models]
    names = ["run", *found[0]]
    rows = [
        [model.run, *(round(value, 3) for value in line.values())] for model, line in zip(models, found, strict=True)
    ]
    console().print(make_table(names, rows))
