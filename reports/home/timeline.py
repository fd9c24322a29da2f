"""What happened lately, read from the audit entries and told in words."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from core import clock
from core.models import AuditEntry
from programs.models import Program
from reports.home import links

READ = 200  # entries at most, so that a busy day costs no more than a quiet one
SHOWN = 10


@dataclass(frozen=True, slots=True)
class Moment:
    """One line of the timeline: what one person did, once or several times in a row."""

    at: dt.datetime
    who: str
    text: str
    href: str


# action -> (told of one, told of several); {it} is the object's label at the time, {n} how many. Whose doing it was is
# put in front, but where the words say it themselves (`OWN`).
WORDS: dict[str, tuple[str, str]] = {
    "program.created": ("created the program", "created {n} programs"),
    "program.changed": ("changed the settings", "changed the settings {n} times"),
    "program.launched": ("launched the program", "launched the program"),
    "program.ended": ("ended the program", "ended the program"),
    "program.frozen": ("{it}", "the program was frozen {n} times"),
    "program.unfrozen": ("lifted the freeze “{it}”", "lifted {n} freezes"),
    "program.cap_changed": ("changed the number of seats", "changed the number of seats {n} times"),
    "readiness.checked": ("checked “{it}”", "checked {n} readiness items"),
    "readiness.reopened": ("opened “{it}” again", "opened {n} readiness items again"),
    "api_key.created": ("made the key {it}", "made {n} keys"),
    "api_key.revoked": ("revoked the key {it}", "revoked {n} keys"),
    "membership.added": ("made {it} a member", "added {n} members"),
    "membership.removed": ("removed the member {it}", "removed {n} members"),
    "membership.role_changed": ("changed the role of {it}", "changed {n} roles"),
    "action_item.done": ("finished “{it}”", "finished {n} action items"),
    "agreement.published": ("published {it}", "published {n} agreements"),
    "agreement.signed": ("{it} was signed", "{n} agreements were signed"),
    "people.imported": ("imported people", "imported people {n} times"),
    "participant.added": ("added {it}", "added {n} people"),
    "participant.changed": ("changed the details of {it}", "changed the details of {n} people"),
    "participant.invited": ("invited {it}", "invited {n} people"),
    "participant.sign_in_link": ("sent {it} a link to sign in", "sent {n} people a link to sign in"),
    "report.built": ("built a report: {it}", "built {n} reports"),
    "report.sent": ("sent a report: {it}", "sent {n} reports"),
    "survey.imported": ("imported answers to {it}", "imported answers {n} times"),
    "invite.accepted": ("{it} accepted the invite", "{n} people accepted their invite"),
    "invite.revoked": ("withdrew the invite of {it}", "withdrew {n} invites"),
    "invite.expired": ("the invite of {it} expired", "{n} invites expired"),
    "participant.suspended": ("suspended {it}", "suspended {n} people"),
    "participant.restored": ("let {it} in again", "let {n} people in again"),
    "participant.put_back": ("put {it} back on the waitlist", "put {n} people back on the waitlist"),
    "participant.removed": ("removed {it}", "removed {n} people"),
    "seats.disagree": ("seats and people disagree", "seats and people disagree"),
    "invite.declined": ("{it} declined the invite", "{n} people declined their invite"),
}
OWN = {"program.frozen", "agreement.signed", "invite.accepted", "invite.declined", "invite.expired", "seats.disagree"}


def timeline(program: Program) -> tuple[list[Moment], bool]:
    """Return the latest moments since the start of yesterday in program time, and whether there are more."""
    yesterday = program.today - dt.timedelta(days=1)
    since, _ = clock.day_bounds(yesterday, program.tz)
    entries = list(AuditEntry.objects.filter(scope=program.slug, at__gte=since).order_by("-id")[:READ])
    moments = list(_told(entries))
    return moments[:SHOWN], len(moments) > SHOWN or len(entries) == READ


def _told(entries: Iterable[AuditEntry]) -> Iterable[Moment]:
    """Tell the same thing done by the same person several times in a row as one moment."""
    for (who, action), group in groupby(entries, key=lambda entry: (entry.actor_name, entry.action)):
        run = list(group)
        newest = run[0]
        href = links.row(newest.object_type, newest.object_pk) if len(run) == 1 else links.rows(newest.object_type)
        yield Moment(newest.at, "" if action in OWN else who, _words(action, newest.object_label, len(run)), href)


def _words(action: str, label: str, count: int) -> str:
    one, several = WORDS.get(action, ("", ""))
    if not one:
        noun, _, verb = action.partition(".")
        one = f"{verb.replace('_', ' ')} {noun.replace('_', ' ')} “{{it}}”"
        several = f"{verb.replace('_', ' ')} {{n}} × {noun.replace('_', ' ')}"
    return (one if count == 1 else several).replace("{n}", str(count)).replace("{it}", label)
