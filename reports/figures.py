"""One way to any figure: whoever owns it is asked, and what nobody measures yet is "no data" with what to connect."""

import datetime as dt
from collections.abc import Mapping

from core.figures import Figure
from feedback.selectors import satisfaction
from metrics.definitions import DEFINITIONS
from metrics.selectors import DayValue, daily
from metrics.selectors import figure as metric_figure
from programs.models import Program

SATISFACTION = "satisfaction"
OVERALL_QUESTION = "overall"

# What the criteria and headlines name but nothing measures yet: label, unit, what to connect.
UNTRACKED: Mapping[str, tuple[str, str, str]] = {
    "uptime": ("Uptime", "ratio", "Uptime is not probed here yet."),
    "open_p0_bugs": ("Open P0 bugs", "count", "Bugs are not tracked here yet."),
    "open_p1_bugs": ("Open P1 bugs", "count", "Bugs are not tracked here yet."),
    "financial_errors": ("Financial calculation errors", "count", "Incidents are not tracked here yet."),
    "data_leaks": ("Data leakage", "count", "Incidents are not tracked here yet."),
    "p0_incidents": ("P0 incidents", "count", "Incidents are not tracked here yet."),
    "stable_days": ("Stable days", "days", "Incidents and uptime are not tracked here yet."),
    "workflows_validated": (
        "Workflows validated",
        "ratio",
        "Validated workflows are not counted here yet.",
    ),
    "performance_coverage": ("Performance signals", "ratio", "Performance signals are not judged here yet."),
    "revenue": ("Revenue", "usd", "Revenue is not counted here yet."),
}


def figure(program: Program, key: str, dimension: str, first: dt.date, last: dt.date) -> Figure:
    """Return the figure `key` over the days from `first` to `last`, both included, in the program's time.

    A key that nobody measures gives a figure without data. Never raises for an unknown key or dimension.
    """
    if key == SATISFACTION:
        return satisfaction(program=program, question=dimension or OVERALL_QUESTION, first=first, last=last)
    if key in DEFINITIONS:
        return metric_figure(program=program, key=key, first=first, last=last, dimension=dimension)
    return _untracked(key, dimension)


def series(program: Program, key: str, first: dt.date, last: dt.date) -> list[DayValue]:
    """Return the days of a figure for a chart; empty for one that is not measured by the day."""
    return daily(program=program, key=key, first=first, last=last) if key in DEFINITIONS else []


def _untracked(key: str, dimension: str) -> Figure:
    label, unit, connect = UNTRACKED.get(
        key, (key.replace("_", " ").capitalize(), "count", f"Nothing measures “{key}” here yet.")
    )
    return Figure(
        key=key,
        label=f"{label} {dimension}".strip(),
        unit=unit,
        value=None,
        source="none",
        definition="Not measured yet.",
        version=1,
        as_of=None,
        connect=connect,
    )


class Figures:
    """The figures of one program during one snapshot: each is read once."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self._read: dict[tuple[str, str, dt.date, dt.date], Figure] = {}

    def get(self, key: str, dimension: str, first: dt.date, last: dt.date) -> Figure:
        place = (key, dimension, first, last)
        if place not in self._read:
            self._read[place] = figure(self.program, key, dimension, first, last)
        return self._read[place]
