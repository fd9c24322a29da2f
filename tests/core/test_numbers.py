"""How numbers are written for people."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.numbers import as_money, as_percent, exact, format_value, ratio


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (None, "count", "no data"),
        (None, "ratio", "no data"),
        (1234567, "count", "1,234,567"),
        (3.45, "count", "3.5"),
        (0.9995, "ratio", "99.95%"),
        (1, "ratio", "100.00%"),
        (0, "ratio", "0.00%"),
        (612, "ms", "612 ms"),
        (612.4, "ms", "612 ms"),
        (8.25, "ms", "8.3 ms"),
        (12.5, "minutes", "12.5 min"),
        (3, "hours", "3 h"),
        (2.04, "days", "2.0 d"),
        (1234.5, "usd", "$1,234.50"),
        (4.25, "score", "4.3"),
        (4.2, "score5", "4.2/5"),
        (512, "mb", "512 MB"),
        (1.5, "gb", "1.5 GB"),
        (-0.0, "count", "0"),
        (-0.04, "score", "0.0"),
    ],
)
def test_a_value_is_written_with_its_unit(value: float | None, unit: str, text: str) -> None:
    assert format_value(value, unit) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.99999, ">99.99%"), (0.00001, "<0.01%"), (1.25, "125.00%"), (-0.5, "-50.00%"), (None, "no data")],
)
def test_rounding_does_not_claim_all_or_none(value: float | None, text: str) -> None:
    assert as_percent(value) == text


@pytest.mark.parametrize(
    ("value", "currency", "text"),
    [
        (0, "USD", "$0.00"),
        (-3, "USD", "-$3.00"),
        (0.0023, "USD", "$0.0023"),
        (Decimal("-0.00001"), "USD", "$0.0000"),
        (12, "CHF", "CHF 12.00"),
        (0.125, "EUR", "€0.13"),
        (None, "USD", "no data"),
    ],
)
def test_money(value: float | None, currency: str, text: str) -> None:
    assert as_money(value, currency) == text


@pytest.mark.parametrize(("part", "whole"), [(None, 1), (1, None), (1, 0), (0, Decimal(0))])
def test_a_ratio_without_a_whole_is_no_data(part: int | None, whole: int | None) -> None:
    assert ratio(part, whole) is None


def test_a_ratio_is_exact() -> None:
    assert ratio(999, 1000) == Decimal("0.999")


@pytest.mark.parametrize("value", [float("nan"), float("inf"), Decimal("-Infinity")])
def test_what_is_no_number_is_refused(value: float) -> None:
    with pytest.raises(ValueError, match="not a finite number"):
        format_value(value, "count")


def test_an_unknown_unit_is_refused() -> None:
    with pytest.raises(ValueError, match="furlongs"):
        format_value(1, "furlongs")


@given(st.floats(allow_nan=False, allow_infinity=False, min_value=-1e15, max_value=1e15))
def test_no_value_is_ever_minus_zero(value: float) -> None:
    assert not str(exact(value)).startswith("-0E")
    assert format_value(value, "score") != "-0.0"
