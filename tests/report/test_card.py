import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest
import yaml

from schemas.tables import Shards
from tasks.report.card import cell, name, size_of


def run_folder(root: Path) -> Path:
    return root / "07_shards" / json.loads((root / "07_shards" / "latest.json").read_text())["version"]


@pytest.fixture(scope="module")
def card(sample_root: Path) -> tuple[Path, dict, str]:
    """The sample's version, its card's front matter, and the card's text."""
    folder = run_folder(sample_root)
    _, front, text = (folder / "README.md").read_text(encoding="utf-8").split("---\n", 2)
    return folder, yaml.safe_load(front), text


def test_front_matter_names_the_files(card):
    """Each split of each config is a pattern that finds files below the card's folder."""
    folder, front, _ = card
    patterns = {
        config["config_name"]: {one["split"]: one["path"] for one in config["data_files"]}
        for config in front["configs"]
    }
    assert {"default", "fates", "rows"} <= set(patterns)
    assert set(patterns["default"]) == {"train", "validation"}
    for splits in patterns.values():
        for pattern in splits.values():
            assert list(folder.glob(pattern)), pattern


def test_front_matter_counts_the_rows(card):
    """The sizes in the front matter are those of the files, so that `datasets` finds what it was told."""
    folder, front, _ = card
    for info in front["dataset_info"]:
        (config,) = [one for one in front["configs"] if one["config_name"] == info["config_name"]]
        patterns = {one["split"]: one["path"] for one in config["data_files"]}
        for split in info["splits"]:
            files = list(folder.glob(patterns[split["name"]]))
            assert split["num_examples"] == sum(pq.read_metadata(file).num_rows for file in files)


def test_front_matter_has_every_column(card):
    """The features of the samples are the contract's columns, in order."""
    _, front, _ = card
    (samples,) = [info for info in front["dataset_info"] if info["config_name"] == "default"]
    assert [feature["name"] for feature in samples["features"]] == list(Shards.columns())


def test_card_lists_every_reason_and_source(card):
    """The card says how many conversations and turns each reason took, and each source with its rows."""
    folder, _, text = card
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    for line in manifest["rejections"]:
        assert any(row.startswith(f"| `{line['reason']}` |") for row in text.splitlines())
    assert "| `sharegpt_2023.json` |" in text


def test_words_cannot_leave_their_cell():
    """A value with pipes, line breaks, markup or backticks stays within its cell of a Markdown table."""
    assert cell("a|b\n\n# <b>") == "a\\|b # \\<b\\>"
    assert name("x`|`\ny") == "`xˋ\\|ˋ y`"


@pytest.mark.parametrize(("rows", "word"), [(0, "n<1K"), (999, "n<1K"), (1_000, "1K<n<10K"), (2_000_000, "1M<n<10M")])
def test_size_has_the_hubs_word(rows: int, word: str):
    """A number of rows is named as the hub names it."""
    assert size_of(rows) == word


@pytest.mark.slow
def test_datasets_loads_the_folder(card):
    """`datasets.load_dataset(folder)` reads both splits with the contract's columns, and the ledger by name."""
    datasets = pytest.importorskip("datasets", reason="make test-slow installs the trainers")
    folder, _, _ = card
    loaded = datasets.load_dataset(str(folder))
    assert set(loaded) == {"train", "validation"}
    assert loaded["train"].column_names == list(Shards.columns())
    assert datasets.load_dataset(str(folder), "fates")["train"].num_rows
