"""The DAG: raw ShareGPT rows in, 2,048-token shards out. Deployment clean/sharegpt."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Any, cast

from flows.environment import prepare

prepare()

from prefect import flow, unmapped  # noqa: E402  # the environment must be set before
from prefect.artifacts import create_markdown_artifact  # noqa: E402
from prefect.futures import PrefectFutureList  # noqa: E402
from prefect.runtime import deployment, flow_run  # noqa: E402
from prefect.states import Completed  # noqa: E402
from pydantic import Field  # noqa: E402

from flows import steps  # noqa: E402
from flows.artifacts import failure_markdown, funnel_markdown, rejections_markdown, report_markdown  # noqa: E402
from flows.beforehand import check_settings  # noqa: E402
from flows.order import PUBLISHED, Step, run_steps  # noqa: E402
from flows.progress_artifact import ProgressArtifact  # noqa: E402
from flows.runners import on_engine  # noqa: E402
from flows.up_to_date import current_version  # noqa: E402
from schemas.errors import PipelineError  # noqa: E402
from schemas.settings import (  # noqa: E402
    SECTIONS,
    Decontamination,
    Deduplication,
    Input,
    Language,
    Markdown,
    Privacy,
    Quality,
    Runner,
    Settings,
    Shards,
    Tokens,
)
from schemas.shipped import with_shipped  # noqa: E402
from tasks.privacy.places import redact_sentence  # noqa: E402
from tasks.runtime.config_file import ConfigFile, Fields, find_config, make_settings, over, read_config  # noqa: E402
from tasks.runtime.mend import mended  # noqa: E402
from tasks.runtime.remote_root import local_root, share  # noqa: E402
from tasks.runtime.run_config import make_run_config  # noqa: E402
from tasks.runtime.run_context import RunContext  # noqa: E402
from tasks.runtime.run_input import run_input  # noqa: E402
from tasks.runtime.run_log import recorded  # noqa: E402
from tasks.runtime.workers import stopped  # noqa: E402
from tasks.sources.ranges import Range  # noqa: E402
from tasks.sources.sample import choose_rows  # noqa: E402
from tasks.store.parts import Part  # noqa: E402
from tasks.store.root import root_of  # noqa: E402
from tasks.store.versions import Published  # noqa: E402

RAW = "data/raw"


def data_root(data: str | None) -> Path:
    """Return the data root's local folder: as given, else SHAREGPT_DATA, else ./data."""
    return local_root(data or os.environ.get("SHAREGPT_DATA") or "data")


def deployed() -> dict[str, Any]:
    """Return the parameters that the deployment of this run names in prefect.yaml; empty without a deployment."""
    found: dict[str, Any] = deployment.parameters or {}
    return found


def with_file(given: Settings, file: ConfigFile, of_deployment: dict[str, Any]) -> Settings:
    """Return the settings of a run: its own parameters over the configuration file over the deployment's."""
    own: Fields = {}
    usual: Fields = {}
    for name in SECTIONS:
        section = given.section(name)
        fields = {field: getattr(section, field) for field in section.model_fields_set}
        as_deployed = name in of_deployment and SECTIONS[name].model_validate(of_deployment[name]) == section
        (usual if as_deployed else own)[name] = fields
    return make_settings(over(own, over(file.fields, usual)))


def chosen(source: str | list[str], given: Settings, file: ConfigFile) -> tuple[str | list[str], Settings]:
    """Return a run's source and settings; only where there is a file is the server asked for a deployment's."""
    if file == ConfigFile():
        return source, given
    of_deployment = deployed()
    usual = source in (RAW, of_deployment.get("source"))
    return list(file.sources) if file.sources and usual else source, with_file(given, file, of_deployment)


def run_name() -> str:
    """Name a run after its source, redacted: `clean sharegpt_html.json`."""
    source = flow_run.parameters.get("source", RAW)
    first = source[0] if isinstance(source, list) else source
    return f"clean {redact_sentence(Path(str(first)).name)}"


