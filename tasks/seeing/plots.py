"""Draws the report's plots with pygal: SVG without a style, a script or an identity of its own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pygal
from pygal.style import Style

WIDTH = 440
"""Of the view box: a phone shows it at three quarters, a desk at five quarters."""
HEIGHT = 250
ROW = 26
"""Height of one horizontal bar in units of the view box."""
TICKS = 6
MARK = 1 / 250
"""Width of a marking line as a share of the axis."""

# Sizes alone: pygal lays labels out by them. Colours come from the page, light or dark.
STYLE = Style(font_family="inherit", label_font_size=14, major_label_font_size=14, value_font_size=14)


def thousands(value: Any) -> str:
    """Write a number as people read it."""
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.2f}"


def _plain(root: Any) -> Any:
    """Take style, script and hover texts out of a drawing; what a bar says becomes its native title."""
    for defs in root.findall("defs"):
        for child in list(defs):
            if child.tag in {"style", "script"}:
                defs.remove(child)
    for child in list(root):
        # Comments bear the day of drawing; the title is the library's.
        if not isinstance(child.tag, str) or child.tag == "title":
            root.remove(child)
    for tooltip in root.findall(".//g[@class='tooltip']"):
        tooltip.getparent().remove(tooltip)
    for guide in root.iterfind(".//g[@class='guides']"):
        for title in guide.findall("title"):
            guide.remove(title)
    root.attrib.pop("id", None)
    root.set("role", "img")
    for group in root.iter("g"):
        said = {child.get("class"): child for child in group if child.tag == "desc"}
        words = [said[name].text or "" for name in ("label", "value") if name in said]
        for child in said.values():
            group.remove(child)
        if words:
            title = group.makeelement("title", {})
            title.text = ": ".join(word for word in words if word)
            group.insert(0, title)
    return root


def _draw(chart: Any) -> str:
    chart.add_xml_filter(_plain)
    return str(chart.render(is_unicode=True))


def _config(height: int) -> dict[str, Any]:
    """Give what all plots share."""
    return {
        "style": STYLE,
        "width": WIDTH,
        "height": height,
        "margin": 6,
        "js": [],
        "no_prefix": True,
        "disable_xml_declaration": True,
        "legend_at_bottom": True,
        "max_scale": TICKS,
        "value_formatter": thousands,
        "x_value_formatter": thousands,
    }


def histogram(name: str, bars: Sequence[tuple[float, float, int]], mark: tuple[float, str] | None = None) -> str:
    """Draw counts over intervals.

    Args:
        name: what is counted.
        bars: start, end and count of each interval.
        mark: a place on the axis and its name, drawn as a line.

    Returns:
        An SVG element; the empty text where there is nothing to draw.
    """
    if not bars:
        return ""
    end = max([bar[1] for bar in bars] + ([mark[0]] if mark else []))
    highest = max(count for *_, count in bars)
    chart = pygal.Histogram(
        **_config(HEIGHT), show_legend=mark is not None, range=(0, highest), xrange=(min(bar[0] for bar in bars), end)
    )
    labelled = [
        {"value": (count, low, high), "label": f"{thousands(low)} – {thousands(high)}"} for low, high, count in bars
    ]
    chart.add(name, labelled)
    if mark:
        chart.add(mark[1], [{"value": (highest, mark[0] - end * MARK, mark[0]), "label": mark[1]}])
    chart.x_labels = _ticks(bars[0][0], end)
    return _draw(chart)


def _ticks(start: float, end: float) -> list[float]:
    """Give round ticks along an axis: tenths where it is a share, else doubled ones."""
    step = 0.1 if end <= 1 else 1.0
    while end / step > TICKS + 2 and end > 1:
        step *= 2
    ticks = [round(place * step, 6) for place in range(int(end / step + 1e-9) + 1)]
    return [tick for tick in ticks if tick >= start]


def bars(rows: Sequence[tuple[str, Sequence[int]]], series: Sequence[str]) -> str:
    """Draw horizontal stacked bars, the first row on top.

    Args:
        rows: the name of each bar and its parts.
        series: the name of each part.
    """
    if not rows:
        return ""
    height = ROW * len(rows) + (70 if len(series) > 1 else 44)
    chart = pygal.HorizontalStackedBar(**_config(height), show_legend=len(series) > 1, truncate_label=24)
    # pygal stacks rows from the bottom.
    upward = list(reversed(rows))
    chart.x_labels = [name for name, _ in upward]
    for place, name in enumerate(series):
        values = [{"value": parts[place], "label": label if len(series) == 1 else name} for label, parts in upward]
        chart.add(name, values)
    return _draw(chart)
