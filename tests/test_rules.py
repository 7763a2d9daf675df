"""The house rules of DESIGN.md, as far as a program can check them."""

import ast
import subprocess
import sys
import tokenize
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

from flows.order import CAPABILITIES, PUBLISHED, STEPS, VERBS
from schemas.judging import Answers, Reviews
from schemas.judging_figures import FIGURES
from schemas.ledger import Broken, Fates, Rows, Runs
from schemas.reasons import Reason
from schemas.repairs import Repair
from schemas.serving import ArenaStrengths, Votes
from schemas.settings import CAPABILITY_SECTIONS, SECTIONS
from schemas.tables import STAGES
from schemas.training import TRAINING
from tasks.store.view_sql import ANSWERS
from tests.support.source_files import FILES, HOME, OURS, imports, name

LONGEST_FILE = 250
LONGEST_FUNCTION = 40


FLOORS = (
    ("schemas",),
    ("tasks.markdown",),
    ("tasks.conversations",),
    ("tasks.language", "tasks.quality", "tasks.privacy", "tasks.decontamination", "tasks.tokens"),
    ("tasks.store",),
    ("tasks.report", "tasks.deduplication", "tasks.sources"),
    ("tasks.runtime",),
    ("tasks.judging", "tasks.training"),
    ("tasks.serving",),
    ("tasks",),
    ("flows",),
)
"""What stands above what: a module imports from lower floors, or its own package."""


PRIVATE_WORDS = {
    "House", "Listener", "Give", "Say", "Tell", "Talks", "Dialogues", "Said", "Told", "Shelf", "alive",
    "arrange", "claim", "concern", "find_twins", "drop_twins", "furniture", "galleries", "hear", "identities",
    "keepers", "knob", "knobs", "likeness", "living", "measured", "mild", "nothing_new", "prints", "recipe",
    "said", "seeing", "settle", "shelf", "spoken", "standing", "take_in", "told", "twin", "twins", "worthy",
}  # fmt: skip
"""Words that once named things here and are not the field's. `known`, `joined`, `named`, `lookup`, `pieces`, `frame`,
`origins`, `tail`, `null`, `unique` are left out: they stand in libraries, or mean what the dictionary says."""


def floor(module: str) -> int:
    """Return the floor on which a module of ours stands, counted from the ground."""
    found = [
        number for number, packages in enumerate(FLOORS) for package in packages
        if module == package or module.startswith(package + ".")
    ]  # fmt: skip
    return min(found)


def package(module: str) -> str:
    """Return the package that a module of ours belongs to; a verb is its own."""
    return ".".join(module.split(".")[:2]) if module.startswith("tasks.") else module.split(".")[0]


def climbs(path: Path) -> set[str]:
    """Return the modules of higher floors, and of other packages of its own floor, that a file imports."""
    mine = name(path)
    beside = {"tasks", "flows"} if mine.count(".") < 2 else set()
    ours = {module for module in imports(path) if module.split(".")[0] in OURS and package(module) != package(mine)}
    up = {one for one in ours if floor(one) > floor(mine)}
    return up | {one for one in ours if floor(one) == floor(mine) and package(one).split(".")[0] not in beside}


def test_imports_run_downhill():
    """A module imports from lower floors and its own package alone; verbs and flows may also import each other."""
    assert {name(path): found for path in FILES if (found := climbs(path))} == {}


def test_prefect_is_known_to_the_flows_alone():
    """Below flows/ nothing imports Prefect: worker processes would pay a second each for it."""
    below = [path for path in FILES if not name(path).startswith("flows")]
    assert [name(path) for path in below if any(one.split(".")[0] == "prefect" for one in imports(path))] == []


def private_words(path: Path) -> set[str]:
    """Return the identifiers of a file that are words of which only we know the meaning."""
    with path.open("rb") as file:
        identifiers = {token.string for token in tokenize.tokenize(file.readline) if token.type == tokenize.NAME}
    return {one for one in identifiers if one.lstrip("_") in PRIVATE_WORDS}


def test_identifiers_are_the_words_of_the_field():
    """No identifier is a word of which only we know the meaning; text and comments may hold any."""
    assert {name(path): found for path in FILES if (found := private_words(path))} == {}


