"""Read a file of any kind into one table: what it is, its columns, its rows, and the rows that are no responses."""

import hashlib
import json
from collections import Counter
from dataclasses import dataclass, field

from feedback.enums import Tool
from feedback.exceptions import FileTooLarge, UnreadableFile
from feedback.parsing import footers
from feedback.parsing.columns import Column, columns_from
from feedback.parsing.delimited import DELIMITERS, Row, find_delimiter, rows_of
from feedback.parsing.encoding import decode
from feedback.parsing.headers import Layout, find_layout, summary_in
from feedback.parsing.limits import MAX_BYTES, MAX_COLUMNS
from feedback.parsing.problems import Problem
from feedback.parsing.tools import Signature
from feedback.parsing.workbook import is_workbook, workbook_rows

__all__ = ["FileOptions", "Problem", "Table", "read_table"]


@dataclass(frozen=True, slots=True)
class FileOptions:
    """What a person says about a file where detection is not enough. Empty: detect."""

    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""


@dataclass(slots=True)
class Table:
    """A file as read. `rows` are those that may be responses, with their lines; `rejected` says why others are not."""

    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""
    signature: Signature | None = None
    zone: str = ""
    header_rows: int = 0
    header_sha256: str = ""
    columns: list[Column] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    rejected: list[Problem] = field(default_factory=list)

    @property
    def tool(self) -> str:
        return self.signature.tool.value if self.signature else Tool.GENERIC.value

    @property
    def tool_label(self) -> str:
        return str(Tool(self.tool).label)

    @property
    def delimiter_label(self) -> str:
        return {",": "a comma", ";": "a semicolon", "\t": "a tab", "|": "a bar"}.get(self.delimiter, "nothing")

    def column(self, position: int) -> Column:
        return self.columns[position - 1]

    def values(self, position: int) -> list[str]:
        """The cells of a column that are not blank."""
        return [cells[position - 1].strip() for _, cells in self.rows if cells[position - 1].strip()]


def read_table(data: bytes, options: FileOptions | None = None, *, table: Table | None = None) -> Table:
    """Read the bytes of a CSV or XLSX file.

    Raises `UnreadableFile` or `FileTooLarge` with the sentence for people. A `table` that is passed in is filled and
    returned: it shows what was found out before a refusal.
    """
    options, table = options or FileOptions(), table or Table()
    if len(data) > MAX_BYTES:
        raise FileTooLarge(
            f"The file has {len(data) / 1024 / 1024:.0f} MB; an import takes up to {MAX_BYTES // 1024 // 1024} MB. "
            "Split it and import the parts one by one."
        )
    if not data.strip():
        raise UnreadableFile("The file is empty. Export the responses again.")
    rows = _rows(data, options, table)
    if not rows:
        raise UnreadableFile("The file has no cells with text in them. Export the responses again.")
    summary = summary_in(rows)
    if summary:
        table.signature, sentence = summary
        raise UnreadableFile(sentence)
    layout = find_layout(rows)
    _set_headers(table, rows, layout)
    body = rows[layout.count :]
    if not body:
        raise UnreadableFile("The file has headers and no responses below them. Export it when there are answers.")
    _set_rows(table, body, padded=not table.delimiter)
    if not table.rows:
        first = table.rejected[0]
        raise UnreadableFile(
            f"None of the {len(body)} rows below the header is a response. The first, line {first.line}: {first.reason}"
        )
    return table


def _rows(data: bytes, options: FileOptions, table: Table) -> list[Row]:
    if is_workbook(data):
        rows, table.sheet = workbook_rows(data, options.sheet)
        return rows
    if options.delimiter and options.delimiter not in DELIMITERS:
        raise UnreadableFile(f"“{options.delimiter}” is not a delimiter. Use a comma, a semicolon, a tab or |.")
    text, table.encoding = decode(data, options.encoding)
    table.delimiter = options.delimiter or find_delimiter(text)
    return rows_of(text, table.delimiter)


def _set_headers(table: Table, rows: list[Row], layout: Layout) -> None:
    table.signature, table.header_rows, table.zone = layout.signature, layout.count, layout.zone
    headers = [list(rows[index][1]) for index in layout.read]
    width = _width(headers[0], rows[layout.count :])
    if width > MAX_COLUMNS:
        raise FileTooLarge(
            f"The file has {width:,} columns; an import takes up to {MAX_COLUMNS}. Remove what is no question."
        )
    headers = [[*row[:width], *[""] * (width - len(row))] for row in headers]
    table.columns = columns_from(headers, carry=layout.carry)
    everything = json.dumps([table.tool, [row for _, row in rows[: layout.count]]])
    table.header_sha256 = hashlib.sha256(everything.encode()).hexdigest()


def _width(header: list[str], body: list[Row]) -> int:
    """The header's width. Blank cells at its end count only where the rows below have them too."""
    named = len(header)
    while named and not header[named - 1].strip():
        named -= 1
    usual = Counter(len(cells) for _, cells in body).most_common(1)[0][0] if body else len(header)
    return usual if named <= usual <= len(header) else max(named, 1)


def _set_rows(table: Table, body: list[Row], *, padded: bool) -> None:
    """Keep the rows of the header's width. A sheet has no ragged rows: blank cells at the end are not written there."""
    width = len(table.columns)
    for line, cells in body:
        extra = [cell for cell in cells[width:] if cell.strip()]
        if extra or (len(cells) < width and not padded):
            table.rejected.append(Problem(line, f"It has {len(cells)} cells where the header has {width}."))
            continue
        table.rows.append((line, [*cells[:width], *[""] * (width - len(cells))]))
    table.rows, feet = footers.split(table.rows, table.columns, table.signature)
    table.rejected = sorted([*table.rejected, *feet], key=lambda problem: problem.line)
