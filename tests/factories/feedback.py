"""Surveys for tests, imported by the service that imports real ones."""

import io
from pathlib import Path
from typing import Any

import openpyxl

from core.models import User
from feedback.parsing import FileOptions, map_from_spec, read_table
from feedback.services import ImportResult, import_responses
from programs.models import Program

FILES = Path(__file__).parent.parent / "data" / "surveys"

CSV = """response_id,submitted_at,overall,ease,comment
r1,2026-11-02 09:00:00,5,4,Fast and clear
r2,2026-11-03 10:30:00,4,3,
r3,2026-11-04 23:30:00,3,N/A,"It works, mostly"
"""
SPEC: dict[str, Any] = {
    "columns": [
        {"column": "overall", "question": "overall", "scale": [1, 5]},
        {"column": "ease", "question": "ease_of_use", "scale": [1, 5]},
        {"column": "comment", "question": "What else?"},
    ],
    "id": "response_id",
    "date": {"column": "submitted_at"},
}


def import_survey(
    program: Program,
    content: str | bytes = CSV,
    spec: dict[str, Any] | None = None,
    *,
    name: str = "Week 1",
    actor: User | None = None,
) -> ImportResult:
    """Import a file, by default one of three responses."""
    data = content.encode() if isinstance(content, str) else content
    table = read_table(data, FileOptions())
    return import_responses(
        program_id=program.pk,
        survey_name=name,
        table=table,
        column_map=map_from_spec(spec or SPEC, table.columns),
        file_name="answers.csv",
        content=data,
        actor=actor,
    )


def workbook(rows: list[list[Any]], *, sheet: str = "Responses") -> bytes:
    """An XLSX file of these rows."""
    book = openpyxl.Workbook()
    page = book.active
    page.title = sheet
    for row in rows:
        page.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()
