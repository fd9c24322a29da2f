"""The portal's home, and the way out."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from participants.enums import ParticipantState
from participants.selectors import newest_signature
from participants.views import sessions
from participants.views.carried import forget_link
from participants.views.pages import public_page, show
from programs.enums import ProgramState
from programs.models import Contact


@require_safe
@public_page
def portal(request: HttpRequest) -> HttpResponse:
    """What to do next, the agreement, the program's dates, and whom to ask."""
    person = sessions.signed_in(request)
    program = person.program
    context = {
        "person": person,
        "signature": newest_signature(person),
        "contacts": Contact.objects.filter(program=program, is_public=True),
        "must_sign": person.state == ParticipantState.ACCEPTED,
        "has_ended": program.state == ProgramState.ENDED,
        "days_left": (program.ends_on - program.today).days,
    }
    return show(request, "portal", context, program=program)


@public_page
def sign_out(request: HttpRequest) -> HttpResponse:
    """POST signs out; a GET does not, since prefetching browsers send those."""
    if request.method != "POST":
        return redirect("portal")
    sessions.end(request)
    response = redirect("signed-out")
    forget_link(response)  # Right after an accept its cookie would let the next person at this browser in again.
    return response


@require_safe
@public_page
def signed_out(request: HttpRequest) -> HttpResponse:
    return show(request, "signed_out", {}, program=None)


@require_safe
@public_page
def front(request: HttpRequest) -> HttpResponse:
    """The bare address: on to the portal for who is signed in, else where to go."""
    if sessions.signed_in_id(request):
        return redirect("portal")
    return show(request, "front", {}, program=None)
