"""Labels of code blocks: what was written stays, what the page guessed goes."""

from __future__ import annotations

import pytest

from tasks.markdown.answer import to_markdown

BUTTON = "<button>Copy code</button>"
PAGES = {
    "2022": '<pre><div><div>{button}</div><div><code class="hljs {name}">{code}</code></div></div></pre>',
    "2023": '<pre><div class="bg-black"><div><span class="">{shown}</span>{button}</div><div>'
    '<code class="hljs {name}">{code}</code></div></div></pre>',
    "2025": '<pre class="overflow-visible!"><div class="contain-inline-size"><div class="flex text-xs">{shown}</div>'
    '<div class="sticky"></div><div dir="ltr"><code class="whitespace-pre!">{code}</code></div></div></pre>',
    "2026": '<pre><div class="w-full"><div class="contents"><div><div class="flex"><div class="text-sm"><svg></svg>'
    '{shown}</div></div></div><div class="cm-scroller"><code><span>{code}</span></code></div></div></div></pre>',
    "elsewhere": '<pre><code class="{name}">{code}</code></pre>',
}


def labelled(era: str, code: str, name: str = "", shown: str = "", drop: bool = True) -> tuple[str, list[object]]:
    """Convert a code block of one era; return its first line and its repairs."""
    body = PAGES[era].format(button=BUTTON, name=f"language-{name}" if name else "", shown=shown, code=code)
    answer = to_markdown(f'<div class="markdown prose">{body}</div>', False, 100, 10**6, drop)
    return answer.text.split("\n")[0], list(answer.repairs)


@pytest.mark.parametrize(
    ("era", "code", "class_label", "shown", "label"),
    [
        ("2022", "x = 1", "python", "", ""),
        ("2023", "x = 1", "python", "python", "python"),
        ("2023", "npm cache clean", "css", "css", ""),
        ("2023", "a {{ color: red; }}", "css", "css", "css"),
        ("2023", "total = 3", "go", "go", ""),
        ("2023", "x := 3", "go", "go", "go"),
        ("2023", "&lt;?php echo 1;", "php-template", "php-template", "php-template"),
        ("2023", "Dear reader", "vbnet", "vbnet", ""),
        ("2023", "ls", "bash", "", ""),
        ("2025", "ls", "", "bash", "bash"),
        ("2025", "ls", "", "复制代码", ""),
        ("2026", "x = 1", "", "Python", "python"),
        ("2026", "int x;", "", "C++", "cpp"),
        ("2026", "words", "", "Code", ""),
        ("elsewhere", "x = 1", "python", "", "python"),
    ],
)
def test_a_label_is_what_the_page_showed_and_the_code_bears_out(
    era: str, code: str, class_label: str, shown: str, label: str
) -> None:
    """A class that the header does not show, or that the code does not look like, is the page's guess."""
    assert labelled(era, code.replace("{{", "{").replace("}}", "}"), class_label, shown)[0] == f"```{label}"


def test_a_guess_is_recorded_or_kept_as_the_setting_says() -> None:
    """The label left out stands in the repairs; with `keep` it stays on the block."""
    assert labelled("2022", "x = 1", "python") == ("```", [("guessed_label", "python")])
    assert labelled("2022", "x = 1", "python", drop=False) == ("```python", [])
