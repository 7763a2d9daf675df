"""Every command block of the documents works: it is run on the finished sample, or says above why it cannot be."""

import importlib.util
import re
import sys

import pytest
import yaml

from flows.cli import app, commands, train
from flows.cli.options import parse_sets
from tasks.runtime import remote_root
from tasks.runtime.config_file import make_settings
from tests.support.document_blocks import HOME, blocks, documents
from tests.support.document_desk import Desk, command_lines, parses
from tests.support.pipeline import without_pages

assert commands  # registers them
BLOCKS = [block for path in documents() for block in blocks(path)]
RUN = [
    pytest.param(block, id=str(block), marks=[pytest.mark.train] if block.needs else [])
    for block in BLOCKS
    if block.why_not_run is None
]
MARKED = [block for block in BLOCKS if block.why_not_run is not None and block.language in ("sh", "console")]


@pytest.fixture(scope="module")
def desks(tmp_path_factory, sample_root):
    """One folder a document, so that its blocks can build on each other."""
    made = {}
    with pytest.MonkeyPatch.context() as patch, without_pages():

        def desk(file: str) -> Desk:
            if file not in made:
                made[file] = Desk(tmp_path_factory.mktemp("desk") / "work", sample_root, patch)
            patch.chdir(made[file].folder)
            return made[file]

        yield desk


def lines_of(table: str) -> list[str]:
    """Return a printed table's lines: the heading, then the rows in an order of their own, which SQL need not keep."""
    first, *rows = (line.rstrip() for line in table.strip("\n").splitlines())
    return [first, *sorted(rows)]


def headings(output: str) -> list[str]:
    """Return the column names that open a printed table."""
    return re.split(r"\s{2,}", output.strip("\n").splitlines()[0].strip())


@pytest.mark.parametrize("block", RUN)
def test_a_command_block_runs_and_prints_what_is_shown(block, desks):
    """A block of the documents runs without error; a query's answer shown below it is what comes out."""
    desk = desks(block.file)
    if block.language == "python":
        absent = {word for word in re.findall(r"^(?:import|from) (\w+)", block.body, re.MULTILINE) if lacks(word)}
        if absent:
            pytest.skip(f"{', '.join(sorted(absent))} not installed: make test-slow installs what trainers need")
        desk.python(block.body, str(block))
    elif block.language == "sql":
        out = desk.sql(block.body.strip().removesuffix(";"))
        assert block.output is None or lines_of(block.output) == lines_of(out)
    else:
        lines = command_lines(block.body, block.language == "console")
        assert lines, "the block holds no command"
        out = [desk.shell(line) for line in lines]
        if block.output is not None and lines[-1].startswith("sharegpt sql"):
            assert headings(block.output) == headings(out[-1])
        if block.output is not None and "--once" in lines[-1]:
            assert block.output == out[-1]


@pytest.mark.parametrize("block", MARKED, ids=str)
def test_a_block_that_is_not_run_names_only_what_exists(block, monkeypatch, tmp_path):
    """The commands, options, settings and targets of a marked block exist."""
    monkeypatch.setattr(remote_root, "local_root", lambda _: tmp_path)  # a bucket is named, not reached
    for line in command_lines(block.body, block.language == "console"):
        parses(line)
        sets = re.findall(r"--set '?([\w.]+=[^\s']+)", line)
        if "sharegpt train" in line:
            train.chosen_settings(None, None, sets)
        else:
            make_settings(parse_sets(sets))


def helps():
    """Return the help text of every command by its name, those of groups too."""
    groups = [one.typer_instance for one in app.registered_groups]
    inner = [command for group in groups for command in group.registered_commands]
    found = [one.callback for one in (*app.registered_commands, *inner)]
    return {one.__name__: one.__doc__ for one in (*found, *(group.registered_callback.callback for group in groups))}


@pytest.mark.parametrize(("name", "text"), helps().items(), ids=helps())
def test_every_help_has_an_example_that_the_command_takes(name, text):
    """The help of each command ends with a command line that is one."""
    example = text.partition("Example: ")[2].split("\n")[0]
    assert example, f"{name} has no example"
    parses(example)


def lacks(module: str) -> bool:
    """Whether a module of this name cannot be imported here."""
    return module not in sys.modules and importlib.util.find_spec(module) is None


def test_the_documents_are_found():
    """The blocks come from the front page, the tutorial and the how-tos."""
    assert {"README.md", "docs/tutorial.md", "docs/how-to/rejudge-in-sql.md"} <= {block.file for block in BLOCKS}


@pytest.mark.parametrize("path", documents(), ids=lambda path: path.relative_to(HOME).as_posix())
def test_every_link_between_documents_leads_somewhere(path):
    """A relative link names a file of the project."""
    text = path.read_text(encoding="utf-8")
    links = [link.partition("#")[0] for link in re.findall(r"\]\(([^)\s]+)\)", text) if "://" not in link]
    assert [link for link in links if link and not (path.parent / link).exists()] == []


def test_every_how_to_is_in_the_index():
    """The index of the documents names every page."""
    index = (HOME / "docs" / "README.md").read_text(encoding="utf-8")
    pages = [path.relative_to(HOME / "docs").as_posix() for path in documents() if path.is_relative_to(HOME / "docs")]
    assert [page for page in pages if page != "README.md" and f"({page})" not in index] == []


def test_the_dataset_shown_is_the_one_that_is_tested():
    """The front page shows `docs/packed_dataset.py` as it is."""
    written = (HOME / "docs" / "packed_dataset.py").read_text(encoding="utf-8")
    assert written in [block.body for block in blocks(HOME / "README.md")]


def test_the_trigger_shown_is_the_one_deployed():
    """The how-to shows the trigger that prefect.yaml has."""
    shown = (HOME / "docs" / "how-to" / "schedule.md").read_text(encoding="utf-8")
    block = re.search(r"```yaml\n(triggers:.*?)```", shown, re.DOTALL)
    deployed = yaml.safe_load((HOME / "prefect.yaml").read_text(encoding="utf-8"))["deployments"]
    assert block
    assert yaml.safe_load(block[1])["triggers"] == deployed[0]["triggers"]
