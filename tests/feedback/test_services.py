"""Import of responses: what is written, what is not, and what is said."""

import datetime as dt

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.exceptions import BadInput, Conflict
from core.models import AuditEntry
from feedback.exceptions import KeyChanged, MapRefused
from feedback.models import Question, Response, Survey, SurveyImport
from feedback.parsing import map_from_spec, read_table
from feedback.services import create_survey, try_import
from participants.models import Participant
from tests.factories.feedback import CSV, SPEC, import_survey
from tests.factories.programs import live_program

pytestmark = pytest.mark.django_db


def row_versions() -> dict[str, list[tuple[int, str]]]:
    """Every row of this app's tables with the transaction that wrote it."""
    tables = [model._meta.db_table for model in apps.get_app_config("feedback").get_models()]
    versions = {}
    with connection.cursor() as cursor:
        for table in sorted(tables):
            cursor.execute(f"SELECT ctid::text, xmin::text FROM {table} ORDER BY ctid")
            versions[table] = cursor.fetchall()
    return versions


def test_responses_keep_words_numbers_and_the_programs_day():
    program = live_program(timezone="Asia/Tokyo")
    result = import_survey(program)
    assert (result.new, result.updated, result.unchanged) == (3, 0, 0)
    response = Response.objects.get(key="id:r2")
    overall = Question.objects.get(satisfaction="overall")
    assert response.answers[str(overall.pk)] == "4"
    assert response.scores[str(overall.pk)] == 4
    assert response.submitted_at == dt.datetime(2026, 11, 3, 1, 30, tzinfo=dt.UTC)
    assert response.submitted_on == dt.date(2026, 11, 3)


def test_a_missing_answer_is_no_answer_and_no_zero():
    import_survey(live_program())
    response = Response.objects.get(key="id:r3")
    ease = str(Question.objects.get(satisfaction="ease_of_use").pk)
    assert ease not in response.answers
    assert ease not in response.scores


def test_a_repeated_import_changes_nothing():
    program = live_program()
    import_survey(program)
    before, audited = row_versions(), AuditEntry.objects.count()
    result = import_survey(program)
    assert (result.new, result.updated, result.unchanged, result.entry) == (0, 0, 3, None)
    assert row_versions() == before
    assert AuditEntry.objects.count() == audited


def test_two_equal_anonymous_rows_are_two_responses_also_the_second_time():
    program = live_program()
    spec = {"columns": [{"column": "overall", "question": "overall", "scale": [1, 5]}]}
    rows = "overall,note\n4,same\n4,same\n5,other\n"
    assert import_survey(program, rows, spec).new == 3
    result = import_survey(program, rows, spec)
    assert (result.new, result.unchanged) == (0, 3)


def test_a_corrected_file_updates_and_says_what_changed():
    program = live_program()
    import_survey(program)
    result = import_survey(program, CSV.replace("r2,2026-11-03 10:30:00,4", "r2,2026-11-03 10:30:00,2"))
    assert (result.new, result.updated, result.unchanged) == (0, 1, 2)
    assert [(change.line, change.before, change.after) for change in result.changes] == [(3, "4", "2")]


def test_the_old_answers_of_a_corrected_response_stay_in_its_history():
    program = live_program()
    import_survey(program)
    import_survey(program, CSV.replace("Fast and clear", "Slow"))
    response = Response.objects.get(key="id:r1")
    event = response.events.get()
    assert "Fast and clear" in event.answers.values()
    assert "Slow" in response.answers.values()


def test_columns_that_the_next_map_leaves_out_keep_their_answers():
    program = live_program()
    import_survey(program)
    import_survey(program, spec={**SPEC, "columns": SPEC["columns"][:2]})
    assert "Fast and clear" in Response.objects.get(key="id:r1").answers.values()


def test_earlier_responses_that_a_file_does_not_have_are_kept_and_counted():
    program = live_program()
    import_survey(program)
    result = import_survey(program, CSV.replace("r3,", "r4,"))
    assert (result.new, result.absent) == (1, 1)
    assert Response.objects.count() == 4


def test_the_import_is_audited_with_its_counts():
    program = live_program()
    entry = import_survey(program).entry
    audited = AuditEntry.objects.get(action="survey.imported")
    assert (audited.object_pk, audited.scope) == (str(entry.pk), program.slug)
    assert audited.after == {"new": 3, "updated": 0, "unchanged": 0, "rejected": 0}


