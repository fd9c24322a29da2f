"""What a file is and what would be read from it, as plain data: for the dry run and for the mapping page."""

from typing import Any
from zoneinfo import ZoneInfo

from core.exceptions import Refusal
from feedback.enums import Satisfaction
from feedback.parsing import Column, ColumnMap, MappedQuestion, Reading, Suggestion, Table, read_responses, spec_of
from feedback.parsing.maps import plain_scale


def describe(
    table: Table, column_map: ColumnMap | None, suggestion: Suggestion | None, zone: ZoneInfo, *, refused: str = ""
) -> dict[str, Any]:
    """Return the dry run's JSON (DESIGN section 7). `refused` is None or the sentence."""
    reading = Reading(rejected=list(table.rejected))
    if column_map and not refused:
        try:
            reading = read_responses(table, column_map, zone)
        except Refusal as refusal:
            refused = str(refusal)
    return {
        "tool": table.tool,
        "encoding": table.encoding or None,
        "delimiter": table.delimiter or None,
        "sheet": table.sheet or None,
        "header_rows": table.header_rows,
        "responses": len(reading.responses),
        "rejected": [problem.as_json() for problem in reading.rejected],
        "missing": [problem.as_json() for problem in reading.gaps],
        "refused": refused or None,
        "columns": [_described(column, column_map, suggestion) for column in table.columns],
        "map": spec_of(column_map, table.columns) if column_map else None,
    }


def warnings(table: Table, column_map: ColumnMap, suggestion: Suggestion) -> list[str]:
    """Sentences on what a map leaves open: numbers without a scale, answers without a day."""
    sentences = [
        f"{column.name[:1].upper()}{column.name[1:]}: {suggestion.notes[column.position]}"
        for column in table.columns
        if column.position in suggestion.notes and _is_text(column.position, column_map)
    ]
    if not column_map.date_column and not column_map.day:
        sentences.append(
            "The answers have no date, so they count in no period of a report. Map a date column, or give a day."
        )
    return sentences


def _is_text(position: int, column_map: ColumnMap) -> bool:
    return any(question.position == position and not question.scale for question in column_map.questions)


def role_of(position: int, column_map: ColumnMap) -> str:
    """What the map takes a column for: id, date, person, question, or nothing."""
    if position == column_map.id_column:
        return "id"
    if position == column_map.date_column:
        return "date"
    if position == column_map.person_column:
        return "person"
    return "question" if any(question.position == position for question in column_map.questions) else ""


def _described(column: Column, column_map: ColumnMap | None, suggestion: Suggestion | None) -> dict[str, Any]:
    questions = column_map.questions if column_map else ()
    question = next((mapped for mapped in questions if mapped.position == column.position), None)
    return {
        "position": column.position,
        "header": column.header,
        "question": _asked(question),
        "scale": plain_scale(question.scale) if question else None,
        "kind": question.kind if question else None,
        "role": (role_of(column.position, column_map) or None) if column_map else None,
        "text": column.text,
        "note": suggestion.notes.get(column.position) if suggestion else None,
    }


def _asked(question: MappedQuestion | None) -> str | None:
    """One of the five standard questions by its key, else the question's text; None for what is not imported."""
    if question is None:
        return None
    return question.satisfaction if question.satisfaction in Satisfaction.values else question.text
