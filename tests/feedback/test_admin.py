"""The admin pages: the import step by step, who may, and lists that stay quick."""

import io
import re

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.models import AuditEntry, User
from feedback.models import Response, Survey, SurveyImport, SurveyMap, SurveyUpload
from feedback.resources import export_responses
from programs.enums import Role
from programs.models import Membership, Program
from tests.factories.feedback import CSV, import_survey
from tests.factories.programs import live_program, staff_user

pytestmark = pytest.mark.django_db
STATED = CSV.replace("overall,ease", "Overall (1-5),Ease of use (1-5)")


def member(program: Program, role: str = Role.OPERATOR) -> User:
    user = staff_user()
    Membership.objects.create(program=program, user=user, role=role)
    return user


@pytest.fixture
def program() -> Program:
    return live_program()


@pytest.fixture
def operator(program, client: Client) -> User:
    user = member(program)
    client.force_login(user)
    return user


def upload(client: Client, content: str | bytes = STATED, **fields: str):
    survey = Survey.objects.first()
    fields = {"survey": str(survey.pk)} | fields if survey else fields
    data = content.encode() if isinstance(content, str) else content
    file = SimpleUploadedFile("answers.csv", data)
    return client.post(reverse("admin:feedback_survey_import"), {"file": file, "name": "Week 1", **fields})


def map_fields(client: Client, pk: int) -> dict[str, str]:
    """What the mapping page has filled in."""
    form = client.get(reverse("admin:feedback_survey_import_map", args=[pk])).context["form"]
    return {name: "" if form[name].value() is None else str(form[name].value()) for name in form.fields}


def uploaded(client: Client, content: str | bytes = STATED) -> int:
    upload(client, content)
    return SurveyUpload.objects.latest("pk").pk


def checked(client: Client, content: str | bytes = STATED, **chosen: str) -> int:
    """Upload a file and map it as suggested."""
    pk = uploaded(client, content)
    response = client.post(reverse("admin:feedback_survey_import_map", args=[pk]), {**map_fields(client, pk), **chosen})
    assert response.status_code == 302, response.context["form"].errors
    return pk


def confirm(client: Client, pk: int):
    return client.post(reverse("admin:feedback_survey_import_check", args=[pk]), follow=True)


def test_a_file_goes_in_by_upload_map_check_and_confirm(client, operator):
    pk = checked(client)
    page = client.get(reverse("admin:feedback_survey_import_check", args=[pk]))
    assert page.context["trial"]["new"] == 3
    result = confirm(client, pk)
    assert "3 new, 0 updated, 0 unchanged, 0 rejected" in result.content.decode()
    assert SurveyImport.objects.get().imported_by == operator
    assert Survey.objects.get().questions.get(satisfaction="overall").scale == (1, 5)
    assert not SurveyUpload.objects.exists()


def test_nothing_is_written_before_the_confirmation(client, operator):
    pk = checked(client)
    for name in ("feedback_survey_import_map", "feedback_survey_import_check"):
        client.get(reverse(f"admin:{name}", args=[pk]))
        client.head(reverse(f"admin:{name}", args=[pk]))
    assert not Survey.objects.exists()
    assert client.get(reverse("admin:feedback_survey_import_drop", args=[pk])).status_code == 405
    assert SurveyUpload.objects.filter(pk=pk).exists()


def test_a_second_import_of_the_file_says_that_nothing_changed(client, operator):
    confirm(client, checked(client))
    result = confirm(client, checked(client))
    assert "Nothing changed" in result.content.decode()
    assert SurveyImport.objects.count() == 1


def test_the_day_of_all_answers_is_asked_for_by_the_browsers_own_calendar(client, operator):
    page = client.get(reverse("admin:feedback_survey_import_map", args=[uploaded(client, STATED)])).content.decode()
    assert '<input type="date" name="day"' in page
    assert "calendar.js" not in page


def test_a_confirmed_map_fills_the_page_of_the_next_file(client, operator):
    confirm(client, checked(client, role_3="support", scale_3="1-10"))
    assert SurveyMap.objects.get().name == "Week 1"
    fields = map_fields(client, uploaded(client, STATED + "r9,2026-11-09 10:00:00,2,2,x\n"))
    assert (fields["role_3"], fields["scale_3"]) == ("support", "1-10")


def test_a_rating_without_a_scale_is_refused_on_the_page(client, operator):
    pk = uploaded(client, CSV)
    response = client.post(
        reverse("admin:feedback_survey_import_map", args=[pk]), {**map_fields(client, pk), "role_3": "overall"}
    )
    assert response.status_code == 400
    assert "gives no scale" in response.content.decode()


def test_two_columns_for_the_date_are_refused_on_the_page(client, operator):
    pk = uploaded(client)
    response = client.post(
        reverse("admin:feedback_survey_import_map", args=[pk]), {**map_fields(client, pk), "role_3": "date"}
    )
    assert "Only one column is the date" in response.content.decode()


