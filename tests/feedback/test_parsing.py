"""Reading of files: encodings, delimiters, headers, scales and dates, good and bad."""

import csv
import io
import zipfile
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from feedback.exceptions import EncodingUnknown, FileTooLarge, MapRefused, UnreadableFile
from feedback.parsing import FileOptions, map_from_spec, read_responses, read_table, suggest_map
from feedback.parsing.dates import NotADateError, parse_date, read_order
from feedback.parsing.scales import stated_scale
from tests.factories.feedback import workbook

UTC = ZoneInfo("UTC")
BERLIN = ZoneInfo("Europe/Berlin")
TWO = "id,How satisfied are you (1-5)\n1,5\n2,4\n"


def xlsx_with(name: str, content: bytes = b"x") -> bytes:
    """A workbook with one more part in it."""
    stream = io.BytesIO(workbook([["id", "a"], [1, 2]]))
    with zipfile.ZipFile(stream, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return stream.getvalue()


def locked_zip() -> bytes:
    """A workbook whose entries say that they are encrypted."""
    data = bytearray(workbook([["id", "a"], [1, 2]]))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(mark)
        while at >= 0:
            data[at + offset] |= 1
            at = data.find(mark, at + 4)
    return bytes(data)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "empty"),
        (b" \r\n\r\n", "empty"),
        (b"\xef\xbb\xbf\n,,\n", "no cells with text"),
        (b"Timestamp,How was it?\n", "no responses below"),
        (b"id,a\n1,caf\xe9\n", "Line 2 is not UTF-8"),
        (b"id,a\n1,\x00x\n", "Line 2 has a NUL byte"),
        ("id,a\n1,x\n".encode("utf-16-le"), "UTF-16 without a byte order mark"),
        ("id,a\n1,x\x00\n".encode("utf-16"), "NUL character"),
        (b'id,a\n1,"never closed\n2,x\n', "opened in line 2 is never closed"),
        (b'id,a\n1,"x"y\n', "quotes in line 2 are wrong"),
        (b"id,a\n1," + b"x" * 140_000 + b"\n", "line 2 has more than"),
        (b"a,b,c\n1,2\n1,2\n", "None of the 2 rows"),
        (b"Answer Choices,Response Percent,Responses\nYes,50%,3\n", "summary"),
        (b"Question,A,B,Total,Weighted Average\nSpeed,1,2,3,1.5\n", "summary or crosstab"),
        (bytes.fromhex("d0cf11e0a1b11ae1") + b"\x00" * 600, "old .xls file or a workbook under a password"),
        (b"PK\x03\x04 not a zip", "damaged"),
        (locked_zip(), "under a password"),
        (xlsx_with("xl/vbaProject.bin"), "macros"),
        (xlsx_with("xl/macrosheets/sheet1.xml"), "macros"),
        (xlsx_with("xl/extra.xml", b'<!DOCTYPE a [<!ENTITY b "c">]><a/>'), "document type"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_its_reason(data, sentence):
    with pytest.raises(UnreadableFile, match=sentence):
        read_table(data)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (",".join(f"q{n}" for n in range(1000)).encode() + b"\n" + b",".join([b"1"] * 1000), "1,000 columns"),
        (b"x" * (64 * 1024 * 1024 + 1), "64 MB"),
        (xlsx_with("xl/bomb.xml", b" " * 20_000_000), "hundred times"),
        (workbook([["a"] * 1000, ["b"] * 1000]), "999 columns"),
    ],
    ids=["columns", "bytes", "bomb", "sheet columns"],
)
def test_a_file_that_is_too_large_is_refused(data, sentence):
    with pytest.raises(FileTooLarge, match=sentence):
        read_table(data)


def test_an_unknown_encoding_is_shown_in_each_candidate():
    with pytest.raises(EncodingUnknown) as refused:
        read_table("id,Wie gefällt es?\n1,schön\n".encode("cp1252"))
    assert "gefällt" in refused.value.candidates["cp1252"]
    table = read_table("id,Wie gefällt es?\n1,schön\n".encode("cp1252"), FileOptions(encoding="cp1252"))
    assert table.columns[1].header == "Wie gefällt es?"


def test_big5_is_among_the_candidates_of_a_file_in_it():
    with pytest.raises(EncodingUnknown) as refused:
        read_table("id,滿意度\n1,很好\n".encode("big5"))
    assert "滿意度" in refused.value.candidates["big5"]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r\r\n", "\r"])
def test_line_ends_of_every_kind_end_a_line(end):
    table = read_table(TWO.replace("\n", end).encode())
    assert [line for line, _ in table.rows] == [2, 3]


def test_a_ragged_row_is_rejected_with_its_line_and_the_others_stay():
    table = read_table(b"id,a,b\n1,x,y\n2,x\n3,x,y,z\n4,x,y,,\n")
    assert [line for line, _ in table.rows] == [2, 5]
    assert [problem.line for problem in table.rejected] == [3, 4]


def test_a_line_is_where_a_row_begins_in_the_file():
    table = read_table(b'id,a\n1,"two\nlines"\n2,x,y\n')
    assert [problem.line for problem in table.rejected] == [4]


