"""Draws the report's plots with pygal: SVG without a style, a script or an identity of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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


def short(value: Any) -> str:
    """Return an axis number in few characters: 20K, 1.5M, 0.25."""
    for least, size, unit in ((1e9, 1e9, "G"), (1e6, 1e6, "M"), (1e4, 1e3, "K")):
        if value >= least:
            return f"{value / size:g}{unit}"
    return f"{value:,g}"


def exact(value: Any) -> str:
    """Return a whole number, for the tooltip of a bar."""
    return f"{value:,}" if isinstance(value, int) else f"{value:,g}"


def _only_shapes(root: Any) -> Any:
    """Remove what is not drawn: style, script, tooltips, ids, and comments, which hold the date."""
    unwanted = [child for child in root if not isinstance(child.tag, str) or child.tag == "title"]
    unwanted += [child for defs in root.findall("defs") for child in defs]
    unwanted += root.findall(".//g[@class='tooltip']") + root.findall(".//g[@class='guides']/title")
    for element in unwanted:
        element.getparent().remove(element)
    for element in root.iter():
        element.attrib.pop("id", None)
    for description in list(root.iter("desc")):
        _as_title(description)
    root.set("role", "img")
    return root


def _as_title(description: Any) -> None:
    """Make a bar's description its title, which browsers show as a tooltip."""
    bar = description.getparent()
    bar.remove(description)
    if description.get("class") == "label":
        title = bar.makeelement("title", {})
        title.text = description.text
        bar.insert(0, title)


def _draw(chart: Any) -> str:
    chart.add_xml_filter(_only_shapes)
    return str(chart.render(is_unicode=True))


def _config(height: int) -> dict[str, Any]:
    """Return the options that all plots share."""
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
        "value_formatter": short,
        "x_value_formatter": short,
        "truncate_label": -1,
    }


def histogram(name: str, bars: Sequence[tuple[float, float, int]], mark: tuple[float, str] | None = None) -> str:
    """Return a histogram: counts over intervals.

    Args:
        name: what is counted.
        bars: start, end and count of each interval.
        mark: a value on the axis and its name, drawn as a line.

    Returns:
        An SVG element; an empty string where there is nothing to draw.
    """
    if not bars:
        return ""
    end = max([bar[1] for bar in bars] + ([mark[0]] if mark else []))
    highest = max(count for *_, count in bars)
    chart = pygal.Histogram(
        **_config(HEIGHT), show_legend=mark is not None, range=(0, highest), xrange=(min(bar[0] for bar in bars), end)
    )
    labelled = [
        {"value": (count, low, high), "label": f"{exact(low)} – {exact(high)}: {exact(count)} {name}"}
        for low, high, count in bars
    ]
    chart.add(name, labelled)
    if mark:
        chart.add(mark[1], [{"value": (highest, mark[0] - end * MARK, mark[0]), "label": mark[1]}])
    chart.x_labels = _ticks(bars[0][0], end)
    _count_in_ones(chart, highest)
    return _draw(chart)


def _count_in_ones(chart: Any, highest: float) -> None:
    """Label the axis of few things by whole numbers: half a thing is none."""
    if highest <= TICKS and float(highest).is_integer():
        chart.y_labels = list(range(int(highest) + 1))


def _ticks(start: float, end: float) -> list[float]:
    """Return round ticks along an axis: tenths where it is a share, else doubled ones."""
    step = 0.1 if end <= 1 else 1.0
    while end / step > TICKS + 2 and end > 1:
        step *= 2
    ticks = [round(place * step, 6) for place in range(int(end / step + 1e-9) + 1)]
    return [tick for tick in ticks if tick >= start]


def bars(rows: Sequence[tuple[str, Sequence[float]]], series: Sequence[str], beside: bool = False) -> str:
    """Return horizontal stacked bars, the first row on top; an empty string without rows.

    Args:
        rows: the name of each bar and its parts.
        series: the name of each part.
        beside: whether the parts of a row stand below each other, and not in one bar.
    """
    if not rows:
        return ""
    height = ROW * len(rows) * (len(series) if beside else 1) + (64 if len(series) > 1 else 40)
    kind = pygal.HorizontalBar if beside else pygal.HorizontalStackedBar
    chart = kind(**_config(height), show_legend=len(series) > 1)
    # pygal stacks rows from the bottom.
    upward = list(reversed(rows))
    chart.x_labels = [name for name, _ in upward]
    for place, name in enumerate(series):
        values = [{"value": parts[place], "label": f"{label}: {exact(parts[place])} {name}"} for label, parts in upward]
        chart.add(name, values)
    if all(float(part).is_integer() for _, parts in rows for part in parts):
        _count_in_ones(chart, max((max if beside else sum)(parts) for _, parts in rows))
    return _draw(chart)


def curves(series: Mapping[str, Sequence[tuple[float, float]]], x_name: str) -> str:
    """Return lines over one axis; an empty string where no line has two points.

    Args:
        series: by name, points by x.
        x_name: what the axis counts.
    """
    drawn = {name: points for name, points in series.items() if len(points) > 1}
    if not drawn:
        return ""
    chart = pygal.XY(**_config(HEIGHT), show_legend=len(drawn) > 1, show_dots=False, x_title=x_name)
    for name, points in drawn.items():
        chart.add(name, list(points))
    chart.x_labels = _ticks(0, max(points[-1][0] for points in drawn.values()))
    return _draw(chart)


def intervals(rows: Sequence[tuple[str, float, float, float]]) -> str:
    """Return points with their intervals, one below the other; an empty string without rows.

    Args:
        rows: name, low end, value, high end.
    """
    if not rows:
        return ""
    lowest, highest = min(row[1] for row in rows), max(row[3] for row in rows)
    edge = 0.06 * ((highest - lowest) or 1.0)
    chart = pygal.XY(
        **_config(ROW * len(rows) + 70),
        show_legend=False,
        xrange=(lowest - edge, highest + edge),
        range=(0, len(rows) + 1),
    )
    places = list(enumerate(reversed(rows), 1))
    chart.y_labels = [{"value": place, "label": name} for place, (name, *_) in places]
    for place, (name, low, value, high) in places:
        label = f"{name}: {value:.4f} ({low:.4f} – {high:.4f})"
        chart.add(name, [{"value": (end, place), "label": label} for end in (low, value, high)])
    return _draw(chart)
