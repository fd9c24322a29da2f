"""What a browser carries between two clicks, signed: when a link was opened, when an agreement was shown.

A GET writes nothing, so the evidence of it travels with the visitor and is checked when the POST arrives.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

from core import tokens
from core.exceptions import BadInput
from participants.views.pages import visit_of
from participants.visits import Visit, session_hash

COOKIE = "invite"
COOKIE_PATH = "/i/"
LASTS = dt.timedelta(hours=24)
LINK_SALT, VIEW_SALT = "participants.link", "participants.view"
# Cookies share some 4 KB; a browser that says more about itself is cut off here.
AGENT_IN_COOKIE = 300


@dataclass(frozen=True)
class Link:
    """An opened link: its token, and the visit in which it was opened."""

    token: str
    opened: Visit


class NoLink(BadInput):
    """The browser carries no opened link."""


def carry_link(request: HttpRequest, response: HttpResponse, token: str) -> None:
    """Put the opened link into the visitor's cookie. Opening it again in the same browser keeps the first time."""
    carried = _read(request.COOKIES.get(COOKIE, ""), LINK_SALT)
    if carried is None or carried["token"] != token:
        secret = tokens.new_token()
        visit = visit_of(request, secret=secret)
        carried = {"token": token, "secret": secret, **_packed(visit), "agent": visit.user_agent[:AGENT_IN_COOKIE]}
    response.set_cookie(
        COOKIE,
        signing.dumps(carried, salt=LINK_SALT, compress=True),
        path=COOKIE_PATH,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )


def forget_link(response: HttpResponse) -> None:
    """Take the opened link out of the visitor's browser."""
    response.delete_cookie(COOKIE, path=COOKIE_PATH, samesite="Lax")


def carried_link(request: HttpRequest) -> Link:
    """Return the link that this browser opened. Raises `NoLink`, with a hint at cookies, the likely cause."""
    carried = _read(request.COOKIES.get(COOKIE, ""), LINK_SALT)
    if carried is None:
        raise NoLink(
            "Your browser did not keep the cookie that this page needs. Allow cookies for this site, "
            "then open the link in your invite mail again."
        )
    return Link(token=carried["token"], opened=_visit(carried, session_hash(carried["secret"])))


def view_token(request: HttpRequest, *, participant_id: int, agreement_id: int) -> str:
    """Return a signed note that this person was shown this agreement now, for the form to carry."""
    visit = visit_of(request, secret=request.session.session_key)
    note = {"participant": participant_id, "agreement": agreement_id, **_packed(visit), "session": visit.session}
    return signing.dumps(note, salt=VIEW_SALT, compress=True)


def viewed_by(token: str, *, participant_id: int) -> tuple[int, Visit] | None:
    """Return which agreement was shown and when; None for a note that is forged, old or somebody else's."""
    note = _read(token, VIEW_SALT)
    if note is None or note["participant"] != participant_id:
        return None
    return note["agreement"], _visit(note, note["session"])


def _packed(visit: Visit) -> dict[str, Any]:
    return {"at": visit.at.isoformat(), "ip": visit.ip, "agent": visit.user_agent}


def _visit(note: dict[str, Any], session: str) -> Visit:
    return Visit(at=dt.datetime.fromisoformat(note["at"]), ip=note["ip"], user_agent=note["agent"], session=session)


def _read(signed: str, salt: str) -> dict[str, Any] | None:
    try:
        note: dict[str, Any] = signing.loads(signed, salt=salt, max_age=LASTS)
    except signing.BadSignature:
        return None
    return note
