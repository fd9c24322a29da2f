"""Rows below the responses that are no responses: totals, means, counts."""

import re

from feedback.parsing.columns import Column
from feedback.parsing.delimited import Row
from feedback.parsing.problems import Problem
from feedback.parsing.tools import Signature

TOTAL_WORDS = re.compile(
    r"(grand )?(totals?|sum|mean|average|avg|median|count"
    r"|gesamt|summe|mittelwert|durchschnitt|anzahl|moyenne|promedio)\W*",
    re.IGNORECASE,
)
NUMBER = re.compile(r"-?\d+(?:[.,]\d+)?%?")
LAST_ROWS = 3  # A total, a mean and a count: nobody writes more of them below a survey.


def split(rows: list[Row], columns: list[Column], signature: Signature | None) -> tuple[list[Row], list[Problem]]:
    """Return the rows that may be responses, and those at the end that are not, each with the reason."""
    dated = _always_there(rows, columns, signature)
    problems: list[Problem] = []
    kept = list(rows)
    while len(kept) > 1 and len(problems) < LAST_ROWS:
        line, cells = kept[-1]
        reason = _reason(cells, kept[:-1], dated)
        if not reason:
            break
        problems.append(Problem(line, reason))
        kept.pop()
    return kept, problems


def _always_there(rows: list[Row], columns: list[Column], signature: Signature | None) -> list[Column]:
    """The id and date columns that each row has, but for those at the very end."""
    names = {*signature.ids, *signature.dates} if signature else set()
    body = rows[:-LAST_ROWS] or rows[:1]
    return [
        column
        for column in columns
        if column.header.strip().lower() in names and all(cells[column.position - 1].strip() for _, cells in body)
    ]


def _reason(cells: list[str], others: list[Row], dated: list[Column]) -> str:
    missing = [column for column in dated if not cells[column.position - 1].strip()]
    if missing and len(missing) == len(dated):
        return f"It has no {missing[0].header.strip()}, which every response has: a footer such as a total or a mean."
    filled = [(index, cell.strip()) for index, cell in enumerate(cells) if cell.strip()]
    numbers = [(index, cell) for index, cell in filled if NUMBER.fullmatch(cell)]
    if filled and TOTAL_WORDS.fullmatch(filled[0][1]) and len(numbers) == len(filled) - 1 and numbers:
        return f"It begins with “{filled[0][1]}” and has only numbers after it: a footer, not a response."
    if len(numbers) == len(filled) and len(others) >= 3 and _is_mean(numbers, others):
        return "It has only numbers, with fractions where all responses have whole numbers: a mean, not a response."
    return ""


def _is_mean(numbers: list[tuple[int, str]], others: list[Row]) -> bool:
    """Whether a fraction stands where others have whole numbers, in several columns or in a row with blanks."""
    usual = sum(sum(bool(cell.strip()) for cell in cells) for _, cells in others) / len(others)
    whole = [
        index
        for index, cell in numbers
        if re.search(r"[.,]\d*[1-9]", cell)
        and all(re.fullmatch(r"\d*", cells[index].strip()) for _, cells in others)
        and any(cells[index].strip() for _, cells in others)
    ]
    return bool(whole) and (len(numbers) < usual or len(whole) > 1)
