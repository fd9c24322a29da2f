"""The pages of an invite: what each link answers, and that looking never changes anything."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils.html import escape

from core import clock
from participants.enums import ParticipantState
from participants.models import Participant, Signature
from participants.services import (
    decline_invite,
    revoke_invite,
)
from programs.services import end_program, freeze
from tests.factories.participants import invited_person, visit
from tests.participants.browsers import form_of, joined, opened, state_of

pytestmark = pytest.mark.django_db


def rows() -> dict[str, tuple[int, int]]:
    """How many rows each table has, and the newest transaction that wrote one."""
    found = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT count(*), max(xmin::text::bigint) FROM "{table}"')
            found[table] = cursor.fetchone()
    return found


def test_the_token_leaves_the_address_at_once() -> None:
    _, token = invited_person()
    response = Client().get(f"/i/{token}")
    assert (response.status_code, response["Location"]) == (302, "/i/")
    assert response["Referrer-Policy"] == "no-referrer"
    assert "no-store" in response["Cache-Control"]
    cookie = response.cookies["invite"]
    assert cookie["httponly"]
    assert cookie["path"] == "/i/"


def test_the_invite_says_who_what_until_when_and_what_is_collected() -> None:
    person, token = invited_person(name="Maria Berg")
    page = opened(token).get("/i/").content.decode()
    for text in ("Maria Berg", person.program.name, person.program.data_collected, person.email, "Accept", "Decline"):
        assert escape(text) in page


def test_accepting_signs_in_and_leads_to_the_agreement() -> None:
    person, token = invited_person()
    client = opened(token)
    response = client.post("/i/accept/")
    assert response["Location"] == "/agreement/"
    assert state_of(person) == ParticipantState.ACCEPTED
    assert client.get("/agreement/").status_code == 200


def test_accepting_starts_a_new_session_key() -> None:
    _, token = invited_person()
    client = opened(token)
    client.session.save()
    before = client.session.session_key
    client.post("/i/accept/")
    assert client.session.session_key != before


def test_declining_asks_first_and_thanks_after() -> None:
    person, token = invited_person()
    client = opened(token)
    assert "Would you tell us why" in client.get("/i/decline/").content.decode()
    page = client.post("/i/decline/", {"reason": "No time"}, follow=True)
    assert "Thank you" in page.content.decode()
    assert state_of(person) == ParticipantState.LEFT
    assert person.invites.get().decline_reason == "No time"


@pytest.mark.parametrize("method", ["get", "head"])
@pytest.mark.parametrize(
    "path", ["/i/{token}", "/i/", "/i/decline/", "/agreement/", "/agreement/copy/", "/portal/", "/"]
)
def test_looking_changes_nothing(method: str, path: str) -> None:
    _, token = invited_person()
    client = opened(token)
    active, _ = joined()
    active.post("/agreement/", form_of(active))
    before = rows()
    for browser in (client, active):
        response = getattr(browser, method)(path.format(token=token))
        assert response.status_code < 500
    assert rows() == before


def test_looking_at_the_address_of_an_action_does_not_act() -> None:
    person, token = invited_person()
    client = opened(token)
    assert client.get("/i/accept/")["Location"] == "/i/"
    assert state_of(person) == ParticipantState.INVITED
    client.post("/i/accept/")
    assert client.get("/portal/sign-out/")["Location"] == "/portal/"
    assert client.get("/portal/").status_code == 200


def test_going_back_to_the_invite_after_accepting_leads_on() -> None:
    client, _ = joined()
    assert client.get("/i/")["Location"] == "/portal/"


@pytest.mark.parametrize(
    ("header", "ip"), [("10.9.9.9, 192.0.2.1", "192.0.2.1"), ("unknown", "127.0.0.1"), ("", "127.0.0.1")]
)
def test_behind_our_proxy_the_address_is_the_one_it_saw(settings: Any, header: str, ip: str) -> None:
    settings.BEHIND_PROXY = True
    person, token = invited_person()
    client = Client(headers={"X-Forwarded-For": header})
    client.get(f"/i/{token}")
    client.post("/i/accept/")
    assert person.invites.get().opened_ip == ip


@pytest.mark.parametrize("path", ["/i/accept/", "/i/decline/", "/agreement/", "/portal/sign-out/"])
def test_a_post_from_elsewhere_is_refused_in_a_sentence(path: str) -> None:
    _, token = invited_person()
    response = opened(token, enforce_csrf_checks=True).post(path)
    assert response.status_code == 403
    assert "Nothing was done" in response.content.decode()


def expire(person: Participant, token: str) -> None:
    person.invites.update(expires_at=clock.now() - dt.timedelta(seconds=1))


def revoke(person: Participant, token: str) -> None:
    revoke_invite(invite_id=person.invites.get().pk, actor=None)


def use(person: Participant, token: str) -> None:
    opened(token).post("/i/accept/")


def decline(person: Participant, token: str) -> None:
    decline_invite(token=token, opened=visit())


@pytest.mark.parametrize(
    ("ending", "said"),
    [(expire, "expired"), (revoke, "withdrawn"), (use, "used already"), (decline, "declined")],
)
def test_a_link_that_is_over_says_why_and_whom_to_ask(ending: Callable[[Participant, str], None], said: str) -> None:
    person, token = invited_person()
    person.program.contacts.create(role="Lead", name="Ada", email="ada@example.org", is_public=True)
    ending(person, token)
    response = Client().get(f"/i/{token}", follow=True)
    assert response.status_code == 410
    assert said in response.content.decode()
    assert "ada@example.org" in response.content.decode()


@pytest.mark.parametrize("token", ["forged", "x" * 43, "a" * 3000, "%00", "😀"])
def test_a_forged_link_is_not_found(token: str) -> None:
    response = Client().get(f"/i/{token}", follow=True)
    assert response.status_code == 404
    assert "not one of ours" in response.content.decode()


def test_a_link_that_ends_between_look_and_click_is_over() -> None:
    person, token = invited_person()
    client = opened(token)
    revoke(person, token)
    assert client.post("/i/accept/").status_code == 410


def test_a_used_link_brings_its_own_person_to_the_portal() -> None:
    _, token = invited_person()
    client = opened(token)
    client.post("/i/accept/")
    assert client.get(f"/i/{token}")["Location"] == "/portal/"


def test_a_used_link_does_not_let_another_signed_in_person_in() -> None:
    _, token = invited_person()
    opened(token).post("/i/accept/")
    other, _ = joined()
    assert other.get(f"/i/{token}").status_code == 410


@pytest.mark.parametrize("call", ["get", "post"])
def test_without_cookies_the_page_says_so(call: str) -> None:
    path = "/i/" if call == "get" else "/i/accept/"
    response = getattr(Client(), call)(path)
    assert response.status_code == 400
    assert "Allow cookies" in response.content.decode()


def test_a_forged_cookie_is_no_link() -> None:
    client = Client()
    client.cookies["invite"] = "eyJ0b2tlbiI6ICJ4In0:1:forged"
    assert client.get("/i/").status_code == 400


def test_a_double_click_leads_to_the_same_place() -> None:
    person, token = invited_person()
    client = opened(token)
    assert [client.post("/i/accept/")["Location"] for _ in range(2)] == ["/agreement/", "/agreement/"]
    assert person.invites.filter(state="accepted").count() == 1


def test_while_frozen_people_are_told_kindly_and_may_decline() -> None:
    person, token = invited_person()
    client = opened(token)
    freeze(program_id=person.program_id, scope="invites", cause="We fix a wrong total.", actor=None)
    page = client.get("/i/").content.decode()
    assert "We fix a wrong total." in page
    assert "/i/accept/" not in page
    assert client.post("/i/accept/").status_code == 409
    assert client.post("/i/decline/").status_code == 302


def test_while_frozen_nobody_signs_and_the_page_says_so() -> None:
    client, person = joined()
    form = form_of(client)
    freeze(program_id=person.program_id, scope="invites", cause="We fix a wrong total.", actor=None)
    assert "paused" in client.get("/agreement/").content.decode()
    assert client.post("/agreement/", form).status_code == 409
    assert Signature.objects.count() == 0


def test_after_the_end_the_invite_says_so() -> None:
    person, token = invited_person()
    client = opened(token)
    end_program(program_id=person.program_id, actor=None, reason="done")
    assert "has ended" in client.get("/i/").content.decode()
    assert client.post("/i/accept/").status_code == 409
