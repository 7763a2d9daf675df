"""The reference says what the code says."""

import importlib.util

import pytest

from tests.support.document_blocks import HOME

SPEC = importlib.util.spec_from_file_location("generate_reference", HOME / "docs" / "generate.py")
GENERATE = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(GENERATE)


@pytest.fixture(scope="module")
def pages():
    """Every page as `make docs` writes it now."""
    return GENERATE.pages()


@pytest.mark.parametrize("name", sorted(path.name for path in GENERATE.FOLDER.iterdir()))
def test_the_reference_is_up_to_date(name, pages):
    """A page of docs/reference/ is what `make docs` writes now."""
    assert (GENERATE.FOLDER / name).read_text(encoding="utf-8") == pages[name], "run `make docs`"


def test_the_reference_holds_nothing_else(pages):
    """Every page of docs/reference/ is generated."""
    assert {path.name for path in GENERATE.FOLDER.iterdir()} == set(pages)
