"""Lights, arrows and the verdict, by tables of cases and by properties."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.enums import Grade, GradeRule, Overall, Trend
from core.grading import grade, overall, trend

GREEN, YELLOW, RED, NO_DATA, INFO = Grade.GREEN, Grade.YELLOW, Grade.RED, Grade.NO_DATA, Grade.INFO
LATENCY, SHARE, ERROR_RATIO = GradeRule.LATENCY, GradeRule.SHARE, GradeRule.ERROR_RATIO
ZERO, HIGHER = GradeRule.ZERO, GradeRule.HIGHER


@pytest.mark.parametrize(
    ("value", "target", "rule", "light"),
    [
        (499, 500, LATENCY, GREEN),
        (500, 500, LATENCY, GREEN),
        (500.1, 500, LATENCY, YELLOW),
        (1000, 500, LATENCY, YELLOW),
        (1000.01, 500, LATENCY, RED),
        (1, 0.999, SHARE, GREEN),
        (0.999, 0.999, SHARE, GREEN),
        (0.99899, 0.999, SHARE, YELLOW),
        (0.998, 0.999, SHARE, YELLOW),
        (0.99799, 0.999, SHARE, RED),
        (1, 1, SHARE, GREEN),
        (0.9999, 1, SHARE, RED),
        (1.02, 0.999, SHARE, GREEN),
        (0.001, 0.001, ERROR_RATIO, GREEN),
        (0.002, 0.001, ERROR_RATIO, YELLOW),
        (0.0021, 0.001, ERROR_RATIO, RED),
        (0, 0, ERROR_RATIO, GREEN),
        (0, None, ZERO, GREEN),
        (Decimal("-0"), 0, ZERO, GREEN),
        (1, 0, ZERO, RED),
        (4.0, 4.0, HIGHER, GREEN),
        (3.9, 4.0, HIGHER, YELLOW),
        (2.0, 4.0, HIGHER, YELLOW),
        (1.99, 4.0, HIGHER, RED),
        (0, 0, HIGHER, GREEN),
    ],
)
def test_the_light_at_and_beside_each_boundary(
    value: float, target: float | None, rule: GradeRule, light: Grade
) -> None:
    assert grade(value, target, rule) is light


@pytest.mark.parametrize("rule", GradeRule)
def test_no_value_is_no_data_under_every_rule(rule: GradeRule) -> None:
    assert grade(None, Decimal("0.5"), rule) is NO_DATA


@pytest.mark.parametrize("rule", [LATENCY, SHARE, ERROR_RATIO, HIGHER, GradeRule.INFO])
def test_without_a_target_nothing_is_judged(rule: GradeRule) -> None:
    assert grade(5, None, rule) is INFO


@pytest.mark.parametrize("rule", [SHARE, ERROR_RATIO])
def test_a_target_in_percent_is_an_error(rule: GradeRule) -> None:
    with pytest.raises(ValueError, match=r"write 99.9% as 0.999"):
        grade(0.5, 99.9, rule)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), Decimal("NaN")])
def test_what_is_no_number_is_not_graded(value: float) -> None:
    with pytest.raises(ValueError, match="not a finite number"):
        grade(value, 1, LATENCY)


ratios = st.decimals(min_value=0, max_value=1, places=6)
RANK = {RED: 0, YELLOW: 1, GREEN: 2}


@given(ratios, ratios, ratios)
def test_a_better_share_never_has_a_worse_light(one: Decimal, other: Decimal, target: Decimal) -> None:
    worse, better = sorted([one, other])
    assert RANK[grade(worse, target, SHARE)] <= RANK[grade(better, target, SHARE)]


@given(ratios, ratios)
def test_a_share_is_graded_as_its_shortfall_is(value: Decimal, target: Decimal) -> None:
    assert grade(value, target, SHARE) is grade(1 - value, 1 - target, ERROR_RATIO)


@given(st.integers(0, 10**6), st.integers(0, 10**6), st.integers(1, 10**6))
def test_a_higher_count_never_has_a_worse_light(one: int, other: int, target: int) -> None:
    worse, better = sorted([one, other])
    assert RANK[grade(worse, target, HIGHER)] <= RANK[grade(better, target, HIGHER)]


@pytest.mark.parametrize(
    ("current", "previous", "is_percent", "arrow"),
    [
        (101, 100, False, Trend.FLAT),
        (101.1, 100, False, Trend.UP),
        (99, 100, False, Trend.FLAT),
        (98.9, 100, False, Trend.DOWN),
        (0.9995, 0.9985, True, Trend.FLAT),
        (0.9996, 0.9985, True, Trend.UP),
        (0.5, 0.502, True, Trend.DOWN),
        (0, 0, False, Trend.FLAT),
        (1, 0, False, Trend.UP),
        (-1, 0, False, Trend.DOWN),
        (-102, -100, False, Trend.DOWN),
        (None, 1, False, Trend.NONE),
        (1, None, True, Trend.NONE),
    ],
)
def test_the_arrow(current: float | None, previous: float | None, is_percent: bool, arrow: Trend) -> None:
    assert trend(current, previous, is_percent=is_percent) is arrow


@given(st.integers(-1000, 1000), st.integers(-1000, 1000))
def test_the_way_back_never_points_the_same_way(one: int, other: int) -> None:
    both = {trend(one, other), trend(other, one)}
    assert both not in ({Trend.UP}, {Trend.DOWN})


@pytest.mark.parametrize(
    ("headline", "open_p0", "open_p1", "frozen", "verdict"),
    [
        ([GREEN, GREEN], 0, 0, False, Overall.HEALTHY),
        ([GREEN, INFO], 0, 0, False, Overall.HEALTHY),
        ([GREEN, NO_DATA], 0, 0, False, Overall.UNKNOWN),
        ([INFO], 0, 0, False, Overall.UNKNOWN),
        ([], 0, 0, False, Overall.UNKNOWN),
        ([GREEN, YELLOW], 0, 0, False, Overall.DEGRADED),
        ([NO_DATA, YELLOW], 0, 0, False, Overall.DEGRADED),
        ([GREEN], 0, 1, False, Overall.DEGRADED),
        ([NO_DATA], 0, 0, True, Overall.DEGRADED),
        ([GREEN], 1, 0, False, Overall.CRITICAL),
        ([NO_DATA, RED], 0, 0, False, Overall.CRITICAL),
        ([RED, YELLOW], 0, 3, True, Overall.CRITICAL),
    ],
)
def test_the_verdict(headline: list[Grade], open_p0: int, open_p1: int, frozen: bool, verdict: Overall) -> None:
    assert overall(headline, open_p0=open_p0, open_p1=open_p1, frozen=frozen) is verdict
