"""A week of a figure as a small line."""

from decimal import Decimal

import pytest

from reports.home.sparkline import HEIGHT, PAD, WIDTH, sparkline


def values(*numbers: int | None) -> list[Decimal | None]:
    return [None if number is None else Decimal(number) for number in numbers]


def points(line: str) -> list[tuple[float, float]]:
    return [(float(x), float(y)) for x, y in (point.split(",") for point in line.split())]


def test_the_line_runs_from_edge_to_edge_with_the_highest_on_top():
    drawn = points(sparkline(values(1, 3, 2)).lines[0])
    assert [x for x, _ in drawn] == [PAD, WIDTH / 2, WIDTH - PAD]
    assert [y for _, y in drawn] == [HEIGHT - PAD, PAD, HEIGHT / 2]


def test_a_day_without_data_is_a_gap_and_not_a_zero():
    drawn = sparkline(values(5, 6, None, 6, 5))
    assert len(drawn.lines) == 2
    assert min(y for line in drawn.lines for _, y in points(line)) == PAD


def test_a_day_alone_between_gaps_is_a_dot():
    drawn = sparkline(values(5, 5, None, 7, None))
    assert len(drawn.lines) == len(drawn.dots) == 1
    assert drawn.last == drawn.dots[0]


def test_equal_values_lie_in_the_middle():
    assert {y for _, y in points(sparkline(values(4, 4, 4)).lines[0])} == {HEIGHT / 2}


@pytest.mark.parametrize("days", [[], values(None, None)])
def test_no_data_draws_nothing(days: list[Decimal | None]):
    drawn = sparkline(days)
    assert drawn.is_empty
    assert drawn.last is None
