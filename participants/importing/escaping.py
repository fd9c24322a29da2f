"""Text that a spreadsheet would run as a formula is written as plain text, and read back as it was. Pure.

django-import-export's own escaping is off by default and lets most of it through, so it is done here.
"""

import re
from typing import Any

FORMULA_STARTS = tuple("=+-@\t\r\n＝＋－＠")
PLAIN_NUMBER = re.compile(r"-?\d+(\.\d+)?")


def as_plain_text(value: Any) -> Any:
    """Put an apostrophe before text that a spreadsheet would take for a formula; leave numbers and all else."""
    if not isinstance(value, str) or PLAIN_NUMBER.fullmatch(value) or not value.startswith(FORMULA_STARTS):
        return value
    return f"'{value}"


def as_typed(cell: str) -> str:
    """Take off the apostrophe that `as_plain_text` put on, so that an export imports as it was."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(FORMULA_STARTS) else cell
