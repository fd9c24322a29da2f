"""The sentences on page one."""

from reports.highlights import achievement, feedback, issue, outlook
from reports.material import Ref
from reports.snapshot import change_text
from tests.factories.reports import a_material, some_criteria


def test_the_best_is_the_largest_change_for_the_better_that_is_not_off_target() -> None:
    material = a_material({"latency_p95": ("600", "1200"), "active_users": ("12", "9")})
    assert achievement(material).text == "Active users rose from 9 to 12."


def test_without_a_change_the_best_is_a_figure_on_target() -> None:
    found = achievement(a_material({"uptime": ("0.9995", "0.9995")}))
    assert found.text == "Uptime is 99.95%, within its target of ≥ 99.90%."


def test_the_worst_is_the_figure_furthest_off_target() -> None:
    found = issue(a_material({"uptime": ("0.9985", None), "latency_p95": ("550", "480")}))
    assert found.text == "Uptime is 99.85%, off its target of ≥ 99.90%."


def test_a_figure_on_target_that_got_worse_is_named() -> None:
    found = issue(a_material({"latency_p95": ("480", "300")}))
    assert found.text == "Response time (p95) rose from 300 ms to 480 ms, within its target of ≤ 500 ms."


def test_where_nothing_is_wrong_the_silent_figures_are_named() -> None:
    found = issue(a_material({"uptime": ("1", "1"), "error_rate": ("0", "0"), "latency_p95": ("100", "100")}))
    assert found.text == ("No headline figure is off target or got worse; active users and satisfaction have no data.")


def test_feedback_says_how_many_answered_and_where_it_went() -> None:
    found = feedback(a_material({"satisfaction": ("4.2", "3.9")}))
    assert found.text == "Overall satisfaction is 4.2/5 from 1,200 answers, up from 3.9/5."


def test_a_change_that_the_written_figures_do_not_show_is_called_slight() -> None:
    material = a_material({"satisfaction": ("4.42", "4.36"), "active_users": ("12", "12")})
    assert feedback(material).text == "Overall satisfaction is 4.4/5 from 1,200 answers, slightly up."
    assert achievement(material).text == "Satisfaction score rose slightly, to 4.4/5, within its target of ≥ 4.0/5."
    assert change_text(material.readings[Ref("satisfaction")]) == "slightly up, better"


def test_without_any_data_the_sentences_say_so() -> None:
    material = a_material()
    assert not any(found.has_data for found in (achievement(material), issue(material), feedback(material)))
    assert feedback(material).text == "No data on satisfaction. Connect a source of satisfaction."


def test_the_outlook_counts_criteria_and_names_the_next_report_in_program_time() -> None:
    text = outlook(a_material(criteria=some_criteria(uptime="0.9995", performance="700")))
    assert text == "1 of 6 exit criteria met, 4 without data; next report Mon 30 Nov 2026, 08:00 (Europe/Berlin)."


def test_after_the_last_report_the_outlook_says_so() -> None:
    assert outlook(a_material(next_update=None)).endswith("the last report.")
