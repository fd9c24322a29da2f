"""Read a CSV or XLSX file into lines of text, or refuse it in a sentence. Pure."""

import csv
import datetime as dt
import io
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from openpyxl import load_workbook

from core.exceptions import TooLarge
from participants.exceptions import ImportRefused

MAX_LINES = 5_000
MAX_UNPACKED_BYTES = 50 * 1024 * 1024
MAX_RATIO = 200
DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab"}
ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
UTF16 = (b"\xff\xfe", b"\xfe\xff")
UTF8_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True)
class Line:
    """One row of the file. `number` is what a spreadsheet or an editor shows beside it."""

    number: int
    cells: list[str]


@dataclass(frozen=True)
class Table:
    """A file as it was read. `what` says how, for people: "CSV, UTF-8, separated by semicolon"."""

    what: str
    header: list[str]
    lines: list[Line]


def read_table(content: bytes, *, max_bytes: int) -> Table:
    """Return the file's header and lines; blank lines are left out.

    Raises `TooLarge` for a file above `max_bytes`, with more than 5,000 lines, or that unpacks to far more than it
    weighs, and `ImportRefused` for one that cannot be read.
    """
    if len(content) > max_bytes:
        raise TooLarge(
            f"The file was refused: it has {_megabytes(len(content))}, and up to {_megabytes(max_bytes)} are taken. "
            "Split it, or remove what does not belong in it."
        )
    if not content.strip():
        raise ImportRefused("The file was refused: it is empty. Choose the file with the people in it.")
    if content.startswith(OLE):
        raise ImportRefused("The file was refused: it is in the old Excel format. Save it as .xlsx or as CSV UTF-8.")
    table = _read_xlsx(content) if content.startswith(ZIP) else _read_csv(content)
    if len(table.lines) > MAX_LINES:
        raise TooLarge(
            f"The file was refused: it has {len(table.lines):,} lines, and {MAX_LINES:,} are taken at once. Split it."
        )
    return table


def _read_csv(content: bytes) -> Table:
    if content.startswith(UTF16):
        raise ImportRefused("The file was refused: it is saved as UTF-16. Save it as “CSV UTF-8” and try again.")
    marked = content.startswith(UTF8_BOM)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise ImportRefused(
            f"The file was refused: line {line} is not UTF-8, so names would come out wrong. "
            "Save it as “CSV UTF-8” and try again."
        ) from error
    if "\x00" in text:
        raise ImportRefused("The file was refused: it has binary data in it. Save it as “CSV UTF-8” or as .xlsx.")
    delimiter = _delimiter(text)
    lines = _split(text, delimiter)
    what = f"CSV, UTF-8{' with a byte order mark' if marked else ''}, separated by {DELIMITERS[delimiter]}"
    return _table(what, lines)


def _delimiter(text: str) -> str:
    """Choose the delimiter that cuts most lines into as many cells as the first line, and into the most."""

    def fitness(delimiter: str) -> tuple[float, int]:
        try:
            widths = [len(line.cells) for line in _split(text, delimiter)]
        except ImportRefused:
            return 0, 0
        if not widths or widths[0] == 1:
            return 0, 1
        return widths.count(widths[0]) / len(widths), widths[0]

    return max(DELIMITERS, key=fitness)


def _split(text: str, delimiter: str) -> list[Line]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    lines, start = [], 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                lines.append(Line(start, [cell.strip() for cell in cells]))
            start = reader.line_num + 1
    except csv.Error as error:
        raise ImportRefused(
            f"The file was refused: line {start} cannot be read as CSV ({error}). "
            "Look for a quotation mark that is not closed."
        ) from error
    return lines


def _read_xlsx(content: bytes) -> Table:
    _refuse_bomb(content)
    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        sheet = book.worksheets[0]
        # Some writers state a wrong size of the sheet; without it every row that is there is read.
        sheet.reset_dimensions()
        lines = list(_sheet_lines(sheet.iter_rows(values_only=True)))
        title = sheet.title
    except Exception as error:
        # openpyxl raises whatever its parsers raise; all of it means that this is not a workbook we can read.
        raise ImportRefused(
            f"The file was refused: it cannot be read as an Excel workbook ({type(error).__name__}). "
            "Open it in Excel, save it as .xlsx or CSV UTF-8, and try again."
        ) from error
    return _table(f"Excel workbook, sheet “{title}”", lines)


def _refuse_bomb(content: bytes) -> None:
    """Look at what the archive says that it unpacks to, before anything is unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist())
    except (zipfile.BadZipFile, NotImplementedError, ValueError) as error:
        raise ImportRefused(
            "The file was refused: the workbook is damaged. Save it again as .xlsx or as CSV UTF-8."
        ) from error
    if unpacked > MAX_UNPACKED_BYTES or unpacked > len(content) * MAX_RATIO:
        raise TooLarge(
            f"The file was refused: its {_megabytes(len(content))} unpack to {_megabytes(unpacked)}, "
            f"and up to {_megabytes(MAX_UNPACKED_BYTES)} are taken. Copy the people into a new workbook."
        )


def _sheet_lines(rows: Iterable[tuple[Any, ...]]) -> Iterable[Line]:
    for number, row in enumerate(rows, start=1):
        cells = [_cell(value) for value in row]
        while cells and not cells[-1]:
            cells.pop()
        if cells:
            yield Line(number, cells)
        if number > MAX_LINES * 2:
            return


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, (dt.datetime, dt.date)):
        return value.isoformat()
    return str(value).strip()


def _table(what: str, lines: list[Line]) -> Table:
    if not lines:
        raise ImportRefused("The file was refused: it is empty. Choose the file with the people in it.")
    return Table(what=what, header=lines[0].cells, lines=lines[1:])


def _megabytes(size: int) -> str:
    return f"{size / 1024 / 1024:.1f} MB" if size >= 1024 * 1024 / 10 else f"{size:,} bytes"
