"""Reads: a metric over a period as a figure with its passport, by day, and how the source itself is doing.

Everything here is read from the daily rows, never from raw events (but for the time of the latest one).
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import Sum
from django.urls import reverse

from core import clock
from core.figures import Figure
from core.numbers import ratio
from core.tokens import hash_token
from metrics.combining import Day, combine_histograms, combine_ratio, combine_values
from metrics.definitions import DEFINITIONS, Definition
from metrics.enums import Combine, Source
from metrics.exceptions import BadPeriod, UnknownMetric
from metrics.histograms import Histogram
from metrics.models import AggregatedDay, DailyActivity, DailyMetric, Event, RejectedItems
from programs.enums import KeyScope
from programs.models import Program
from programs.selectors import authenticate_key

# For each day of the period, the distinct people of the days up to it that count (one, or a window of them).
PEOPLE_BY_DAY = """
    SELECT shown.day, count(DISTINCT coalesce('participant ' || participant_id, 'person ' || person))
    FROM unnest(%(days)s::date[]) AS shown (day)
    LEFT JOIN metrics_dailyactivity activity ON activity.program_id = %(program)s AND activity.{counts}
        AND activity.day > shown.day - %(window)s AND activity.day <= shown.day
    GROUP BY shown.day
"""
PEOPLE_OF_PERIOD = """
    SELECT count(DISTINCT coalesce('participant ' || participant_id, 'person ' || person)),
        coalesce(sum(events), 0)::bigint
    FROM metrics_dailyactivity
    WHERE program_id = %(program)s AND {counts} AND day BETWEEN %(first)s AND %(last)s
"""
PROGRAM_OF_KEY = """
    SELECT program.id, program.name, program.state, program.timezone
    FROM programs_apikey key JOIN programs_program program ON program.id = key.program_id
    WHERE key.key_hash = %s AND key.scope = %s AND key.revoked_at IS NULL
"""
# The columns of `DailyActivity` that make a person count, as conditions.
COUNTS = {
    "is_active": "is_active",
    "signups": "signups > 0",
    "verifications": "verifications > 0",
}


@dataclass(frozen=True, slots=True)
class DayValue:
    """A metric on one day: None where there is no data. `count` is how many inputs it stands on."""

    day: dt.date
    value: Decimal | None
    count: int


@dataclass(frozen=True, slots=True)
class IntakeHealth:
    """How the product's events are doing: when the latest happened, how many today, and what is odd about them."""

    last_event_at: dt.datetime | None
    events_today: int
    rejected_today: int
    unmatched_people: int


@dataclass(frozen=True, slots=True)
class Recipient:
    """What the intake needs to know of the program that a write key belongs to."""

    pk: int
    name: str
    state: str
    timezone: str

    @property
    def tz(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)


@dataclass(frozen=True, slots=True)
class _Period:
    """The days that are read, with what is known of each as a whole."""

    program: Program
    definition: Definition
    dimension: str
    first: dt.date
    last: dt.date
    aggregated: Sequence[AggregatedDay]


def figure(*, program: Program, key: str, first: dt.date, last: dt.date, dimension: str = "") -> Figure:
    """Return a metric over the days from `first` to `last` (both included, program's days).

    Its value is None where no day has data for it, or where the product never sent, up to `last`, what it counts: a 0
    would claim that somebody looked. `coverage` is the share of the period (0..1) that was measured.
    Raises `UnknownMetric`, and `BadPeriod` where `last` lies before `first`.
    """
    period = _period(program, key, first, last, dimension, windowed=True)
    definition = period.definition
    value, count = _people_of(period) if definition.combine is Combine.DISTINCT_PEOPLE else _combined(period)
    if value is not None and not count and not _is_heard(period, last):
        value = None
    has_data = value is not None
    return Figure(
        key=key,
        label=f"{definition.label}: {dimension}" if dimension else definition.label,
        unit=definition.unit,
        value=value,
        source=f"{Source.EVENTS}, {count:,} {'row' if count == 1 else 'rows'}" if has_data else str(Source.EVENTS),
        definition=definition.formula,
        version=definition.version,
        as_of=max((day.computed_at for day in period.aggregated), default=None),
        count=count if has_data else None,
        coverage=_coverage(period) if has_data else None,
        href=_href(period),
        connect="" if has_data else definition.connect,
    )


