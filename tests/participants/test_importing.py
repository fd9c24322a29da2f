"""Reading a file of people: what it is, what is wrong where, and what is refused in a sentence."""

import io
import zipfile

import pytest
from openpyxl import Workbook

from core.exceptions import Refusal, TooLarge
from participants.exceptions import ImportRefused
from participants.importing import files
from participants.importing.files import read_table
from participants.importing.rows import check_rows

LIMIT = 10 * 1024 * 1024
TIERS = ["FREE", "PREMIUM"]


def xlsx(*rows: list[object]) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def problems(text: str) -> list[str]:
    return [str(problem) for problem in check_rows(read_table(text.encode(), max_bytes=LIMIT), tiers=TIERS).problems]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_a_csv_is_read_with_any_usual_delimiter(delimiter: str, mark: bytes, newline: str) -> None:
    rows = [["name", "email"], ['"Berg, Maria; Dr."', "maria@example.com"], ["Zoë", "zoe@example.com"]]
    text = newline.join(delimiter.join(row) for row in rows)
    table = read_table(mark + text.encode(), max_bytes=LIMIT)
    assert table.header == ["name", "email"]
    assert [line.cells[0] for line in table.lines] == ["Berg, Maria; Dr.", "Zoë"]
    assert files.DELIMITERS[delimiter] in table.what


def test_line_numbers_are_those_of_the_file() -> None:
    text = 'name,email\n\n"Maria\nBerg",maria@example.com\nJonas,jonas@example.com\n'
    table = read_table(text.encode(), max_bytes=LIMIT)
    assert [line.number for line in table.lines] == [3, 5]


def test_a_workbook_is_read() -> None:
    content = xlsx(
        ["Name", "E-Mail", "Priority"], ["Maria", "maria@example.com", 3.0], [None, None, None], ["Zoë", "z@e.org"]
    )
    checked = check_rows(read_table(content, max_bytes=LIMIT), tiers=TIERS)
    assert [(row.line, row.values["name"]) for row in checked.rows] == [(2, "Maria"), (4, "Zoë")]
    assert checked.rows[0].values["priority"] == 3


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "it is empty"),
        (b" \n\n", "it is empty"),
        ("name,email\nZoë,z@e.org".encode("latin-1"), "line 2 is not UTF-8"),
        ("name,email\nZoë,z@e.org".encode("utf-16"), "UTF-16"),
        (b"name,email\nA\x00,a@e.org", "binary data"),
        (b'name,email\n"Maria,maria@example.com', "quotation mark"),
        (b"\xd0\xcf\x11\xe0 old excel", "old Excel format"),
        (b"PK\x03\x04 not a zip", "damaged"),
        (b"name,mail address\nA,a@e.org", "column email is missing"),
        (b"only one column\nx", "column name and email is missing"),
        (b"name,email,E-Mail\nA,a@e.org,b@e.org", "there twice"),
    ],
)
def test_an_unreadable_file_is_refused_in_a_sentence(content: bytes, said: str) -> None:
    with pytest.raises(ImportRefused, match=said):
        check_rows(read_table(content, max_bytes=LIMIT), tiers=TIERS)


def test_a_zip_that_is_no_workbook_is_refused() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("a.txt", "x")
    with pytest.raises(ImportRefused, match="Excel workbook"):
        read_table(buffer.getvalue(), max_bytes=LIMIT)


def test_a_file_that_is_too_large_is_refused() -> None:
    with pytest.raises(TooLarge, match="up to 100 bytes are taken"):
        read_table(b"name,email\n" * 20, max_bytes=100)


def test_too_many_lines_are_refused() -> None:
    with pytest.raises(TooLarge, match="5,000 are taken"):
        read_table(b"name,email\n" + b"a,a@e.org\n" * 5_001, max_bytes=LIMIT)


def test_a_workbook_that_unpacks_to_far_more_is_refused_before_it_is_unpacked() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (files.MAX_UNPACKED_BYTES + 1))
    assert len(buffer.getvalue()) < 100_000
    with pytest.raises(TooLarge, match=r"unpack to 50\.0 MB"):
        read_table(buffer.getvalue(), max_bytes=LIMIT)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (",maria@example.com", "Line 2, column name: The name is missing"),
        ("Maria,", "Line 2, column email: The e-mail address is missing"),
        ("Maria,notanemail", "Line 2, column email: “notanemail” is not an e-mail address"),
        ("Maria,m@e.org,GOLD", "Line 2, column tier: There is no tier “GOLD”. The program's tiers are FREE, PREMIUM"),
        ("Maria,m@e.org,,high", "Line 2, column priority: The priority “high” is not a whole number"),
        ("Maria,m@e.org,,1,extra", "Line 2: It has 5 cells and the first line 4"),
        (f"{'x' * 201},m@e.org", "Line 2, column name: The name has 201 characters"),
    ],
)
def test_what_is_wrong_in_a_line_is_named_with_its_place(line: str, said: str) -> None:
    assert problems(f"name,email,tier,priority\n{line}\n")[0].startswith(said)


def test_every_problem_of_a_file_is_named_at_once() -> None:
    assert len(problems("name,email,tier\n,x,GOLD\nMaria,y,FREE\n")) == 4


def test_a_person_who_is_there_twice_is_named_whatever_the_case() -> None:
    found = problems("name,email\nMaria,maria@example.com\nMaria,MARIA@Example.com\n")
    assert found == ["Line 3, column email: “MARIA@example.com” is in line 2 already. Keep one of the two lines."]


def test_an_external_id_that_is_there_twice_is_named() -> None:
    assert "line 2" in problems("name,email,external_id\nA,a@e.org,7\nB,b@e.org,7\n")[0]


def test_tiers_are_taken_whatever_their_case_and_unknown_columns_are_said() -> None:
    table = read_table(b"name,email,tier,shoe size\nA,a@e.org,premium,44\n", max_bytes=LIMIT)
    checked = check_rows(table, tiers=TIERS)
    assert checked.rows[0].values["tier"] == "PREMIUM"
    assert checked.ignored == ["shoe size"]


@pytest.mark.parametrize("name", ["\u202eevil", "Maria\x07 Berg", "  Maria\u2028Berg "])
def test_marks_that_only_steer_the_display_are_dropped(name: str) -> None:
    table = read_table(f'name,email\n"{name}",a@e.org\n'.encode(), max_bytes=LIMIT)
    assert check_rows(table, tiers=TIERS).rows[0].values["name"] in {"evil", "Maria Berg"}


@pytest.mark.parametrize("content", [b"\xff", b"\xef\xbb\xbf", b"PK\x03\x04", b'"', b",;\t", b"a\rb"])
def test_no_bytes_break_it(content: bytes) -> None:
    with pytest.raises(Refusal):
        check_rows(read_table(content, max_bytes=LIMIT), tiers=TIERS)
