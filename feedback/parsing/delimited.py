"""Text to rows: the delimiter by consistent width over parsed rows, and each row with the line that it begins on."""

import csv
import io
from collections import Counter
from collections.abc import Iterator
from itertools import islice

from feedback.exceptions import FileTooLarge, UnreadableFile
from feedback.parsing.limits import MAX_CELL, MAX_ROWS

DELIMITERS = (",", ";", "\t", "|")
SAMPLE_ROWS = 500

Row = tuple[int, list[str]]


def rows_of(text: str, delimiter: str) -> list[Row]:
    """Parse the whole text. Blank lines and rows of blank cells only are left out.

    Raises `UnreadableFile` naming the line where quotes are wrong, `FileTooLarge` past the limit of rows.
    """
    rows: list[Row] = []
    for line, cells in _parse(text, delimiter):
        if any(cell.strip() for cell in cells):
            rows.append((line, cells))
        if len(rows) > MAX_ROWS:
            raise FileTooLarge(f"The file has more than {MAX_ROWS:,} rows. Split it and import the parts one by one.")
    return rows


def find_delimiter(text: str) -> str:
    """Return the delimiter under which most rows have one width above 1; a comma for a file of one column."""
    best, best_score = ",", (0.0, 1)
    for delimiter in DELIMITERS:
        try:
            widths = Counter(len(cells) for _, cells in islice(_parse(text, delimiter), SAMPLE_ROWS) if cells)
        except UnreadableFile:
            continue
        wide = {width: count for width, count in widths.items() if width > 1}
        if not wide:
            continue
        width, count = max(wide.items(), key=lambda item: (item[1], item[0]))
        score = (count / widths.total(), width)
        if score > best_score:
            best, best_score = delimiter, score
    return best


def _parse(text: str, delimiter: str) -> Iterator[Row]:
    # Strict: a stray quote would otherwise swallow lines until the next one, silently.
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = 1
    try:
        for cells in reader:
            yield line, cells
            line = reader.line_num + 1
    except csv.Error as error:
        raise UnreadableFile(_sentence(str(error), line)) from None


def _sentence(reason: str, line: int) -> str:
    if "field larger" in reason:
        return f"A cell in line {line} has more than {MAX_CELL:,} characters. A quote there is probably never closed."
    if "unexpected end" in reason:
        return (
            f"A quote that is opened in line {line} is never closed, so the file ends inside a cell. Export it again."
        )
    return f"The quotes in line {line} are wrong: after a closing quote comes neither a delimiter nor the line's end."
