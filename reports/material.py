"""What a snapshot is made from: the facts that the selectors gathered, with nothing to ask any more. Pure."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from zoneinfo import ZoneInfo

from core import grading
from core.enums import Grade, GradeRule, Trend
from core.figures import Figure
from core.numbers import format_value
from reports import verdicts
from reports.enums import Verdict
from reports.periods import Span

PERIOD, TOTAL = "period", "total"


@dataclass(frozen=True, slots=True)
class Ref:
    """Which figure over which span: `period`, `total` (the program to date) or `week:N`."""

    key: str
    dimension: str = ""
    span: str = PERIOD


@dataclass(frozen=True, slots=True)
class Reading:
    """A figure held against its target and against the period before."""

    figure: Figure
    rule: str = GradeRule.INFO
    target: Decimal | None = None
    previous: Figure | None = None

    @property
    def grade(self) -> Grade:
        return verdicts.light(self.figure.value, self.target, self.rule)

    @property
    def trend(self) -> Trend:
        if self.previous is None:
            return Trend.NONE
        return grading.trend(self.figure.value, self.previous.value, is_percent=self.figure.unit == "ratio")

    @property
    def is_slight(self) -> bool:
        """Whether both values read the same when written, as 4.36 and 4.42 do: “up from 4.4 to 4.4” says nothing."""
        return self.previous is not None and self.previous.text == self.figure.text

    @property
    def is_better(self) -> bool | None:
        """Whether the change since the period before is for the better; None where nothing changed or can be said."""
        step = {Trend.UP: 1, Trend.DOWN: -1}.get(self.trend, 0)
        return verdicts.is_better(step, self.rule)

    @property
    def target_text(self) -> str:
        return verdicts.target_text(self.target, self.rule, self.figure.unit)


@dataclass(frozen=True, slots=True)
class CriterionReading:
    """One criterion with its figure over the program to date."""

    kind: str
    key: str
    label: str
    rule: str
    target: Decimal
    unit: str
    figure: Figure

    @property
    def grade(self) -> Grade:
        return verdicts.light(self.figure.value, self.target, self.rule)

    @property
    def verdict(self) -> Verdict:
        return verdicts.verdict(self.figure.value, self.target, self.rule)

    @property
    def closeness(self) -> Decimal | None:
        return verdicts.closeness(self.figure.value, self.target, self.rule)

    @property
    def text(self) -> str:
        return format_value(self.figure.value, self.unit)

    @property
    def target_text(self) -> str:
        return verdicts.target_text(self.target, self.rule, self.unit)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody to turn to."""

    role: str
    name: str
    email: str = ""
    phone: str = ""

    @property
    def line(self) -> str:
        return ", ".join(part for part in (self.name, self.email, self.phone) if part)


@dataclass(frozen=True, slots=True)
class Point:
    """One day of a chart; None is a day without data."""

    day: dt.date
    value: Decimal | None


@dataclass(frozen=True, slots=True)
class ProgramFacts:
    """The program as it was when the report was built."""

    slug: str
    name: str
    product: str
    version: str
    stage: str
    timezone: str
    starts_on: dt.date
    ends_on: dt.date

    @property
    def tz(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)


@dataclass(frozen=True, slots=True)
class Material:
    """Everything that one report says. `week` is the period; `weeks` are the program's, cut to its last day."""

    program: ProgramFacts
    kind: str
    late: bool
    week: Span
    day_is_over: bool
    weeks: Sequence[Span]
    planned_weeks: Sequence[Span]
    generated_at: dt.datetime
    next_update: dt.datetime | None
    readings: Mapping[Ref, Reading]
    criteria: Sequence[CriterionReading]
    contacts: Sequence[Person]
    maintainer: str
    open_p0: Figure
    open_p1: Figure
    frozen_because: Sequence[str] = ()
    series: Mapping[str, Sequence[Point]] = field(default_factory=dict)
    anchor: str = ""
    public_url: str = ""
