"""Reports for tests: material made by hand for the pure parts, and reports built by the service."""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from core import clock
from core.enums import GradeRule
from core.figures import Figure
from programs.models import Contact, Program
from reports.enums import CriterionKind, ReportKind
from reports.headline import RULES
from reports.material import CriterionReading, Material, Person, Point, ProgramFacts, Reading, Ref
from reports.models import StatusReport
from reports.periods import Span
from reports.services import build_report
from reports.snapshot import GROWTH, QUESTIONS
from tests.factories.programs import live_program

BUILT = dt.datetime(2026, 11, 23, 7, tzinfo=dt.UTC)
FIRST = dt.date(2026, 11, 2)
UNITS = {"uptime": "ratio", "error_rate": "ratio", "latency_p95": "ms", "satisfaction": "score5"}
TARGETS = {"uptime": "0.999", "error_rate": "0.001", "latency_p95": "500", "satisfaction": "4.0"}
WEEKS = [
    Span(
        number + 1,
        FIRST + dt.timedelta(weeks=number),
        FIRST + dt.timedelta(weeks=number, days=6),
        f"Theme {number + 1}",
    )
    for number in range(5)
]


def a_figure(key: str, value: str | int | None = None, *, unit: str = "", **fields: Any) -> Figure:
    """A figure with its passport; None is one without data."""
    values = {
        "key": key,
        "label": key.replace("_", " ").capitalize(),
        "unit": unit or UNITS.get(key, "count"),
        "value": None if value is None else Decimal(str(value)),
        "source": "events",
        "definition": f"How {key} is counted.",
        "version": 1,
        "as_of": BUILT - dt.timedelta(hours=3) if value is not None else None,
        "count": 1200 if value is not None else None,
        "connect": "" if value is not None else f"Connect a source of {key}.",
        **fields,
    }
    return Figure(**values)


def a_reading(key: str, value: Any = None, before: Any = None, *, target: str | None = "standing") -> Reading:
    """A headline figure against its usual target and the period before."""
    wanted = TARGETS.get(key) if target == "standing" else target
    return Reading(
        figure=a_figure(key, value),
        rule=RULES.get(key, GradeRule.INFO),
        target=Decimal(wanted) if wanted else None,
        previous=a_figure(key, before),
    )


def a_criterion(key: str, metric: str, target: str, rule: str, value: Any = None, **fields: Any) -> CriterionReading:
    unit = fields.get("unit", UNITS.get(metric, "count"))
    return CriterionReading(
        kind=fields.get("kind", CriterionKind.EXIT),
        key=key,
        label=fields.get("label", key.replace("-", " ").capitalize()),
        rule=rule,
        target=Decimal(target),
        unit=unit,
        figure=a_figure(metric, value, unit=unit),
    )


def a_material(headline: Mapping[str, tuple[Any, Any]] | None = None, **fields: Any) -> Material:
    """Material of week 3 of an AccuBooks beta. `headline`: key -> (now, before); those left out are without data."""
    given = headline or {}
    readings = {Ref(key): a_reading(key, *given.get(key, (None, None))) for key in RULES}
    for _, key in GROWTH:
        for span in ("week:1", "week:2", "week:3", "total"):
            readings[Ref(key, "", span)] = Reading(a_figure(key, fields.get("growth", {}).get((key, span))))
    scores = fields.pop("scores", {})
    for _, question in QUESTIONS:
        reading = a_reading("satisfaction", scores.get(question))
        readings[Ref("satisfaction", question)] = reading
    fields.pop("growth", None)
    values: dict[str, Any] = {
        "program": ProgramFacts(
            "accubooks",
            "AccuBooks beta",
            "AccuBooks",
            "1.0.2",
            "controlled",
            "Europe/Berlin",
            FIRST,
            dt.date(2026, 12, 1),
        ),
        "kind": ReportKind.WEEKLY,
        "late": False,
        "week": WEEKS[2],
        "day_is_over": True,
        "weeks": WEEKS[:3],
        "planned_weeks": WEEKS,
        "generated_at": BUILT,
        "next_update": BUILT + dt.timedelta(days=7),
        "readings": readings,
        "criteria": some_criteria(),
        "contacts": [
            Person("CTO", "Cleo Officer", "cto@example.org"),
            Person("Emergency", "On call", "", "+49 30 1234"),
        ],
        "maintainer": "Ada Lovelace",
        "open_p0": a_figure("open_p0_bugs"),
        "open_p1": a_figure("open_p1_bugs"),
        "public_url": "https://beta.example.org",
        **fields,
    }
    return Material(**values)


