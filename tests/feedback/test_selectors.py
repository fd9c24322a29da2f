"""Figures on satisfaction: which answers count, on which scale, in which period."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from feedback.parsing import read_table
from feedback.selectors import choose_map, satisfaction, survey_results
from feedback.services import save_map
from tests.factories.feedback import CSV, SPEC, import_survey
from tests.factories.programs import live_program

pytestmark = pytest.mark.django_db
FIRST, LAST = dt.date(2026, 11, 1), dt.date(2026, 11, 30)


def figure(program, question="overall", first=FIRST, last=LAST):
    return satisfaction(program=program, question=question, first=first, last=last)


def on_scale(low: int, high: int) -> dict:
    return {**SPEC, "columns": [{"column": "overall", "question": "overall", "scale": [low, high]}]}


def test_it_is_the_mean_of_all_answers_with_their_number():
    program = live_program()
    entry = import_survey(program).entry
    shown = figure(program)
    assert (shown.value, shown.count, shown.unit, shown.source) == (4, 3, "score5", "survey answers, n=3")
    assert shown.as_of == entry.at
    assert shown.connect == ""


def test_missing_answers_do_not_count():
    program = live_program()
    import_survey(program)
    shown = figure(program, "ease_of_use")
    assert (shown.value, shown.count) == (Decimal("3.5"), 2)


@pytest.mark.parametrize(
    ("low", "high", "mean"),
    [(1, 5, "4"), (0, 10, "2.6"), (1, 10, "2.3333"), (5, 1, "2")],
    ids=["1-5", "0-10", "1-10", "1 is best"],
)
def test_other_scales_are_converted_by_their_stated_ends(low, high, mean):
    program = live_program()
    import_survey(program, spec=on_scale(low, high))
    assert figure(program).value == Decimal(mean)


def test_only_answers_of_the_period_count_by_the_programs_day():
    program = live_program(timezone="America/New_York")
    import_survey(program)
    last = dt.date(2026, 11, 4)
    assert figure(program, first=last, last=last).count == 1
    assert figure(program, first=last + dt.timedelta(days=1)).count == 0


def test_surveys_weigh_by_their_answers():
    program = live_program()
    import_survey(program)
    import_survey(program, "response_id,submitted_at,overall\nx,2026-11-05,1\n", on_scale(1, 5), name="Week 2")
    assert (figure(program).value, figure(program).count) == (Decimal("3.25"), 4)


def test_another_programs_answers_do_not_count():
    import_survey(live_program())
    assert figure(live_program()).count == 0


def test_no_answers_is_no_data_and_says_what_to_do():
    shown = figure(live_program())
    assert (shown.value, shown.count, shown.text) == (None, 0, "no data")
    assert "Import a survey file" in shown.connect


def test_answers_without_a_date_are_in_no_period_and_that_is_said():
    program = live_program()
    import_survey(program, spec={**SPEC, "date": None})
    shown = figure(program)
    assert shown.value is None
    assert shown.connect.startswith("3 answers to “Overall satisfaction” have no date")


def test_a_map_may_give_the_day_of_a_file_without_dates():
    program = live_program()
    import_survey(program, spec={**SPEC, "date": {"day": "2026-11-09"}})
    assert figure(program).count == 3


def test_results_count_and_average_each_question():
    program = live_program()
    survey = import_survey(program).survey
    results = {result.question.header: result for result in survey_results(survey)}
    assert (results["overall"].count, results["overall"].mean) == (3, 4)
    assert results["overall"].shares == [("3", 1), ("4", 1), ("5", 1)]
    assert (results["comment"].count, results["comment"].mean) == (2, None)


def test_results_take_two_statements_however_many_questions():
    program = live_program()
    survey = import_survey(program).survey
    with CaptureQueriesContext(connection) as queries:
        survey_results(survey)
    assert len(queries) == 2


def test_a_confirmed_map_is_used_for_the_next_file_with_these_headers():
    program = live_program()
    table = read_table(CSV.encode())
    spec = {**SPEC, "columns": [{"column": 3, "question": "support", "scale": [1, 10]}]}
    save_map(program_id=program.pk, name="Ours", spec=spec, header_sha256=table.header_sha256, actor=None)
    chosen, confirmed, _ = choose_map(program=program, table=read_table(CSV.encode() + b"r9,2026-11-09,1,1,x\n"))
    assert confirmed
    assert [question.satisfaction for question in chosen.questions] == ["support"]
    assert choose_map(program=live_program(), table=table)[1] is False
