"""The main job, walked as people walk it: import, invite, accept, sign, portal, events, figures, report."""

import datetime as dt
import re
import uuid

import httpx
import pytest
from django.core.mail import EmailMultiAlternatives
from django.core.management import call_command
from playwright.sync_api import Page, expect

from core import clock
from core.outbox import deliver_due
from participants.models import Participant
from programs.enums import Role
from programs.models import Membership, Program
from programs.services import create_api_key
from tests.factories.programs import live_program, staff_user

pytestmark = pytest.mark.browser

PASSWORD = "a long enough password"
PEOPLE = """name,email,tier,cohort
Maria Berg,maria@example.org,PREMIUM,Finance
Jonas Weber,jonas@example.org,FREE,Founders
"""


def link_mailed(mails: list[EmailMultiAlternatives], to: str) -> str:
    """The personal link in the only mail to this address."""
    (mail,) = [mail for mail in mails if mail.to == [to]]
    return re.search(r"http\S+/i/[\w-]+", mail.body)[0]


def sign_in(page: Page, program: Program) -> None:
    owner = staff_user(username="owner", password=PASSWORD)
    Membership.objects.create(program=program, user=owner, role=Role.OWNER)
    page.goto("/admin/")
    page.get_by_label("Username").fill("owner")
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=program.product)).to_be_visible()


def import_people(page: Page, keep) -> None:
    page.get_by_role("link", name="Participants").click()
    page.get_by_role("link", name="Import a file").click()
    page.locator("input[type=file]").set_input_files(
        {"name": "people.csv", "mimeType": "text/csv", "buffer": PEOPLE.encode()}
    )
    page.get_by_role("button", name="Read the file").click()
    expect(page.get_by_text("Maria Berg")).to_be_visible()
    assert not Participant.objects.exists()
    keep(page, "import-preview")
    page.get_by_role("button", name="Import 2").click()
    expect(page.get_by_text("2 added")).to_be_visible()


def invite_all(page: Page, keep) -> None:
    page.locator("#action-toggle").check()
    page.locator("select[name=action]").select_option("invite")
    page.get_by_role("button", name="Run").click()
    expect(page.get_by_text("What will happen")).to_be_visible()
    keep(page, "invite-confirm")
    page.get_by_role("button", name=re.compile("Invite")).click()
    expect(page.get_by_text("2 invited")).to_be_visible()
    keep(page, "invited")


def accept_and_sign(phone: Page, link: str, keep) -> None:
    phone.goto(link)
    assert phone.url.endswith("/i/"), "the token leaves the address at once"
    keep(phone, "invite")
    phone.get_by_role("button", name="Accept").click()
    expect(phone.get_by_role("heading", name="Please read and sign")).to_be_visible()
    keep(phone, "agreement")
    phone.get_by_role("checkbox").check()
    phone.get_by_label(re.compile("name", re.IGNORECASE)).fill("Maria Berg")
    phone.locator("form[action$='/agreement/'] button[type=submit]").click()
    expect(phone.get_by_role("heading", name=re.compile("Signed"))).to_be_visible()
    keep(phone, "signed")
    phone.goto("/portal/")
    keep(phone, "portal")


def send_events(web: str, key: str, day: dt.date) -> None:
    at = f"{day}T10:00:00Z"
    names = ["Signed Up", "Session Started", *["API Request"] * 20]
    batch = [
        {"type": "track", "event": name, "userId": "maria@example.org", "messageId": str(uuid.uuid4()), "timestamp": at}
        | ({"properties": {"endpoint": "/api/x", "status": 200, "latency_ms": 120}} if name == "API Request" else {})
        for name in names
    ]
    answer = httpx.post(f"{web}/v1/batch", json={"batch": batch}, auth=(key, ""))
    assert (answer.status_code, answer.json()["accepted"]) == (200, len(names))


def build_and_read_report(page: Page, program: Program, keep) -> None:
    page.goto("/admin/reports/statusreport/add/")
    page.get_by_role("button", name="Build now").click()
    expect(page.get_by_role("link", name="Open")).to_be_visible()
    keep(page, "report-built")
    page.goto(page.get_by_role("link", name="Open").get_attribute("href"))
    expect(page.get_by_role("heading", name=program.name)).to_be_visible()
    expect(page.get_by_text("120 ms").first).to_be_visible()
    expect(page.get_by_text("no data").first).to_be_visible()
    keep(page, "report")


def test_the_whole_way_from_import_to_report(page: Page, phone: Page, web: str, mailoutbox, keep):
    program = live_program(starts_on=clock.now().date() - dt.timedelta(days=8))
    sign_in(page, program)
    keep(page, "home")
    import_people(page, keep)
    invite_all(page, keep)
    deliver_due()
    accept_and_sign(phone, link_mailed(mailoutbox, "maria@example.org"), keep)
    assert Participant.objects.get(email="maria@example.org").state == "active"
    _, key = create_api_key(program_id=program.pk, scope="ingest", label="product", actor=None)
    send_events(web, key, program.starts_on + dt.timedelta(days=2))
    call_command("aggregate_days", program=program.slug)
    build_and_read_report(page, program, keep)
