from pathlib import Path

import pytest
from typer.testing import CliRunner

from flows.cli import app, commands, preview
from schemas.settings import Settings
from tasks.runtime.run_config import make_run_config
from tasks.runtime.run_context import RunContext, held
from tasks.runtime.run_log import recorded
from tasks.sources.plan import plan
from tasks.sources.sample import choose_rows
from tasks.store.root import root_of
from tests.support import pipeline

assert commands  # registers the commands
ROWS = 30


def here(source: list[str], data: Path, sample: int, settings: Settings, accept: bool) -> object:
    """Run the sample without Prefect."""
    config = make_run_config(settings)
    with recorded(held(root_of(data, sample)), source) as run:
        ranges = choose_rows(plan(source, run.root / ".spool"), sample)
        return run.published(pipeline.make(RunContext(run.root, config, pipeline.Here()), ranges))


@pytest.fixture(scope="module")
def text(tmp_path_factory: pytest.TempPathFactory, sample: Path) -> str:
    """What `sharegpt preview` prints of the shipped sample."""
    root = tmp_path_factory.mktemp("preview") / "data"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(preview, "run_flow", here)
        words = ["preview", str(sample / "sharegpt_2023.json"), "--data", str(root), "--sample", str(ROWS)]
        result = CliRunner().invoke(app, words, catch_exceptions=False)
    assert result.exit_code == 0
    assert [path.name for path in root.iterdir()] == ["preview"]
    return str(result.stdout)


def test_preview_estimates_the_whole(text: str):
    """A preview says what all rows would take in time, memory and disk."""
    said = {" ".join(line.split()[:2]) for line in text.splitlines()}
    assert {"time about", "memory about"} <= said
    assert "(the sample is " in text
    assert "shards on disk" in text


def test_preview_times_every_stage_that_works_on_rows(text: str):
    """Each stage that can be timed on a few rows is listed with its microseconds a row."""
    for view in ("converted", "language_filtered", "quality_filtered", "signatures", "windows"):
        (line,) = [line for line in text.splitlines() if line.startswith(view) and len(line.split()) == 2]
        assert float(line.split()[1].replace(",", "")) > 0


def test_preview_ends_in_the_funnel_and_three_traces(text: str):
    """After the estimate stands the sample's funnel, and then three conversations through all stages."""
    assert text.index("the whole") < text.index("conversations  dropped") < text.index("── ")
    assert text.count("── 01 ingested") + text.count("── broken") == 3
    assert ["source", str(ROWS)] in [line.split()[:2] for line in text.splitlines()]
