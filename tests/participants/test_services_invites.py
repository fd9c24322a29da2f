"""Invites: a seat for each, one answer for each, and the seat back when it is over."""

import datetime as dt

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction

from core import clock
from core.enums import MessageState
from core.exceptions import NotFound
from core.models import AuditEntry, OutboxMessage
from participants.enums import InviteState, ParticipantState
from participants.exceptions import InviteOver, InviteUnknown, NoSuchMove
from participants.models import Invite, Participant
from participants.selectors import invite_by_token, refuse_if_over, seat_counts
from participants.services import (
    accept_invite,
    decline_invite,
    expire_invites,
    invite_participant,
    invite_participants,
    mail_sign_in_link,
    put_back,
    remove_participant,
    revoke_invite,
)
from programs.enums import FreezeScope
from programs.exceptions import ProgramFrozen, ProgramNotOpen
from programs.models import Seat
from programs.services import change_seat_cap, end_program, freeze
from tests.factories.participants import (
    accepted_person,
    active_person,
    invited_person,
    known_token,
    sign,
    visit,
    waiting_person,
)
from tests.factories.programs import draft_program, live_program

pytestmark = pytest.mark.django_db


def held_seats(person: Participant) -> int:
    return Seat.objects.filter(program_id=person.program_id).exclude(held_since=None).count()


def test_an_invite_takes_a_seat_and_mails_a_link() -> None:
    person, _ = invited_person(name="Maria Berg")
    mail = OutboxMessage.objects.get(to=person.email)
    assert (person.state, held_seats(person)) == (ParticipantState.INVITED, 1)
    assert "/i/" in mail.text
    assert "Maria Berg" in mail.html


def test_the_link_in_the_mail_opens_the_invite_and_its_hash_alone_is_stored() -> None:
    person = waiting_person()
    invite = invite_participant(participant_id=person.pk, actor=None)
    token = OutboxMessage.objects.get(to=person.email).text.split("/i/")[1].split()[0]
    assert invite_by_token(token) == invite
    assert token not in str(vars(invite))


def test_the_mail_comes_from_the_public_contact() -> None:
    program = live_program()
    program.contacts.create(role="Lead", name="Ada Lovelace", email="ada@example.org", is_public=True)
    person, _ = invited_person(program)
    mail = OutboxMessage.objects.get(to=person.email)
    assert (mail.from_name, mail.reply_to) == ("Ada Lovelace", "ada@example.org")


def test_over_the_cap_a_person_stays_on_the_waitlist() -> None:
    program = change_seat_cap(program_id=live_program().pk, seat_cap=10, actor=None)
    people = [waiting_person(program) for _ in range(12)]
    report = invite_participants(program_id=program.pk, participant_ids=[p.pk for p in people], actor=None)
    assert (len(report.invited), len(report.waiting)) == (10, 2)
    assert "2 stay on the waitlist" in report.sentence
    assert seat_counts(program).free == 0


def test_a_batch_goes_by_priority_then_date() -> None:
    program = live_program()
    late_but_important = [waiting_person(program), waiting_person(program, priority=5)]
    report = invite_participants(program_id=program.pk, participant_ids=[p.pk for p in late_but_important], actor=None)
    assert [person.priority for person in report.invited] == [5, 0]


def test_a_batch_with_somebody_of_another_program_is_refused_whole() -> None:
    mine, stranger = waiting_person(), waiting_person()
    with pytest.raises(NotFound):
        invite_participants(program_id=mine.program_id, participant_ids=[mine.pk, stranger.pk], actor=None)
    assert Invite.objects.count() == 0


def test_a_second_invite_is_refused() -> None:
    person, _ = invited_person()
    with pytest.raises(NoSuchMove, match="is invited already"):
        invite_participant(participant_id=person.pk, actor=None)
    assert held_seats(person) == 1


def test_nobody_is_invited_before_launch() -> None:
    person = waiting_person(draft_program())
    with pytest.raises(ProgramNotOpen, match="has not been launched"):
        invite_participant(participant_id=person.pk, actor=None)


def test_nobody_is_invited_after_the_end() -> None:
    person = waiting_person()
    end_program(program_id=person.program_id, actor=None, reason="done")
    with pytest.raises(ProgramNotOpen, match="has ended"):
        invite_participant(participant_id=person.pk, actor=None)


@pytest.mark.parametrize("scope", FreezeScope.values)
def test_a_freeze_stops_invites_and_acceptances(scope: str) -> None:
    person, token = invited_person()
    other = waiting_person(person.program)
    freeze(program_id=person.program_id, scope=scope, cause="P0 open", actor=None)
    with pytest.raises(ProgramFrozen, match="P0 open"):
        invite_participant(participant_id=other.pk, actor=None)
    with pytest.raises(ProgramFrozen):
        accept_invite(token=token, opened=visit())


