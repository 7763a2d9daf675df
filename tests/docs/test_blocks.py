"""The finder of command blocks and the reader of commands, as sentences about small documents."""

import pytest

from tests.support import document_blocks as finder
from tests.support.document_desk import command_lines, parses

DOCUMENT = """\
# Title

```sql
SELECT 1 AS one
```

```text
one
  1
```

<!-- not run: it needs the network -->
```sh
sharegpt run s3://bucket
```

- a list

  ```sh
  sharegpt verify
  ```

```yaml
key: value
```
"""


@pytest.fixture
def found(tmp_path, monkeypatch):
    monkeypatch.setattr(finder, "HOME", tmp_path)
    path = tmp_path / "page.md"
    path.write_text(DOCUMENT)
    return finder.blocks(path)


def test_commands_are_found_with_their_lines(found):
    """Shell, SQL and Python blocks are commands, also inside lists; other fences are not."""
    assert [(str(block), block.language) for block in found] == [
        ("page.md:3", "sql"),
        ("page.md:13", "sh"),
        ("page.md:19", "sh"),
    ]
    assert found[2].body == "sharegpt verify\n"


def test_a_mark_and_an_output_belong_to_one_block(found):
    """A comment directly above says why a block is not run, a text block directly below is its output."""
    assert [block.why_not_run for block in found] == [None, "it needs the network", None]
    assert [block.output for block in found] == ["one\n  1\n", None, None]


def test_a_command_may_go_on_over_lines():
    """Backslashes and open quotes join lines; comments and blank lines are no commands."""
    body = 'sharegpt sql "SELECT 1\nFROM rows"\n\n# a note\nsharegpt run a#0 \\\n  --workers 1  # isn\'t it\n'
    assert command_lines(body, prompts=False) == [
        'sharegpt sql "SELECT 1\nFROM rows"',
        "sharegpt run a#0 \n  --workers 1",
    ]


def test_only_lines_after_a_prompt_are_commands_in_a_console():
    """A console block shows output between its commands."""
    assert command_lines("$ sharegpt verify\nall as written\n$ ls\n", prompts=True) == ["sharegpt verify", "ls"]


@pytest.mark.parametrize("line", ["sharegpt run --unknown 1", "sharegpt nothing", "make nothing"])
def test_a_command_that_does_not_exist_is_noticed(line):
    """An option, a command or a target that is not there fails, although nothing is run."""
    with pytest.raises(Exception, match=r"unknown|nothing"):  # typer's own classes are not public
        parses(line)
