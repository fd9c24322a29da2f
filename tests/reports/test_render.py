"""The documents of a report: whole in themselves, readable, and the same figures in each."""

import csv
import io
import json
import re
from dataclasses import replace

import pypdf
import pytest

from reports import render, snapshot
from reports.material import Person
from reports.views import page_policy
from tests.factories.reports import a_material, busy_material

EVIL = '<script>alert("x")</script>'


@pytest.fixture(scope="module")
def made() -> snapshot.JSON:
    return snapshot.build(busy_material())


def pdf_text(content: bytes) -> str:
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages)


def test_the_page_says_the_verdict_and_every_headline_figure(made: snapshot.JSON) -> None:
    page = render.html(made)
    assert "DEGRADED" in page
    assert all(row["current"]["text"] in page for row in made["headline"])


def test_the_page_asks_nothing_of_anybody(made: snapshot.JSON) -> None:
    page = render.html(made)
    assert re.findall(r"(?:https?:)?//(?!beta\.example\.org)[a-z]", page) == []
    assert not re.search(r"<(script|link|img|iframe|object|form)\b|@import|url\(| on\w+=", page, re.IGNORECASE)


def test_the_page_styles_itself_by_its_one_sheet(made: snapshot.JSON) -> None:
    page = render.html(made)
    assert page.count("<style>") == 1
    assert " style=" not in page
    assert "style-src 'sha256-" in page_policy(page)


def test_what_people_typed_is_text_in_every_document() -> None:
    program = replace(busy_material().program, name=EVIL)
    material = busy_material(program=program, contacts=[Person("CTO", EVIL)], maintainer=EVIL, frozen_because=[EVIL])
    evil = snapshot.build(material)
    assert EVIL not in render.html(evil)
    assert "&lt;script&gt;" in render.html(evil)
    assert "<script>" in pdf_text(render.pdf(evil))


def test_an_empty_report_says_no_data_and_what_to_connect() -> None:
    page = render.html(snapshot.build(a_material()))
    assert "UNKNOWN" in page
    assert "Connect a source of uptime." in page
    assert "On target" not in page


def test_the_pdf_is_tagged_and_says_the_same(made: snapshot.JSON) -> None:
    content = render.pdf(made)
    reader = pypdf.PdfReader(io.BytesIO(content))
    text = pdf_text(content)
    assert "/StructTreeRoot" in reader.trailer["/Root"]
    assert "DEGRADED" in reader.pages[0].extract_text()
    assert all(row["current"]["text"] in text for row in made["headline"])


def test_the_fonts_are_embedded_in_the_pdf(made: snapshot.JSON) -> None:
    fonts = [
        font.get_object()
        for page in pypdf.PdfReader(io.BytesIO(render.pdf(made))).pages
        for font in page["/Resources"]["/Font"].values()
    ]
    descriptors = [font["/DescendantFonts"][0].get_object()["/FontDescriptor"] for font in fonts]
    assert all("/FontFile3" in descriptor or "/FontFile2" in descriptor for descriptor in descriptors)


def test_the_same_snapshot_gives_the_same_pdf(made: snapshot.JSON) -> None:
    assert render.pdf(made) == render.pdf(made)


def test_the_json_is_the_export(made: snapshot.JSON) -> None:
    assert json.loads(render.as_json(made)) == snapshot.exported(made)


def test_the_csv_has_one_row_a_slot_and_no_formula() -> None:
    material = busy_material(contacts=[Person("CTO", "=cmd|calc")])
    rows = list(csv.DictReader(io.StringIO(render.csv(snapshot.build(material)))))
    assert len(rows) == 462
    assert rows[458]["text"] == "'=cmd|calc"