def test_accepting_keeps_the_seat_and_where_the_link_was_opened() -> None:
    person, token = invited_person()
    opened = visit(ip="192.0.2.9", user_agent="Safari")
    accept_invite(token=token, opened=opened)
    person.refresh_from_db()
    invite = person.invites.get()
    assert (person.state, held_seats(person)) == (ParticipantState.ACCEPTED, 1)
    assert (invite.opened_at, invite.opened_ip, invite.opened_agent) == (opened.at, "192.0.2.9", "Safari")


def test_a_used_link_is_over_for_another_browser() -> None:
    _, token = invited_person()
    accept_invite(token=token, opened=visit())
    with pytest.raises(InviteOver, match="used already"):
        accept_invite(token=token, opened=visit())


def test_a_double_click_of_the_same_browser_is_one_acceptance() -> None:
    person, token = invited_person()
    opened = visit()
    assert accept_invite(token=token, opened=opened) == accept_invite(token=token, opened=opened) == person
    assert AuditEntry.objects.filter(action="invite.accepted").count() == 1


def test_the_same_browser_cannot_come_back_by_a_used_link_much_later() -> None:
    _, token = invited_person()
    opened = visit()
    accept_invite(token=token, opened=opened)
    with time_machine.travel(clock.now() + dt.timedelta(hours=1)), pytest.raises(InviteOver):
        accept_invite(token=token, opened=opened)


def test_an_unknown_token_is_refused() -> None:
    with pytest.raises(InviteUnknown, match="not one of ours"):
        accept_invite(token="forged", opened=visit())


def test_declining_frees_the_seat_and_keeps_the_reason() -> None:
    person, token = invited_person()
    decline_invite(token=token, opened=visit(), reason=" No time ")
    person.refresh_from_db()
    assert (person.state, person.seat_id, held_seats(person)) == (ParticipantState.LEFT, None, 0)
    assert person.invites.get().decline_reason == "No time"


def test_declining_works_while_frozen() -> None:
    person, token = invited_person()
    freeze(program_id=person.program_id, scope="everything", cause="P0", actor=None)
    decline_invite(token=token, opened=visit())
    assert held_seats(person) == 0


def test_a_declined_invite_cannot_be_accepted() -> None:
    _, token = invited_person()
    opened = visit()
    decline_invite(token=token, opened=opened)
    with pytest.raises(InviteOver, match="declined"):
        accept_invite(token=token, opened=opened)


def test_an_expired_invite_is_refused_before_the_job_ran() -> None:
    _, token = invited_person()
    with time_machine.travel(clock.now() + dt.timedelta(days=15)), pytest.raises(InviteOver, match="expired on"):
        accept_invite(token=token, opened=visit())


def test_the_job_expires_overdue_invites_and_frees_their_seats() -> None:
    person, _ = invited_person()
    with time_machine.travel(clock.now() + dt.timedelta(days=15)):
        assert (expire_invites(), expire_invites()) == (1, 0)
    person.refresh_from_db()
    assert (person.state, held_seats(person)) == (ParticipantState.WAITLISTED, 0)


def test_the_job_leaves_invites_that_are_in_time() -> None:
    person, _ = invited_person()
    assert expire_invites() == 0
    assert held_seats(person) == 1


def test_revoking_frees_the_seat_and_takes_the_mail_back() -> None:
    person, token = invited_person()
    invite = revoke_invite(invite_id=person.invites.get().pk, actor=None, reason="wrong person")
    person.refresh_from_db()
    assert (person.state, held_seats(person)) == (ParticipantState.WAITLISTED, 0)
    assert OutboxMessage.objects.get(key=f"invite:{invite.pk}").state == "cancelled"
    with pytest.raises(InviteOver, match="withdrawn"):
        accept_invite(token=token, opened=visit())


def test_an_answered_invite_cannot_be_revoked() -> None:
    person = accepted_person()
    with pytest.raises(InviteOver):
        revoke_invite(invite_id=person.invites.get().pk, actor=None)


def test_removing_frees_the_seat_and_kills_the_link() -> None:
    person, token = invited_person()
    remove_participant(participant_id=person.pk, actor=None, reason="asked to")
    assert held_seats(person) == 0
    with pytest.raises(InviteOver):
        refuse_if_over(invite_by_token(token))


def test_a_removed_person_comes_back_and_is_active_without_signing_the_same_version_twice() -> None:
    person = active_person()
    remove_participant(participant_id=person.pk, actor=None, reason="asked to")
    put_back(participant_id=person.pk, actor=None)
    invite = invite_participant(participant_id=person.pk, actor=None)
    accept_invite(token=known_token(invite), opened=visit())
    person.refresh_from_db()
    assert person.state == ParticipantState.ACTIVE


