"""XLSX to rows. The zip directory is judged before anything is unpacked."""

import datetime as dt
import io
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from feedback.exceptions import FileTooLarge, UnreadableFile
from feedback.parsing.delimited import Row
from feedback.parsing.limits import MAX_COLUMNS, MAX_ROWS, XLSX_MAX_RATIO, XLSX_MAX_UNPACKED, XLSX_RATIO_FROM

ZIP = b"PK\x03\x04"
EMPTY_ZIP = b"PK\x05\x06"
OLE = bytes.fromhex("d0cf11e0a1b11ae1")  # Old .xls, and any Office file under a password.
CHUNK = 1024 * 1024
# What openpyxl and the XML parser raise on parts that are missing or malformed.
BROKEN = (
    InvalidFileException, zipfile.BadZipFile, zlib.error, KeyError, IndexError, ValueError, TypeError, AttributeError,
    SyntaxError, OSError, OverflowError,
)  # fmt: skip


def is_workbook(data: bytes) -> bool:
    """Whether the bytes are a spreadsheet file, good or bad, rather than text."""
    return data.startswith((ZIP, EMPTY_ZIP, OLE))


def workbook_rows(data: bytes, sheet: str = "") -> tuple[list[Row], str]:
    """Return the rows of the named sheet, or of the only or first one, with their numbers, and the sheet's name.

    Raises `UnreadableFile` for what is no plain XLSX or has no such sheet, `FileTooLarge` for what unpacks to too much.
    """
    _check_container(data)
    try:
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
        with closing(book):
            names = [page.title for page in book.worksheets]
            if not names:
                raise UnreadableFile("The workbook has no sheet with cells.")
            if sheet and sheet not in names:
                raise UnreadableFile(f"The workbook has no sheet “{sheet}”. Its sheets: {', '.join(names)}.")
            chosen = sheet or names[0]
            return list(_rows(book[chosen])), chosen
    except BROKEN:
        raise UnreadableFile("The file is not a readable XLSX workbook. Save it as XLSX or CSV again.") from None


def _rows(page: Any) -> Iterator[Row]:
    page.reset_dimensions()  # What the file claims about its size may be wrong.
    count = 0
    for number, values in enumerate(page.iter_rows(values_only=True), start=1):
        cells = [_text(value) for value in values]
        while cells and not cells[-1].strip():
            cells.pop()
        if len(cells) > MAX_COLUMNS:
            raise FileTooLarge(f"Row {number} has more than {MAX_COLUMNS} columns. Remove those that are no questions.")
        if not cells:
            continue
        count += 1
        if count > MAX_ROWS:
            raise FileTooLarge(f"The sheet has more than {MAX_ROWS:,} rows. Split it and import the parts one by one.")
        yield number, cells


def _text(value: object) -> str:
    """A cell as text: whole numbers without a fraction, times in ISO form, so that a file reads like its CSV twin."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, dt.datetime):
        return value.isoformat(sep=" ", timespec="seconds")
    if isinstance(value, (dt.date, dt.time)):
        return value.isoformat()
    # Line ends as everywhere; Excel writes a carriage return as _x000D_.
    return str(value).replace("_x000D_", "").replace("\r\n", "\n").replace("\x00", "")


def _check_container(data: bytes) -> None:
    if data.startswith(OLE):
        raise UnreadableFile(
            "This is an old .xls file or a workbook under a password. Remove the password and save it as XLSX or CSV."
        )
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _check_entries(archive.infolist())
            _check_xml(archive)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, zlib.error):
        raise UnreadableFile("The file is damaged: it begins as a workbook and cannot be unpacked.") from None


def _check_entries(entries: list[zipfile.ZipInfo]) -> None:
    names = {entry.filename.lower() for entry in entries}
    if any(entry.flag_bits & 1 for entry in entries):
        raise UnreadableFile("The workbook is under a password. Remove the password and save it again.")
    if "xl/workbook.xml" not in names:
        raise UnreadableFile(
            "This is a zip file and not an XLSX workbook. Unpack it and import the CSV or XLSX inside."
        )
    if any(name.endswith("vbaproject.bin") or name.startswith("xl/macrosheets/") for name in names):
        raise UnreadableFile("The workbook has macros in it. Save it as XLSX without macros, or as CSV.")
    if sum(entry.file_size for entry in entries) > XLSX_MAX_UNPACKED:
        raise FileTooLarge(
            f"The workbook unpacks to more than {XLSX_MAX_UNPACKED // 1024 // 1024} MB. Export it as CSV, or split it."
        )
    for entry in entries:
        if entry.file_size > XLSX_RATIO_FROM and entry.file_size > XLSX_MAX_RATIO * max(entry.compress_size, 1):
            raise FileTooLarge(
                "The workbook unpacks to more than a hundred times its size, as no real one does. Export it as CSV."
            )


def _check_xml(archive: zipfile.ZipFile) -> None:
    """Refuse document types: a workbook needs none, and entities in one can grow without bound or read other files."""
    for entry in archive.infolist():
        if not entry.filename.lower().endswith((".xml", ".rels")):
            continue
        with archive.open(entry) as part:
            tail = b""
            while chunk := part.read(CHUNK):
                window = tail + chunk
                if b"<!DOCTYPE" in window or b"<!ENTITY" in window or window.startswith((b"\xff\xfe", b"\xfe\xff")):
                    raise UnreadableFile(
                        "The workbook's XML declares a document type, which no spreadsheet writes. Export it as CSV."
                    )
                tail = chunk[-16:]
