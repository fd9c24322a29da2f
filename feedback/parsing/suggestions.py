"""Propose a map. What cannot be known from the file is left open and said, for a person to decide."""

import re
from dataclasses import dataclass, field
from decimal import Decimal
from zoneinfo import available_timezones

from feedback.enums import QuestionKind, Satisfaction
from feedback.parsing.columns import Column
from feedback.parsing.dates import DateColumn, read_order
from feedback.parsing.maps import ColumnMap, MappedQuestion
from feedback.parsing.scales import MISSING, Scale, is_missing, number_in, stated_scale
from feedback.parsing.tables import Table
from feedback.parsing.tools import GENERIC

# What a header says when it asks one of the five questions. In this order: "overall" is also in other questions.
WORDS = (
    (
        Satisfaction.EASE_OF_USE,
        re.compile(r"ease[ _]of[ _]use|eas(y|ily)( \S+){0,4} to use|usability|user.friendl", re.IGNORECASE),
    ),
    (Satisfaction.COMPLETENESS, re.compile(r"completeness|feature[ _-]?complete|features? you need", re.IGNORECASE)),
    (Satisfaction.SUPPORT, re.compile(r"\bsupport([ _-](quality|team))?\b|customer service|help ?desk", re.IGNORECASE)),
    (Satisfaction.PERFORMANCE, re.compile(r"\bperformance\b|\bspeed\b|how fast|response times?", re.IGNORECASE)),
    (Satisfaction.OVERALL, re.compile(r"overall|satisfaction|how satisfied", re.IGNORECASE)),
)
EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
IP = re.compile(r"(\d{1,3}\.){3}\d{1,3}|[0-9a-f:]*:[0-9a-f:]*:[0-9a-f:]+", re.IGNORECASE)
PERSONAL_HEADER = re.compile(r"\be-?mail\b|\bip[ _-]?address\b|\bphone\b", re.IGNORECASE)
DATE_HEADER = re.compile(r"\(utc\)", re.IGNORECASE)
MANY_CHOICES = 12


@dataclass(slots=True)
class Suggestion:
    """A map to confirm. `notes` says by column what a person should know; `likely` which question it seems to ask.

    `dates` is what the date column's values say about their order.
    """

    map: ColumnMap
    notes: dict[int, str] = field(default_factory=dict)
    likely: dict[int, str] = field(default_factory=dict)
    dates: DateColumn = field(default_factory=lambda: DateColumn("", 0))


def suggest_map(table: Table) -> Suggestion:
    """Propose what each column of the table is."""
    suggestion = Suggestion(ColumnMap(()))
    signature = table.signature or GENERIC
    id_column = _id_column(table)
    date_column, suggestion.dates = _date_column(table)
    questions = []
    taken: set[str] = set()
    for column in table.columns:
        name = column.header.strip().lower()
        if column.position in (id_column, date_column) or name in signature.meta:
            continue
        if name in {*signature.ids, *signature.dates}:
            continue
        values = table.values(column.position)
        if name in signature.personal or _is_personal(column, values):
            suggestion.notes[column.position] = "It says who or where people are. It is left out unless you ask for it."
        elif values or column.text:
            questions.append(_question(column, values, suggestion, taken))
    suggestion.map = ColumnMap(
        questions=tuple(questions),
        id_column=id_column,
        date_column=date_column,
        order=suggestion.dates.order,
        zone=_zone(table, date_column),
    )
    return suggestion


def _question(column: Column, values: list[str], suggestion: Suggestion, taken: set[str]) -> MappedQuestion:
    given = [value for value in values if not is_missing(value, MISSING)]
    numbers = [number_in(value) for value in given]
    text = column.text or f"Column {column.position}"
    if not given or None in numbers:
        return MappedQuestion(column.position, _kind(given), text)
    asks = _asks(column.text)
    if asks:
        suggestion.likely[column.position] = asks
    scale = stated_scale(column.text)
    if scale is None:
        suggestion.notes[column.position] = (
            "Only numbers, but the header states no scale: it is free text until you give one."
        )
        return MappedQuestion(column.position, QuestionKind.TEXT, text)
    _note_off_scale(column, [number for number in numbers if number is not None], scale, suggestion)
    satisfaction = asks if asks not in taken else ""
    taken.add(satisfaction)
    return MappedQuestion(column.position, QuestionKind.RATING, text, scale, satisfaction)


def _note_off_scale(column: Column, numbers: list[Decimal], scale: Scale, suggestion: Suggestion) -> None:
    off = sum(not min(scale) <= number <= max(scale) for number in numbers)
    if off:
        suggestion.notes[column.position] = (
            f"{off} of {len(numbers)} answers are off the scale {scale[0]} to {scale[1]} and count as missing."
        )


def _kind(given: list[str]) -> str:
    distinct = set(given)
    few = len(distinct) <= MANY_CHOICES and len(given) >= 2 * len(distinct)
    return QuestionKind.CHOICE if distinct and few else QuestionKind.TEXT


def _asks(text: str) -> str:
    return next((key.value for key, words in WORDS if words.search(text)), "")


def _is_personal(column: Column, values: list[str]) -> bool:
    if PERSONAL_HEADER.search(column.header) and len(column.header) < 60:
        return True
    alike = sum(bool(EMAIL.fullmatch(value) or IP.fullmatch(value)) for value in values)
    return bool(values) and alike * 2 > len(values)


def _id_column(table: Table) -> int:
    signature = table.signature or GENERIC
    by_name = {column.header.strip().lower(): column.position for column in reversed(table.columns)}
    for name in signature.ids:
        position = by_name.get(name)
        if position is None:
            continue
        values = table.values(position)
        blank = len(table.rows) - len(values)
        # A file of no known tool may call anything an id; responses have different ones, and nearly all have one.
        if signature is not GENERIC or (len(set(values)) == len(values) and blank * 10 <= max(len(table.rows), 10)):
            return position
    return 0


def _date_column(table: Table) -> tuple[int, DateColumn]:
    """The first column of the tool's names for the moment of submission whose values are dates."""
    signature = table.signature or GENERIC
    by_name = {column.header.strip().lower(): column.position for column in reversed(table.columns)}
    for name in signature.dates:
        position = by_name.get(name)
        if position is None:
            continue
        values = table.values(position)
        dates = read_order(values)
        if values and dates.readable * 10 >= len(values) * 9:
            return position, dates
    return 0, DateColumn("", 0)


def _zone(table: Table, date_column: int) -> str:
    if not date_column:
        return ""
    if DATE_HEADER.search(table.column(date_column).header):
        return "UTC"
    return table.zone if table.zone in available_timezones() else ""
