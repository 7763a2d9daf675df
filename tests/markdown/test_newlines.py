"""Newlines that highlight.js swallowed come back, and no others."""

from __future__ import annotations

import html
import json
import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from turbohtml import Element, parse_fragment

from tasks.markdown.newlines import restored
from tests.support.budget import examples

SPAN = re.compile(r"\[(?:\"[^\"\n]*\"|'[^'\n]*'|[^\]])*\]")
STRING = re.compile(r"(\"[^\"\n]*\"|'[^'\n]*')")


def swallowed(code: str) -> str:
    """Render code as highlight.js 11.6 did where it guessed CSS: a span from `[` to `]` has lost its newlines."""

    def span(found: re.Match[str]) -> str:
        parts = STRING.split(found[0])
        inner = "".join(
            f'<span class="hljs-string">{html.escape(part)}</span>' if at % 2 else html.escape(part).replace("\n", "")
            for at, part in enumerate(parts)
        )
        return f'\0<span class="hljs-selector-attr">{inner}</span>\0'

    parts = SPAN.sub(span, code).split("\0")
    return "".join(part if at % 2 else html.escape(part) for at, part in enumerate(parts))


def comes_back(code: str) -> tuple[str, int]:
    """Return code after it was swallowed and restored, and how many newlines were put back."""
    root = parse_fragment(f"<code>{swallowed(code)}</code>")
    node = root.children[0]
    assert isinstance(node, Element)
    return restored(node)


@pytest.mark.parametrize(
    "code",
    [
        "[\n    [0, 1],\n    [1, 0]\n]\n",
        "matrix = [\n  [1,  2],\n\n  [3, 4]\n]\n",
        'x = [\n    "a",\n    foo(1, 2),\n]\nprint(x)\n',
        "[{\n    a: 1,\n    b: 2\n}, {\n    a: 3\n}]\n",
        "[\n\t1,\n\t20\n]\n",
        "xs = [\n    1,  # one\n    2,  # two\n    # three\n    3,\n]\n",
        "def f():\n    return [\n        [1, 2],\n        [3, 4],\n    ]\n",
        "call([\n    'ls',\n    '-l',\n], check=True)\n",
        "[\n  {\n    'a': [\n      1,\n      2\n    ]\n  }\n]\n",
    ],
)
def test_lines_come_back_where_brackets_balance_and_blanks_are_indents(code: str) -> None:
    """A list whose lines were swallowed stands as it was written."""
    found, count = comes_back(code)
    assert found == code
    assert count


@pytest.mark.parametrize(
    "code",
    [
        "a = [1,  2,   3]\nb = [ 'x',  'y' ]\n",
        "[  1,  0]\n",
        "[[  1,  10],\n [ 20,   3]]\n",
        "[section]\nkey = [ 1, 2 ]\n",
        'if [  "$a" = 1 ]; then\n  b\nfi\n',
        'a[href^="x"],  b[title] {\n  color: red;\n}\n',
        "[   x ]\n",
        "[    (1, 2]  )\n",
        "useEffect(f, [a,   b]);\n",
    ],
)
def test_blanks_that_only_part_items_stay(code: str) -> None:
    """Blanks that align, or brackets that do not balance, are left alone."""
    assert comes_back(code) == (code, 0)


values = st.recursive(
    st.one_of(st.integers(-5, 2_000), st.booleans(), st.sampled_from(["a", "b c", "d[0]", "e, f"])),
    lambda inner: st.one_of(
        st.lists(inner, min_size=2, max_size=3), st.dictionaries(st.sampled_from("xyz"), inner, min_size=1, max_size=3)
    ),
    max_leaves=8,
)
records = st.dictionaries(st.sampled_from(["name", "value", "tags"]), values, min_size=2, max_size=3)


@settings(max_examples=examples(80), deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(rows=st.lists(records, min_size=1, max_size=3), indent=st.sampled_from([2, 3, 4, "\t"]))
def test_printed_json_comes_back(rows: list[object], indent: int | str) -> None:
    """An array of records as JSON is printed comes back to the byte."""
    code = json.dumps(rows, indent=indent) + "\n"
    assert comes_back(code)[0] == code
