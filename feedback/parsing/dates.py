"""Dates as tools write them. The order of day and month is read from the whole column, and never guessed."""

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from feedback.enums import DateOrder

MONTHS = {
    name: number
    for number, names in enumerate(
        ("jan", "feb", "mar mär", "apr", "may mai", "jun", "jul", "aug", "sep", "oct okt", "nov", "dec dez"), start=1
    )
    for name in names.split()
}
# Hours east of UTC. Names that mean several zones in the world are read as in America and Europe.
ZONES = {
    "z": 0, "utc": 0, "gmt": 0, "wet": 0, "bst": 1, "west": 1, "cet": 1, "cest": 2, "eet": 2, "eest": 3,
    "est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8, "pdt": -7,
}  # fmt: skip
TIME = (
    r"(?:[T ,]+(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,]\d+)?)?\s*(?P<half>[AaPp]\.?[Mm]\.?)?"
    r"\s*(?P<zone>[A-Za-z]{1,4})?\s*(?P<offset>[+-]\d{1,2}(?::?\d{2})?)?)?"
)
NUMERIC = re.compile(r"(?P<one>\d{1,4})(?P<sep>[./-])(?P<two>\d{1,2})(?P=sep)(?P<three>\d{1,4})" + TIME)
NAMED = re.compile(r"(?P<month>[A-Za-zä]{3,9})\.? (?P<day>\d{1,2}),? (?P<year>\d{4})" + TIME)
NAMED_AFTER = re.compile(r"(?P<day>\d{1,2})[. -]+(?P<month>[A-Za-zä]{3,9})[. -]+(?P<year>\d{4})" + TIME)
SERIAL = re.compile(r"\d{5}(?:\.\d+)?")
# Excel counts days from here, having taken 1900 for a leap year.
SERIAL_START = dt.datetime(1899, 12, 30)  # noqa: DTZ001 - a wall-clock time, given its zone below
EARLIEST, LATEST = 1990, 2100


class NotADateError(ValueError):
    """The text is no date in the order asked."""


@dataclass(frozen=True, slots=True)
class Moment:
    """When a response was submitted: the instant in UTC, None where only the day is known; and the day in the zone."""

    at: dt.datetime | None
    day: dt.date


def parse_date(text: str, order: str, tz: ZoneInfo) -> Moment:
    """Read one date. Without a zone of its own it is a time in `tz`. Raises `NotADateError`.

    `order` is one of `DateOrder`, or empty where the form of the date says it all.
    """
    text = text.strip()
    if SERIAL.fullmatch(text):
        return _moment(SERIAL_START + dt.timedelta(seconds=round(float(text) * 86400)), tz, timed="." in text)
    match = NUMERIC.fullmatch(text)
    if match:
        year, month, day = _numbers(match, order)
    else:
        match = NAMED.fullmatch(text) or NAMED_AFTER.fullmatch(text)
        if not match:
            raise NotADateError(text)
        year, month, day = int(match["year"]), MONTHS.get(match["month"][:3].lower(), 0), int(match["day"])
    if not EARLIEST <= year <= LATEST:
        raise NotADateError(text)
    try:
        wall = dt.datetime(year, month, day, *_clock(match))  # noqa: DTZ001 - a wall-clock time, given its zone below
    except ValueError:
        raise NotADateError(text) from None
    return _moment(wall, tz, timed=match["hour"] is not None, offset=_offset(match, text))


@dataclass(frozen=True, slots=True)
class DateColumn:
    """What the values of a column say together. `order` is set where they can be read in one way only.

    `readable` counts the dates among the values; `examples` shows two readings of one value where there are two.
    """

    order: str
    readable: int
    examples: tuple[str, ...] = ()

    @property
    def is_clear(self) -> bool:
        return bool(self.order)


def read_order(values: Iterable[str]) -> DateColumn:
    """Find the order of day, month and year that all dates of a column share."""
    tz = ZoneInfo("UTC")
    days = [{order: _day_in(value, order, tz) for order in DateOrder.values} for value in values]
    days = [readings for readings in days if any(readings.values())]
    if not days:
        return DateColumn("", 0)
    orders = [order for order in DateOrder.values if all(readings[order] for readings in days)]
    if not orders:
        return DateColumn("", len(days))
    for readings in days:
        distinct = {readings[order] for order in orders}
        if len(distinct) > 1:
            return DateColumn("", len(days), tuple(f"{day:%d %B %Y}" for day in sorted(filter(None, distinct))))
    return DateColumn(orders[0], len(days))


def _day_in(text: str, order: str, tz: ZoneInfo) -> dt.date | None:
    try:
        return parse_date(text, order, tz).day
    except NotADateError:
        return None


def _numbers(match: re.Match[str], order: str) -> tuple[int, int, int]:
    """Year, month, day. Four digits are a year; dots stand between day, month and year, in this order."""
    one, two, three = int(match["one"]), int(match["two"]), int(match["three"])
    if len(match["one"]) == 4:
        return one, two, three
    if len(match["three"]) not in (2, 4) or len(match["one"]) > 2:
        raise NotADateError(match[0])
    if order == DateOrder.YEAR_FIRST:
        if len(match["three"]) == 4:
            raise NotADateError(match[0])
        return 2000 + one, two, three
    year = three if len(match["three"]) == 4 else 2000 + three
    if order == DateOrder.MONTH_FIRST and match["sep"] != ".":
        return year, one, two
    return year, two, one


def _clock(match: re.Match[str]) -> tuple[int, int, int]:
    if match["hour"] is None:
        return 0, 0, 0
    hour = int(match["hour"])
    if match["half"]:
        if not 1 <= hour <= 12:
            raise NotADateError(match[0])
        hour = hour % 12 + (12 if match["half"][0] in "pP" else 0)
    return hour, int(match["minute"]), int(match["second"] or 0)


def _offset(match: re.Match[str], text: str) -> dt.timezone | None:
    name, digits = (match["zone"] or "").lower(), match["offset"] or ""
    if not name and not digits:
        return None
    if name not in ZONES and name:
        raise NotADateError(text)
    hours = ZONES.get(name, 0)
    minutes = 0
    if digits:
        sign = -1 if digits[0] == "-" else 1
        plain = digits[1:].replace(":", "")
        hours += sign * int(plain[:-2] if len(plain) > 2 else plain)
        minutes = sign * int(plain[-2:]) if len(plain) > 2 else 0
    try:
        return dt.timezone(dt.timedelta(hours=hours, minutes=minutes))
    except ValueError:
        raise NotADateError(text) from None


def _moment(wall: dt.datetime, tz: ZoneInfo, *, timed: bool, offset: dt.timezone | None = None) -> Moment:
    if not timed:
        return Moment(None, wall.date())
    at = wall.replace(tzinfo=offset or tz).astimezone(dt.UTC)
    return Moment(at, at.astimezone(tz).date())
