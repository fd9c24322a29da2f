"""The pages behind an invite: signing, the copy, the portal, signing out."""

import datetime as dt
import json

import pytest
import time_machine
from django.test import Client

from core import clock
from participants.enums import ParticipantState
from participants.models import Signature
from participants.selectors import newest_agreement
from participants.services import (
    mail_sign_in_link,
    publish_agreement,
    remove_participant,
    suspend_participant,
)
from participants.signing.verify import seal_problem
from tests.factories.participants import accepted_person, known_token
from tests.participants.browsers import form_of, joined, opened, state_of

pytestmark = pytest.mark.django_db


def test_signing_shows_the_copy_and_the_portal_opens() -> None:
    client, person = joined()
    page = client.post("/agreement/", form_of(client), follow=True).content.decode()
    assert "A copy is on its way" in page
    assert state_of(person) == ParticipantState.ACTIVE
    pdf = client.get("/agreement/copy/")
    assert seal_problem(pdf.content) == ""
    assert pdf["Content-Disposition"].startswith("attachment")
    assert "My agreement" in client.get("/portal/").content.decode()


def test_the_box_starts_unticked() -> None:
    client, _ = joined()
    assert " checked" not in client.get("/agreement/").content.decode()


@pytest.mark.parametrize(
    ("fields", "kept"),
    [
        ({"consent": ""}, 'value="Maria Berg"'),
        ({"typed_name": " "}, " checked"),
        ({"typed_name": "a" * 201}, " checked"),
    ],
)
def test_an_incomplete_form_comes_back_with_what_was_filled_in(fields: dict[str, str], kept: str) -> None:
    client, _ = joined()
    form = {name: value for name, value in form_of(client, **fields).items() if value}
    response = client.post("/agreement/", form)
    assert response.status_code == 422
    assert kept in response.content.decode()
    assert Signature.objects.count() == 0


def test_the_typed_name_is_escaped() -> None:
    client, _ = joined()
    page = client.post("/agreement/", form_of(client, typed_name="<script>x</script>", consent="")).content.decode()
    assert "<script>x" not in page


@pytest.mark.parametrize("viewed", ["", "forged", "eyJhIjoxfQ:1tPq:abc"])
def test_a_form_without_a_good_note_of_the_showing_is_refused(viewed: str) -> None:
    client, _ = joined()
    assert client.post("/agreement/", form_of(client, viewed=viewed)).status_code == 422
    assert Signature.objects.count() == 0


def test_a_note_of_somebody_else_is_refused() -> None:
    client, _ = joined()
    other, _ = joined()
    assert client.post("/agreement/", form_of(other)).status_code == 422


def test_a_page_that_was_open_for_two_days_asks_for_another_look() -> None:
    client, _ = joined()
    form = form_of(client)
    with time_machine.travel(clock.now() + dt.timedelta(days=2)):
        response = client.post("/agreement/", form)
    assert response.status_code == 422
    assert "more than a day" in response.content.decode()


def test_a_version_published_while_reading_is_shown_before_it_is_signed() -> None:
    client, person = joined()
    form = form_of(client)
    publish_agreement(program_id=person.program_id, title="Terms", body="Quite new text", actor=None)
    response = client.post("/agreement/", form)
    assert response.status_code == 409
    assert "Quite new text" in response.content.decode()


def test_signing_twice_is_one_signature_and_back_says_signed() -> None:
    client, _ = joined()
    form = form_of(client)
    client.post("/agreement/", form)
    again = client.post("/agreement/", form, follow=True)
    assert "A copy is on its way" in again.content.decode()
    assert Signature.objects.count() == 1


def test_the_evidence_knows_the_opening_the_showing_and_the_click() -> None:
    client, _ = joined()
    client.post("/agreement/", form_of(client), HTTP_USER_AGENT="Firefox 140")
    facts = json.loads(Signature.objects.get().evidence)
    events = {step["event"]: step for step in facts["events"]}
    assert events["opened"]["ip"] == events["signed"]["ip"] == "127.0.0.1"
    assert events["viewed"]["session"] == events["signed"]["session"] != ""
    assert events["signed"]["user_agent"] == "Firefox 140"
    assert facts["agreement"]["sha256"] == newest_agreement(facts["program"]["id"]).body_sha256


def test_markup_in_the_agreement_is_text() -> None:
    client, person = joined()
    body = "<script>alert(1)</script> [bad](javascript:alert(1)) ![img](https://x.example/i.png)"
    publish_agreement(program_id=person.program_id, title="Terms", body=body, actor=None)
    page = client.get("/agreement/").content.decode()
    assert "<script>alert" not in page
    assert 'javascript:alert(1)"' not in page
    assert "<img" not in page


@pytest.mark.parametrize("path", ["/agreement/", "/agreement/copy/", "/portal/"])
def test_who_is_not_signed_in_is_told_how_to_get_in(path: str) -> None:
    response = Client().get(path)
    assert response.status_code == 403
    assert "not signed in" in response.content.decode()


def test_a_removed_person_is_out_at_once() -> None:
    client, person = joined()
    remove_participant(participant_id=person.pk, actor=None, reason="asked to")
    assert client.get("/portal/").status_code == 410


def test_a_suspended_person_is_told() -> None:
    client, person = joined()
    suspend_participant(participant_id=person.pk, actor=None, reason="asked to")
    assert client.get("/portal/").status_code == 403


def test_nobody_gets_the_copy_of_somebody_else() -> None:
    one, _ = joined()
    one.post("/agreement/", form_of(one))
    other, _ = joined()
    assert other.get("/agreement/copy/").status_code == 404


def test_signing_out_ends_the_session() -> None:
    client, _ = joined()
    assert client.post("/portal/sign-out/", follow=True).status_code == 200
    assert client.get("/portal/").status_code == 403


def test_after_signing_out_nobody_at_this_browser_gets_in_by_the_link_again() -> None:
    client, _ = joined()
    client.post("/portal/sign-out/")
    assert client.post("/i/accept/").status_code == 400
    assert client.get("/portal/").status_code == 403


def test_a_sign_in_link_welcomes_back_and_signs_in() -> None:
    person = accepted_person()
    token = known_token(mail_sign_in_link(participant_id=person.pk, actor=None))
    client = opened(token)
    assert "Welcome back" in client.get("/i/").content.decode()
    assert client.post("/i/accept/")["Location"] == "/agreement/"
    assert client.get("/portal/").status_code == 200


def test_pages_forbid_scripts_and_frames_from_elsewhere() -> None:
    response = Client().get("/")
    policy = response["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy


def test_an_unknown_address_gets_the_calm_page() -> None:
    response = Client().get("/nothing/here/")
    assert response.status_code == 404
    assert "There is nothing here" in response.content.decode()