def daily(*, program: Program, key: str, first: dt.date, last: dt.date, dimension: str = "") -> list[DayValue]:
    """Return a metric for every day from `first` to `last`; days without data have the value None.

    So have days before the product first sent what the metric counts.
    """
    period = _period(program, key, first, last, dimension)
    found: Mapping[dt.date, tuple[Decimal | None, int]]
    found = (_people_by_day if period.definition.combine is Combine.DISTINCT_PEOPLE else _values_by_day)(period)
    if any(value == 0 for value, _ in found.values()):
        since = _heard_since(period)
        found = {day: pair for day, pair in found.items() if pair[0] != 0 or (since and since <= day)}
    return [DayValue(day, *found.get(day, (None, 0))) for day in clock.days_between(first, last)]


def program_of_write_key(plain: str) -> Recipient:
    """Return the program that events with this key go to. Raises `KeyRefused`, with `authenticate_key`'s sentence.

    Asked once a batch, so in plain SQL, which takes a tenth of the time of the query by models. Nothing is kept: a key
    that was revoked a moment ago is refused.
    """
    with connection.cursor() as cursor:
        cursor.execute(PROGRAM_OF_KEY, [hash_token(plain), KeyScope.INGEST])
        row = cursor.fetchone()
    if row is None:
        program = authenticate_key(plain, KeyScope.INGEST).program
        return Recipient(program.pk, program.name, program.state, program.timezone)
    return Recipient(*row)


def intake_health(program: Program) -> IntakeHealth:
    """Return how the program's event source is doing; unmatched people are those of the last seven days."""
    today = program.today
    rejected = RejectedItems.objects.filter(program=program, day=today).aggregate(total=Sum("count"))["total"]
    events = AggregatedDay.objects.filter(program=program, day=today).values_list("events", flat=True).first()
    unmatched = DailyActivity.objects.filter(
        program=program, day__gt=today - dt.timedelta(days=7), is_active=True, participant=None
    )
    return IntakeHealth(
        last_event_at=last_event_at(program),
        events_today=events or 0,
        rejected_today=rejected or 0,
        unmatched_people=unmatched.values("person").distinct().count(),
    )


def last_event_at(program: Program) -> dt.datetime | None:
    """Return when the product's latest event happened, or None before the first."""
    newest = Event.objects.filter(program_id=program.pk, occurred_at__lte=clock.now()).order_by("-occurred_at")
    return newest.values_list("occurred_at", flat=True).first()


def _period(
    program: Program, key: str, first: dt.date, last: dt.date, dimension: str, *, windowed: bool = False
) -> _Period:
    """Look the definition up and read which days have data; `windowed` puts its window in place of the first day."""
    definition = DEFINITIONS.get(key)
    if definition is None:
        raise UnknownMetric(f"There is no metric “{key}”. Metrics here: {', '.join(sorted(DEFINITIONS))}.")
    if last < first:
        raise BadPeriod(f"The period ends on {last} before it starts on {first}. Give a last day that is not earlier.")
    if definition.window and windowed:
        first = last - dt.timedelta(days=definition.window - 1)
    aggregated = AggregatedDay.objects.filter(program=program, day__gte=first, day__lte=last).order_by("day")
    return _Period(program, definition, dimension, first, last, list(aggregated))


def _heard_since(period: _Period) -> dt.date | None:
    """Return the first day, of the period or before or after it, with anything that the metric counts."""
    rows = DailyMetric.objects.filter(
        program=period.program,
        metric=period.definition.rows,
        dimension=period.dimension,
        source=Source.EVENTS,
        count__gt=0,
    )
    first: dt.date | None = rows.order_by("day").values_list("day", flat=True).first()
    return first