def test_a_file_is_short_and_says_what_it_is():
    """Every file opens with one sentence and has no more than 250 lines, every function no more than 40."""
    unsaid, long, functions = [], {}, {}
    for path in FILES:
        text = path.read_text(encoding="utf-8")
        tree, lines = ast.parse(text), len(text.splitlines())
        if not (ast.get_docstring(tree) or "").split("\n\n")[0].endswith("."):
            unsaid.append(name(path))
        if lines > LONGEST_FILE:
            long[name(path)] = lines
        defined = [one for one in ast.walk(tree) if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef)]
        sizes = {f"{name(path)}.{one.name}": one.end_lineno - one.lineno + 1 for one in defined}
        functions |= {one: size for one, size in sizes.items() if size > LONGEST_FUNCTION + 10}
    assert unsaid == [], "the first sentence is missing"
    assert long == {}
    assert functions == {}


def test_tasks_holds_the_verbs_and_nothing_else():
    """Each file of tasks/ is a verb, named in the declared order or among the capabilities."""
    assert {path.stem for path in (HOME / "tasks").glob("*.py")} == {"__init__", *VERBS, *CAPABILITIES}
    steps = {step.name for step in STEPS} | {"ingest", "find_duplicates", "publish"}
    assert set(PUBLISHED) <= steps


def test_no_circle_of_imports():
    """No module imports itself by way of others."""
    graph = {name(path): {one for one in imports(path) if one.split(".")[0] in OURS} for path in FILES}
    list(TopologicalSorter(graph).static_order())


def test_no_flow_file_shadows_the_standard_library():
    """Prefect puts flows/ first on sys.path: a flows/inspect.py would break the import of Prefect itself."""
    names = {path.stem for path in (HOME / "flows").glob("*.py")} | {path.name for path in (HOME / "flows").iterdir()}
    assert names & set(sys.stdlib_module_names) == set()


@pytest.mark.parametrize(
    "contract",
    [*STAGES, *ANSWERS, *TRAINING, Broken, Fates, Rows, Runs, Answers, Reviews, *FIGURES, Votes, ArenaStrengths],
    ids=lambda one: one.view,
)
def test_every_view_and_column_has_a_sentence(contract):
    """The data dictionary leaves nothing unsaid."""
    assert contract.note().endswith(".")
    assert [column for column, one in contract.columns().items() if len(one.note) < 4] == []


def test_every_reason_and_repair_has_a_sentence_and_a_stage():
    """A reason names the one stage that gives it."""
    views = {stage.view for stage in STAGES}
    assert [reason for reason in Reason if reason.stage not in views or not reason.sentence.endswith(".")] == []
    assert [repair for repair in Repair if not repair.sentence.endswith(".")] == []


@pytest.mark.parametrize("section", [*SECTIONS.values(), *CAPABILITY_SECTIONS.values()], ids=lambda one: one.__name__)
def test_every_setting_has_a_sentence_and_a_source(section):
    """A setting says what it does and where its default comes from."""
    assert section.__doc__
    for setting, field in section.model_fields.items():
        assert field.description, setting
        assert (field.json_schema_extra or {}).get("source"), setting


def test_committed_files_name_no_registry_and_no_lock_of_uv():
    """Locks hold pins and hashes; where packages come from is the machine's business."""
    tracked = subprocess.run(["git", "ls-files"], cwd=HOME, capture_output=True, text=True, check=False).stdout.split()
    assert "uv.lock" not in tracked
    lock = (HOME / "requirements.lock").read_text(encoding="utf-8")
    assert "://" not in lock
    assert "--index-url" not in lock


def test_no_function_of_a_test_keeps_a_type_of_duckdb():
    """Annotations that name one are postponed: pytest keeps functions to the end, which nanobind calls a leak."""
    for path in sorted((HOME / "tests").rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        if any(isinstance(node, ast.ImportFrom) and node.module == "__future__" for node in tree.body):
            continue
        asked = [node.annotation for node in ast.walk(tree) if isinstance(node, ast.arg) and node.annotation]
        asked += [node.returns for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.returns]
        assert [ast.unparse(one) for one in asked if "duckdb" in ast.unparse(one)] == [], path
