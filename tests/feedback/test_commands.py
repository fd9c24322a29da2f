"""`import_survey`: what it prints, what it refuses, and how it exits."""

import io
import json

import pytest
from django.core.management import CommandError, call_command

from feedback.models import Response, Survey, SurveyImport
from tests.factories.feedback import CSV, FILES, SPEC, workbook
from tests.factories.programs import live_program

pytestmark = pytest.mark.django_db


def run(path, program, *options) -> tuple[str, str]:
    out, err = io.StringIO(), io.StringIO()
    call_command(
        "import_survey", str(path), "--program", program.slug, "--survey", "W", *options, stdout=out, stderr=err
    )
    return out.getvalue(), err.getvalue()


@pytest.fixture
def answers(tmp_path):
    path = tmp_path / "answers.csv"
    path.write_text(CSV)
    return path


@pytest.fixture
def column_map(tmp_path):
    path = tmp_path / "map.json"
    path.write_text(json.dumps(SPEC))
    return path


def test_it_imports_by_a_map_and_a_second_time_nothing(answers, column_map):
    program = live_program()
    assert "3 new, 0 updated, 0 unchanged, 0 rejected" in run(answers, program, "--map", str(column_map))[0]
    assert "0 new, 0 updated, 3 unchanged" in run(answers, program, "--map", str(column_map))[0]
    assert (Response.objects.count(), SurveyImport.objects.count()) == (3, 1)


def test_without_a_map_a_real_file_is_read_by_what_its_headers_state():
    program = live_program()
    out, err = run(FILES / "googleforms_cncf_maintainers_2017.csv", program)
    assert "19 new, 0 updated, 0 unchanged, 1 rejected" in out
    assert "Line 36:" in err
    assert Survey.objects.get().questions.get(satisfaction="overall").position == 3


def test_numbers_without_a_stated_scale_stay_text_and_that_is_said(answers):
    _, err = run(answers, live_program())
    assert "states no scale" in err
    assert not any(Response.objects.values_list("scores", flat=True))


def test_a_dry_run_prints_what_the_file_is_and_writes_nothing():
    program = live_program()
    out, _ = run(FILES / "googleforms_cncf_maintainers_2017.csv", program, "--dry-run")
    said = json.loads(out)
    assert (said["tool"], said["encoding"], said["delimiter"]) == ("google_forms", "utf-8", ",")
    assert (said["header_rows"], said["responses"], said["refused"]) == (1, 19, None)
    assert said["rejected"][0]["line"] == 36
    column = said["columns"][2]
    assert (column["position"], column["question"], column["scale"]) == (3, "overall", [1, 5])
    assert not Survey.objects.exists()


def test_the_map_that_a_dry_run_prints_can_be_given_back(tmp_path):
    program = live_program()
    file = FILES / "surveymonkey_cncf_ambassadors_2019.csv"
    printed = tmp_path / "printed.json"
    printed.write_text(json.dumps(json.loads(run(file, program, "--dry-run")[0])["map"]))
    assert "21 new" in run(file, program, "--map", str(printed))[0]


def test_a_dry_run_of_a_refused_file_says_the_sentence():
    out, _ = run(FILES / "surveymonkey_strimzi_2020_SUMMARY.csv", live_program(), "--dry-run")
    said = json.loads(out)
    assert "All individual responses" in said["refused"]
    assert (said["tool"], said["responses"], said["columns"]) == ("surveymonkey", 0, [])


def test_a_dry_run_says_when_dates_can_be_read_in_two_ways(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("Timestamp,How was it (1-5)?\n3/4/2026 10:00,4\n")
    assert "day first or as month first" in json.loads(run(path, live_program(), "--dry-run")[0])["refused"]
    with pytest.raises(CommandError, match="day first or as month first"):
        run(path, live_program())
    assert not Survey.objects.exists()


def test_a_sheet_of_a_workbook_is_imported(tmp_path):
    path = tmp_path / "a.xlsx"
    path.write_bytes(workbook([["ID", "Overall satisfaction (1-5)"], [1, 5], [2, 3]], sheet="Answers"))
    assert "2 new" in run(path, live_program(), "--sheet", "Answers")[0]
    assert [list(scores.values()) for scores in Response.objects.order_by("key").values_list("scores", flat=True)] == [
        [5],
        [3],
    ]


@pytest.mark.parametrize(
    ("content", "options", "sentence"),
    [
        ("", [], "empty"),
        (CSV, ["--encoding", "klingon"], "not an encoding"),
        (CSV, ["--encoding", "rot13"], "not an encoding"),
        (CSV, ["--encoding", "idna"], "not an encoding"),
        (CSV, ["--delimiter", "x"], "not a delimiter"),
        (CSV, ["--map", "/nowhere.json"], "cannot be read"),
        (CSV, ["--map", "FILE"], "not JSON"),
    ],
)
def test_it_refuses_with_one_sentence(tmp_path, content, options, sentence):
    path = tmp_path / "answers.csv"
    path.write_text(content)
    given = [str(path) if option == "FILE" else option for option in options]
    with pytest.raises(CommandError, match=sentence):
        run(path, live_program(), *given)


def test_an_unknown_program_and_a_missing_file_are_named(answers):
    with pytest.raises(CommandError, match="no program"):
        call_command("import_survey", str(answers), "--program", "nobody", "--survey", "W")
    with pytest.raises(CommandError, match=r"gone\.csv cannot be read"):
        run(answers.parent / "gone.csv", live_program())
