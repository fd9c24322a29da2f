"""What this app refuses. Each is one sentence for people; the base says which HTTP status it becomes."""

from core.exceptions import Conflict, NotAllowed, NotFound


class ProgramNotFound(NotFound):
    """There is no such program, or it is not this person's to see."""


class ProgramNotOpen(Conflict):
    """The program is a draft or has ended, so nobody joins it."""


class ProgramFrozen(Conflict):
    """A freeze stops what was asked."""


class LaunchRefused(Conflict):
    """Required readiness items are open."""


class NoSuchMove(Conflict):
    """The state does not lead there."""


class KeyRefused(NotAllowed):
    """The API key is unknown, revoked, or made for something else."""

    status = 401


class AlreadyMember(Conflict):
    """The person is a member of the program already."""


class LastOwner(Conflict):
    """A program is not left without an owner."""
