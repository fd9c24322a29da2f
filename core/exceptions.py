"""Refusals: what the portal will not do, said to a person in one sentence.

Every service raises one of these. The admin shows the sentence as a message, the API as RFC 9457 problem
details, a command prints it and exits 1. `str(refusal)` is the sentence: what was refused, why, and what to
do.
"""

from typing import ClassVar


class Refusal(Exception):  # noqa: N818 - a refusal is an answer, not an error
    """The base of all refusals. `status` is the HTTP status that fits it."""

    status: ClassVar[int] = 400


class BadInput(Refusal):
    """What was given cannot be used as it is."""

    status = 400


class NotAllowed(Refusal):
    """This person or key may not do this."""

    status = 403


class NotFound(Refusal):
    """The thing named does not exist, or not for this person."""

    status = 404


class Conflict(Refusal):
    """The thing is in a state that does not permit this now."""

    status = 409


class Gone(Refusal):
    """It existed and is over: expired, used or withdrawn."""

    status = 410


class TooLarge(Refusal):
    """More bytes or rows than are taken at once."""

    status = 413
