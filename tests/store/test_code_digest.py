"""The digest of a stage's code: what changes it, and what does not."""

import ast
import io
import sys
import tokenize
from pathlib import Path

import pytest

from tasks.store import code_digest as code
from tests.support.source_files import FILES, imports, name

SKIPPED = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER}


def tokens(text: str, but: tuple[tuple[int, int], ...] = ()) -> list[str]:
    read = tokenize.generate_tokens(io.StringIO(text).readline)
    return [one.string for one in read if one.type not in SKIPPED and one.start not in but]


def lone_strings(text: str) -> tuple[tuple[int, int], ...]:
    found = [
        one for one in ast.walk(ast.parse(text)) if isinstance(one, ast.Expr) and isinstance(one.value, ast.Constant)
    ]
    return tuple((one.lineno, one.col_offset) for one in found)


@pytest.mark.parametrize("path", [one for one in FILES if "flows" not in one.parts], ids=name)
def test_what_is_digested_is_what_python_reads(path):
    """The pattern leaves out comments and docstrings and nothing else, and finds every import that a parse finds."""
    text = path.read_text(encoding="utf-8")
    assert tokens(code.without_comments(text)[0]) == tokens(text, lone_strings(text))
    source = code.read_source(path)
    outside = {one.split(".")[0] for one in imports(path)} - sys.stdlib_module_names - set(code.OURS)
    assert source.libraries == outside
    assert source.ours == {one for one in imports(path) if one.split(".")[0] in code.OURS}


@pytest.fixture
def package(tmp_path, monkeypatch):
    """A package of ours with one module, whose digest is taken anew after every change."""
    folder = tmp_path / "tasks" / "room"
    folder.mkdir(parents=True)
    monkeypatch.setattr(code, "HOME", tmp_path)

    def digest(text: str = 'import polars\n\n\ndef work():\n    """Return one."""\n    return 1\n') -> str:
        (folder / "work.py").write_text(text, encoding="utf-8")
        for cached in (code.module_file, code.read_source, code.closure, code.code_digest):
            cached.cache_clear()
        return code.code_digest("tasks.room.work")

    digest.folder = folder
    return digest


def test_a_comment_or_docstring_changes_nothing(package):
    """Words for people are not part of what a stage computes."""
    plain = package()
    assert package('import polars\n\n# Why.\ndef work():\n    """Other words."""\n\n    return 1  # one\n') == plain


@pytest.mark.parametrize("text", ["return 2", 'return """1"""', "return 1 + 0"])
def test_code_changes_it(package, text):
    """Whatever is computed is digested."""
    assert package(f"import polars\n\n\ndef work():\n    {text}\n") != package()


def test_a_string_that_is_an_argument_is_code(package):
    """Only a string that stands alone is a docstring, not one on a line of its own inside brackets."""
    assert package('x = f(\n    """a"""\n)\n') != package('x = f(\n    """b"""\n)\n')


def test_a_new_release_of_an_imported_library_changes_it(package, monkeypatch):
    """The libraries are found from the imports; others may change as they like."""
    before = package()
    installed = code._distributions()
    monkeypatch.setattr(code, "_distributions", lambda: {**installed, "other": ["other-9"]})
    assert package() == before
    monkeypatch.setattr(code, "_distributions", lambda: {**installed, "polars": ["polars-99"]})
    assert package() != before


def test_a_library_is_known_by_what_its_distribution_installed(tmp_path, monkeypatch):
    """A package, a module, a compiled one and the libraries beside it count; scripts and the metadata do not."""
    for distribution, files in {
        "a-1": "one/x.py,,\none.libs/y.so,,\n../bin/two,,\na-1.dist-info/RECORD,,",
        "b-2": "three.py,,\n_four.so,,",
    }.items():
        (tmp_path / f"{distribution}.dist-info").mkdir()
        (tmp_path / f"{distribution}.dist-info" / "RECORD").write_text(files, encoding="utf-8")
    monkeypatch.setattr("sys.path", [str(tmp_path)])
    assert code._distributions.__wrapped__() == {"one": ["a-1"], "a-1": ["a-1"], "three": ["b-2"], "_four": ["b-2"]}


def test_the_data_beside_a_module_is_part_of_it(package):
    """A table or a template in the package decides bytes as its code does."""
    before = package()
    (package.folder / "table.txt").write_text("a", encoding="utf-8")
    assert package() != before


def test_a_reason_counts_by_its_value(package, monkeypatch):
    """A new Reason remakes nothing; another word for one that a stage gives remakes that stage."""
    from schemas.reasons import Reason

    text = "from schemas.reasons import Reason\n\nGIVEN = Reason.REFUSAL\n"
    before = package(text)
    assert package("from schemas.reasons import Reason\n\nGIVEN = Reason.BRANCH\n") != before
    monkeypatch.setitem(Reason._member_map_, "NEW", Reason.REFUSAL)
    assert package(text) == before
    monkeypatch.setitem(Reason._member_map_, "REFUSAL", Reason.BRANCH)
    assert package(text) != before


def test_the_stages_digest_the_modules_that_write_their_files():
    """A change in how parts are written remakes every part."""
    for stage in ("tasks.convert", "tasks.filter_language", "tasks.filter_quality", "tasks.cut_windows"):
        assert "tasks.store.parts" in dict(code.closure(stage))


def test_every_library_that_a_stage_imports_is_installed():
    """No import is left without a release."""
    stages = ("tasks.ingest", "tasks.convert", "tasks.filter_language", "tasks.filter_quality", "tasks.cut_windows")
    paths: set[Path] = {path for stage in stages for path in dict(code.closure(stage)).values()}
    used = set().union(*(code.read_source(path).libraries for path in paths))
    assert {library for library in used if not code.releases(library)} <= {"gigatoken"}
