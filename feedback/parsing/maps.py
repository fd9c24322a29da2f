"""A column map: what each column of a file is. Written by a person as JSON, or on the mapping page."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from feedback.enums import DateOrder, QuestionKind, Satisfaction
from feedback.exceptions import MapRefused
from feedback.parsing.columns import Column, clean, shorten
from feedback.parsing.scales import MISSING, Scale

KNOWN = {"columns", "id", "date", "person", "missing"}
KNOWN_COLUMN = {"column", "question", "kind", "scale", "header", "position"}
LONGEST_TEXT = 4000
CENT = Decimal("0.01")
HOW_TO_SCALE = "Give its worst and its best answer, with up to two decimals: 1-5 on the page, [1, 5] in a map file."
MAX_END = 1_000_000
KNOWN_DATE = {"column", "order", "timezone", "day"}


@dataclass(frozen=True, slots=True)
class MappedQuestion:
    """A column that is a question. A rating has a `scale`; `satisfaction` says which of the five questions it is."""

    position: int
    kind: str
    text: str
    scale: Scale | None = None
    satisfaction: str = ""


@dataclass(frozen=True, slots=True)
class ColumnMap:
    """Positions count from 1; 0 means that no column is it.

    `order` empty: the dates' form says it. `day`: when all answers of a file without dates were given.
    """

    questions: tuple[MappedQuestion, ...]
    id_column: int = 0
    date_column: int = 0
    order: str = ""
    zone: str = ""
    day: dt.date | None = None
    person_column: int = 0
    missing: tuple[str, ...] = MISSING


def spec_of(column_map: ColumnMap, columns: Sequence[Column]) -> dict[str, Any]:
    """Return the map as JSON that `map_from_spec` reads. Headers are there for people; positions count."""
    date: dict[str, Any] | None = None
    if column_map.date_column:
        date = {"column": column_map.date_column, "order": column_map.order, "timezone": column_map.zone}
    elif column_map.day:
        date = {"day": column_map.day.isoformat()}
    return {
        "columns": [
            {
                "column": question.position,
                "header": columns[question.position - 1].header,
                "question": question.satisfaction or question.text,
                "kind": question.kind,
                "scale": plain_scale(question.scale),
            }
            for question in column_map.questions
        ],
        "id": column_map.id_column or None,
        "date": date,
        "person": column_map.person_column or None,
        "missing": list(column_map.missing),
    }


def plain_scale(scale: Scale | None) -> list[int | float] | None:
    """Return a scale as two JSON numbers."""
    return None if scale is None else [int(end) if end == int(end) else float(end) for end in scale]


def map_from_spec(spec: object, columns: Sequence[Column]) -> ColumnMap:
    """Read a map for a file with these columns. Raises `MapRefused`, naming what does not fit."""
    body = _object(spec, "The map", KNOWN)
    listed = body.get("columns")
    if not isinstance(listed, list) or not listed:
        raise MapRefused(
            "The map has no “columns”. List those that are questions, such as "
            '{"column": 3, "question": "overall", "scale": [1, 5]}.'
        )
    questions = tuple(_question(item, columns) for item in listed)
    _refuse_twice([question.position for question in questions], "The column {} is in the map twice.")
    _refuse_twice(
        [question.satisfaction for question in questions if question.satisfaction],
        "Two columns are mapped to “{}”. Choose the one that asks it.",
    )
    date = _object(body.get("date") or {}, "“date” in the map", KNOWN_DATE)
    column_map = ColumnMap(
        questions=questions,
        id_column=_optional_column(body.get("id"), columns),
        date_column=_optional_column(date.get("column"), columns),
        order=_order(date.get("order")),
        zone=_zone(date.get("timezone")),
        day=_day(date.get("day")),
        person_column=_optional_column(body.get("person"), columns),
        missing=_missing(body.get("missing")),
    )
    if column_map.date_column and column_map.day:
        raise MapRefused(
            "The map gives both a column and a day for the date. Keep the column where the file has dates."
        )
    return column_map


def _question(item: object, columns: Sequence[Column]) -> MappedQuestion:
    entry = _object(item, "A column of the map", KNOWN_COLUMN)
    column = _column(entry.get("column", entry.get("position", entry.get("header"))), columns)
    asked = clean(str(entry.get("question") or "")).strip()[:LONGEST_TEXT]
    scale = _scale(entry.get("scale"), column)
    satisfaction = asked if asked in Satisfaction.values else ""
    if satisfaction and scale is None:
        raise MapRefused(f"The map says that {column.name} is “{asked}” and gives no scale. {HOW_TO_SCALE}")
    kind = str(entry.get("kind") or (QuestionKind.RATING if scale else QuestionKind.TEXT))
    if kind not in QuestionKind.values or (kind == QuestionKind.RATING) != (scale is not None):
        raise MapRefused(f"The map calls {column.name} “{kind}”. A rating has a scale; “choice” and “text” have none.")
    text = column.text if satisfaction or not asked else asked
    return MappedQuestion(column.position, kind, text or f"Column {column.position}", scale, satisfaction)


def _column(name: object, columns: Sequence[Column]) -> Column:
    """A column by its position or by its header, which must then be the only one."""
    if isinstance(name, int) and not isinstance(name, bool):
        if 1 <= name <= len(columns):
            return columns[name - 1]
        raise MapRefused(f"The map names column {name}; the file has columns 1 to {len(columns)}.")
    wanted = str(name or "").strip()
    found = [column for column in columns if wanted and wanted in (column.header.strip(), column.text)]
    if len(found) == 1:
        return found[0]
    if not found:
        raise MapRefused(f"The map names a column “{shorten(wanted, 80)}”, which the file does not have.")
    places = ", ".join(str(column.position) for column in found)
    raise MapRefused(f"“{shorten(wanted, 80)}” heads several columns ({places}). Name the one you mean by its number.")


def _optional_column(name: object, columns: Sequence[Column]) -> int:
    return _column(name, columns).position if name else 0


def _scale(value: object, column: Column) -> Scale | None:
    if value is None:
        return None
    ends = value if isinstance(value, list) else []
    if len(ends) == 2 and all(isinstance(end, (int, float)) and not isinstance(end, bool) for end in ends):
        worst, best = (Decimal(str(end)) for end in ends)
        if _is_storable(worst) and _is_storable(best) and worst != best:
            return worst, best
    raise MapRefused(f"The scale of {column.name} is no scale. {HOW_TO_SCALE}")


def _is_storable(end: Decimal) -> bool:
    """Whether the end of a scale is kept as it is: a question has room for two decimals."""
    return end.is_finite() and abs(end) <= MAX_END and end == end.quantize(CENT)


def _order(value: object) -> str:
    if value in (None, "", *DateOrder.values):
        return str(value or "")
    raise MapRefused(f"“{shorten(str(value), 20)}” is not an order of dates. Use DMY, MDY or YMD.")


def _zone(value: object) -> str:
    if not value or value in available_timezones():
        return str(value or "")
    raise MapRefused(f"“{shorten(str(value), 40)}” is not a time zone. Use a name such as Europe/Berlin or UTC.")


def zone_of(column_map: ColumnMap, program_zone: ZoneInfo) -> ZoneInfo:
    """The zone of times that name none: the map's, else the program's."""
    return ZoneInfo(column_map.zone) if column_map.zone else program_zone


def _day(value: object) -> dt.date | None:
    if not value:
        return None
    try:
        return dt.date.fromisoformat(str(value))
    except ValueError:
        raise MapRefused(f"“{shorten(str(value), 20)}” is not a day. Write it as 2026-11-21.") from None


def _missing(value: object) -> tuple[str, ...]:
    if value is None:
        return MISSING
    if not isinstance(value, list):
        raise MapRefused('“missing” in the map is a list of what counts as no answer, such as ["N/A", "-"].')
    return tuple(clean(str(word)).strip().lower()[:80] for word in value)


def _object(value: object, what: str, known: set[str]) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise MapRefused(f"{what} is not a JSON object. docs/surveys.md shows one.")
    unknown = sorted(set(value) - known)
    if unknown:
        raise MapRefused(
            f"{what} has “{shorten(str(unknown[0]), 40)}”, which means nothing here. Known: {', '.join(sorted(known))}."
        )
    return value


def _refuse_twice(values: list[Any], sentence: str) -> None:
    seen: set[Any] = set()
    for value in values:
        if value in seen:
            raise MapRefused(sentence.format(value))
        seen.add(value)
