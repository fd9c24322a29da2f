"""Where the marks of a chart stand. Pure geometry: a template writes the SVG, in HTML and in the PDF alike."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from core.numbers import format_value

WIDTH, HEIGHT = 400, 150
LEFT, RIGHT, TOP, BOTTOM = 58, 4, 10, 24
BARS = {"count"}  # Units that are counted show bars; others, which are measured, a line.
STEPS = (1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10)


@dataclass(frozen=True, slots=True)
class Bar:
    x: float
    y: float
    width: float
    height: float
    in_period: bool


@dataclass(frozen=True, slots=True)
class Dot:
    x: float
    y: float
    in_period: bool


@dataclass(frozen=True, slots=True)
class Drawing:
    """A chart, ready to be written: positions are in the units of the view box."""

    label: str
    summary: str
    bars: Sequence[Bar]
    lines: Sequence[str]
    dots: Sequence[Dot]
    band: Bar
    target_y: float | None
    target_text: str
    top_text: str
    first_text: str
    last_text: str
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    top: int = TOP
    base: int = HEIGHT - BOTTOM


def draw(chart: Mapping[str, Any]) -> Drawing:
    """Return the drawing of a snapshot's chart. A day without data leaves a gap."""
    points = [(dt.date.fromisoformat(day), value) for day, value in chart["points"]]
    known = [value for _, value in points if value is not None]
    top = nice_ceiling(max([*known, chart["target"] or 0]))
    first, last = (dt.date.fromisoformat(chart[end]) for end in ("first", "last"))
    step = (WIDTH - LEFT - RIGHT) / len(points)
    spots = [
        None if value is None else Dot(_x(index, step), _y(value, top), first <= day <= last)
        for index, (day, value) in enumerate(points)
    ]
    has_bars = chart["unit"] in BARS
    inside = [index for index, (day, _) in enumerate(points) if first <= day <= last]
    return Drawing(
        label=chart["label"],
        summary=summary(chart, points),
        bars=[_bar(spot, step) for spot in spots if spot] if has_bars else [],
        lines=[] if has_bars else _lines(spots),
        dots=[] if has_bars else [spot for spot in spots if spot],
        band=Bar(LEFT + inside[0] * step, TOP, len(inside) * step, HEIGHT - TOP - BOTTOM, in_period=True)
        if inside
        else Bar(LEFT, TOP, 0, 0, in_period=True),
        target_y=None if chart["target"] is None else _y(chart["target"], top),
        target_text=chart["target_text"],
        top_text=format_value(Decimal(str(top)), chart["unit"]),
        first_text=f"{points[0][0].day} {points[0][0]:%b}",
        last_text=f"{points[-1][0].day} {points[-1][0]:%b}",
    )


def summary(chart: Mapping[str, Any], points: Sequence[tuple[dt.date, float | None]]) -> str:
    """Say in words what the chart shows: lowest, highest and last day, for those who do not see it."""
    known = [(value, day) for day, value in points if value is not None]
    (low, low_day), (high, high_day), (last, last_day) = min(known), max(known), known[-1]
    unit = chart["unit"]
    parts = [
        f"{name} {format_value(Decimal(str(value)), unit)} on {day.day} {day:%b}"
        for name, value, day in (("lowest", low, low_day), ("highest", high, high_day), ("last", last, last_day))
    ]
    silent = len(points) - len(known)
    tail = f"; {silent} {'day' if silent == 1 else 'days'} without data" if silent else ""
    return f"{chart['label']}: {', '.join(parts)}{tail}."


def nice_ceiling(value: float) -> float:
    """Return the next number above `value` that reads well on an axis, such as 15, 25 or 800."""
    if value <= 0:
        return 1
    power = 10.0 ** (len(str(int(value))) - 1) if value >= 1 else 10.0 ** -len(str(int(1 / value)))
    return next(step * power for step in STEPS if step * power >= value)


def _x(index: int, step: float) -> float:
    return round(LEFT + (index + 0.5) * step, 1)


def _y(value: float, top: float) -> float:
    return round(HEIGHT - BOTTOM - value / top * (HEIGHT - TOP - BOTTOM), 1)


def _bar(spot: Dot, step: float) -> Bar:
    width = round(step * 0.62, 1)
    return Bar(round(spot.x - width / 2, 1), spot.y, width, round(HEIGHT - BOTTOM - spot.y, 1), spot.in_period)


def _lines(spots: Sequence[Dot | None]) -> list[str]:
    """Return the points of each unbroken run of days, for SVG polylines."""
    runs: list[list[Dot]] = [[]]
    for spot in spots:
        if spot is None:
            runs.append([])
        else:
            runs[-1].append(spot)
    return [" ".join(f"{spot.x},{spot.y}" for spot in run) for run in runs if len(run) > 1]
