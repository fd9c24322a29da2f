"""The frame around every admin page: sidebar, program switcher, bars, sign-in."""

import datetime as dt
import re

import pytest
import time_machine
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from betaportal.navigation import GROUPS
from programs.enums import FreezeScope, Role
from programs.models import Membership, Program
from programs.services import freeze, lift_freeze
from tests.factories.metrics import event, send
from tests.factories.programs import draft_program, live_program, staff_user
from tests.factories.staff import client_of, member, signed_in, superuser_client

pytestmark = pytest.mark.django_db
WEEKS = "/admin/programs/week/"


@pytest.fixture
def program() -> Program:
    return live_program(name="AccuBooks beta")


def titles(client: Client, url: str = WEEKS) -> list[str]:
    groups = client.get(url).context["sidebar_navigation"]
    return [item["title"] for group in groups for item in group["items"]]


def html(client: Client, url: str = WEEKS) -> str:
    return client.get(url).content.decode()


def test_every_registered_page_stands_in_the_sidebar():
    listed = {page.model for pages in GROUPS.values() for page in pages}
    assert {model._meta.label_lower for model in admin.site._registry} <= listed


def test_members_see_the_pages_of_a_program_and_superusers_the_system_too(program: Program):
    assert "Weeks" in titles(client_of(program, Role.VIEWER))
    assert "Outbox" not in titles(client_of(program, Role.OWNER))
    assert {"Weeks", "Outbox", "Ledger", "Jobs", "Users"} <= set(titles(superuser_client()))


def test_the_current_page_is_marked_once(program: Program):
    marked = re.findall(r'<a href="([^"]+)" aria-current="page"', html(client_of(program)))
    assert marked == [WEEKS]


def test_the_switcher_offers_only_the_programs_of_this_member(program: Program):
    other, foreign = live_program(name="Second beta"), live_program(name="Foreign beta")
    user = member(program)
    Membership.objects.create(program=other, user=user)
    page = html(signed_in(user))
    assert "Second beta" in page
    assert foreign.name not in page


def test_switching_shows_the_same_list_of_the_other_program(program: Program):
    other = live_program(name="Zeta beta")
    user = member(program)
    Membership.objects.create(program=other, user=user)
    client = signed_in(user)
    answer = client.post(reverse("admin:programs_program_switch", args=[other.pk]), {"next": WEEKS})
    assert answer.url == WEEKS
    assert client.get(WEEKS).context["frame"].chosen == other


def test_switching_by_get_is_refused_and_changes_nothing(program: Program):
    other = live_program(name="Zeta beta")
    client = superuser_client()
    assert client.get(reverse("admin:programs_program_switch", args=[other.pk])).status_code == 405
    assert client.get(WEEKS).context["frame"].chosen == program


def test_nobody_switches_to_a_program_of_others(program: Program):
    foreign = live_program()
    url = reverse("admin:programs_program_switch", args=[foreign.pk])
    assert client_of(program).post(url).status_code == 404


def test_switching_never_leads_away_from_the_portal(program: Program):
    url = reverse("admin:programs_program_switch", args=[program.pk])
    answer = client_of(program).post(url, {"next": "https://evil.example/"})
    assert answer.url == reverse("program_home", args=[program.pk])


def test_a_page_of_another_program_of_mine_says_so(program: Program):
    other = live_program(name="Zeta beta")
    user = member(program)
    Membership.objects.create(program=other, user=user)
    page = html(signed_in(user), reverse("admin:programs_week_change", args=[other.weeks.first().pk]))
    assert "This page belongs to <strong>Zeta beta</strong>; the lists show AccuBooks beta." in page


def test_a_row_goes_to_the_program_whose_form_was_filled_in(program: Program):
    other = live_program(name="Zeta beta")
    user = member(program)
    Membership.objects.create(program=other, user=user, role=Role.OWNER)
    client = signed_in(user)
    client.post(reverse("admin:programs_note_add"), {"_program": other.pk, "kind": "market", "text": "Seen"})
    assert other.notes.count() == 1
    assert program.notes.count() == 0


def test_a_form_for_a_program_of_others_is_taken_for_the_own_one(program: Program):
    foreign = live_program()
    client = client_of(program)
    client.post(reverse("admin:programs_note_add"), {"_program": foreign.pk, "kind": "market", "text": "Seen"})
    assert foreign.notes.count() == 0


def test_a_freeze_stands_on_every_page_until_it_is_lifted(program: Program):
    owner = member(program, first_name="Olga", last_name="Owner")
    client = signed_in(owner)
    row = freeze(program_id=program.pk, scope=FreezeScope.INVITES, cause="Cents <drop>", actor=owner)
    page = html(client)
    assert "Invites frozen since" in page
    assert "by Olga Owner" in page
    assert "Cents &lt;drop&gt;" in page
    lift_freeze(freeze_id=row.pk, actor=owner, evidence="fixed")
    assert "frozen since" not in html(client)


def test_a_freeze_of_another_program_of_mine_is_named(program: Program):
    other = live_program(name="Zeta beta")
    user = member(program)
    Membership.objects.create(program=other, user=user)
    freeze(program_id=other.pk, scope=FreezeScope.EVERYTHING, cause="Leak", actor=None)
    page = html(signed_in(user))
    assert "Zeta beta: Everything frozen since" in page
    assert "by the machine" in page


def test_a_product_that_fell_silent_is_said_on_every_page(program: Program):
    client = client_of(program)
    send(program, [event(at=dt.datetime.now(dt.UTC) - dt.timedelta(hours=3))])
    assert "figures stand still" not in html(client)
    with time_machine.travel(dt.datetime.now(dt.UTC) + dt.timedelta(days=2)):
        assert "figures stand still" in html(client)


def test_times_are_those_of_the_program_on_the_page():
    program = draft_program(timezone="Asia/Tokyo")
    client = client_of(program)
    data = {"kind": "release", "version": "2.0", "risk": "low", "deployed_at_0": "2026-11-02", "deployed_at_1": "09:00"}
    client.post(reverse("admin:programs_deployment_add"), data)
    assert program.deployments.get().deployed_at == dt.datetime(2026, 11, 2, 0, tzinfo=dt.UTC)


def test_staff_without_a_program_are_told_what_to_do():
    page = html(signed_in(staff_user(username="nina")), "/admin/")
    assert "no program lists you as a member" in page
    assert "nina" in page


def test_the_first_superuser_is_led_to_the_first_program():
    assert reverse("admin:programs_program_add") in html(superuser_client(), "/admin/")


def test_the_index_leads_to_the_home_of_the_program(program: Program):
    assert client_of(program).get("/admin/").url == reverse("program_home", args=[program.pk])


def test_the_sign_in_page_names_the_portal_and_leads_to_the_index():
    page = html(Client(), "/admin/login/")
    assert "Betaportal" in page
    assert 'name="next" value="/admin/"' in page


def test_the_frame_asks_the_database_as_often_for_30_programs_as_for_2(program: Program, django_assert_max_num_queries):
    client = superuser_client()
    live_program()
    client.get(WEEKS)
    with django_assert_max_num_queries(14) as few:
        client.get(WEEKS)
    for _ in range(14):
        draft_program()
    with django_assert_max_num_queries(len(few)):
        client.get(WEEKS)
