"""How the days of a period become one value, by the definition's rule. Pure; weights and counts come with the days."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from core.numbers import ratio
from metrics.enums import Combine
from metrics.histograms import Histogram, merge, quantile

PLACES = Decimal("0.000001")


@dataclass(frozen=True, slots=True)
class Day:
    """What is known of one day: a value or a histogram, and the share of the day that it covers. In order of days."""

    value: Decimal | None = None
    histogram: Histogram | None = None
    coverage: Decimal = Decimal(1)


def combine_values(rule: Combine, days: Sequence[Day]) -> Decimal | None:
    """Return one value for days that have values; None where none has."""
    known = [(day.value, day.coverage) for day in days if day.value is not None]
    if not known:
        return None
    values = [value for value, _ in known]
    if rule is Combine.SUM:
        return sum(values, Decimal(0))
    if rule is Combine.MEAN:
        return _rounded(ratio(sum(values, Decimal(0)), len(values)))
    if rule is Combine.MAXIMUM:
        return max(values)
    if rule is Combine.LAST:
        return values[-1]
    if rule is Combine.TIME_WEIGHTED_MEAN:
        weight = sum((coverage for _, coverage in known), Decimal(0))
        return _rounded(ratio(sum((value * coverage for value, coverage in known), Decimal(0)), weight))
    raise ValueError(f"Days are not combined by “{rule}” from their values alone.")


def combine_histograms(share: float, days: Sequence[Day]) -> Decimal | None:
    """Return the quantile of all days' values together; None where there are none."""
    found = quantile(merge(day.histogram for day in days if day.histogram), share)
    return None if found is None else _rounded(Decimal(repr(found)))


def combine_ratio(parts: Sequence[Day], wholes: Sequence[Day]) -> Decimal | None:
    """Return the ratio of the sums, never the mean of ratios; None where the whole is missing or 0."""
    return _rounded(ratio(combine_values(Combine.SUM, parts), combine_values(Combine.SUM, wholes)))


def _rounded(value: Decimal | None) -> Decimal | None:
    return None if value is None else value.quantize(PLACES)
