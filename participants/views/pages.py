"""What all public pages share: their headers, where a click came from, and one page for every refusal."""

import functools
import ipaddress
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers

from core import clock
from core.exceptions import Refusal
from participants.exceptions import InviteOver, InviteUnknown
from participants.models import Participant
from participants.visits import AGENT_LENGTH, Visit, session_hash
from programs.models import Program
from programs.selectors import public_contact

View = Callable[..., HttpResponse]

TITLES = {
    400: "That did not work",
    403: "Not open to you",
    404: "This link does not work",
    409: "Not right now",
    410: "This link is over",
}


def public_page(view: View) -> View:
    """Turn a refusal into its page, and keep every answer out of caches: all of them are about one person."""

    @functools.wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            response = view(request, *args, **kwargs)
        except Refusal as refusal:
            response = refused(request, refusal)
        add_never_cache_headers(response)
        return response

    return answer


def show(
    request: HttpRequest, template: str, context: dict[str, Any], *, program: Program | None, status: int = 200
) -> HttpResponse:
    """Render a page with what stands around all of them: the program and the person to turn to."""
    around = {"program": program, "contact": public_contact(program) if program else None}
    return render(request, f"participants/{template}.html", around | context, status=status)


def refused(request: HttpRequest, refusal: Refusal, *, program: Program | None = None) -> HttpResponse:
    """The one page for everything that does not work: what happened, and the next step."""
    whose = refusal.program if isinstance(refusal, InviteOver) else program
    context = {
        "title": TITLES.get(refusal.status, TITLES[400]),
        "sentence": str(refusal),
        "is_link": isinstance(refusal, (InviteUnknown, InviteOver)),
    }
    return show(request, "refused", context, program=whose or getattr(request, "program", None), status=refusal.status)


def about(request: HttpRequest, person: Participant) -> None:
    """Remember whose page this is, so that a refusal on it can name the program's contact."""
    request.program = person.program  # type: ignore[attr-defined]


def visit_of(request: HttpRequest, *, secret: str | None) -> Visit:
    """Where this click came from. `secret` is the session key or cookie by which the browser is told from others."""
    agent = request.headers.get("User-Agent", "")[:AGENT_LENGTH].replace("\x00", "")
    return Visit(at=clock.now(), ip=client_ip(request), user_agent=agent, session=session_hash(secret))


def client_ip(request: HttpRequest) -> str | None:
    """The visitor's address: what our own proxy says, where there is one, else the connection's other end."""
    # Only the last entry is our proxy's; everything before it is what the visitor claims.
    forwarded = request.headers.get("X-Forwarded-For", "") if settings.BEHIND_PROXY else ""
    return _address(forwarded.rpartition(",")[2]) or _address(request.META.get("REMOTE_ADDR", ""))


def _address(text: str) -> str | None:
    try:
        return str(ipaddress.ip_address(text.strip()))
    except ValueError:
        return None
