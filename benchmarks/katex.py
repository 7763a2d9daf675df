"""TeX to the threefold markup of KaTeX: MathML, its annotation, and the visual spans."""

from __future__ import annotations

import re
from functools import lru_cache
from html import escape
from pathlib import Path

SIGNS = {
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ϵ", "theta": "θ", "lambda": "λ", "mu": "μ",
    "pi": "π", "sigma": "σ", "phi": "ϕ", "omega": "ω", "Delta": "Δ", "Sigma": "Σ", "sum": "∑", "int": "∫", "prod": "∏",
    "infty": "∞", "cdot": "⋅", "times": "×", "leq": "≤", "le": "≤", "geq": "≥", "ge": "≥", "neq": "≠", "pm": "±",
    "approx": "≈", "in": "∈", "to": "→", "rightarrow": "→", "Rightarrow": "⇒", "partial": "∂", "nabla": "∇", "sqrt": "",
    "frac": "", "left": "", "right": "", "text": "", "mathrm": "", "mathbf": "", "ldots": "…", "quad": " ",
}  # fmt: skip
_PIECE = re.compile(r"\\([A-Za-z]+)|\\(.)|(\d+)|([A-Za-z])|([^\s{}^_])")


def pieces(tex: str) -> list[tuple[str, str]]:
    """Split TeX into (MathML element, visible text) pairs; layout commands vanish."""
    out = []
    for command, symbol, number, letter, sign in _PIECE.findall(tex):
        if command:
            text = SIGNS.get(command, command)
            out += [("mo", text)] if text else []
        elif number:
            out.append(("mn", number))
        elif letter:
            out.append(("mi", letter))
        else:
            out.append(("mo", symbol or sign))
    return out


@lru_cache(1)
def drawn() -> dict[str, tuple[str, str]]:
    """Return what KaTeX 0.13 itself shows of some formulas, in MathML and in the drawn copy: they can differ."""
    lines = Path(__file__).with_name("formulas.tsv").read_text(encoding="utf-8").removesuffix("\n").split("\n")
    return {tex: (mathml, shown) for tex, mathml, shown in (line.split("\t") for line in lines[1:])}


def katex(tex: str, *, display: bool) -> str:
    """Return what the page holds for a formula; its text content is the formula three times.

    >>> katex("x^2", display=False).count("x^2")
    1
    """
    parts = pieces(tex)
    mathml = "".join(f"<{tag}>{escape(text, quote=False)}</{tag}>" for tag, text in parts)
    visual = "".join(f'<span class="mord">{escape(text, quote=False)}</span>' for _, text in parts)
    if tex in drawn():
        mathml, visual = (f"<mi>{escape(text, quote=False)}</mi>" for text in drawn()[tex])
        visual = f'<span class="mord">{visual[4:-5]}</span>'
    note = f'<annotation encoding="application/x-tex">{escape(tex, quote=False)}</annotation>'
    kind = ' display="block"' if display else ""
    inner = (
        f'<span class="katex"><span class="katex-mathml"><math xmlns="http://www.w3.org/1998/Math/MathML"{kind}>'
        f"<semantics><mrow>{mathml}</mrow>{note}</semantics></math></span>"
        '<span class="katex-html" aria-hidden="true"><span class="base">'
        f'<span class="strut" style="height: 0.8641em;"></span>{visual}</span></span></span>'
    )
    if display:
        return f'<div class="math math-display"><span class="katex-display">{inner}</span></div>'
    return f'<span class="math math-inline">{inner}</span>'