def test_off_scale_answers_are_listed_and_are_no_scores():
    result = import_survey(live_program(), CSV.replace("00,5,4", "00,6,4"))
    assert [(gap.line, gap.column) for gap in result.gaps] == [(2, 3)]
    overall = str(Question.objects.get(satisfaction="overall").pk)
    response = Response.objects.get(key="id:r1")
    assert response.answers[overall] == "6"
    assert overall not in response.scores


def test_a_row_without_an_id_and_a_second_row_of_an_id_are_rejected_with_their_lines():
    result = import_survey(live_program(), CSV + ",2026-11-05 08:00,1,1,no id\nr1,2026-11-05 08:00,1,1,again\n")
    assert result.new == 3
    assert [problem.line for problem in result.rejected] == [5, 6]
    assert "line 2" in result.rejected[1].reason


def test_people_are_known_only_where_the_map_names_the_column():
    program = live_program()
    person = Participant.objects.create(program=program, number=1, name="Ada", email="ada@example.org")
    rows = "who,overall\nADA@example.org,4\nstranger@example.org,5\n"
    columns = [{"column": "overall", "question": "overall", "scale": [1, 5]}]
    import_survey(program, rows, {"columns": columns}, name="Nobody")
    import_survey(program, rows, {"columns": columns, "person": "who"}, name="Somebody")
    assert list(Response.objects.filter(participant=person).values_list("survey__name", flat=True)) == ["Somebody"]
    assert not Response.objects.filter(answers__icontains="example.org").exists()


def test_responses_known_by_id_do_not_come_in_again_by_content():
    program = live_program()
    import_survey(program)
    with pytest.raises(KeyChanged, match="come in twice"):
        import_survey(program, spec={**SPEC, "id": None})
    assert Response.objects.count() == 3


def test_a_scale_does_not_change_under_answers_that_are_not_in_the_file():
    program = live_program()
    import_survey(program)
    wider = {**SPEC, "columns": [{"column": "overall", "question": "overall", "scale": [1, 10]}]}
    with pytest.raises(MapRefused, match="1 to 5"):
        import_survey(program, CSV.replace("r3,", "r4,"), wider)
    assert import_survey(program, CSV, wider).entry is not None


def test_a_standard_question_moves_between_two_columns():
    program = live_program()
    import_survey(program)
    swapped = [
        {"column": "overall", "question": "ease_of_use", "scale": [1, 5]},
        {"column": "ease", "question": "overall", "scale": [1, 5]},
    ]
    import_survey(program, spec={**SPEC, "columns": swapped})
    assert Question.objects.get(satisfaction="overall").header == "ease"


def test_a_standard_question_is_not_taken_from_a_column_that_is_not_in_the_file():
    program = live_program()
    import_survey(program)
    other = CSV.replace("overall,ease,comment", "how happy,ease,comment")
    spec = {**SPEC, "columns": [{"column": "how happy", "question": "overall", "scale": [1, 5]}]}
    with pytest.raises(MapRefused, match="another survey"):
        import_survey(program, other, spec)


def test_a_trial_says_the_counts_and_writes_nothing():
    program = live_program()
    table = read_table(CSV.encode())
    before = row_versions()
    result = try_import(
        program_id=program.pk,
        survey_name="Week 1",
        table=table,
        column_map=map_from_spec(SPEC, table.columns),
        actor=None,
    )
    assert result.new == 3
    assert row_versions() == before
    assert not Survey.objects.exists()


def test_a_file_without_one_good_row_is_refused_and_leaves_nothing():
    program = live_program()
    with pytest.raises(BadInput, match="line 2"):
        import_survey(program, "response_id,submitted_at,overall,ease,comment\n,2026-11-02,5,4,x\n")
    assert not Survey.objects.exists()
    assert not SurveyImport.objects.exists()


def test_statements_of_an_import_do_not_grow_with_its_rows(django_assert_num_queries):
    program = live_program()
    import_survey(program)
    many = CSV + "".join(f"x{n},2026-11-05 08:00:00,{n % 5 + 1},3,\n" for n in range(500))
    with CaptureQueriesContext(connection) as few:
        import_survey(program, CSV, name="Few")
    with django_assert_num_queries(len(few)):
        import_survey(program, many, name="Many")


def test_a_survey_name_is_used_once_whatever_its_case():
    program = live_program()
    create_survey(program_id=program.pk, name="Week 1", actor=None)
    with pytest.raises(Conflict, match="already"):
        create_survey(program_id=program.pk, name="week 1", actor=None)
    assert import_survey(program, name="WEEK 1").survey.name == "Week 1"


def test_a_survey_without_a_name_is_refused():
    with pytest.raises(BadInput, match="name"):
        create_survey(program_id=live_program().pk, name="  ", actor=None)