def test_equal_headers_are_told_apart_by_position():
    table = read_table(b"#,Which?,Other,Why?,Other,Network ID\na,1,2,3,4,n1\n")
    assert [(column.position, column.occurrence) for column in table.columns if column.header == "Other"] == [
        (3, 1),
        (5, 2),
    ]
    with pytest.raises(MapRefused, match="3, 5"):
        map_from_spec({"columns": [{"column": "Other"}]}, table.columns)


@pytest.mark.parametrize(
    ("headers", "tool", "header_rows"),
    [
        ("#,How?,Start Date (UTC),Submit Date (UTC),Network ID\n", "typeform", 1),
        ("ID,Start time,Completion time,Email,Name,How?\n", "microsoft_forms", 1),
        ("start,end,How?,_id,_uuid,_submission_time,_index\n#a,#b,#c,,,,\n", "kobotoolbox", 2),
        ("SubmissionDate,starttime,How?,instanceID,KEY\n", "surveycto", 1),
        ("No.,Response ID,Timestamp,Finished,Survey ID,1. How?\n", "formbricks", 1),
        ("Response ID,Time Started,Date Submitted,Status,How?\n", "alchemer", 1),
        ("Antwort ID,Datum Abgeschickt,Letzte Seite,Wie?\n", "limesurvey", 1),
        ("Respondent ID,Start Date,End Date,How?\n,,,Response\n", "surveymonkey", 2),
        ("x,y,z,w\nRespondent ID,Start Date,End Date,How?\n,,,Response\n", "surveymonkey", 3),
        ("V1,V8,V9,Q1\nResponseID,StartDate,EndDate,Progress\n", "qualtrics", 2),
    ],
)
def test_other_tools_are_told_by_their_header_cells(headers, tool, header_rows):
    width = headers.splitlines()[0].count(",") + 1
    table = read_table((headers + ",".join(["1"] * width) + "\n").encode())
    assert (table.tool, table.header_rows) == (tool, header_rows)


@pytest.mark.parametrize(
    "footer", ["Total,40,41", "Mean,4.25,3.5", ",4.25,3.5"], ids=["total", "mean with a word", "mean without"]
)
def test_a_footer_is_rejected_with_its_line(footer):
    table = read_table(f"who,q1,q2\na,4,3\nb,5,4\nc,4,4\nd,4,3\n{footer}\n".encode())
    assert len(table.rows) == 4
    assert [problem.line for problem in table.rejected] == [6]


def test_a_last_response_with_gaps_is_no_footer():
    assert len(read_table(b"who,q1,q2\na,4,3\nb,5,4\nc,4,4\nd,,3\n").rows) == 4


@pytest.mark.parametrize(
    ("text", "scale"),
    [
        ("How was it (1-5)?", (1, 5)),
        ("On a scale of 0 to 10, how likely", (0, 10)),
        ("Auf einer Skala von 1 bis 7", (1, 7)),
        ("where 5 is completely met and 1 is did not meet", (1, 5)),
        ("1 = very satisfied, 5 = very dissatisfied", (5, 1)),
        ("3. NPS", (0, 10)),
        ("How satisfied are you?", None),
        ("How many of your 5 to 7 people", None),
    ],
)
def test_a_scale_is_what_the_header_states(text, scale):
    assert stated_scale(text) == scale


def test_a_scale_is_never_inferred_from_the_largest_value():
    suggestion = suggest_map(read_table(b"id,Overall satisfaction\n1,5\n2,4\n3,1\n"))
    question = suggestion.map.questions[0]
    assert (question.kind, question.scale, question.satisfaction) == ("text", None, "")
    assert suggestion.likely == {2: "overall"}


@pytest.mark.parametrize(
    ("text", "order", "moment"),
    [
        ("9/18/2017 18:00:16", "MDY", "2017-09-18T18:00:16+00:00"),
        ("04/09/2019 04:47:21 AM", "MDY", "2019-04-09T04:47:21+00:00"),
        ("04/09/2019 12:00:00 PM", "DMY", "2019-09-04T12:00:00+00:00"),
        ("18.09.2017 06:05", "", "2017-09-18T06:05:00+00:00"),
        ("2017-07-18 08:28:09", "", "2017-07-18T08:28:09+00:00"),
        ("2017-07-18T08:28:09.123+02:00", "", "2017-07-18T06:28:09+00:00"),
        ("2020/06/05 11:34:01 AM EST", "", "2020-06-05T16:34:01+00:00"),
        ("2016/05/25 3:54:29 PM GMT+2", "", "2016-05-25T13:54:29+00:00"),
        ("Oct 10, 2015 6:26:24 PM", "", "2015-10-10T18:26:24+00:00"),
        ("43290.534722", "", "2018-07-09T12:50:00+00:00"),
    ],
)
def test_dates_as_tools_write_them(text, order, moment):
    assert parse_date(text, order, UTC).at.isoformat() == moment


@pytest.mark.parametrize("text", ["", "4.105263158", "yesterday", "31/02/2020", "1/1/0001", "2020-13-01", "12:30"])
def test_what_is_no_date_is_not_read_as_one(text):
    with pytest.raises(NotADateError):
        parse_date(text, "DMY", UTC)


