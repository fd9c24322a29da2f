"""Check the lines of a file of people: which columns there are, and what is wrong in which cell. Pure."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from participants.details import (
    clean_cohort,
    clean_email,
    clean_external_id,
    clean_name,
    clean_priority,
    clean_tier,
)
from participants.exceptions import ImportRefused, PersonRefused
from participants.importing.escaping import as_typed
from participants.importing.files import Line, Table

COLUMNS = ("name", "email", "tier", "cohort", "priority", "external_id")
REQUIRED = ("name", "email")
ALIASES = {"e_mail": "email", "mail": "email", "email_address": "email", "e_mail_address": "email", "full_name": "name"}


@dataclass(frozen=True)
class Problem:
    """What is wrong in one cell; `column` is empty where the whole line is meant."""

    line: int
    column: str
    reason: str

    def __str__(self) -> str:
        where = f"Line {self.line}, column {self.column}" if self.column else f"Line {self.line}"
        return f"{where}: {self.reason}"


@dataclass(frozen=True)
class Row:
    """One person of the file: what its cells say, cleaned. Empty cells are left out and change nothing."""

    line: int
    values: dict[str, Any]

    @property
    def key(self) -> str:
        return str(self.values["email"]).lower()


@dataclass
class Checked:
    """The outcome: rows that are good, problems of those that are not, and columns that mean nothing here."""

    rows: list[Row] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)


def check_rows(table: Table, *, tiers: Sequence[str]) -> Checked:
    """Check every line against the program's tiers and against the other lines.

    Raises `ImportRefused` when a required column is missing or one is there twice.
    """
    columns = _columns(table.header)
    checked = Checked(ignored=[name for name, column in zip(table.header, columns, strict=True) if name and not column])
    seen: dict[tuple[str, str], int] = {}
    for line in table.lines:
        row = _check_line(line, columns, tiers, checked.problems)
        if row and not _said_before(row, seen, checked.problems):
            checked.rows.append(row)
    return checked


def _columns(header: Sequence[str]) -> list[str]:
    """Return for each cell of the header the column it names, or an empty text for one that means nothing here."""
    names = [re.sub(r"[^a-z]+", "_", name.lower()).strip("_") for name in header]
    known = [ALIASES.get(name, name) for name in names]
    columns = [name if name in COLUMNS else "" for name in known]
    missing = [name for name in REQUIRED if name not in columns]
    if missing:
        there = ", ".join(name for name in header if name) or "none"
        raise ImportRefused(
            f"The file was refused: the column {' and '.join(missing)} is missing. "
            f"Its first line must name the columns; it names: {there[:200]}."
        )
    twice = next((name for name in COLUMNS if columns.count(name) > 1), None)
    if twice:
        raise ImportRefused(f"The file was refused: the column {twice} is there twice. Remove one of them.")
    return columns


def _check_line(line: Line, columns: Sequence[str], tiers: Sequence[str], problems: list[Problem]) -> Row | None:
    if len(line.cells) > len(columns):
        reason = f"It has {len(line.cells)} cells and the first line {len(columns)}. Put quotation marks around commas."
        problems.append(Problem(line.number, "", reason))
        return None
    cells = {column: as_typed(cell) for column, cell in zip(columns, line.cells, strict=False) if column}
    values: dict[str, Any] = {}
    found: list[Problem] = []
    for column, clean in _cleaners(tiers).items():
        text = cells.get(column, "")
        if not text and column not in REQUIRED:
            continue
        try:
            values[column] = clean(text)
        except PersonRefused as refusal:
            found.append(Problem(line.number, column, str(refusal)))
    problems.extend(found)
    return None if found else Row(line.number, values)


def _cleaners(tiers: Sequence[str]) -> dict[str, Callable[[str], Any]]:
    return {
        "name": clean_name,
        "email": clean_email,
        "tier": lambda text: clean_tier(text, tiers),
        "cohort": clean_cohort,
        "priority": clean_priority,
        "external_id": clean_external_id,
    }


def _said_before(row: Row, seen: dict[tuple[str, str], int], problems: list[Problem]) -> bool:
    """Whether an earlier line names the same person or external id; that is a problem of this line."""
    keys = {"email": row.key, "external_id": str(row.values.get("external_id", ""))}
    for column, key in keys.items():
        first = seen.setdefault((column, key), row.line) if key else row.line
        if first != row.line:
            reason = f"“{row.values[column]}” is in line {first} already. Keep one of the two lines."
            problems.append(Problem(row.line, column, reason))
            return True
    return False
