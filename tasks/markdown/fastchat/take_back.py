"""Takes back what FastChat did to one answer."""

from __future__ import annotations

from tasks.markdown.fastchat.addresses import with_bare_addresses
from tasks.markdown.fastchat.code import with_blank_lines, with_language
from tasks.markdown.fastchat.formulas import with_tex_alone
from tasks.markdown.fastchat.lists import number_on, put_back
from tasks.markdown.fastchat.segments import Segment, segments
from tasks.markdown.fastchat.words import without_backslashes

SIGNS = ("\\", "^", "](", "<http")
"""Where none of these stands, there is nothing to change in prose."""
Repairs = list[tuple[str, str]]
"""Kind and detail of each change."""


def taken_back(answers: list[str]) -> list[tuple[str, Repairs]]:
    """Return a conversation's answers without FastChat's scars, and the repairs made in each.

    Args:
        answers: the answers, as FastChat left them.
    """
    blocks = [segments(text) for text in answers]
    starts = _list_starts(blocks)
    return [
        (text, []) if found is None else _answer(text, found, starts)
        for text, found in zip(answers, blocks, strict=True)
    ]


def _answer(text: str, found: list[Segment], starts: str) -> tuple[str, Repairs]:
    """Return an answer's blocks as text without FastChat's scars, and the repairs made."""
    counts = dict.fromkeys(("list_content", "list_number", "code_lines", "code_label", "headings"), 0)
    kinds = {block.kind for block in found}
    if "item" in kinds:
        counts["list_content"] = put_back(found, starts == "lost")
        if starts != "kept":
            counts["list_number"] = number_on(found)
    if "\n\t" in text:
        counts["list_content"] += sum(block.nested.moved for block in found if block.nested)
    if "heading" in kinds:
        counts["headings"] = sum(block.marked for block in found)
    if "fence" in kinds:
        for block in found:
            if block.kind == "fence":
                counts["code_label"] += with_language(block.lines)
                counts["code_lines"] += with_blank_lines(block.lines)
    text, more = _written(found, any(sign in text for sign in SIGNS))
    return text, [(kind, str(count)) for kind, count in (counts | more).items() if count]


def _written(found: list[Segment], signed: bool) -> tuple[str, dict[str, int]]:
    """Return the blocks as text, code set off by blank lines, and what was changed in prose.

    Args:
        found: the blocks.
        signed: whether any holds one of SIGNS.
    """
    out: list[str] = []
    formulas = backslashes = addresses = gaps = 0
    before: Segment | None = None
    for block in found:
        lines = "\n".join(block.lines)
        if signed and block.kind != "fence" and ("```" not in lines or (block.nested and block.nested.moved)):
            if "^" in lines or "\\" in lines:
                lines, count = with_tex_alone(lines)
                formulas += count
            if "\\_" in lines or "\\*" in lines:
                lines, count = without_backslashes(lines)
                backslashes += count
            if "](" in lines or "<http" in lines:
                lines, count = with_bare_addresses(lines)
                addresses += count
        if block.indent:
            pad = " " * block.indent
            lines = "\n".join([pad + line if line.strip() else line for line in lines.split("\n")])
        gap = block.gap
        if before is not None:
            if not gap and (block.indent or "fence" in (before.kind, block.kind)) and block.kind != "nested":
                gap = 0 if before.indent and not block.indent and block.kind == "item" else 1
                gaps += gap and not block.indent
            out.append("\n" * (gap + 1))
        out.append(lines)
        before = block
    return "".join(out), {
        "formula_copies": formulas,
        "backslashes": backslashes,
        "addresses": addresses,
        "code_gaps": gaps,
    }


def _list_starts(answers: list[list[Segment] | None]) -> str:
    """Return whether lists that go on `kept` their first numbers in a conversation, `lost` them, or nothing tells.

    Args:
        answers: the blocks of each answer.
    """
    kept = lost = 0
    for blocks in answers:
        last: Segment | None = None
        between = 0
        for block in blocks or ():
            if block.kind == "heading":
                last, between = None, 0
            elif block.number is None:
                between += 1
            else:
                if last is not None and last.number is not None and between:
                    kept += block.number == last.number + 1 and block.gap > 0
                    lost += block.number == 1
                last, between = block, 0
    return "kept" if kept else "lost" if lost > 1 else ""
