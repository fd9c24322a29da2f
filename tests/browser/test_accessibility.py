"""axe finds nothing serious on the pages that people see, in light and in dark."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from core.models import OutboxMessage
from participants.emails import invite_key
from participants.models import Invite
from participants.services import add_participant, invite_participant
from programs.models import Program
from tests.factories.programs import live_program

pytestmark = pytest.mark.browser

PASSWORD = "a long enough password"


@pytest.fixture
def program(web: str) -> Program:
    return live_program()


@pytest.fixture
def link(program: Program) -> str:
    """The personal link in the mail to a newly invited person."""
    person = add_participant(program_id=program.pk, name="Maria Berg", email="maria@example.org")
    invite_participant(participant_id=person.pk, actor=None)
    text = OutboxMessage.objects.get(key=invite_key(Invite.objects.get())).text
    return re.search(r"/i/[\w-]+", text)[0]


def serious(page: Page) -> list[str]:
    """What axe holds against this page, in both colour schemes."""
    found = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        violations = Axe().run(page).response["violations"]
        found += [
            f"{scheme}: {violation['id']} at {[node['target'] for node in violation['nodes']]}"
            for violation in violations
            if violation["impact"] in {"serious", "critical"}
        ]
    return found


def test_the_pages_of_an_invited_person(phone: Page, link: str):
    phone.goto(link)
    assert serious(phone) == []
    phone.get_by_role("link", name="Decline").click()
    assert serious(phone) == []
    phone.goto("/i/")
    phone.get_by_role("button", name="Accept").click()
    assert serious(phone) == []
    phone.get_by_role("checkbox").check()
    phone.locator("form[action$='/agreement/'] button[type=submit]").click()
    assert serious(phone) == [], "with the error that the name is missing"
    phone.locator("[name=typed_name]").fill("Maria Berg")
    phone.locator("form[action$='/agreement/'] button[type=submit]").click()
    assert serious(phone) == []
    phone.goto("/portal/")
    assert serious(phone) == []


def test_the_page_of_a_bad_link(phone: Page, program: Program):
    phone.goto("/i/this-is-no-token-of-ours-0123456789")
    assert serious(phone) == []


def test_the_program_home(page: Page, program: Program, django_user_model):
    django_user_model.objects.create_superuser("admin", "admin@example.org", PASSWORD)
    page.goto("/admin/")
    assert serious(page) == []
    page.get_by_label("Username").fill("admin")
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/home/")
    assert serious(page) == []
