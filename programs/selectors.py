"""Reads about programs: by name, by key, by member of staff."""

from core import tokens
from core.models import User
from programs.enums import ROLE_RANK, KeyScope
from programs.exceptions import KeyRefused, ProgramNotFound
from programs.models import ApiKey, Contact, Freeze, Goal, Membership, Program


def program_by_slug(slug: str) -> Program:
    """Return the program `slug`. Raises `ProgramNotFound`, which names those that exist: for commands only."""
    program = Program.objects.filter(slug=slug).first()
    if program is None:
        known = ", ".join(Program.objects.order_by("slug").values_list("slug", flat=True)[:10]) or "none yet"
        raise ProgramNotFound(f"There is no program “{slug}”. Programs here: {known}.")
    return program


def authenticate_key(plain: str, scope: str) -> ApiKey:
    """Return the key's row, with its program. Raises `KeyRefused`: unknown, revoked, or for something else."""
    key = ApiKey.objects.select_related("program").filter(key_hash=tokens.hash_token(plain)).first() if plain else None
    if key is None:
        raise KeyRefused("The key is missing or unknown. Make one in the admin under Program, Keys and sources.")
    if key.revoked_at:
        raise KeyRefused(
            f"The key “{key.label}” was revoked on {key.revoked_at:%d %B %Y}. Make a new one in the admin."
        )
    if key.scope != scope:
        raise KeyRefused(
            f"The key “{key.label}” is for “{key.get_scope_display()}”, not for “{KeyScope(scope).label}”. "
            "Use a key of that scope."
        )
    return key


def role_in(user: User, program_id: int) -> str | None:
    """Return the member's role in the program, or None where the user has no part in it."""
    return Membership.objects.filter(user=user, program_id=program_id).values_list("role", flat=True).first()


def may(user: User, program_id: int, role: str) -> bool:
    """Whether the user holds `role` or a higher one in the program. Superusers may everything."""
    if user.is_superuser:
        return True
    held = role_in(user, program_id)
    return held is not None and ROLE_RANK[held] >= ROLE_RANK[role]


def freezes_in_force(program: Program) -> list[Freeze]:
    return list(Freeze.objects.in_force().filter(program=program).select_related("started_by").order_by("started_at"))


def public_contact(program: Program) -> Contact | None:
    """The person that participants turn to: named on every public page, and the sender of mails."""
    return Contact.objects.filter(program=program, is_public=True).order_by("position", "pk").first()


def report_recipients(program: Program) -> dict[str, str]:
    """Who gets the weekly report: address in lower case -> name. Members and contacts, each address once."""
    people: dict[str, str] = {}
    for member in Membership.objects.filter(program=program, user__is_active=True).select_related("user"):
        if member.user.email:
            people[member.user.email.lower()] = member.user.get_full_name() or member.user.get_username()
    for contact in Contact.objects.filter(program=program, gets_report=True).exclude(email=""):
        people.setdefault(contact.email.lower(), contact.name)
    return people


def standing_target(program: Program, metric: str, dimension: str = "") -> Goal | None:
    """The program's lasting target for a figure, such as uptime 0.999."""
    return Goal.objects.filter(program=program, period="standing", metric=metric, dimension=dimension).first()
