"""A column: where it stands, what its header rows say, and which of several equal headers it is."""

from collections import Counter
from dataclasses import dataclass

# What SurveyMonkey writes below a question's text where there is nothing to add.
SECOND_ROW_FILLERS = frozenset({"response", "open-ended response"})


@dataclass(frozen=True, slots=True)
class Column:
    """`header` is the first header row's cell as in the file; `text` the question that the header rows say together.

    Columns of equal headers are told apart by `occurrence`, counted from 1. `position` counts from 1, as people do.
    """

    position: int
    header: str
    text: str
    key: str
    occurrence: int

    @property
    def name(self) -> str:
        """How a sentence calls the column."""
        return f"column {self.position} (“{shorten(self.text, 60)}”)" if self.text else f"column {self.position}"


def columns_from(headers: list[list[str]], *, carry: bool) -> list[Column]:
    """Make the columns from the rows of a header that are for people; `carry`: a blank cell continues its left one."""
    seen: Counter[str] = Counter()
    columns = []
    carried = ""
    for index, first in enumerate(headers[0]):
        carried = first.strip() or (carried if carry else "")
        below = [row[index].strip() for row in headers[1:] if index < len(row)]
        parts = [carried, *(text for text in below if text and text.lower() not in SECOND_ROW_FILLERS)]
        text = " / ".join(dict.fromkeys(part for part in parts if part))
        # One header row: the cell itself, so that the key stays the same whatever else is detected.
        key = first.strip() if len(headers) == 1 else text
        seen[key] += 1
        columns.append(Column(index + 1, first, text, key, seen[key]))
    return columns


def shorten(text: str, length: int) -> str:
    """Return the text on one line, at most `length` characters long."""
    line = " ".join(text.split())
    return line if len(line) <= length else line[: length - 1].rstrip() + "…"


def clean(text: str) -> str:
    """Return the text without what PostgreSQL cannot store: NUL and halves of surrogate pairs."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")
