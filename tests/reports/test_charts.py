"""Where the marks of a chart stand."""

import pytest

from reports.charts import draw, nice_ceiling


def a_chart(values: list[float | None], **fields: object) -> dict[str, object]:
    points = [[f"2026-11-{day:02}", value] for day, value in enumerate(values, start=1)]
    return {
        "label": "p95 a day",
        "unit": "ms",
        "target": None,
        "target_text": "",
        "first": "2026-11-02",
        "last": "2026-11-03",
        "points": points,
        **fields,
    }


def test_a_day_without_data_breaks_the_line() -> None:
    drawing = draw(a_chart([400, 500, None, 300, 200]))
    assert len(drawing.lines) == 2
    assert len(drawing.dots) == 4


def test_counts_are_bars_that_stand_on_the_base() -> None:
    drawing = draw(a_chart([2, 4], unit="count"))
    assert drawing.lines == []
    assert {round(bar.y + bar.height, 1) for bar in drawing.bars} == {drawing.base}


def test_the_axis_reaches_over_values_and_target() -> None:
    drawing = draw(a_chart([400, 612], target=700))
    assert drawing.top_text == "800 ms"
    assert drawing.target_y is not None
    assert drawing.top < drawing.target_y < drawing.base


def test_the_period_is_marked() -> None:
    drawing = draw(a_chart([1, 2, 3, 4]))
    assert [dot.in_period for dot in drawing.dots] == [False, True, True, False]


def test_all_zeros_draw_on_the_base() -> None:
    assert {dot.y for dot in draw(a_chart([0, 0])).dots} == {draw(a_chart([0, 0])).base}


def test_the_summary_tells_the_chart_to_those_who_do_not_see_it() -> None:
    assert draw(a_chart([400, None, 612])).summary == (
        "p95 a day: lowest 400 ms on 1 Nov, highest 612 ms on 3 Nov, last 612 ms on 3 Nov; 1 day without data."
    )


@pytest.mark.parametrize(
    ("value", "top"),
    [(0, 1), (0.04, 0.04), (0.3, 0.3), (1, 1), (7, 8), (12, 15), (612, 800), (1000, 1000), (1001, 1500)],
)
def test_axes_end_at_numbers_that_read_well(value: float, top: float) -> None:
    assert nice_ceiling(value) == pytest.approx(top)
