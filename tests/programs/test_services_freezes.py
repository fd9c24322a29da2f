"""Freezes stop a program, and only a person lifts them."""

import threading

import pytest
from django.db import connection, transaction

from core.exceptions import BadInput, Conflict
from core.models import AuditEntry
from programs.exceptions import ProgramFrozen, ProgramNotFound, ProgramNotOpen
from programs.models import Freeze
from programs.services import end_program, freeze, lift_freeze, lock_program_open
from tests.factories.programs import draft_program, live_program, staff_user


@pytest.mark.django_db
def test_a_live_program_is_open():
    lock_program_open(program_id=live_program().pk)


@pytest.mark.django_db
@pytest.mark.parametrize("scope", ["invites", "everything"])
def test_a_frozen_program_says_since_when_and_why(scope):
    program = live_program()
    freeze(program_id=program.pk, scope=scope, cause="Invoice totals are wrong.", actor=None)
    with pytest.raises(ProgramFrozen, match=r"is frozen since .* UTC: Invoice totals are wrong\. Nobody"):
        lock_program_open(program_id=program.pk)


@pytest.mark.django_db
def test_a_draft_and_an_ended_program_are_not_open():
    with pytest.raises(ProgramNotOpen, match="has not been launched yet"):
        lock_program_open(program_id=draft_program().pk)
    ended = live_program()
    end_program(program_id=ended.pk, actor=None, reason="over")
    with pytest.raises(ProgramNotOpen, match="has ended"):
        lock_program_open(program_id=ended.pk)


@pytest.mark.django_db
def test_an_unknown_program_is_not_open():
    with pytest.raises(ProgramNotFound):
        lock_program_open(program_id=0)


@pytest.mark.django_db
def test_a_freeze_needs_a_cause_and_its_end_needs_evidence():
    program = live_program()
    with pytest.raises(BadInput, match="say why"):
        freeze(program_id=program.pk, scope="invites", cause=" ", actor=None)
    row = freeze(program_id=program.pk, scope="invites", cause="Leak", actor=None)
    with pytest.raises(BadInput, match="The freeze stays"):
        lift_freeze(freeze_id=row.pk, actor=staff_user(), evidence="")
    assert Freeze.objects.in_force().count() == 1


@pytest.mark.django_db
def test_a_lifted_freeze_opens_the_program_and_is_not_lifted_twice():
    program = live_program()
    row = freeze(program_id=program.pk, scope="invites", cause="Leak", actor=None)
    lift_freeze(freeze_id=row.pk, actor=staff_user(), evidence="Patched in 1.0.3, retested")
    lock_program_open(program_id=program.pk)
    with pytest.raises(Conflict, match="was lifted already"):
        lift_freeze(freeze_id=row.pk, actor=staff_user(), evidence="again")


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_a_freeze_waits_for_whoever_holds_the_program_open():
    program = live_program()
    frozen = threading.Event()

    def freeze_it() -> None:
        freeze(program_id=program.pk, scope="invites", cause="Leak", actor=None)
        frozen.set()
        connection.close()

    other = threading.Thread(target=freeze_it)
    with transaction.atomic():
        lock_program_open(program_id=program.pk)
        other.start()
        assert not frozen.wait(0.5)
    other.join()
    assert frozen.is_set()
    assert Freeze.objects.in_force().count() == 1


@pytest.mark.django_db
def test_a_double_click_freezes_once():
    program = live_program()
    once, twice = (freeze(program_id=program.pk, scope="invites", cause=" Cents drop.", actor=None) for _ in range(2))
    assert once == twice
    assert AuditEntry.objects.filter(action="program.frozen").count() == 1
