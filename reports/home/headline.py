"""The headline figures over the last days, against their targets, and what they say together."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from core.enums import Overall
from core.numbers import format_value
from programs.enums import GoalPeriod
from programs.models import Goal, Program
from reports.figures import SATISFACTION, Figures, series
from reports.headline import HEADLINES, Headline, judge
from reports.home import links
from reports.home.sparkline import Sparkline, sparkline
from reports.material import Reading

DAYS = 7


@dataclass(frozen=True, slots=True)
class Row:
    """One headline figure. `days` tells the sparkline in words, for those who do not see it."""

    headline: Headline
    reading: Reading
    spark: Sparkline
    days: str
    href: str


@dataclass(frozen=True, slots=True)
class Verdict:
    overall: Overall
    reason: str
    as_of: dt.datetime | None


def period(program: Program) -> tuple[dt.date, dt.date]:
    """Return the last seven days in program time; of an ended program, its last seven."""
    last = min(program.today, program.ends_on)
    return last - dt.timedelta(days=DAYS - 1), last


def rows(program: Program, figures: Figures) -> list[Row]:
    """Return the headline figures of the reports, as they stand now. Satisfaction is over all answers so far."""
    goals = Goal.objects.filter(program=program, period=GoalPeriod.STANDING, dimension="")
    targets = {goal.metric: goal for goal in goals.filter(metric__in=[headline.key for headline in HEADLINES])}
    return [_row(program, figures, headline, targets.get(headline.key)) for headline in HEADLINES]


def verdict(found: Sequence[Row], *, frozen: bool) -> Verdict:
    """Return what the rows say together, why in a few words, and the newest moment that any of them knows of.

    Bugs are not tracked yet and have no say.
    """
    lights = [(row.headline, row.reading) for row in found]
    overall, reason = judge(lights, open_p0=0, open_p1=0, frozen=frozen, told=_told)
    moments = [row.reading.figure.as_of for row in found if row.reading.figure.as_of]
    return Verdict(overall, reason, max(moments, default=None))


def _told(headline: Headline, reading: Reading) -> str:
    return f"{headline.short} {reading.figure.text}, target {reading.target_text}"


def _row(program: Program, figures: Figures, headline: Headline, goal: Goal | None) -> Row:
    first, last = period(program)
    is_survey = headline.key == SATISFACTION
    figure = figures.get(headline.key, "", min(program.starts_on, last) if is_survey else first, last)
    reading = Reading(figure, goal.rule if goal else headline.rule, goal.target if goal else None)
    days = series(program, headline.key, first, last)
    told = ", ".join(f"{point.day:%a} {point.day.day} {format_value(point.value, figure.unit)}" for point in days)
    values: list[Decimal | None] = [point.value for point in days]
    return Row(headline, reading, sparkline(values), told, figure.href or _where(headline))


def _where(headline: Headline) -> str:
    """Where to look for a figure that has no page of its own."""
    return links.rows("feedback.survey") if headline.key == SATISFACTION else links.rows("programs.goal")
