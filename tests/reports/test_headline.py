"""The verdict on a program, and what it says in a subject line."""

from typing import Any

import pytest

from core.enums import Overall
from reports.headline import listed, standing
from tests.factories.reports import a_figure, a_material

GOOD: dict[str, tuple[Any, Any]] = {
    "uptime": ("0.9995", None),
    "error_rate": ("0.0004", None),
    "latency_p95": ("480", None),
    "active_users": ("12", None),
    "satisfaction": ("4.2", None),
}


@pytest.mark.parametrize(
    ("changed", "overall", "reason"),
    [
        ({}, Overall.HEALTHY, "every headline figure is on target"),
        ({"latency_p95": ("612", None)}, Overall.DEGRADED, "p95 612 ms"),
        ({"latency_p95": ("1200", None)}, Overall.CRITICAL, "p95 1,200 ms"),
        ({"latency_p95": ("1200", None), "uptime": ("0.99", None)}, Overall.CRITICAL, "uptime 99.00% and p95 1,200 ms"),
        ({"latency_p95": (None, None)}, Overall.UNKNOWN, "no data on p95"),
        ({"active_users": (None, None)}, Overall.UNKNOWN, "no data on active users"),
        ({"uptime": (None, None), "latency_p95": ("612", None)}, Overall.DEGRADED, "p95 612 ms"),
    ],
)
def test_the_verdict_and_its_reason(changed: dict[str, Any], overall: Overall, reason: str) -> None:
    found = standing(a_material({**GOOD, **changed}))
    assert (found.overall, found.reason) == (overall, reason)


def test_a_freeze_degrades() -> None:
    found = standing(a_material(GOOD, frozen_because=["Too many errors"]))
    assert (found.overall, found.reason) == (Overall.DEGRADED, "frozen")


def test_an_open_p0_bug_is_critical_whatever_the_figures_say() -> None:
    found = standing(a_material(GOOD, open_p0=a_figure("open_p0_bugs", 1), open_p1=a_figure("open_p1_bugs", 0)))
    assert (found.overall, found.reason) == (Overall.CRITICAL, "1 open P0 bug")


def test_bugs_that_are_not_tracked_are_named_and_have_no_say() -> None:
    found = standing(a_material(GOOD))
    assert found.overall is Overall.HEALTHY
    assert found.unknown == ["open P0 and P1 bugs"]


@pytest.mark.parametrize(
    ("names", "text"), [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")]
)
def test_names_are_listed_as_people_do(names: list[str], text: str) -> None:
    assert listed(names) == text
