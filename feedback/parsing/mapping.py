"""Apply a map to a table: responses with their keys, and a list of all that was left out."""

import datetime as dt
import hashlib
import json
from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal
from zoneinfo import ZoneInfo

from feedback.enums import QuestionKind
from feedback.exceptions import MapRefused
from feedback.parsing.columns import shorten
from feedback.parsing.dates import NotADateError, parse_date, read_order
from feedback.parsing.delimited import Row
from feedback.parsing.maps import ColumnMap, MappedQuestion, zone_of
from feedback.parsing.problems import Problem
from feedback.parsing.scales import is_missing, number_in
from feedback.parsing.tables import Table

LONGEST_ID = 190


@dataclass(frozen=True, slots=True)
class ReadyResponse:
    """One response. `answers` and `scores` go by column position; `person` is the cell that says who, as written."""

    line: int
    key: str
    at: dt.datetime | None
    day: dt.date | None
    person: str
    answers: dict[int, str]
    scores: dict[int, Decimal]


@dataclass(slots=True)
class Reading:
    """`rejected` rows are not imported. `gaps` are single answers that count as missing in rows that are."""

    responses: list[ReadyResponse] = field(default_factory=list)
    rejected: list[Problem] = field(default_factory=list)
    gaps: list[Problem] = field(default_factory=list)


def read_responses(table: Table, column_map: ColumnMap, program_zone: ZoneInfo) -> Reading:
    """Read every row of the table by the map. Raises `MapRefused` where dates can be read in two ways."""
    order = _order(table, column_map)
    reader = _RowReader(table, column_map, order, zone_of(column_map, program_zone), program_zone)
    reading = Reading(rejected=list(table.rejected))
    for row in table.rows:
        result = reader.read(row, reading.gaps)
        if isinstance(result, Problem):
            reading.rejected.append(result)
        else:
            reading.responses.append(result)
    reading.rejected.sort(key=lambda problem: problem.line)
    return reading


def _order(table: Table, column_map: ColumnMap) -> str:
    """The order of dates: the map's, else the only one in which the column can be read."""
    if not column_map.date_column or column_map.order:
        return column_map.order
    dates = read_order(table.values(column_map.date_column))
    name = table.column(column_map.date_column).name
    if dates.is_clear:
        return dates.order
    if not dates.readable:
        raise MapRefused(
            f"The map takes {name} for the date; none of its cells is a date. Choose another column, or none."
        )
    readings = f" (one of them is {' or '.join(dates.examples)})" if dates.examples else " (both orders occur)"
    raise MapRefused(
        f"The dates in {name} can be read as day first or as month first{readings}. "
        'Say which in the map: "order": "DMY" or "MDY".'
    )


class _RowReader:
    """Reads rows one by one; remembers the ids and contents that came before."""

    def __init__(self, table: Table, column_map: ColumnMap, order: str, zone: ZoneInfo, program_zone: ZoneInfo) -> None:
        self.table, self.map, self.order, self.zone, self.program_zone = table, column_map, order, zone, program_zone
        self.lines_by_id: dict[str, int] = {}
        self.seen: Counter[str] = Counter()

    def read(self, row: Row, gaps: list[Problem]) -> ReadyResponse | Problem:
        line, cells = row
        key = self._key(row)
        if isinstance(key, Problem):
            return key
        moment = self._moment(row)
        if isinstance(moment, Problem):
            return moment
        answers: dict[int, str] = {}
        scores: dict[int, Decimal] = {}
        for question in self.map.questions:
            cell = cells[question.position - 1].strip()
            if is_missing(cell, self.map.missing):
                continue
            answers[question.position] = cell
            if question.kind == QuestionKind.RATING:
                score = self._score(question, cell, line, gaps)
                if score is not None:
                    scores[question.position] = score
        person = cells[self.map.person_column - 1].strip() if self.map.person_column else ""
        return ReadyResponse(line, key, moment[0], moment[1], person, answers, scores)

    def _key(self, row: Row) -> str | Problem:
        line, cells = row
        if not self.map.id_column:
            # The whole row, so that the key stays the same when the map changes. Only the hash is kept.
            digest = hashlib.sha256(json.dumps([cell.strip() for cell in cells]).encode()).hexdigest()[:40]
            self.seen[digest] += 1
            return f"row:{digest}:{self.seen[digest]}"
        value = cells[self.map.id_column - 1].strip()
        name = self.table.column(self.map.id_column).name
        if not value:
            return Problem(
                line, f"It has no id in {name}, so it is not a response, or cannot be told apart.", self.map.id_column
            )
        if len(value) > LONGEST_ID:
            return Problem(line, f"The id in {name} is longer than {LONGEST_ID} characters.", self.map.id_column)
        if value in self.lines_by_id:
            return Problem(
                line, f"The id “{shorten(value, 40)}” is in line {self.lines_by_id[value]} already.", self.map.id_column
            )
        self.lines_by_id[value] = line
        return f"id:{value}"

    def _moment(self, row: Row) -> tuple[dt.datetime | None, dt.date | None] | Problem:
        if not self.map.date_column:
            return None, self.map.day
        line, cells = row
        cell = cells[self.map.date_column - 1].strip()
        name = self.table.column(self.map.date_column).name
        if not cell:
            return Problem(
                line, f"It has no date in {name}: a footer, or an answer that was not submitted.", self.map.date_column
            )
        try:
            moment = parse_date(cell, self.order, self.zone)
        except NotADateError:
            asked = f" in the order {self.order}" if self.map.order else ""
            return Problem(line, f"“{shorten(cell, 40)}” in {name} is not a date{asked}.", self.map.date_column)
        if moment.at is None:
            return None, moment.day
        return moment.at, moment.at.astimezone(self.program_zone).date()

    def _score(self, question: MappedQuestion, cell: str, line: int, gaps: list[Problem]) -> Decimal | None:
        number = number_in(cell)
        if number is None:
            gaps.append(
                Problem(line, f"“{shorten(cell, 40)}” is not a number; it counts as missing.", question.position)
            )
            return None
        if question.scale is None or min(question.scale) <= number <= max(question.scale):
            return number
        worst, best = question.scale
        gaps.append(
            Problem(line, f"{cell} is off the scale {worst} to {best}; it counts as missing.", question.position)
        )
        return None