def test_an_answer_off_the_scale_is_named_with_the_scale_as_typed(client, operator):
    pk = checked(client, STATED.replace(",5,", ",9,"))
    page = client.get(reverse("admin:feedback_survey_import_check", args=[pk])).content.decode()
    assert "9 is off the scale 1 to 5; it counts as missing." in page


def test_rejected_rows_are_shown_with_line_and_reason(client, operator):
    pk = checked(client, STATED + ",2026-11-05 10:00:00,1,1,no id\n")
    page = client.get(reverse("admin:feedback_survey_import_check", args=[pk])).content.decode()
    assert "has no id" in page
    assert ">5<" in page


@pytest.mark.parametrize(
    ("content", "status", "sentence"),
    [
        (b"", 200, "empty"),
        (b"Timestamp,How?\n", 400, "no responses below"),
        ("id,a\n1,schön\n".encode("cp1252"), 400, "not UTF-8"),
        (b"x" * (10 * 1024 * 1024 + 1), 200, "Use the command import_survey"),
    ],
    ids=["empty", "header only", "cp1252", "oversize"],
)
def test_a_bad_file_is_refused_on_the_page_and_not_kept(client, operator, content, status, sentence):
    response = upload(client, content)
    assert response.status_code == status
    assert sentence in response.content.decode()
    assert not SurveyUpload.objects.exists()


def test_the_page_shows_what_each_encoding_would_give(client, operator):
    page = upload(client, "id,Gefällt es?\n1,schön\n".encode("cp1252")).content.decode()
    assert "Gefällt" in page
    assert upload(client, "id,Gefällt es?\n1,schön\n".encode("cp1252"), encoding="cp1252").status_code == 302


def test_a_new_survey_needs_a_name(client, operator):
    assert "Name the new survey" in upload(client, name=" ").content.decode()


def test_a_new_survey_does_not_slip_into_one_that_exists(client, program, operator):
    import_survey(program)
    assert "Choose it above" in upload(client, survey="", name="WEEK 1").content.decode()


def test_markup_in_a_file_is_shown_as_text(client, operator):
    pk = uploaded(client, "id,<script>alert(1)</script>\n1,<img src=x onerror=alert(1)>\n")
    page = client.get(reverse("admin:feedback_survey_import_map", args=[pk])).content.decode()
    assert "<script>alert(1)" not in page
    assert "<img src=x" not in page
    assert "&lt;script&gt;alert(1)" in page


@pytest.mark.parametrize(
    "name", ["feedback_survey_import_map", "feedback_survey_import_check", "feedback_survey_import_drop"]
)
def test_a_colleague_cannot_confirm_the_file(client, program, operator, name):
    pk = checked(client)
    client.force_login(member(program))
    response = client.post(reverse(f"admin:{name}", args=[pk]))
    assert response.status_code == 403
    assert "only that person can import it" in response.content.decode()
    assert SurveyUpload.objects.filter(pk=pk).exists()
    assert not Response.objects.exists()


def test_a_file_of_another_program_is_not_there(client, operator):
    pk = checked(client)
    client.force_login(member(live_program(), Role.OWNER))
    response = client.post(reverse("admin:feedback_survey_import_check", args=[pk]))
    assert response.status_code == 404
    assert "answers.csv" not in response.content.decode()


def test_whoever_lost_the_role_since_cannot_confirm(client, operator):
    pk = checked(client)
    Membership.objects.filter(user=operator).update(role=Role.VIEWER)
    assert confirm(client, pk).status_code == 404
    assert not Response.objects.exists()


def test_a_file_is_confirmed_once(client, operator):
    pk = checked(client)
    confirm(client, pk)
    assert confirm(client, pk).status_code == 404
    assert SurveyImport.objects.count() == 1


def test_a_dropped_file_is_gone(client, operator):
    pk = checked(client)
    client.post(reverse("admin:feedback_survey_import_drop", args=[pk]))
    assert not SurveyUpload.objects.exists()


def test_viewers_read_and_do_not_import(client, program):
    import_survey(program)
    client.force_login(member(program, Role.VIEWER))
    assert client.get(reverse("admin:feedback_survey_changelist")).status_code == 200
    assert client.get(reverse("admin:feedback_survey_import")).status_code == 403
    assert upload(client).status_code == 403


@pytest.mark.parametrize("model", ["survey", "response", "surveyimport"])
def test_rows_of_another_program_are_not_there(client, operator, model):
    foreign = import_survey(live_program())
    pk = {"survey": foreign.survey.pk, "response": Response.objects.first().pk, "surveyimport": foreign.entry.pk}[model]
    assert client.get(reverse(f"admin:feedback_{model}_change", args=[pk])).status_code == 404
    assert client.get(reverse(f"admin:feedback_{model}_changelist")).context["cl"].result_count == 0


@pytest.mark.parametrize("button", ["import-into", "export-csv", "export-xlsx"])
def test_each_button_of_a_survey_leads_to_its_page(client, program, operator, button):
    survey, foreign = import_survey(program).survey, import_survey(live_program()).survey
    assert client.get(f"/admin/feedback/survey/{survey.pk}/{button}/", follow=True).status_code == 200
    for other in (foreign.pk, "none"):
        assert client.get(f"/admin/feedback/survey/{other}/{button}/").status_code == 404


