"""The periods that reports are over: the weeks of a program, as far as it lived. Pure.

The weekly report covers the program week that ended last, so that its figures are those of the same week in the growth
table. Every week gets one report, at the program's first due moment after the week's last day.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Span:
    """The days of one program week, both ends included. `planned_last` differs where the week is not over, or cut."""

    number: int
    first: dt.date
    last: dt.date
    title: str = ""
    focus: str = ""

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1


def spans(planned: Iterable[Span], *, starts_on: dt.date, last_day: dt.date) -> list[Span]:
    """Return the weeks of a program that lives from `starts_on` to `last_day`, cut to those days.

    A program without planned weeks has weeks of seven days.
    """
    weeks = list(planned) or _by_seven(starts_on, last_day)
    return [
        Span(week.number, week.first, min(week.last, last_day), week.title, week.focus)
        for week in weeks
        if week.first <= last_day
    ]


def previous(first: dt.date, last: dt.date) -> tuple[dt.date, dt.date]:
    """Return the period of equal length just before: what trends compare with."""
    length = (last - first) + DAY
    return first - length, first - DAY


def week_of(day: dt.date, weeks: Iterable[Span]) -> Span | None:
    """Return the week that `day` falls in, else the last one that started before it."""
    started = [week for week in weeks if week.first <= day]
    return max(started, key=lambda week: week.first, default=None)


def _by_seven(starts_on: dt.date, last_day: dt.date) -> list[Span]:
    count = max((last_day - starts_on).days, 0) // 7 + 1
    firsts = [starts_on + dt.timedelta(weeks=number) for number in range(count)]
    return [Span(number, first, first + 6 * DAY) for number, first in enumerate(firsts, start=1)]
