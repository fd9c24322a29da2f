"""Each default that the two reference documents state is in the program that the blueprint makes."""

import pytest

from core.exceptions import BadInput
from programs import blueprints

CONTROLLED = blueprints.load("controlled")
OPEN = blueprints.load("open")


def test_controlled_holds_the_beta_parameters():
    program = CONTROLLED["program"]
    assert 10 <= program["seat_cap"] <= 20
    assert program["days"] >= 14
    assert program["billing_enabled"] is False


@pytest.mark.parametrize(
    ("key", "enabled"),
    [
        ("core-forecasting", True),
        ("core-accounting", True),
        ("trust-layer", True),
        ("tier-enforcement", True),
        ("mass-exports", False),
        ("high-volume-automation", False),
        ("irreversible-bulk-actions", False),
        ("admin-controls", False),
    ],
)
def test_controlled_states_each_feature(key, enabled):
    assert {row["key"]: row["enabled"] for row in CONTROLLED["features"]}[key] is enabled


@pytest.mark.parametrize(
    ("key", "value", "action"),
    [
        ("rate-limit", 60, "throttle"),
        ("forecasts-per-hour", 50, "block"),
        ("scenarios-per-user", 20, "block"),
        ("query-timeout", 30, "cancel"),
        ("queue-depth", 100, "reject"),
        ("concurrent-requests", 5, "queue"),
    ],
)
def test_controlled_states_each_safety_limit(key, value, action):
    limits = {row["key"]: (row["value"], row["action"]) for row in CONTROLLED["limits"]}
    assert limits[key] == (value, action)


def test_controlled_asks_the_eight_things_before_the_first_user():
    assert len(CONTROLLED["readiness"]) == 8


def test_controlled_has_the_six_success_criteria():
    assert len([row for row in CONTROLLED["criteria"] if row["kind"] == "success"]) == 6


def test_open_has_the_seven_exit_criteria_with_their_targets():
    targets = {row["key"]: float(row["target"]) for row in OPEN["criteria"]}
    assert targets == {
        "uptime": 0.999,
        "p0-bugs": 0,
        "p1-bugs": 4,
        "satisfaction": 4.0,
        "active-users": 100,
        "revenue": 500,
        "performance": 500,
    }


def test_open_has_the_five_weeks_of_the_status_report():
    titles = [week["title"] for week in OPEN["weeks"]]
    assert titles == ["Core Features Testing", "Performance & Scale", "Edge Cases", "Polish", "Final Validation"]


def test_an_unknown_blueprint_is_refused_by_name():
    with pytest.raises(BadInput, match=r"no blueprint “closed”.*controlled, open"):
        blueprints.load("closed")
