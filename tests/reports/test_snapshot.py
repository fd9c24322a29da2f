"""The snapshot: every slot with its content and passport, or "no data" with what to connect."""

import datetime as dt
import json
from dataclasses import replace
from decimal import Decimal

import pytest

from reports import snapshot
from reports.material import Reading, Ref
from reports.snapshot import days_text, fingerprint, number
from tests.factories.reports import a_figure, a_material, busy_material, some_criteria

EXPORTED = {
    *("slot", "section", "subsection", "row", "column", "kind"),
    *("value", "text", "grade", "source", "definition", "as_of", "href"),
}


def slots(made: snapshot.JSON) -> dict[int, snapshot.JSON]:
    return {slot["slot"]: slot for slot in made["slots"]}


def test_a_slot_carries_its_value_grade_and_passport() -> None:
    slot = slots(snapshot.build(busy_material()))[9]
    assert (slot["row"], slot["value"], slot["text"], slot["grade"]) == ("Response Time (p95)", 612, "612 ms", "yellow")
    assert (slot["source"], slot["definition"], slot["count"]) == ("events", "How latency_p95 is counted.", 1200)
    assert slot["as_of"] == "2026-11-23T04:00:00+00:00"


def test_status_and_trend_slots() -> None:
    made = slots(snapshot.build(busy_material()))
    assert (made[10]["value"], made[10]["text"]) == ("yellow", "Off target")
    assert (made[11]["value"], made[11]["text"]) == ("up", "Up")
    assert (made[2]["value"], made[2]["text"]) == ("degraded", "DEGRADED")


def test_an_empty_program_has_no_number_and_no_green_anywhere() -> None:
    made = slots(snapshot.build(a_material()))
    figures = [slot for number, slot in made.items() if slot["kind"] != "text" and number not in {1, 2, 457, 460, 461}]
    assert {slot["value"] for slot in figures} == {None}
    assert {slot["text"] for slot in figures} == {"no data"}
    assert made[2]["value"] == "unknown"


def test_a_slot_without_data_says_what_to_connect() -> None:
    made = slots(snapshot.build(a_material()))
    assert all(slot["connect"] for slot in made.values() if slot["value"] is None)
    assert made[3]["connect"] == "Connect a source of uptime."
    assert made[136]["connect"] == "Bugs are not tracked here yet."


def test_completeness_counts_what_is_there_and_names_the_rest() -> None:
    complete = snapshot.build(busy_material())["completeness"]
    missing = {row["section"]: row["missing"] for row in complete["missing"]}
    assert complete["filled"] + sum(missing.values()) == complete["total"] == 462
    assert missing["Bug Reports"] == 39
    assert missing["Beta Exit Criteria"] == 6


def test_a_week_that_has_not_begun_says_when_it_does() -> None:
    slot = slots(snapshot.build(busy_material()))[29]
    assert (slot["column"], slot["value"], slot["connect"]) == ("Week 4", None, "Week 4 begins on 23 Nov 2026.")


def test_tables_and_slots_say_the_same() -> None:
    made = snapshot.build(busy_material())
    cells = [cell for row in made["growth"]["rows"] for cell in row["cells"]]
    cells += [row[part] for row in made["headline"] for part in ("current", "status", "trend")]
    cells += [row[part] for row in made["satisfaction"] for part in ("score", "status")]
    cells += [row[part] for row in made["criteria"]["exit"] for part in ("current", "status")]
    placed = [cell for cell in cells if cell["slot"]]
    assert len(placed) == 52
    assert all(cell["text"] == slots(made)[cell["slot"]]["text"] for cell in placed)


def test_a_ratio_is_0_to_1_and_its_text_percent() -> None:
    slot = slots(snapshot.build(busy_material()))[3]
    assert (slot["value"], slot["text"]) == (0.9995, "99.95%")


def test_exit_criteria_count_towards_progress_only_when_met() -> None:
    made = snapshot.build(a_material(criteria=some_criteria(uptime="0.9995", active_users="12", performance="700")))
    assert (made["criteria"]["met"], made["criteria"]["silent"]) == (2, 3)
    assert slots(made)[457]["text"] == "33%"


def test_a_criterion_that_the_program_lacks_says_so() -> None:
    assert "no exit criterion on revenue" in slots(snapshot.build(a_material()))[453]["connect"]


def test_a_target_in_percent_judges_nothing_instead_of_failing() -> None:
    criteria = some_criteria(uptime="0.9995")
    broken = next(criterion for criterion in criteria if criterion.key == "uptime")
    material = a_material(criteria=[replace(broken, target=Decimal("99.9"))])
    assert snapshot.build(material)["criteria"]["exit"][0]["verdict"] == "no_data"


def test_links_are_absolute_so_that_they_work_in_a_mail() -> None:
    readings = dict(a_material().readings)
    readings[Ref("uptime")] = Reading(a_figure("uptime", "0.9995", href="/admin/metrics/?x=1"))
    assert (
        slots(snapshot.build(a_material(readings=readings)))[3]["href"] == "https://beta.example.org/admin/metrics/?x=1"
    )


def test_the_fingerprint_survives_json_and_tells_any_change() -> None:
    made = snapshot.build(busy_material())
    assert fingerprint(json.loads(json.dumps(made))) == fingerprint(made)
    made["slots"][8]["value"] = 613
    assert fingerprint(made) != fingerprint(snapshot.build(busy_material()))


def test_the_export_has_the_fixed_shape() -> None:
    exported = snapshot.exported(snapshot.build(busy_material()))
    assert set(exported) == {"period", "generated_at", "slots"}
    assert exported["period"] == {"first": "2026-11-16", "last": "2026-11-22"}
    assert {frozenset(slot) for slot in exported["slots"]} == {frozenset(EXPORTED)}


def test_one_point_is_no_chart() -> None:
    series = {"active_users": busy_material().series["active_users"][:1]}
    assert snapshot.build(busy_material(series=series))["charts"] == []


@pytest.mark.parametrize(
    ("first", "last", "text"),
    [
        ("2026-11-16", "2026-11-22", "16 – 22 Nov 2026"),
        ("2026-11-28", "2026-12-04", "28 Nov – 4 Dec 2026"),
        ("2026-12-28", "2027-01-03", "28 Dec 2026 – 3 Jan 2027"),
        ("2026-11-16", "2026-11-16", "16 Nov 2026"),
    ],
)
def test_days_are_written_short(first: str, last: str, text: str) -> None:
    assert days_text(dt.date.fromisoformat(first), dt.date.fromisoformat(last)) == text


def test_numbers_are_json_numbers() -> None:
    assert [number(value) for value in (Decimal("12.0"), Decimal("0.25"), "green", None)] == [12, 0.25, "green", None]
