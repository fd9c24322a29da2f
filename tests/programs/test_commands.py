"""The commands say what they did in a line, and refuse in a sentence."""

import pytest
from django.core.management import CommandError, call_command

from programs.models import Program
from programs.selectors import authenticate_key
from tests.factories.programs import draft_program

pytestmark = pytest.mark.django_db


def test_create_program_makes_a_draft(capsys):
    call_command("create_program", blueprint="controlled", slug="accubooks", name="AccuBooks beta")
    assert Program.objects.get().state == "draft"
    assert "Created AccuBooks beta (accubooks): controlled beta, draft, 20 seats" in capsys.readouterr().out


def test_create_program_names_the_product_it_is_given_instead_of_the_blueprints():
    call_command("create_program", blueprint="controlled", slug="acme", name="Acme beta", product="Acme")
    program = Program.objects.get()
    assert (program.product, program.version) == ("Acme", "beta")


def test_create_program_with_launch_checks_the_list_with_a_note():
    call_command("create_program", blueprint="open", slug="saas", name="SaaS", launch=True)
    program = Program.objects.get()
    assert program.state == "live"
    assert set(program.readiness_items.values_list("evidence", flat=True)) == {"launched from the command line"}


def test_launch_program_is_refused_in_a_sentence():
    draft_program(slug="accubooks")
    with pytest.raises(CommandError, match="was not launched: 8 readiness items are open"):
        call_command("launch_program", "accubooks")


def test_an_unknown_program_is_named_with_those_that_exist():
    draft_program(slug="accubooks")
    with pytest.raises(CommandError, match=r"no program “accu”\. Programs here: accubooks"):
        call_command("launch_program", "accu")


def test_api_key_prints_the_key_as_the_last_word(capsys):
    program = draft_program(slug="accubooks")
    call_command("api_key", program="accubooks", scope="read", label="dashboard")
    plain = capsys.readouterr().out.split()[-1]
    assert authenticate_key(plain, "read").program == program
