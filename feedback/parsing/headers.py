"""Where the headers of a file end: how many rows they are, and which of those people read."""

import re
from dataclasses import dataclass

from feedback.enums import Tool
from feedback.parsing.delimited import Row
from feedback.parsing.tools import GENERIC, SURVEYMONKEY, Signature, signature_of

IMPORT_ID = '{"ImportId"'
LOOK_AT = 3  # A known tool's names stand in one of the first three rows.


@dataclass(frozen=True, slots=True)
class Layout:
    """`count` header rows, of which those at the indexes `read` make the questions; the first of these has the names.

    `carry`: a blank cell in the first continues the question to its left. `zone`: the time zone that the file states.
    """

    signature: Signature
    count: int
    read: tuple[int, ...]
    carry: bool = False
    zone: str = ""


def find_layout(rows: list[Row]) -> Layout:
    """Find the header rows: by the names that a known tool writes, else by how the first two rows belong together."""
    for index, (_, cells) in enumerate(rows[:LOOK_AT]):
        signature = signature_of(cells)
        if signature is not None:
            return _known(rows, index, signature)
    if len(rows) > 2 and _continues(rows):
        return Layout(GENERIC, 2, (0, 1), carry=True)
    return Layout(GENERIC, 1, (0,))


def _known(rows: list[Row], index: int, signature: Signature) -> Layout:
    following = [cells for _, cells in rows[index + 1 : index + 3]]
    if signature.tool == Tool.QUALTRICS:
        return _qualtrics(index, signature, following)
    if not following:
        return Layout(signature, index + 1, (index,))
    if signature.tool == Tool.SURVEYMONKEY and not _at(following[0], _id_index(rows[index][1], signature)):
        # Every response has an id, so a row without one belongs to the header.
        return Layout(signature, index + 2, (index, index + 1), carry=True)
    if signature.tool == Tool.KOBO and all(cell.startswith("#") for cell in following[0] if cell.strip()):
        return Layout(signature, index + 2, (index,))
    return Layout(signature, index + 1, (index,))


def _qualtrics(index: int, signature: Signature, following: list[list[str]]) -> Layout:
    """Names, labels, ImportIds. Legacy files have codes V1, V2... above the names, and no ImportIds."""
    for offset, cells in enumerate(following, start=1):
        ids = [cell for cell in cells if cell.strip()]
        if ids and sum(cell.startswith(IMPORT_ID) for cell in ids) * 2 > len(ids):
            zone = re.search(r'"timeZone"\s*:\s*"([^"]+)"', "".join(ids))
            read = tuple(range(index, index + offset))
            return Layout(signature, index + offset + 1, read, zone=zone[1] if zone else "")
    return Layout(signature, index + 1, (index,))


def _continues(rows: list[Row]) -> bool:
    """Whether the second row continues the first: it fills the blanks there, and none of its cells is an answer."""
    first, second = rows[0][1], rows[1][1]
    blank = [index for index, cell in enumerate(first) if not cell.strip()]
    if len(blank) * 5 < len(first) or not all(_at(second, index) for index in blank):
        return False
    body = rows[2:]
    answered = sum(any(_at(cells, index) == _at(second, index) for _, cells in body) for index in range(len(second)))
    numeric = sum(bool(re.fullmatch(r"[\d.,\s:/-]+", cell)) for cell in second)
    return answered * 10 <= len(second) and numeric * 10 <= len(second)


def summary_in(rows: list[Row]) -> tuple[Signature, str] | None:
    """Return who wrote totals instead of responses, and the sentence that refuses them; None for responses."""
    filled = [[cell.strip() for cell in cells if cell.strip()] for _, cells in rows]
    totals = sum(len(cells) == 2 and cells[0] in ("Answered", "Skipped") and _is_count(cells[1]) for cells in filled)
    if totals >= 2 or (totals and any(cells[0] == "Answer Choices" for cells in filled)):
        return SURVEYMONKEY, (
            "This is a summary: it holds totals for each question, not the responses themselves. In SurveyMonkey "
            "choose Analyze Results, Save As, Export file, “All individual responses”, and import that file."
        )
    if {"Total", "Weighted Average"} <= set(filled[0]) or {"Answer Choices", "Responses"} <= set(filled[0]):
        return GENERIC, (
            "This is a summary or crosstab: its columns are totals and averages, not answers. Export the "
            "individual responses (one row for each person) from the survey tool, and import that file."
        )
    return None


def _is_count(text: str) -> bool:
    return bool(re.fullmatch(r"\d+(\.0)?", text))


def _id_index(cells: list[str], signature: Signature) -> int:
    names = [cell.strip().lower() for cell in cells]
    return next(names.index(name) for name in signature.ids if name in names)


def _at(cells: list[str], index: int) -> str:
    return cells[index].strip() if index < len(cells) else ""
