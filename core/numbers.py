"""Exact arithmetic and how numbers are written for people. Pure: no database, no settings.

Floats become decimals by their shortest text (0.1 is one tenth). Not-a-number and infinity raise ValueError: they are
bugs, not figures. Ratios are 0..1 everywhere and become percent only here, as text.
"""

from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal

Number = Decimal | int | float

NO_DATA = "no data"
SYMBOLS = {"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥"}


def exact(value: Number) -> Decimal:
    """Return `value` as a finite decimal, without a negative zero; raises ValueError for NaN and infinity."""
    number = value if isinstance(value, Decimal) else Decimal(str(value))
    if not number.is_finite():
        raise ValueError(f"{value} is not a finite number.")
    return number or number.copy_abs()


def ratio(part: Number | None, whole: Number | None) -> Decimal | None:
    """Return `part` of `whole` as 0..1; None where either is missing or the whole is 0."""
    if part is None or whole is None or not whole:
        return None
    return exact(part) / exact(whole)


def as_percent(value: Number | None, places: int = 2) -> str:
    """Write a ratio as percent: 0.9995 is "99.95%".

    Rounding never turns "almost" into "all" or "hardly any" into "none": 0.99999 is ">99.99%", 0.00001 "<0.01%".
    """
    if value is None:
        return NO_DATA
    percent = exact(value) * 100
    step = Decimal(1).scaleb(-places)
    if 0 < percent < step:
        return f"<{step}%"
    if 100 - step < percent < 100:
        return f">{100 - step}%"
    return f"{_rounded(percent, places)}%"


def as_money(value: Number | None, currency: str = "USD") -> str:
    """Write an amount: "$1,234.50", "-$3.00", "CHF 12.00"; below one cent with four places, such as "$0.0023"."""
    if value is None:
        return NO_DATA
    amount = exact(value)
    places = 4 if 0 < abs(amount) < Decimal("0.01") else 2
    digits = _rounded(abs(amount), places)
    sign = "-" if amount < 0 and any(digit in "123456789" for digit in digits) else ""
    return f"{sign}{SYMBOLS.get(currency, currency + ' ')}{digits}"


def format_value(value: Number | None, unit: str) -> str:
    """Write `value` with its unit: count, ratio, ms, minutes, hours, days, usd, score, score5, mb or gb.

    None is "no data". An unknown unit raises ValueError.
    """
    if value is None:
        return NO_DATA
    if unit not in WRITERS:
        raise ValueError(f"“{unit}” is not a unit that figures are shown in.")
    return WRITERS[unit](exact(value))


def _short(number: Decimal, places: int) -> str:
    """Write whole numbers bare and others with `places` decimals."""
    return _rounded(number, 0 if number == number.to_integral_value() else places)


def _rounded(number: Decimal, places: int) -> str:
    rounded = number.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    return f"{exact(rounded):,}"


def _measure(word: str) -> Callable[[Decimal], str]:
    """Return a writer of sizes and durations, which drop their decimals from 100 on."""
    return lambda number: f"{_short(number, 0 if abs(number) >= 100 else 1)} {word}"


WRITERS: dict[str, Callable[[Decimal], str]] = {
    "count": lambda number: _short(number, 1),
    "ratio": as_percent,
    "usd": as_money,
    "score": lambda number: _rounded(number, 1),
    "score5": lambda number: f"{_rounded(number, 1)}/5",
    "ms": _measure("ms"),
    "minutes": _measure("min"),
    "hours": _measure("h"),
    "days": _measure("d"),
    "mb": _measure("MB"),
    "gb": _measure("GB"),
}
