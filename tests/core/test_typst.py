"""PDF from typst: tagged, for archives, and never missing for a name's sake."""

import datetime as dt
import io
from pathlib import Path

import pypdf
import pytest

from core.typst import compile_pdf

WHEN = dt.datetime(2026, 11, 21, 8, tzinfo=dt.UTC)


@pytest.fixture
def template(tmp_path: Path) -> Path:
    """A letter to one person."""
    path = tmp_path / "letter.typ"
    path.write_text(
        '#let data = json(bytes(sys.inputs.data))\n#set document(title: "Letter")\n'
        '#set text(font: "Inter", lang: "en")\nDear #data.name,'
    )
    return path


def test_the_document_is_tagged_and_for_archives(template: Path) -> None:
    pdf = compile_pdf(template, {"name": "Zoë"}, timestamp=WHEN)
    root = pypdf.PdfReader(io.BytesIO(pdf)).trailer["/Root"]
    assert "/StructTreeRoot" in root
    assert b"pdfaid" in pdf
    assert b"pdfuaid" in pdf


def test_markup_in_a_name_is_shown_as_it_was_typed(template: Path) -> None:
    pdf = compile_pdf(template, {"name": "#panic() *Ada*"}, timestamp=WHEN)
    assert "#panic() *Ada*" in pypdf.PdfReader(io.BytesIO(pdf)).pages[0].extract_text()


def test_the_same_input_gives_the_same_bytes(template: Path) -> None:
    first, second = (compile_pdf(template, {"name": "Ada"}, timestamp=WHEN) for _ in range(2))
    assert first == second


def test_a_name_without_glyphs_still_gets_its_document(template: Path) -> None:
    pdf = compile_pdf(template, {"name": "\u9fa5 \U0001f600"}, timestamp=WHEN)
    assert len(pypdf.PdfReader(io.BytesIO(pdf)).pages) == 1