def _is_heard(period: _Period, by: dt.date) -> bool:
    since = _heard_since(period)
    return since is not None and since <= by


def _combined(period: _Period) -> tuple[Decimal | None, int]:
    """Return the value that the period's rows make, and how many inputs they stand on."""
    definition = period.definition
    rows = _rows_by_day(period, definition.rows)
    wholes = _rows_by_day(period, definition.over) if definition.over else {}
    value = _combine(definition, [_day(row) for row in rows.values()], [_day(row) for row in wholes.values()])
    return value, sum(row.count for row in rows.values())


def _values_by_day(period: _Period) -> dict[dt.date, tuple[Decimal | None, int]]:
    definition = period.definition
    rows = _rows_by_day(period, definition.rows)
    wholes = _rows_by_day(period, definition.over) if definition.over else {}
    return {
        day: (_combine(definition, [_day(row)], [_day(wholes[day])] if day in wholes else []), row.count)
        for day, row in rows.items()
    }


def _combine(definition: Definition, days: Sequence[Day], wholes: Sequence[Day]) -> Decimal | None:
    if definition.combine is Combine.HISTOGRAM:
        return combine_histograms(definition.quantile, days)
    if definition.combine is Combine.RATIO:
        return combine_ratio(days, wholes)
    return combine_values(definition.combine, days)


def _rows_by_day(period: _Period, metric: str) -> dict[dt.date, DailyMetric]:
    rows = DailyMetric.objects.filter(
        program=period.program,
        metric=metric,
        dimension=period.dimension,
        day__gte=period.first,
        day__lte=period.last,
        source=Source.EVENTS,
    )
    return {row.day: row for row in rows.order_by("day")}


def _day(row: DailyMetric) -> Day:
    return Day(row.value, Histogram.from_json(row.histogram) if row.histogram else None, row.coverage)


def _people_of(period: _Period) -> tuple[Decimal | None, int]:
    """Return the distinct people of the period and how many events they sent; people are not split by dimension."""
    if not period.aggregated or period.dimension:
        return None, 0
    [(people, events)] = _query(PEOPLE_OF_PERIOD, period, {"first": period.first, "last": period.last})
    return Decimal(people), events


def _people_by_day(period: _Period) -> dict[dt.date, tuple[Decimal | None, int]]:
    events = {day.day: day.events for day in period.aggregated}
    if period.dimension:
        return {}
    window = period.definition.window or 1
    found = _query(PEOPLE_BY_DAY, period, {"days": list(events), "window": window})
    return {day: (Decimal(people), events[day]) for day, people in found}


def _query(sql: str, period: _Period, params: dict[str, Any]) -> list[Any]:
    with connection.cursor() as cursor:
        # The condition is one of three that are written in this file.
        cursor.execute(sql.format(counts=COUNTS[period.definition.activity]), {"program": period.program.pk, **params})
        return list(cursor.fetchall())


def _coverage(period: _Period) -> Decimal | None:
    """Return the measured share of the period: days with data, each by how much of it had passed."""
    measured = sum((day.coverage for day in period.aggregated), Decimal(0))
    share = ratio(measured, (period.last - period.first).days + 1)
    return None if share is None else share.quantize(Decimal("0.0001"))


def _href(period: _Period) -> str:
    """Return the admin list of the rows that the figure is made of."""
    days = {"program__id__exact": period.program.pk, "day__gte": period.first, "day__lte": period.last}
    if period.definition.combine is Combine.DISTINCT_PEOPLE:
        return f"{reverse('admin:metrics_dailyactivity_changelist')}?{urlencode(days)}"
    metrics = [metric for metric in (period.definition.rows, period.definition.over) if metric]
    narrowed = {"metric__in": ",".join(metrics), "dimension__exact": period.dimension, **days}
    return f"{reverse('admin:metrics_dailymetric_changelist')}?{urlencode(narrowed)}"
