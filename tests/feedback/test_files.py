"""Files as real tools wrote them: each gives what tests/data/surveys/README.md states."""

from zoneinfo import ZoneInfo

import pytest

from feedback.exceptions import UnreadableFile
from feedback.parsing import Reading, Suggestion, Table, map_from_spec, read_responses, read_table, suggest_map
from tests.factories.feedback import FILES

UTC = ZoneInfo("UTC")


def read(name: str) -> tuple[Table, Suggestion, Reading]:
    table = read_table((FILES / name).read_bytes())
    suggestion = suggest_map(table)
    return table, suggestion, read_responses(table, suggestion.map, UTC)


@pytest.mark.parametrize(
    ("name", "stated"),
    [
        ("googleforms_cncf_maintainers_2017.csv", ("google_forms", "utf-8", ",", 1, 19)),
        ("googleforms_jupyter_education_2016.csv", ("google_forms", "utf-8", ",", 1, 125)),
        ("surveymonkey_cncf_ambassadors_2019.csv", ("surveymonkey", "utf-8", ",", 2, 21)),
        ("surveymonkey_steak_2hdr.csv", ("surveymonkey", "utf-8", ",", 2, 550)),
        ("qualtrics_sample_german_hdr.csv", ("qualtrics", "utf-8", ",", 3, 1)),
        ("limesurvey_informal_models_2hdr_german.csv", ("generic", "utf-8-sig", ";", 2, 45)),
        ("carpentrycon2020_nps_scale6.csv", ("generic", "utf-8", ",", 1, 124)),
    ],
)
def test_a_file_is_recognised_by_its_content(name, stated):
    table, _, reading = read(name)
    assert (table.tool, table.encoding, table.delimiter, table.header_rows, len(reading.responses)) == stated


def test_google_forms_satisfaction_and_its_footer():
    table, suggestion, reading = read("googleforms_cncf_maintainers_2017.csv")
    question = next(question for question in suggestion.map.questions if question.position == 3)
    assert (question.satisfaction, question.scale) == ("overall", (1, 5))
    assert table.columns[1].header == ""
    assert [(problem.line, "footer" in problem.reason) for problem in reading.rejected] == [(36, True)]


def test_google_forms_dates_and_answers_with_commas():
    _, _, reading = read("googleforms_jupyter_education_2016.csv")
    first = reading.responses[0]
    assert first.at.isoformat() == "2016-04-22T19:57:50+00:00"
    assert first.answers[13].startswith("Jupyter notebook, Interactive widgets")


def test_surveymonkey_blank_headers_continue_the_question_to_their_left():
    table, _, reading = read("surveymonkey_cncf_ambassadors_2019.csv")
    assert table.columns[9].text.endswith("representing? / Prometheus")
    assert reading.responses[0].key == "id:10650304707"
    assert reading.responses[0].at.isoformat() == "2019-04-09T04:49:59+00:00"


def test_surveymonkey_markup_in_a_header_is_text():
    table, _, _ = read("surveymonkey_steak_2hdr.csv")
    assert "<br>In Lottery A" in table.columns[1].text


def test_a_surveymonkey_summary_is_refused_and_the_right_export_is_named():
    table = Table()
    with pytest.raises(UnreadableFile, match="All individual responses"):
        read_table((FILES / "surveymonkey_strimzi_2020_SUMMARY.csv").read_bytes(), table=table)
    assert table.tool == "surveymonkey"


def test_qualtrics_leaves_out_who_and_where():
    _, suggestion, reading = read("qualtrics_sample_german_hdr.csv")
    assert set(reading.responses[0].answers.values()) == {"2", "Hello World!"}
    assert reading.responses[0].key == "id:R_2YPOQ602ER1jkf1"
    assert {4, 12, 14, 15} <= set(suggestion.notes)


def test_a_file_without_ids_and_dates_is_known_by_content():
    _, suggestion, reading = read("limesurvey_informal_models_2hdr_german.csv")
    assert (suggestion.map.id_column, suggestion.map.date_column) == (0, 0)
    assert len({response.key for response in reading.responses}) == 45


def test_a_scale_that_no_header_states_is_left_to_a_person():
    _, suggestion, _ = read("carpentrycon2020_nps_scale6.csv")
    scales = {question.position: question.scale for question in suggestion.map.questions}
    assert scales.pop(17) == (0, 10)
    assert set(scales.values()) == {None}
    assert "states no scale" in suggestion.notes[4]


def test_a_code_for_not_applicable_is_off_the_stated_scale():
    table = read_table((FILES / "carpentrycon2020_nps_scale6.csv").read_bytes())
    spec = {"columns": [{"column": "session_materials", "question": "completeness", "scale": [1, 5]}]}
    reading = read_responses(table, map_from_spec(spec, table.columns), UTC)
    sixes = table.values(10).count("6")
    assert sixes > 0
    assert len(reading.gaps) == sixes
    assert all("6 is off the scale 1 to 5" in gap.reason for gap in reading.gaps)
    assert max(response.scores.get(10, 0) for response in reading.responses) == 5
