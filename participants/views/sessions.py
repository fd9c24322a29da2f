"""Who is signed in to the portal. A participant has no account: the personal link starts a browser session."""

from django.http import HttpRequest

from core.exceptions import Gone, NotAllowed
from participants.enums import ParticipantState
from participants.models import Participant
from participants.views.pages import about

KEY = "participant"


class NotSignedIn(NotAllowed):
    """The browser has no portal session."""


def start(request: HttpRequest, person: Participant) -> None:
    """Sign the person in, under a new session key."""
    request.session[KEY] = person.pk
    request.session.cycle_key()


def end(request: HttpRequest) -> None:
    """Sign out. Somebody who is signed in as staff in the same browser stays so."""
    if request.user.is_authenticated:
        request.session.pop(KEY, None)
    else:
        request.session.flush()


def signed_in_id(request: HttpRequest) -> int | None:
    value: int | None = request.session.get(KEY)
    return value


def signed_in(request: HttpRequest) -> Participant:
    """Return who is signed in, looked at anew with each request: a removed person is out at once.

    Raises `NotSignedIn`, `Gone` for who left or was removed, `NotAllowed` for who is suspended.
    """
    rows = Participant.objects.select_related("program")
    person = rows.filter(pk=signed_in_id(request) or 0).first()
    if person is None:
        raise NotSignedIn(
            "You are not signed in. Open the personal link in your invite mail; if it was used already, "
            "ask the team for a new one by answering that mail."
        )
    about(request, person)
    if person.state == ParticipantState.SUSPENDED:
        raise NotAllowed("Your access is paused. The team can tell you why and what happens next.")
    if person.state not in {ParticipantState.ACCEPTED, ParticipantState.ACTIVE}:
        raise Gone("You are not part of this beta any more, so there is nothing to show here.")
    return person
