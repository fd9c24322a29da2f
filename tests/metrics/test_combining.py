"""How days combine: a table of cases."""

from decimal import Decimal

import pytest

from metrics.combining import Day, combine_histograms, combine_ratio, combine_values
from metrics.enums import Combine
from metrics.histograms import Histogram

NO_DATA = Day()


def days(*values: int | None) -> list[Day]:
    return [Day(None if value is None else Decimal(value)) for value in values]


@pytest.mark.parametrize(
    ("rule", "values", "expected"),
    [
        (Combine.SUM, (1, 2, None, 3), 6),
        (Combine.SUM, (0, 0), 0),
        (Combine.MEAN, (2, None, 4), 3),
        (Combine.LAST, (5, 7, None), 7),
        (Combine.MAXIMUM, (5, 9, 7), 9),
        (Combine.SUM, (None, None), None),
        (Combine.MEAN, (), None),
    ],
)
def test_days_combine_by_the_rule(rule: Combine, values: tuple[int | None, ...], expected: int | None) -> None:
    assert combine_values(rule, days(*values)) == expected


def test_a_weighted_mean_weighs_each_day_by_what_it_covers() -> None:
    measured = [Day(Decimal(10), coverage=Decimal("0.25")), Day(Decimal(2), coverage=Decimal("0.75"))]
    assert combine_values(Combine.TIME_WEIGHTED_MEAN, measured) == 4


def test_a_ratio_is_of_the_sums_and_not_the_mean_of_the_days() -> None:
    assert combine_ratio(days(1, 9), days(100, 100)) == Decimal("0.05")
    assert combine_ratio(days(1, 0), days(1, 99)) == Decimal("0.01")


@pytest.mark.parametrize(("parts", "wholes"), [((), ()), ((0,), (0,)), ((1,), (None,))])
def test_without_a_whole_there_is_no_ratio(parts: tuple[int, ...], wholes: tuple[int, ...]) -> None:
    assert combine_ratio(days(*parts), days(*wholes)) is None


def test_a_quantile_is_of_all_days_values_together() -> None:
    parts = [Day(histogram=Histogram.of([100.0] * 9)), NO_DATA, Day(histogram=Histogram.of([900.0]))]
    assert combine_histograms(0.5, parts) == pytest.approx(100, rel=0.01)
    assert combine_histograms(1, parts) == pytest.approx(900, rel=0.01)


def test_without_values_there_is_no_quantile() -> None:
    assert combine_histograms(0.5, [NO_DATA]) is None


def test_people_are_never_combined_from_daily_numbers() -> None:
    with pytest.raises(ValueError, match="not combined"):
        combine_values(Combine.DISTINCT_PEOPLE, days(1))
