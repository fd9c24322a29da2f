"""Mergeable histograms of positive numbers with logarithmic buckets, as DDSketch has them. Pure.

Bucket i holds the values in (gamma^(i-1), gamma^i]; its midpoint 2 gamma^i / (gamma + 1) is within 1% of each of them.
Merging adds counts, so a week's histogram is exactly that of its days' values together, and a quantile read from it
is within 1% of the exact one (between two neighbours linear, as `percentile_cont` and numpy have it).
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Self

ACCURACY = 0.01
GAMMA = (1 + ACCURACY) / (1 - ACCURACY)
LN_GAMMA = math.log(GAMMA)
# Smaller values, 0 among them, are counted apart, because 0 has no logarithm.
SMALLEST = 1e-6


@dataclass(frozen=True)
class Histogram:
    """Counts by bucket, the values too small for one, and what is known exactly: number, sum, lowest, highest."""

    buckets: Mapping[int, int] = field(default_factory=dict)
    tiny: int = 0
    total: Decimal = Decimal(0)
    low: float = math.inf
    high: float = -math.inf

    @property
    def count(self) -> int:
        return self.tiny + sum(self.buckets.values())

    @classmethod
    def of(cls, values: Iterable[float]) -> Self:
        """Count `values`; raises ValueError for one that is negative or not finite."""
        numbers = list(values)
        if not numbers:
            return cls()
        if not all(math.isfinite(number) and number >= 0 for number in numbers):
            raise ValueError("A histogram holds finite numbers from 0 up.")
        buckets = Counter(bucket_of(number) for number in numbers if number >= SMALLEST)
        total = sum((thousandths(number) for number in numbers), Decimal(0))
        return cls(dict(buckets), len(numbers) - buckets.total(), total, min(numbers), max(numbers))

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        """Read what `as_json` wrote."""
        buckets = {int(bucket): int(count) for bucket, count in stored["buckets"].items()}
        return cls(buckets, stored["tiny"], Decimal(stored["sum"]), stored["min"], stored["max"])

    def as_json(self) -> dict[str, Any]:
        """Write a histogram of at least one value: {"buckets": {"12": 3}, "tiny": 0, "sum": "36.5", "min", "max"}."""
        buckets = {str(bucket): self.buckets[bucket] for bucket in sorted(self.buckets)}
        return {"buckets": buckets, "tiny": self.tiny, "sum": str(self.total), "min": self.low, "max": self.high}


def bucket_of(value: float) -> int:
    """Return the bucket of a value from `SMALLEST` up."""
    return math.ceil(math.log(value) / LN_GAMMA)


def thousandths(value: float) -> Decimal:
    """Return the value in whole thousandths: such sums do not depend on the order of adding."""
    return Decimal(math.floor(value * 1000 + 0.5)) / 1000


def merge(histograms: Iterable[Histogram]) -> Histogram:
    """Return the histogram of all their values together."""
    parts = list(histograms)
    buckets: Counter[int] = Counter()
    for part in parts:
        buckets.update(part.buckets)
    return Histogram(
        dict(buckets),
        sum(part.tiny for part in parts),
        sum((part.total for part in parts), Decimal(0)),
        min((part.low for part in parts), default=math.inf),
        max((part.high for part in parts), default=-math.inf),
    )


def quantile(histogram: Histogram, share: float) -> float | None:
    """Return the value below which `share` (0..1) of the values lie, within 1%; None for an empty histogram."""
    if not histogram.count:
        return None
    rank = share * (histogram.count - 1)
    below = math.floor(rank)
    lower, upper = _values_at(histogram, (below, math.ceil(rank)))
    return lower + (upper - lower) * (rank - below)


def _values_at(histogram: Histogram, ranks: tuple[int, int]) -> list[float]:
    """Return the values at these places (rising, counted from 0) of the sorted values."""
    found: list[float] = []
    seen = histogram.tiny
    steps = iter(sorted(histogram.buckets))
    value = 0.0
    for rank in ranks:
        while seen <= rank:
            bucket = next(steps)
            seen += histogram.buckets[bucket]
            value = 2 * GAMMA**bucket / (GAMMA + 1)
        found.append(min(max(value, histogram.low), histogram.high))
    return found
