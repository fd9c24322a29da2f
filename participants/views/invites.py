"""The front door: open a personal link, see what it offers, accept or decline."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from participants.enums import InvitePurpose, InviteState, ParticipantState
from participants.exceptions import InviteOver
from participants.models import Invite
from participants.selectors import invite_by_token, refuse_if_over
from participants.services import accept_invite, decline_invite
from participants.views import sessions
from participants.views.carried import NoLink, carried_link, carry_link
from participants.views.pages import about, public_page, show
from programs.enums import ProgramState
from programs.selectors import freezes_in_force


@require_safe
@public_page
def open_link(request: HttpRequest, token: str) -> HttpResponse:
    """Take the token out of the address at once: it goes into a cookie, and nothing is written anywhere else."""
    if _usable_or_own(request, token):
        response = redirect("invite")
        carry_link(request, response, token)
    else:
        response = redirect("portal")
    # No page after this one learns the address with the token. On pages with forms this header would make browsers
    # hide where a POST comes from, and the check against forged ones would refuse it.
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


@require_safe
@public_page
def invite(request: HttpRequest) -> HttpResponse:
    """Show what the opened link offers."""
    invite = _usable_or_own(request, carried_link(request).token)
    if invite is None:
        return redirect("portal")
    person = invite.participant
    program = person.program
    context = {
        "person": person,
        "invite": invite,
        "freezes": freezes_in_force(program),
        "is_open": program.state == ProgramState.LIVE,
        "expires_at": invite.expires_at.astimezone(program.tz),
    }
    template = "invite" if invite.purpose == InvitePurpose.JOIN else "welcome_back"
    return show(request, template, context, program=program)


@public_page
def accept(request: HttpRequest) -> HttpResponse:
    """POST accepts. Whoever comes to this address in another way, by reloading for example, sees the invite."""
    if request.method != "POST":
        return redirect("invite")
    link = carried_link(request)
    about(request, invite_by_token(link.token).participant)
    person = accept_invite(token=link.token, opened=link.opened)
    sessions.start(request, person)
    return redirect("portal" if person.state == ParticipantState.ACTIVE else "agreement")


@public_page
def decline(request: HttpRequest) -> HttpResponse:
    """GET asks, with a place for a reason; POST declines."""
    link = carried_link(request)
    if request.method == "POST":
        about(request, invite_by_token(link.token).participant)
        decline_invite(token=link.token, opened=link.opened, reason=request.POST.get("reason", ""))
        return redirect("declined")
    person = _usable(request, link.token).participant
    return show(request, "decline", {"person": person}, program=person.program)


@require_safe
@public_page
def declined(request: HttpRequest) -> HttpResponse:
    """Say thank you after a decline."""
    invite = invite_by_token(carried_link(request).token)
    if invite.state != InviteState.DECLINED:
        raise NoLink("There is nothing to see here. Open the link in your invite mail again.")
    person = invite.participant
    return show(request, "declined", {"person": person}, program=person.program)


def _usable_or_own(request: HttpRequest, token: str) -> Invite | None:
    """Return the invite, or None where it is over and its person is signed in here: there is nothing left to do."""
    try:
        return _usable(request, token)
    except InviteOver:
        if sessions.signed_in_id(request) != invite_by_token(token).participant_id:
            raise
    return None


def _usable(request: HttpRequest, token: str) -> Invite:
    invite = invite_by_token(token)
    about(request, invite.participant)
    refuse_if_over(invite)
    return invite