def some_criteria(**values: Any) -> list[CriterionReading]:
    """The criteria of a controlled beta; `values` by key, those left out are without data."""
    rows = [
        ("success", "financial-errors", "financial_errors", "0", GradeRule.ZERO, "count"),
        ("success", "stable-days", "stable_days", "14", GradeRule.HIGHER, "days"),
        ("exit", "uptime", "uptime", "0.999", GradeRule.SHARE, "ratio"),
        ("exit", "p0-bugs", "open_p0_bugs", "0", GradeRule.ZERO, "count"),
        ("exit", "p1-bugs", "open_p1_bugs", "4", GradeRule.LATENCY, "count"),
        ("exit", "satisfaction", "satisfaction", "4.0", GradeRule.HIGHER, "score5"),
        ("exit", "active-users", "active_users", "10", GradeRule.HIGHER, "count"),
        ("exit", "performance", "latency_p95", "500", GradeRule.LATENCY, "ms"),
    ]
    return [
        a_criterion(key, metric, target, rule, values.get(key.replace("-", "_")), kind=kind, unit=unit)
        for kind, key, metric, target, rule, unit in rows
    ]


def busy_material(**fields: Any) -> Material:
    """Material with data in every covered place."""
    growth = {
        (key, span): 4 + 3 * n + i
        for i, (_, key) in enumerate(GROWTH)
        for n, span in enumerate(("week:1", "week:2", "week:3", "total"))
    }
    days = [FIRST + dt.timedelta(days=n) for n in range(21)]
    series = {
        "active_users": [Point(day, Decimal(4 + (n * 7) % 9)) for n, day in enumerate(days)],
        "latency_p95": [Point(day, None if n == 8 else Decimal(430 + (n * 37) % 260)) for n, day in enumerate(days)],
    }
    headline = {
        "uptime": ("0.9995", "0.9991"),
        "error_rate": ("0.0004", "0.0009"),
        "latency_p95": ("612", "480"),
        "active_users": ("12", "9"),
        "satisfaction": ("4.2", "3.9"),
    }
    values: dict[str, Any] = {
        "growth": growth,
        "scores": {
            "overall": "4.2",
            "ease_of_use": "3.8",
            "completeness": "3.6",
            "performance": "1.9",
            "support": "4.6",
        },
        "series": series,
        "criteria": some_criteria(uptime="0.9993", satisfaction="4.1", active_users="14", performance="540"),
        "anchor": "128:9f2c",
        **fields,
    }
    return a_material(headline, **values)


def monday_program(**fields: Any) -> Program:
    """A program in UTC whose weeks go from Monday to Sunday, launched on its first morning; reports on Monday at 8."""
    values = {"starts_on": FIRST, "timezone": "UTC", "report_weekday": 0, "report_hour": 8, **fields}
    with clock.at(dt.datetime.combine(FIRST, dt.time(6), tzinfo=dt.UTC)):
        return live_program(**values)


def a_recipient(program: Program, email: str = "ceo@example.org", name: str = "Cleo") -> Contact:
    """Somebody who gets the weekly report."""
    return Contact.objects.create(program=program, role="CEO", name=name, email=email, gets_report=True)


def moment(day: int, hour: int = 12, minute: int = 0) -> dt.datetime:
    """A moment in UTC on a day of the program; day 1 is Monday, 2 November 2026."""
    at = FIRST + dt.timedelta(days=day - 1)
    return dt.datetime.combine(at, dt.time(hour, minute), tzinfo=dt.UTC)


def built_report(program: Program, week: int = 1, **fields: Any) -> StatusReport:
    """The weekly report of a week, built at noon of the day after it."""
    first = FIRST + dt.timedelta(weeks=week - 1)
    with clock.at(moment(7 * week + 1)):
        return build_report(program_id=program.pk, first=first, last=first + dt.timedelta(days=6), **fields)
