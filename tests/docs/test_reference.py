"""The reference says what the code says."""

import importlib.util

import pytest

from tests.support.document_blocks import HOME

SPEC = importlib.util.spec_from_file_location("generate_reference", HOME / "docs" / "generate.py")
GENERATE = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(GENERATE)
PAGES = GENERATE.pages()


@pytest.mark.parametrize("name", PAGES)
def test_the_reference_is_up_to_date(name):
    """A page of docs/reference/ is what `make docs` writes now."""
    assert (GENERATE.FOLDER / name).read_text(encoding="utf-8") == PAGES[name], "run `make docs`"


def test_the_reference_holds_nothing_else():
    """Every page of docs/reference/ is generated."""
    assert {path.name for path in GENERATE.FOLDER.iterdir()} == set(PAGES)
