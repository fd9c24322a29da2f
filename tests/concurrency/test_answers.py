"""Answers work once: one acceptance, one signature, and none past a freeze, however many click at once."""

import threading
from collections import Counter
from functools import partial

import pytest
from django.db import connection, connections, transaction
from django.test import Client

from core.models import AuditEntry
from participants.enums import InviteState, ParticipantState
from participants.exceptions import AlreadySigned, InviteOver
from participants.ledger import check_signatures
from participants.models import Invite, Participant, Signature
from participants.selectors import seat_disagreements
from participants.services import accept_invite, decline_invite, expire_invites, revoke_invite
from programs.exceptions import ProgramFrozen
from programs.models import Freeze
from programs.services import freeze
from tests.concurrency.racing import race
from tests.factories.participants import accepted_person, invited_person, sign, visit
from tests.factories.programs import live_program

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


def test_fifty_uses_of_one_invite_are_one_acceptance() -> None:
    person, token = invited_person()
    results = race([lambda: accept_invite(token=token, opened=visit())] * 50)
    assert Counter(type(result) for result in results) == {Participant: 1, InviteOver: 49}
    assert AuditEntry.objects.filter(action="invite.accepted").count() == 1
    person.refresh_from_db()
    assert person.state == ParticipantState.ACCEPTED


def test_fifty_browsers_with_one_link_are_one_acceptance() -> None:
    _, token = invited_person()
    browsers = [Client() for _ in range(50)]
    for browser in browsers:
        browser.get(f"/i/{token}", follow=True)
    statuses = race([lambda browser=browser: browser.post("/i/accept/").status_code for browser in browsers])
    assert Counter(statuses) == {302: 1, 410: 49}


def test_fifty_clicks_of_one_browser_are_one_acceptance() -> None:
    _, token = invited_person()
    opened = visit()
    results = race([lambda: accept_invite(token=token, opened=opened)] * 50)
    assert Counter(type(result) for result in results) == {Participant: 50}
    assert AuditEntry.objects.filter(action="invite.accepted").count() == 1


def test_every_way_to_end_an_invite_at_once_is_one_end() -> None:
    person, token = invited_person()
    invite = person.invites.get()
    calls = [
        lambda: accept_invite(token=token, opened=visit()),
        lambda: decline_invite(token=token, opened=visit()),
        lambda: revoke_invite(invite_id=invite.pk, actor=None),
    ]
    results = race(calls * 10)
    assert sum(not isinstance(result, Exception) for result in results) == 1
    assert seat_disagreements(person.program) == []


def test_expiry_and_acceptance_at_once_are_one_end() -> None:
    people = [invited_person() for _ in range(5)]
    Invite.objects.update(expires_at="2020-01-01T00:00:00Z")
    answers = [partial(accept_invite, token=token, opened=visit()) for _, token in people]
    race([*answers, expire_invites, expire_invites])
    assert set(Invite.objects.values_list("state", flat=True)) == {InviteState.EXPIRED}
    assert set(Participant.objects.values_list("state", flat=True)) == {ParticipantState.WAITLISTED}


def test_a_freeze_waits_for_an_acceptance_under_way_and_stops_the_next() -> None:
    program = live_program()
    first, second = invited_person(program)[1], invited_person(program)[1]
    accepted, may_commit = threading.Event(), threading.Event()

    def accept_slowly() -> None:
        with transaction.atomic():
            accept_invite(token=first, opened=visit())
            accepted.set()
            may_commit.wait()
        connections.close_all()

    def freeze_now() -> None:
        freeze(program_id=program.pk, scope="invites", cause="P0", actor=None)
        connections.close_all()

    threads = [threading.Thread(target=accept_slowly), threading.Thread(target=freeze_now)]
    threads[0].start()
    accepted.wait()
    threads[1].start()
    wait_for_a_lock()
    assert Freeze.objects.count() == 0
    may_commit.set()
    for thread in threads:
        thread.join()
    with pytest.raises(ProgramFrozen):
        accept_invite(token=second, opened=visit())
    assert Participant.objects.filter(state=ParticipantState.ACCEPTED).count() == 1


def wait_for_a_lock() -> None:
    """Return once some session of this database waits for a lock."""
    with connection.cursor() as cursor:
        waiting = 0
        while not waiting:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
            )
            waiting = cursor.fetchone()[0]


def test_acceptances_and_a_freeze_at_once_leave_nothing_half_done() -> None:
    program = live_program()
    tokens = [invited_person(program)[1] for _ in range(20)]
    calls = [partial(accept_invite, token=token, opened=visit()) for token in tokens]
    results = race(
        [*calls[:10], partial(freeze, program_id=program.pk, scope="invites", cause="P0", actor=None), *calls[10:]]
    )
    accepted = sum(isinstance(result, Participant) for result in results)
    assert Counter(type(result) for result in results if isinstance(result, Exception)) == (
        {ProgramFrozen: 20 - accepted} if accepted < 20 else {}
    )
    assert Participant.objects.filter(state=ParticipantState.ACCEPTED).count() == accepted
    assert Invite.objects.filter(state=InviteState.ACCEPTED).count() == accepted


def test_twenty_who_sign_at_once_form_one_chain() -> None:
    program = live_program()
    people = [accepted_person(program) for _ in range(20)]
    race([partial(sign, person) for person in people])
    assert list(Signature.objects.values_list("sequence", flat=True)) == list(range(1, 21))
    assert list(check_signatures()) == []


def test_twenty_clicks_on_sign_are_one_signature() -> None:
    person = accepted_person()
    results = race([partial(sign, person)] * 20)
    assert Counter(type(result) for result in results) == {Signature: 1, AlreadySigned: 19}