def test_a_time_without_a_zone_is_the_programs():
    assert parse_date("2026-07-01 09:00", "", BERLIN).at.isoformat() == "2026-07-01T07:00:00+00:00"


@pytest.mark.parametrize(
    ("values", "order"),
    [
        (["3/4/2026", "9/18/2026"], "MDY"),
        (["3/4/2026", "18/9/2026"], "DMY"),
        (["3/4/2026", "5/6/2026"], ""),
        (["18/9/2026", "9/18/2026"], ""),
    ],
    ids=["month first", "day first", "ambiguous", "mixed"],
)
def test_the_order_of_dates_is_read_from_the_whole_column(values, order):
    assert read_order(values).order == order


def test_dates_of_two_readings_are_refused_until_the_map_says_which():
    table = read_table(b"Timestamp,How was it (1-5)?\n3/4/2026 10:00,4\n5/6/2026 10:00,5\n")
    suggested = suggest_map(table).map
    with pytest.raises(MapRefused, match="04 March 2026 or 03 April 2026"):
        read_responses(table, suggested, UTC)
    spec = {"columns": [{"column": 2, "scale": [1, 5]}], "date": {"column": 1, "order": "DMY"}}
    assert read_responses(table, map_from_spec(spec, table.columns), UTC).responses[0].day.isoformat() == "2026-04-03"


@pytest.mark.parametrize(
    ("spec", "sentence"),
    [
        ([], "not a JSON object"),
        ({}, "no “columns”"),
        ({"columns": [{"column": 9}]}, "columns 1 to 2"),
        ({"columns": [{"column": "nope"}]}, "does not have"),
        ({"columns": [{"column": 2, "question": "overall"}]}, "gives no scale"),
        ({"columns": [{"column": 2, "scale": [5, 5]}]}, "is no scale"),
        ({"columns": [{"column": 2, "scale": "1-5"}]}, "is no scale"),
        ({"columns": [{"column": 2, "scale": [0.001, 0.002]}]}, "up to two decimals"),
        ({"columns": [{"column": 2, "scale": [1, float("nan")]}]}, "is no scale"),
        ({"columns": [{"column": 2, "kind": "rating"}]}, "has a scale"),
        ({"columns": [{"column": 2}, {"column": 2}]}, "in the map twice"),
        ({"columns": [{"column": 2}], "data": 1}, "means nothing here"),
        ({"columns": [{"column": 2}], "date": {"column": 1, "order": "YDM"}}, "DMY, MDY or YMD"),
        ({"columns": [{"column": 2}], "date": {"column": 1, "timezone": "Mars"}}, "not a time zone"),
        ({"columns": [{"column": 2}], "date": {"day": "tomorrow"}}, "not a day"),
        ({"columns": [{"column": 2}], "missing": "N/A"}, "is a list"),
    ],
)
def test_a_map_that_does_not_fit_is_refused_with_its_reason(spec, sentence):
    with pytest.raises(MapRefused, match=sentence):
        map_from_spec(spec, read_table(TWO.encode()).columns)


def test_a_workbook_reads_like_its_csv_and_any_sheet_can_be_chosen():
    rows = [["id", "How satisfied are you (1-5)"], [1, 5], [2, 4.0]]
    table = read_table(workbook(rows))
    assert [cells for _, cells in table.rows] == [["1", "5"], ["2", "4"]]
    assert (table.encoding, table.delimiter, table.sheet) == ("", "", "Responses")
    with pytest.raises(UnreadableFile, match="Its sheets: Responses"):
        read_table(workbook(rows), FileOptions(sheet="Answers"))


CELLS = st.text(st.characters(exclude_categories=["Cs", "Cc"], include_characters="\n"), max_size=12)
ENCODINGS = st.sampled_from(["utf-8", "utf-8-sig", "utf-16"])


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    rows=st.lists(st.tuples(CELLS, CELLS, st.integers(-2, 12)), min_size=2, max_size=8),
    encoding=ENCODINGS,
    delimiter=st.sampled_from([",", ";", "\t", "|"]),
    scale=st.sampled_from([(1, 5), (1, 4), (0, 10), (1, 10), (5, 1)]),
)
def test_what_was_written_is_what_is_read(rows, encoding, delimiter, scale):
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=delimiter, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(["response_id", "words", "more", "score"])
    writer.writerows([f"r{number}", *row] for number, row in enumerate(rows))
    table = read_table(stream.getvalue().encode(encoding))
    spec = {
        "columns": [{"column": 2}, {"column": 3}, {"column": "score", "scale": list(scale)}],
        "id": 1,
        "missing": [],
    }
    reading = read_responses(table, map_from_spec(spec, table.columns), UTC)
    assert table.delimiter == delimiter
    for response, (words, more, score) in zip(reading.responses, rows, strict=True):
        assert (response.answers.get(2, ""), response.answers.get(3, "")) == (words.strip(), more.strip())
        on_scale = min(scale) <= score <= max(scale)
        assert response.scores.get(4) == (Decimal(score) if on_scale else None)
