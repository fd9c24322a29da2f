"""Who runs a program: members and their roles. A program never loses its last owner."""

from django.db import transaction
from django.db.models import Q

from core import audit
from core.exceptions import BadInput
from core.models import User
from programs.enums import Role
from programs.exceptions import AlreadyMember, LastOwner
from programs.models import Membership, Program


@transaction.atomic
def add_member(*, program_id: int, who: str, role: str, actor: User | None) -> Membership:
    """Make a member of staff a member of the program; `who` is a user name or an e-mail address.

    Raises `BadInput` where nobody on the staff is called that, `AlreadyMember` where the person is in already.
    """
    program = _locked(program_id)
    name = who.strip()
    user = User.objects.filter(Q(username__iexact=name) | Q(email__iexact=name), is_staff=True, is_active=True).first()
    if not name or user is None:
        raise BadInput(
            f"Nobody on the staff has the user name or e-mail address “{name}”. Check the spelling, or ask an "
            "administrator to add the account under System, Users."
        )
    if Membership.objects.filter(program=program, user=user).exists():
        raise AlreadyMember(f"{user.display_name} is a member of {program.name} already. Change the role there.")
    member = Membership.objects.create(program=program, user=user, role=Role(role))
    audit.record(actor=actor, action="membership.added", obj=member, scope=program.slug, after={"role": role})
    return member


@transaction.atomic
def change_role(*, membership_id: int, role: str, actor: User | None) -> Membership:
    """Give a member another role. Raises `LastOwner` where that would leave the program without an owner."""
    member = Membership.objects.select_related("program", "user").get(pk=membership_id)
    _locked(member.program_id)
    member.refresh_from_db(fields=["role"])
    before = member.role
    if role == before:
        return member
    _refuse_last_owner(member, "keeps the role of owner")
    member.role = Role(role)
    member.save(update_fields=["role"])
    audit.record(
        actor=actor,
        action="membership.role_changed",
        obj=member,
        scope=member.program.slug,
        before={"role": before},
        after={"role": role},
    )
    return member


@transaction.atomic
def remove_member(*, membership_id: int, actor: User | None) -> None:
    """Take somebody out of the program. Raises `LastOwner` for its only owner."""
    member = Membership.objects.select_related("program", "user").get(pk=membership_id)
    _locked(member.program_id)
    member.refresh_from_db(fields=["role"])
    _refuse_last_owner(member, "stays")
    audit.record(
        actor=actor, action="membership.removed", obj=member, scope=member.program.slug, before={"role": member.role}
    )
    member.delete()


def _locked(program_id: int) -> Program:
    """Lock the program's row, so that two owners cannot remove each other at the same time."""
    return Program.objects.select_for_update(no_key=True).get(pk=program_id)


def _refuse_last_owner(member: Membership, outcome: str) -> None:
    others = Membership.objects.filter(program_id=member.program_id, role=Role.OWNER, user__is_active=True)
    if member.role == Role.OWNER and not others.exclude(pk=member.pk).exists():
        raise LastOwner(
            f"{member.user.display_name} {outcome}: a program has at least one owner, and this is the only one of "
            f"{member.program.name}. Make somebody else an owner first."
        )
