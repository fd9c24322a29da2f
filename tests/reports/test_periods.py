"""The periods that reports are over: a program's weeks, as far as it lived."""

import datetime as dt

from reports.periods import Span, previous, spans, week_of

FIRST = dt.date(2026, 11, 2)


def day(number: int) -> dt.date:
    """Day 1 is the first of the program."""
    return FIRST + dt.timedelta(days=number - 1)


WEEKS = [Span(1, day(1), day(7)), Span(2, day(8), day(14)), Span(3, day(15), day(17))]


def test_weeks_are_cut_to_the_last_day() -> None:
    cut = spans(WEEKS, starts_on=day(1), last_day=day(10))
    assert [(week.number, week.last) for week in cut] == [(1, day(7)), (2, day(10))]


def test_a_week_after_the_last_day_is_left_out() -> None:
    assert [week.number for week in spans(WEEKS, starts_on=day(1), last_day=day(7))] == [1]


def test_without_planned_weeks_there_are_weeks_of_seven_days() -> None:
    made = spans([], starts_on=day(1), last_day=day(16))
    assert [(week.first, week.last) for week in made] == [(day(1), day(7)), (day(8), day(14)), (day(15), day(16))]


def test_the_period_before_is_of_equal_length() -> None:
    assert previous(day(8), day(14)) == (day(1), day(7))
    assert previous(day(3), day(3)) == (day(2), day(2))


def test_a_day_between_two_weeks_belongs_to_the_one_that_started() -> None:
    gap = [WEEKS[0], Span(2, day(12), day(18))]
    assert week_of(day(10), gap) == WEEKS[0]
    assert week_of(day(0), gap) is None
