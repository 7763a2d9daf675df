"""Writes judge.html and review.html: what the figures say, in the order it is read, with the doubt beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from jinja2 import FileSystemLoader
from markupsafe import Markup

from tasks.judging import sections, trust_sections
from tasks.judging.endpoint import Endpoint
from tasks.judging.review import Answers, Card
from tasks.report.render import TEMPLATES as REPORT
from tasks.report.render import environment, source_hash

TEMPLATES = Path(__file__).with_name("templates")
STYLES = ((REPORT, "report.css"), (TEMPLATES, "judge.css"))
"""The data report's style, and what these pages add to it."""
Figures = Mapping[str, Sequence[dict[str, Any]]]
"""The rows of every table of a comparison, by its view."""


def write_pages(
    folder: Path, figures: Figures, manifest: Mapping[str, Any], answers: Answers, cards: Sequence[Card]
) -> None:
    """Write both pages; the same comparison gives the same bytes.

    Args:
        folder: of the comparison.
        figures: its tables.
        manifest: what it is of.
        answers: of every model.
        cards: the pairs that people are asked to read.
    """
    judge = Endpoint(**manifest["judge"])
    shown = {
        "manifest": manifest,
        "judge": judge,
        "tiles": sections.tiles(figures, manifest),
        "gap": sections.gap(figures, manifest),
        "wins": sections.wins(figures),
        "scores": sections.scores(figures),
        "categories": sections.categories(figures),
        "doubts": trust_sections.doubts(figures),
        "strengths": trust_sections.strengths(figures),
        "widest": trust_sections.widest(figures, answers),
        "agreement": trust_sections.agreement(figures),
        "costs": sections.costs(figures),
        "settings": sections.settings(manifest),
    }
    (folder / "judge.html").write_text(_render("judge.html", **shown), encoding="utf-8")
    review = {"manifest": manifest, "cards": cards, "categories": sorted({card.category for card in cards})}
    (folder / "review.html").write_text(_render("review.html", **review), encoding="utf-8")


def _render(name: str, **shown: Any) -> str:
    """Return a page as one HTML file: nothing is fetched, and no script runs but its own, named by its hash."""
    css = "".join((folder / file).read_text(encoding="utf-8") for folder, file in STYLES)
    script = (TEMPLATES / "review.js").read_text(encoding="utf-8") if name == "review.html" else ""
    scripts = f"script-src {source_hash(script)}; " if script else ""
    policy = f"default-src 'none'; style-src {source_hash(css)}; {scripts}base-uri 'none'; form-action 'none'"
    # Files of ours, not data.
    own = {"css": Markup(css), "script": Markup(script)}  # noqa: S704
    pages = environment().overlay(loader=FileSystemLoader(TEMPLATES))
    return pages.get_template(name).render(policy=policy, **own, **shown) + "\n"
