"""The Makefile's targets: what make hands to the shell is a line that the shell can read."""

import re
import shutil
import subprocess

import pytest

from tests.support.document_blocks import HOME

TARGETS = re.search(r"^\.PHONY: (.*)$", (HOME / "Makefile").read_text("utf-8"), re.MULTILINE).group(1).split()


@pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")
@pytest.mark.parametrize("more", [(), ("CLOUD=gcp", "CORPUS=x", "SOURCE=x")], ids=["plain", "with variables"])
def test_every_target_is_made_of_lines_that_a_shell_can_read(more):
    """A comma that make takes for its own, or a quote left open, ends no target with a syntax error."""
    for target in TARGETS:
        shown = subprocess.run(
            ["make", "--no-print-directory", "-n", target, *more], cwd=HOME, capture_output=True, text=True, check=True
        )
        read = subprocess.run(["sh", "-n"], input=shown.stdout, capture_output=True, text=True, check=False)
        assert read.returncode == 0, f"{target}: {read.stderr}"
