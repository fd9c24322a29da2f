"""Members of a program and their roles; action items that are done."""

import pytest

from core.exceptions import BadInput, Conflict
from core.models import AuditEntry
from programs.enums import Role
from programs.exceptions import AlreadyMember, LastOwner
from programs.models import ActionItem, Membership
from programs.services import add_member, change_role, finish_action_item, remove_member
from tests.factories.programs import draft_program, staff_user

pytestmark = pytest.mark.django_db


def owner_of(program) -> Membership:
    return Membership.objects.create(program=program, user=staff_user(), role=Role.OWNER)


@pytest.mark.parametrize("who", ["ada", " ADA ", "ada@example.org", "Ada@Example.org"])
def test_a_member_is_found_by_user_name_or_address(who: str):
    ada = staff_user(username="ada", email="ada@example.org")
    member = add_member(program_id=draft_program().pk, who=who, role=Role.VIEWER, actor=None)
    assert member.user == ada


@pytest.mark.parametrize("who", ["", "nobody", "gone"])
def test_who_is_not_on_the_staff_cannot_become_a_member(who: str):
    staff_user(username="gone", is_active=False)
    with pytest.raises(BadInput, match="Nobody on the staff"):
        add_member(program_id=draft_program().pk, who=who, role=Role.VIEWER, actor=None)


def test_nobody_is_a_member_twice():
    program = draft_program()
    member = owner_of(program)
    with pytest.raises(AlreadyMember, match="already"):
        add_member(program_id=program.pk, who=member.user.username, role=Role.VIEWER, actor=None)


def test_the_last_owner_can_neither_leave_nor_step_down():
    member = owner_of(draft_program())
    with pytest.raises(LastOwner, match="at least one owner"):
        remove_member(membership_id=member.pk, actor=None)
    with pytest.raises(LastOwner, match="Make somebody else an owner first"):
        change_role(membership_id=member.pk, role=Role.VIEWER, actor=None)


def test_an_owner_whose_account_is_closed_does_not_count():
    program = draft_program()
    member = owner_of(program)
    Membership.objects.create(program=program, user=staff_user(is_active=False), role=Role.OWNER)
    with pytest.raises(LastOwner):
        remove_member(membership_id=member.pk, actor=None)


def test_one_of_two_owners_may_step_down_and_the_ledger_tells():
    program = draft_program()
    owner_of(program)
    member = owner_of(program)
    change_role(membership_id=member.pk, role=Role.VIEWER, actor=None)
    entry = AuditEntry.objects.get(action="membership.role_changed")
    assert (entry.before, entry.after) == ({"role": "owner"}, {"role": "viewer"})


def test_a_removed_member_is_named_in_the_ledger():
    program = draft_program()
    owner_of(program)
    member = owner_of(program)
    remove_member(membership_id=member.pk, actor=None)
    assert not Membership.objects.filter(pk=member.pk).exists()
    assert AuditEntry.objects.get(action="membership.removed").object_label == str(member)


def test_an_action_item_is_done_once():
    item = ActionItem.objects.create(program=draft_program(), title="Call the bank")
    finish_action_item(item_id=item.pk, actor=None)
    with pytest.raises(Conflict, match="done already"):
        finish_action_item(item_id=item.pk, actor=None)
