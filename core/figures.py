"""A figure and its passport: no number travels through the portal without saying where it came from."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from core.numbers import format_value


@dataclass(frozen=True, slots=True)
class Figure:
    """One number over one period.

    `value` is None where there is no data; then `connect` names the one thing to connect or enter. Ratios are 0..1.
    """

    key: str
    label: str
    unit: str
    value: Decimal | None
    source: str
    definition: str
    version: int
    as_of: dt.datetime | None
    count: int | None = None
    coverage: Decimal | None = None
    href: str = ""
    connect: str = ""

    @property
    def text(self) -> str:
        return format_value(self.value, self.unit)
