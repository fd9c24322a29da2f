"""Rendering: a good letter in plain text, and the same as HTML."""

from pathlib import Path

import pytest
from django.template import TemplateDoesNotExist
from pytest_django import Settings

from core import emails
from core.exceptions import BadInput

TEMPLATES = {
    "hello_subject.txt": "Hello {{ name }},\n  you are in\n",
    "hello_body.txt": """{% extends "emails/base.txt" %}{% block content %}Dear {{ name }},



welcome.
{% endblock %}""",
    "hello_body.html": '{% extends "emails/base.html" %}{% block content %}<h1>Dear {{ name }}</h1>{% endblock %}',
    "empty_subject.txt": " ",
    "empty_body.txt": "Text",
    "empty_body.html": "<p>Text</p>",
}
CONTEXT = {
    "name": "O'Neil & <b>Co</b>",
    "program_name": "AccuBooks beta",
    "button_url": "https://portal.example/i/abc?x=1&y=2",
    "button_text": "Open your invite",
    "why": "You asked for a place.",
    "stop_url": "https://portal.example/u/abc",
}


@pytest.fixture(autouse=True)
def templates(settings: Settings, tmp_path: Path) -> None:
    folder = tmp_path / "emails" / "greetings"
    folder.mkdir(parents=True)
    for name, content in TEMPLATES.items():
        (folder / name).write_text(content)
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [tmp_path, *settings.TEMPLATES[0]["DIRS"]]}]


def test_the_subject_is_one_line_and_is_not_escaped() -> None:
    assert emails.render("greetings", "hello", CONTEXT).subject == "Hello O'Neil & <b>Co</b>, you are in"


def test_the_text_is_a_letter_by_itself() -> None:
    text = emails.render("greetings", "hello", CONTEXT).text
    assert text.startswith(
        "Dear O'Neil & <b>Co</b>,\n\nwelcome.\n\nOpen your invite:\nhttps://portal.example/i/abc?x=1&y=2"
    )
    assert "You asked for a place.\nStop these mails: https://portal.example/u/abc" in text
    assert "\n\n\n" not in text


def test_the_html_escapes_what_people_typed() -> None:
    html = emails.render("greetings", "hello", CONTEXT).html
    assert "Dear O'Neil &amp; &lt;b&gt;Co&lt;/b&gt;" in html.replace("&#x27;", "'")


def test_the_html_has_its_styles_in_place_and_keeps_dark_mode() -> None:
    html = emails.render("greetings", "hello", CONTEXT).html
    button = html[html.index('class="button"') :][:300]
    assert "background: #1d4ed8" in button
    assert "prefers-color-scheme: dark" in html


def test_a_missing_template_is_an_error() -> None:
    with pytest.raises(TemplateDoesNotExist):
        emails.render("greetings", "goodbye", {})


def test_a_mail_without_a_subject_is_refused() -> None:
    with pytest.raises(BadInput, match="greetings/empty came out without a subject"):
        emails.render("greetings", "empty", {})
