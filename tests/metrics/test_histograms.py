"""Histograms: within 1% of the exact quantile, and merging is the same as counting together."""

import json
import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.histograms import Histogram, merge, quantile

VALUES = st.lists(st.floats(min_value=1e-6, max_value=1e9), min_size=1, max_size=200)
SHARES = (0.5, 0.95, 0.99)


def exact(values: list[float], share: float) -> float:
    """The quantile as `percentile_cont` has it."""
    ordered = sorted(values)
    rank = share * (len(ordered) - 1)
    low = ordered[math.floor(rank)]
    return low + (ordered[math.ceil(rank)] - low) * (rank - math.floor(rank))


def lognormal(rng: random.Random) -> float:
    return rng.lognormvariate(5, 1.2)


def bimodal(rng: random.Random) -> float:
    return rng.gauss(80, 5) if rng.random() < 0.7 else rng.gauss(2_000, 100)


def constant(rng: random.Random) -> float:
    return 250.0


@pytest.mark.parametrize("shape", [lognormal, bimodal, constant])
@pytest.mark.parametrize("share", SHARES)
def test_quantiles_are_within_one_percent(shape: object, share: float) -> None:
    rng = random.Random(7)
    values = [max(shape(rng), 0.01) for _ in range(20_000)]  # type: ignore[operator]
    days = [Histogram.of(values[start::7]) for start in range(7)]
    assert quantile(merge(days), share) == pytest.approx(exact(values, share), rel=0.01)


@given(VALUES, st.floats(min_value=0, max_value=1))
def test_any_quantile_of_any_values_is_within_one_percent(values: list[float], share: float) -> None:
    assert quantile(Histogram.of(values), share) == pytest.approx(exact(values, share), rel=0.010001)


@given(VALUES, VALUES)
def test_merging_is_counting_together(left: list[float], right: list[float]) -> None:
    merged = merge([Histogram.of(left), Histogram.of(right)])
    together = Histogram.of(left + right)
    assert merged.as_json() == together.as_json()
    assert merged.count == len(left) + len(right)


@given(VALUES)
def test_json_keeps_everything(values: list[float]) -> None:
    histogram = Histogram.of(values)
    assert Histogram.from_json(json.loads(json.dumps(histogram.as_json()))) == histogram


def test_zeros_are_counted_and_are_zero() -> None:
    histogram = Histogram.of([0, 0, 0, 10])
    assert (histogram.count, quantile(histogram, 0.5), quantile(histogram, 1)) == (4, 0, 10)


def test_an_empty_histogram_has_no_quantile() -> None:
    assert quantile(merge([Histogram(), Histogram()]), 0.5) is None


@pytest.mark.parametrize("value", [-1.0, math.nan, math.inf])
def test_what_is_no_duration_is_refused(value: float) -> None:
    with pytest.raises(ValueError, match="from 0 up"):
        Histogram.of([value])
