"""What is known of a person, cleaned: shared by the form, the import and the services. Pure, without the database."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from participants.exceptions import PersonRefused

NAME_LENGTH = 200
EMAIL_LENGTH = 254
COHORT_LENGTH = 60
EXTERNAL_ID_LENGTH = 120
PRIORITY_LIMIT = 32_767
# Marks that turn the reading direction of whatever follows them, so that a name could rewrite the line it stands in.
DIRECTION_MARKS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


@dataclass(frozen=True)
class Details:
    """A person's details, ready to be stored."""

    name: str
    email: str
    tier: str
    cohort: str = ""
    priority: int = 0
    external_id: str = ""

    @property
    def key(self) -> str:
        """What makes two rows the same person: the address without regard to case."""
        return self.email.lower()


def clean_details(
    *,
    name: str,
    email: str,
    tiers: Sequence[str],
    tier: str = "",
    cohort: str = "",
    priority: int | str = 0,
    external_id: str = "",
) -> Details:
    """Return the details as they are stored; an empty tier becomes the program's first.

    Raises `PersonRefused` for the first value that cannot be used, saying what to write instead.
    """
    return Details(
        name=clean_name(name),
        email=clean_email(email),
        tier=clean_tier(tier, tiers),
        cohort=clean_cohort(cohort),
        priority=clean_priority(priority),
        external_id=clean_external_id(external_id),
    )


def clean_name(text: str) -> str:
    """Return the name on one line. Any script is welcome; marks that only steer the display are dropped."""
    name = one_line(text)
    if not name:
        raise PersonRefused("The name is missing. Write the person's name as they use it.")
    if len(name) > NAME_LENGTH:
        raise PersonRefused(f"The name has {len(name)} characters, and {NAME_LENGTH} fit. Shorten it.")
    return name


def clean_email(text: str) -> str:
    """Return the address with its domain in lower case."""
    email = one_line(text)
    if not email:
        raise PersonRefused("The e-mail address is missing. Write one such as maria@example.com.")
    try:
        validate_email(email)
    except ValidationError as error:
        raise PersonRefused(
            f"“{email[:100]}” is not an e-mail address. Write one such as maria@example.com."
        ) from error
    if len(email) > EMAIL_LENGTH:
        raise PersonRefused(f"The e-mail address has {len(email)} characters, and {EMAIL_LENGTH} fit.")
    local, _, domain = email.rpartition("@")
    return f"{local}@{domain.lower()}"


def clean_tier(text: str, tiers: Sequence[str]) -> str:
    """Return the tier as the program spells it; without one, the first."""
    wanted = one_line(text)
    if not wanted:
        return tiers[0] if tiers else ""
    for tier in tiers:
        if tier.lower() == wanted.lower():
            return tier
    raise PersonRefused(f"There is no tier “{wanted[:40]}”. The program's tiers are {', '.join(tiers)}.")


def clean_priority(value: int | str) -> int:
    """Return the priority as a whole number; empty means 0."""
    text = one_line(str(value))
    try:
        number = int(text or 0)
    except ValueError as error:
        raise PersonRefused(f"The priority “{text[:40]}” is not a whole number. Write one such as 0 or 10.") from error
    if abs(number) > PRIORITY_LIMIT:
        raise PersonRefused(f"The priority {number} is out of range. Write a number from -32767 to 32767.")
    return number


def clean_cohort(text: str) -> str:
    return _short(text, "cohort", COHORT_LENGTH)


def clean_external_id(text: str) -> str:
    return _short(text, "external id", EXTERNAL_ID_LENGTH)


def one_line(text: str) -> str:
    """Return the text without control characters, direction marks and doubled spaces."""
    kept = (
        "" if c in DIRECTION_MARKS else " " if unicodedata.category(c) in {"Cc", "Cs", "Zl", "Zp"} else c for c in text
    )
    return " ".join("".join(kept).split())


def _short(text: str, what: str, length: int) -> str:
    line = one_line(text)
    if len(line) > length:
        raise PersonRefused(f"The {what} has {len(line)} characters, and {length} fit. Shorten it.")
    return line