def test_a_sign_in_link_works_once_and_for_a_day() -> None:
    person = active_person()
    token = known_token(mail_sign_in_link(participant_id=person.pk, actor=None))
    assert accept_invite(token=token, opened=visit()) == person
    with pytest.raises(InviteOver):
        accept_invite(token=token, opened=visit())
    late = known_token(mail_sign_in_link(participant_id=person.pk, actor=None))
    with time_machine.travel(clock.now() + dt.timedelta(hours=25)), pytest.raises(InviteOver):
        accept_invite(token=late, opened=visit())


def test_a_new_sign_in_link_ends_the_older_one() -> None:
    person = accepted_person()
    older = mail_sign_in_link(participant_id=person.pk, actor=None)
    mail_sign_in_link(participant_id=person.pk, actor=None)
    older.refresh_from_db()
    assert older.state == InviteState.REVOKED


def test_a_sign_in_link_cannot_be_declined() -> None:
    person = accepted_person()
    token = known_token(mail_sign_in_link(participant_id=person.pk, actor=None))
    with pytest.raises(NoSuchMove):
        decline_invite(token=token, opened=visit())


def test_who_has_not_joined_gets_no_sign_in_link() -> None:
    with pytest.raises(NoSuchMove, match="nothing to sign in to"):
        mail_sign_in_link(participant_id=waiting_person().pk, actor=None)


def test_nobody_holds_a_seat_of_another_program() -> None:
    person = waiting_person()
    foreign = live_program().seats.first()
    with pytest.raises(IntegrityError, match="participant_seat_of_program"), transaction.atomic():
        Participant.objects.filter(pk=person.pk).update(seat=foreign, state=ParticipantState.INVITED)


def test_a_seat_has_one_holder() -> None:
    person, _ = invited_person()
    other = waiting_person(person.program)
    with pytest.raises(IntegrityError), transaction.atomic():
        Participant.objects.filter(pk=other.pk).update(seat=person.seat_id, state=ParticipantState.INVITED)


def test_nobody_is_active_unsigned_whatever_writes() -> None:
    person = accepted_person()
    with pytest.raises(IntegrityError, match="participant_active_since"), transaction.atomic():
        Participant.objects.filter(pk=person.pk).update(state=ParticipantState.ACTIVE)


def test_row_history_sees_raw_sql() -> None:
    person = waiting_person()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE participants_participant SET cohort = 'quiet' WHERE id = %s", [person.pk])
        cursor.execute(
            "SELECT cohort FROM participants_participantevent WHERE pgh_obj_id = %s ORDER BY pgh_id", [person.pk]
        )
        assert [row[0] for row in cursor.fetchall()] == ["", "quiet"]


def test_every_answer_is_in_the_audit_chain() -> None:
    person = active_person()
    actions = AuditEntry.objects.filter(scope=person.program.slug).values_list("action", flat=True)
    assert {"participant.added", "participant.invited", "invite.accepted", "agreement.signed"} <= set(actions)


def test_signing_after_return_names_the_link_by_which_the_person_came() -> None:
    person = accepted_person()
    link = mail_sign_in_link(participant_id=person.pk, actor=None)
    accept_invite(token=known_token(link), opened=visit())
    assert f"No. {link.pk}" in sign(person).authenticated_by


def test_a_mail_that_waits_does_not_go_to_somebody_who_is_removed() -> None:
    person, _ = invited_person()
    remove_participant(participant_id=person.pk, actor=None, reason="left the company")
    assert [mail.state for mail in OutboxMessage.objects.filter(to=person.email)] == [MessageState.CANCELLED]


def test_of_two_sign_in_links_that_wait_only_the_newer_is_mailed() -> None:
    person = accepted_person()
    for _ in range(2):
        mail_sign_in_link(participant_id=person.pk, actor=None)
    mails = OutboxMessage.objects.filter(to=person.email).order_by("-pk")[:2]
    assert [mail.state for mail in mails] == [MessageState.QUEUED, MessageState.CANCELLED]


@pytest.mark.parametrize(("days_left", "days_open"), [(3, 3), (20, 14), (-2, 14)])
def test_an_invite_keeps_no_place_beyond_the_last_day(days_left: int, days_open: int) -> None:
    program = live_program()
    midnight = clock.day_bounds(program.ends_on, program.tz)[1]
    with clock.at(midnight - dt.timedelta(days=days_left)):
        invite = invite_participant(participant_id=waiting_person(program).pk, actor=None)
        assert invite.expires_at == clock.now() + dt.timedelta(days=days_open)