@flow(name="clean", flow_run_name=run_name, persist_result=False)
def clean(
    source: str | list[str] = RAW,
    data: str | None = None,
    sample: Annotated[int, Field(ge=1)] | None = None,
    input: Input = Input(),  # noqa: A002  # a section's name is the flow's parameter
    markdown: Markdown = Markdown(),
    language: Language = Language(),
    quality: Quality = Quality(),
    privacy: Privacy = Privacy(),
    decontamination: Decontamination = Decontamination(),
    deduplication: Deduplication = Deduplication(),
    tokens: Tokens = Tokens(),
    shards: Shards = Shards(),
    runner: Runner = Runner(),
    config: str | None = None,
    profile: str | None = None,
    accept: bool = False,
) -> Any:
    """Raw ShareGPT rows in, 2,048-token Parquet shards out; the final state's result is what was published.

    Args:
        source: file, folder, glob or URL, or a list of those; a path begins at the folder of the process that runs.
        data: the data root, a folder or s3://…; SHAREGPT_DATA or ./data where none is given.
        sample: only so many rows, picked by chance but the same every time, published below preview/.
        input: how rows of any shape are read.
        markdown: how answers become Markdown.
        language: which languages are kept.
        quality: which answers are too bad.
        privacy: what happens to personal data and secrets.
        decontamination: which benchmark items must not be trained on.
        deduplication: what counts as the same conversation, and the share for validation.
        tokens: tokenizer, template and context that samples are cut for.
        shards: how files are written, how many versions stay, and when a result is refused.
        runner: worker processes of this machine, or a Dask cluster.
        config: a configuration file; empty = none; sharegpt.toml beside the data root where nothing is given.
        profile: a profile of that file.
        accept: whether a result that keeps far fewer rows of the same source than the current version is published.
    """
    # Every section is a parameter of its name.
    given = Settings(**{name: value for name, value in locals().items() if name in SECTIONS})
    root = data_root(data)
    source, given = chosen(source, given, read_config(find_config(root, config), profile))
    try:
        return run_stages(with_shipped(source), root, sample, given, accept)
    except PipelineError as error:
        show_failure(error, root_of(root, sample))
        raise


def run_stages(source: str | list[str], root: Path, sample: int | None, settings: Settings, accept: bool) -> Any:
    """Run the DAG, or find that nothing is to do; return the flow's final state with what was published."""
    config = make_run_config(settings)
    check_settings(settings)
    holding = steps.holding(root_of(root, sample))
    with recorded(holding, source) as run, steps.worker_pool(settings.runner) as pool:
        whole = steps.plan(source, run.root, settings.input, pool)
        ranges = choose_rows(whole, sample) if sample else whole
        current = current_version(run.root, ranges, config)
        if current is not None:
            share(run.root)
            return Completed(message=f"nothing new: version {current.version} stands", data=run.unchanged(current))
        page = ProgressArtifact()
        given = run_input(whole, sample, accept)
        with steps.run_context(run.root, ranges, config, page, pool, given) as context:
            published: Published = mended(run.root, lambda: on_engine(settings.runner, lambda: chain(context, ranges)))
        page.finish()
        share(run.root)
        show_on_page(published)
        manifest = published.manifest
        message = f"version {published.version}: {manifest.rows:,} samples, {manifest.tokens:,} tokens"
        message += f" ({published.note})" if published.note else ""
        return Completed(message=message, data=run.published(published))


def show_on_page(published: Published) -> None:
    """Put the tables of a version on Prefect's page of the run."""
    create_markdown_artifact(funnel_markdown(published), "funnel", "What each stage kept")
    create_markdown_artifact(rejections_markdown(published), "rejections", "Why rows and turns were dropped")
    create_markdown_artifact(report_markdown(published), "report", f"Report of version {published.version}")


def show_failure(error: PipelineError, root: Path) -> None:
    """Put why a run failed on Prefect's page of it; nothing where a person ended it, and perhaps the server with it."""
    if not stopped.is_set():
        create_markdown_artifact(failure_markdown(error, root), "failure", "Why the run failed")


def chain(context: RunContext, ranges: list[Range]) -> Published:
    """The DAG: every stage over all parts in the declared order, with one barrier, then the publication."""
    here = unmapped(context)

    def submit(step: Step, upstream: Any) -> Any:
        return steps.tasks[step.name].map(upstream, here)

    def decide(made: dict[str, Any]) -> Any:
        done = wait(list(made.values()))
        parts = dict(zip(made, done, strict=True))
        return steps.find_duplicates.submit(parts["sign"], parts["filter_quality"], context).result()

    made = run_steps(steps.ingest.map(ranges, here), submit, decide)
    published: Any = steps.publish.submit(wait([(made or {})[name] for name in PUBLISHED]), context).result()
    return cast(Published, published)


def wait(stages: list[PrefectFutureList[Any]]) -> list[list[Part]]:
    """Return the parts of stages in flow order, so that what is raised is the first failure, not one that follows."""
    return [futures.result() for futures in stages]
