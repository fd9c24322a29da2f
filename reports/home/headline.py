"""The headline figures: now, over the last days, against their targets, and what they say together."""

import datetime as dt
from dataclasses import dataclass

from core.enums import Grade, GradeRule, Overall
from core.figures import Figure
from core.grading import grade, overall
from core.numbers import format_value
from feedback.selectors import satisfaction
from metrics.definitions import DEFINITIONS
from metrics.selectors import daily, figure
from programs.enums import GoalPeriod
from programs.models import Goal, Program
from reports.home import links
from reports.home.sparkline import Sparkline, sparkline

DAYS = 7
ROWS = 8
SATISFACTION = "satisfaction"
SIGNS = {
    GradeRule.LATENCY: "≤ ",
    GradeRule.ERROR_RATIO: "≤ ",
    GradeRule.SHARE: "≥ ",
    GradeRule.HIGHER: "≥ ",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One headline figure. `days` tells the sparkline in words, for those who do not see it."""

    label: str
    figure: Figure
    target: str
    grade: Grade
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


def headline(program: Program) -> list[Row]:
    """Return a row for each standing target of the program that is not about a part of a figure."""
    goals = Goal.objects.filter(program=program, period=GoalPeriod.STANDING, dimension="").order_by("position", "pk")
    return [_row(program, goal) for goal in goals[:ROWS] if goal.metric == SATISFACTION or goal.metric in DEFINITIONS]


def verdict(rows: list[Row], *, frozen: bool) -> Verdict:
    """Return what the rows say together, the reason in a few words, and the newest moment any of them knows of."""
    result = overall([row.grade for row in rows], open_p0=0, open_p1=0, frozen=frozen)
    worst = [row for row in rows if row.grade is Grade.RED] or [row for row in rows if row.grade is Grade.YELLOW]
    reasons = ["frozen"] if frozen else []
    reasons += [f"{row.label} {row.figure.text}, target {row.target}" for row in worst]
    if result is Overall.UNKNOWN:
        missing = [row.label for row in rows if row.grade is Grade.NO_DATA]
        reasons = [f"no data for {', '.join(missing)}"] if missing else ["no headline targets are set"]
    moments = [row.figure.as_of for row in rows if row.figure.as_of]
    return Verdict(result, "; ".join(reasons) or "every headline figure is on target", max(moments, default=None))


def _row(program: Program, goal: Goal) -> Row:
    first, last = period(program)
    if goal.metric == SATISFACTION:
        now = satisfaction(program=program, question="overall", first=program.starts_on, last=last)
        return _graded(goal, now, sparkline([]), "", links.rows("feedback.survey"))
    now = figure(program=program, key=goal.metric, first=first, last=last)
    values = daily(program=program, key=goal.metric, first=first, last=last)
    days = ", ".join(f"{value.day:%a %d} {format_value(value.value, now.unit)}" for value in values)
    return _graded(goal, now, sparkline([value.value for value in values]), days, "")


def _graded(goal: Goal, now: Figure, spark: Sparkline, days: str, href: str) -> Row:
    rule = GradeRule(goal.rule)
    target = SIGNS.get(rule, "") + format_value(goal.target, goal.unit)
    light = grade(now.value, goal.target, rule)
    return Row(goal.label, now, target, light, spark, days, href or now.href)
