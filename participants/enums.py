"""The words of taking part: states and the moves between them, invites, agreements, evidence."""

from django.db import models


class ParticipantState(models.TextChoices):
    WAITLISTED = "waitlisted", "Waitlisted"
    INVITED = "invited", "Invited"
    ACCEPTED = "accepted", "Accepted, not signed"
    ACTIVE = "active", "Active"
    SUSPENDED = "suspended", "Suspended"
    LEFT = "left", "Left"
    REMOVED = "removed", "Removed"


# Who holds a seat. An outstanding invite does: a promise of a place is a place.
HOLDING_STATES = (
    ParticipantState.INVITED,
    ParticipantState.ACCEPTED,
    ParticipantState.ACTIVE,
    ParticipantState.SUSPENDED,
)

# Every allowed move; anything else is refused. An expired or revoked invite leads back to the waitlist, a declined one
# to `left`: who said no is not invited again unless somebody decides so.
PARTICIPANT_MOVES: dict[str, frozenset[str]] = {
    ParticipantState.WAITLISTED: frozenset({ParticipantState.INVITED, ParticipantState.REMOVED}),
    ParticipantState.INVITED: frozenset(
        {ParticipantState.ACCEPTED, ParticipantState.WAITLISTED, ParticipantState.LEFT, ParticipantState.REMOVED}
    ),
    ParticipantState.ACCEPTED: frozenset(
        {ParticipantState.ACTIVE, ParticipantState.LEFT, ParticipantState.REMOVED, ParticipantState.SUSPENDED}
    ),
    ParticipantState.ACTIVE: frozenset({ParticipantState.SUSPENDED, ParticipantState.LEFT, ParticipantState.REMOVED}),
    # Restored to where the person was: unsigned people go back to signing.
    ParticipantState.SUSPENDED: frozenset(
        {ParticipantState.ACTIVE, ParticipantState.ACCEPTED, ParticipantState.LEFT, ParticipantState.REMOVED}
    ),
    ParticipantState.LEFT: frozenset({ParticipantState.WAITLISTED}),
    ParticipantState.REMOVED: frozenset({ParticipantState.WAITLISTED}),
}


class InvitePurpose(models.TextChoices):
    JOIN = "join", "Join the beta"
    RETURN = "return", "Sign in again"


class InviteState(models.TextChoices):
    OPEN = "open", "Open"
    ACCEPTED = "accepted", "Accepted"
    DECLINED = "declined", "Declined"
    EXPIRED = "expired", "Expired"
    REVOKED = "revoked", "Revoked"


class AgreementKind(models.TextChoices):
    EDITORIAL = "editorial", "Editorial (wording only)"
    MATERIAL = "material", "Material (people sign again)"


class EvidenceEvent(models.TextChoices):
    """What happened on the way to a signature, in the order of DESIGN section 6."""

    SENT = "sent", "Invite sent"
    OPENED = "opened", "Invite opened"
    VIEWED = "viewed", "Agreement viewed"
    CONSENTED = "consented", "Consented to sign online"
    SIGNED = "signed", "Signed"
    COPIED = "copied", "Copy put into the mail"
