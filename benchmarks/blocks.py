"""Blocks of an answer, written as Markdown and as the page's HTML from the same parts, fast enough for 110,000 rows."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from benchmarks.highlight import highlight
from benchmarks.katex import katex
from benchmarks.page import WRAPPERS, code_block, guess, parser
from benchmarks.sanitizer import sanitize_answer


class Block(NamedTuple):
    """One block: kind (p, h, ul, ol, code, table, quote, math), its texts, and a language or a list's start."""

    kind: str
    texts: tuple[str, ...]
    note: str = ""


def markdown(blocks: list[Block]) -> str:
    """Return what the model wrote."""
    return "\n\n".join(map(_markdown, blocks))


def _markdown(block: Block) -> str:
    kind, texts, note = block
    if kind == "p":
        return texts[0]
    if kind == "code":
        return f"```{note}\n{texts[0]}\n```"
    if kind == "ul":
        return "\n".join(f"- {t}" for t in texts)
    if kind == "ol":
        return "\n".join(f"{i}. {t}" for i, t in enumerate(texts, int(note or 1)))
    if kind == "table":
        rows = [f"| {' | '.join(row.split(chr(9)))} |" for row in texts]
        return "\n".join([rows[0], "|" + " --- |" * (texts[0].count("\t") + 1), *rows[1:]])
    return {"h": "### {}", "quote": "> {}", "math": "$$\n{}\n$$"}[kind].format(texts[0])


def html(blocks: list[Block], era: str, sanitizer: str) -> str:
    """Return the gpt value of an answer: the same as `page.answer` gives for its Markdown."""
    start = WRAPPERS[era] if sanitizer == "none" else "<div>"
    return f"{start}{''.join([_html(b, era, sanitizer) for b in blocks])}</div>"


def _html(block: Block, era: str, sanitizer: str) -> str:
    kind, texts, note = block
    if kind == "p":
        return f"<p>{inline(texts[0], sanitizer)}</p>"
    if kind == "code":
        label = note or guess(f"{texts[0]}\n")
        before, after = frame(label, era, sanitizer)
        return f"{before}{colours(texts[0], label, sanitizer)}{after}"
    if kind in ("ul", "ol"):
        start = f' start="{note}"' if note not in ("", "1") and sanitizer == "none" else ""
        return f"<{kind}{start}>{''.join([f'<li>{inline(t, sanitizer)}</li>' for t in texts])}</{kind}>"
    if kind == "table":
        head, *rows = ([inline(cell, sanitizer) for cell in row.split("\t")] for row in texts)
        top = "".join(f"<th>{c}</th>" for c in head)
        body = "".join(f"<tr>{''.join(f'<td>{c}</td>' for c in row)}</tr>" for row in rows)
        return f"<table><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>"
    if kind == "math":
        return formula(texts[0], sanitizer)
    inner = inline(texts[0], sanitizer)
    return f"<h3>{inner}</h3>" if kind == "h" else f"<blockquote><p>{inner}</p></blockquote>"


@lru_cache(200_000)
def inline(text: str, sanitizer: str) -> str:
    """Return the HTML of a run of Markdown without blocks."""
    rendered = parser().renderInline(text, {"era": "E2"})
    return rendered if sanitizer == "none" or not set("<&") & set(rendered) else sanitize_answer(rendered, sanitizer)


@lru_cache(64)
def formula(tex: str, sanitizer: str) -> str:
    """Return a display formula."""
    whole = katex(tex, display=True)
    return whole if sanitizer == "none" else sanitize_answer(whole, sanitizer)


@lru_cache(40_000)
def colours(code: str, label: str, sanitizer: str) -> str:
    """Return the highlighted inner HTML of a code block."""
    if sanitizer == "gpt-default":
        return sanitize_answer(colours(code, label, "none"), sanitizer)
    return highlight(f"{code}\n", label)


@lru_cache(256)
def frame(label: str, era: str, sanitizer: str) -> tuple[str, str]:
    """Return what stands before and after the code of a block: header bar, box, `<code>`."""
    hole = "\ue000"  # a private character that no template holds
    whole = code_block(hole, label, era)
    if sanitizer != "none":
        whole = sanitize_answer(whole, sanitizer)
    before, _, after = whole.partition(hole)
    return before, after
