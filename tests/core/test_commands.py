"""What core prints on the command line."""

import json
from io import StringIO

import pytest
from django.core.management import call_command

from core import outbox

pytestmark = pytest.mark.django_db


def run(*arguments: str) -> tuple[str, str]:
    out, err = StringIO(), StringIO()
    call_command("outbox", *arguments, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


@pytest.fixture(autouse=True)
def mails() -> None:
    for scope, number in (("demo", 1), ("other", 2), ("demo", 3)):
        outbox.enqueue(
            key=f"greeting:{number}",
            scope=scope,
            to="ben@example.com",
            subject=f"Hi {number}",
            text="Grüße.",
            html="<p>",
        )


def test_a_programs_mails_come_as_json_oldest_first() -> None:
    mails = json.loads(run("--program", "demo", "--json")[0])
    assert [mail["subject"] for mail in mails] == ["Hi 1", "Hi 3"]
    assert set(mails[0]) == {"id", "key", "to", "subject", "text", "html", "state", "attempts"}


def test_a_programs_mails_come_as_text() -> None:
    out, _ = run("--program", "demo")
    assert "queued  ben@example.com  Hi 1\n    key greeting:1, attempts 0\n\nGrüße." in out


def test_a_program_without_mail_says_so() -> None:
    assert run("--program", "none") == ("", "No mail of the program “none” so far.\n")
    assert run("--program", "none", "--json")[0] == "[]\n"
