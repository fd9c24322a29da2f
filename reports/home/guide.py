"""The way from an empty program to a live one, in five steps."""

from dataclasses import dataclass, replace

from participants.models import Agreement
from participants.selectors import SeatCounts
from programs.enums import KeyScope
from programs.models import ApiKey, Program, ReadinessItem
from reports.home import links


@dataclass(frozen=True, slots=True)
class Step:
    """`state` says in words how far it is; `action` and `href` are the button."""

    number: int
    title: str
    why: str
    done: bool
    state: str
    action: str
    href: str
    is_next: bool = False
    for_owner: bool = False  # Others are shown no button.


def guide(program: Program, seats: SeatCounts) -> list[Step]:
    """Return the five steps of a draft program, each with its state and where it is done."""
    steps = [_agreement(program), _sources(program), _alerts(program), _people(seats), _launch(program)]
    upcoming = next(step for step in steps if not step.done)  # The launch of a draft is never done.
    return [replace(step, is_next=step is upcoming) for step in steps]


def _agreement(program: Program) -> Step:
    agreement = Agreement.objects.filter(program=program).order_by("-version").first()
    published = agreement is not None and agreement.published_at is not None
    if agreement is None:
        state, href = "none yet", links.rows("participants.agreement")
    else:
        word = "published" if published else "a draft"
        state, href = f"version {agreement.version}, {word}", links.row("participants.agreement", agreement.pk)
    action = "Read it again" if published else "Read and publish"
    return Step(1, "Agreement", "What people sign before they get in.", published, state, action, href)


def _sources(program: Program) -> Step:
    keys = ApiKey.objects.usable().filter(program=program, scope=KeyScope.INGEST).count()
    state = f"{keys} write key{'s' if keys > 1 else ''}" if keys else "no write key"
    href = links.rows("programs.apikey")
    why = "The product sends events with a write key; every figure comes from them."
    return Step(2, "Sources", why, keys > 0, state, "See the keys" if keys else "Make a write key", href)


def _alerts(program: Program) -> Step:
    item = ReadinessItem.objects.filter(program=program, key="alerts").first()
    done = item is None or item.checked_at is not None
    state = "tested" if done else "not tested"
    href = links.row("programs.readinessitem", item.pk) if item else links.rows("programs.readinessitem")
    why = "Somebody is woken when it breaks. Set one off and see it arrive."
    return Step(3, "Alerts tested", why, done, state, "Look again" if done else "Check with evidence", href)


def _people(seats: SeatCounts) -> Step:
    known = seats.waiting + seats.held
    state = f"{known} on the list, {seats.cap} seats" if known else f"nobody yet, {seats.cap} seats"
    why = "Import a list or add people one by one. Nothing is mailed before launch."
    href = links.rows("participants.participant")
    return Step(4, "People", why, known > 0, state, "See the people" if known else "Add people", href)


def _launch(program: Program) -> Step:
    still_open = ReadinessItem.objects.filter(program=program, required=True, checked_at=None).count()
    state = f"{still_open} readiness items open" if still_open else "ready"
    why = "From here on invites leave. It is refused while a required readiness item is open."
    if still_open:
        return Step(5, "Launch", why, False, state, "Go through readiness", links.rows("programs.readinessitem"))
    return Step(
        5, "Launch", why, False, state, "Launch", links.page("programs_program_launch", program.pk), for_owner=True
    )