def test_an_export_of_another_program_is_not_there(client, operator):
    foreign = import_survey(live_program()).survey
    assert client.get(reverse("admin:feedback_survey_export", args=[foreign.pk, "csv"])).status_code == 404


@pytest.mark.parametrize("model", ["survey", "response", "surveyimport", "surveymap"])
def test_a_list_takes_as_many_queries_for_many_rows_as_for_one(client, program, operator, model):
    url = reverse(f"admin:feedback_{model}_changelist")
    confirm(client, checked(client, STATED.splitlines()[0] + "\nr1,2026-11-02 09:00:00,5,4,x\n"))
    client.get(url)
    with CaptureQueriesContext(connection) as one:
        client.get(url)
    for number in range(4):
        import_survey(program, name=f"More {number}")
    SurveyMap.objects.bulk_create(
        SurveyMap(program=program, name=f"Map {number}", spec={"columns": []}, saved_by=operator) for number in range(4)
    )
    with CaptureQueriesContext(connection) as many:
        assert client.get(url).status_code == 200
    assert len(many) <= len(one)


def test_the_pages_of_a_survey_a_response_and_an_import_open(client, program, operator):
    result = import_survey(program)
    pages = {
        "survey": (result.survey.pk, "4.00"),
        "response": (Response.objects.get(key="id:r1").pk, "Fast and clear"),
        "surveyimport": (result.entry.pk, "3 new"),
    }
    for model, (pk, text) in pages.items():
        assert text in client.get(reverse(f"admin:feedback_{model}_change", args=[pk])).content.decode()


def test_an_owner_deletes_a_survey_with_its_responses(client, program):
    survey = import_survey(program).survey
    client.force_login(member(program, Role.OWNER))
    client.post(reverse("admin:feedback_survey_delete", args=[survey.pk]), {"post": "yes"})
    assert not Survey.objects.exists()
    assert not Response.objects.exists()


def test_a_survey_is_made_by_hand(client, program, operator):
    client.post(reverse("admin:feedback_survey_add"), {"name": "By hand"})
    assert Survey.objects.get().program == program


def test_a_text_question_cannot_count_as_satisfaction(client, program, operator):
    survey = import_survey(program).survey
    questions = list(survey.questions.all())
    fields = {
        "name": survey.name,
        "questions-TOTAL_FORMS": len(questions),
        "questions-INITIAL_FORMS": len(questions),
    }
    for number, question in enumerate(questions):
        fields[f"questions-{number}-id"] = question.pk
        fields[f"questions-{number}-text"] = question.text
        fields[f"questions-{number}-satisfaction"] = (
            "support" if question.header == "comment" else question.satisfaction
        )
    page = client.post(reverse("admin:feedback_survey_change", args=[survey.pk]), fields).content.decode()
    assert "Only a rating" in page
    assert not survey.questions.filter(satisfaction="support").exists()


def test_a_rating_is_mapped_to_a_standard_question_by_hand(client, program, operator):
    survey = import_survey(program).survey
    page = client.get(reverse("admin:feedback_survey_change", args=[survey.pk]))
    inputs = re.findall(r'name="(questions-\d+-[a-z]+)"', page.content.decode())
    assert {name.rpartition("-")[2] for name in inputs} >= {"text", "satisfaction", "id"}
    questions = list(survey.questions.all())
    fields = {"name": "Renamed", "questions-TOTAL_FORMS": 3, "questions-INITIAL_FORMS": 3}
    for number, question in enumerate(questions):
        standing = "support" if question.header == "ease" else question.satisfaction
        fields |= {f"questions-{number}-id": question.pk, f"questions-{number}-text": question.text}
        fields[f"questions-{number}-satisfaction"] = standing
    client.post(reverse("admin:feedback_survey_change", args=[survey.pk]), fields)
    assert survey.questions.get(satisfaction="support").header == "ease"
    assert AuditEntry.objects.get(action="survey.changed").scope == program.slug


def test_formulas_are_harmless_in_both_formats(program):
    survey = import_survey(program, CSV.replace("Fast and clear", "==cmd|calc")).survey
    assert ",'==cmd|calc" in export_responses(survey, "csv").decode("utf-8-sig")
    page = openpyxl.load_workbook(io.BytesIO(export_responses(survey, "xlsx"))).active
    cell = next(cell for row in page.iter_rows() for cell in row if "cmd" in str(cell.value))
    assert (cell.value, cell.data_type) == ("'==cmd|calc", "s")


def test_an_export_has_a_row_for_each_response_and_no_addresses(client, program, operator):
    survey = import_survey(program).survey
    response = client.get(reverse("admin:feedback_survey_export", args=[survey.pk, "csv"]))
    lines = response.content.decode("utf-8-sig").splitlines()
    assert lines[0] == "Response,Submitted (UTC),Person,overall,ease,What else?"
    assert lines[1] == "r1,2026-11-02T09:00:00+00:00,,5,4,Fast and clear"
    assert len(lines) == 4
    assert "attachment" in response["Content-Disposition"]
