"""What the confirm pages of people say: what will happen, what will not, and how to undo it."""

from django.db.models import QuerySet
from django.http import HttpRequest

from core.admin import Explanation
from participants.enums import HOLDING_STATES, ParticipantState
from participants.models import Participant
from participants.selectors import seat_counts
from programs.enums import ProgramState
from programs.selectors import freezes_in_force

People = QuerySet[Participant]


def explain_invite(_request: HttpRequest, people: People) -> Explanation:
    waiting = list(people.filter(state=ParticipantState.WAITLISTED).select_related("program"))
    others = people.count() - len(waiting)
    if not waiting:
        return Explanation(will=["Nobody is invited: none of the chosen people is on the waitlist."])
    program = waiting[0].program
    free = seat_counts(program).free
    invited, over = min(free, len(waiting)), max(0, len(waiting) - free)
    will = [
        f"They take {invited} of the {free} free seats, in the order of the list.",
        "Each of them gets a mail with a personal link, within seconds.",
        f"Each invite expires after {program.invite_days} days and then frees its seat.",
    ]
    will_not = [f"{others} of the chosen people are not on the waitlist and are refused."] if others else []
    if over:
        will_not.append(f"{over} get no invite, because every seat is held then. They stay on the waitlist.")
    will += [f"All of it is refused while frozen: {freeze.cause}" for freeze in freezes_in_force(program)]
    if program.state != ProgramState.LIVE:
        will.append("All of it is refused, because the program is not live. Launch it first.")
    return Explanation(will=will, will_not=will_not, undo="Revoke the invites. A mail that left cannot be called back.")


def explain_revoke(_request: HttpRequest, people: People) -> Explanation:
    return Explanation(
        will=["The personal links stop working at once.", "Their seats are free, and the people are on the waitlist."],
        will_not=["Nobody is told by mail. Mails that have not left yet do not leave.", *_not_invited(people)],
        undo="Invite them again; they get a new link.",
    )


def explain_link(_request: HttpRequest, people: People) -> Explanation:
    outside = people.exclude(state__in=[ParticipantState.ACCEPTED, ParticipantState.ACTIVE]).count()
    return Explanation(
        will=[
            "Each person gets a mail with a link that signs in once, within 24 hours.",
            "Older such links stop working.",
        ],
        will_not=[f"{outside} of the chosen people have not accepted an invite and are refused."] if outside else [],
        undo="The link ends by itself after 24 hours.",
    )


def explain_remove(_request: HttpRequest, people: People) -> Explanation:
    seats = people.filter(state__in=HOLDING_STATES).count()
    return Explanation(
        will=[
            "They are out of the program at once: open links and portal sessions stop working.",
            f"{seats} seats are free at once.",
        ],
        will_not=["What they signed stays as evidence. Nobody is told by mail."],
        undo="Put them back on the waitlist, then invite them again.",
    )


def explain_suspend(_request: HttpRequest, _people: People) -> Explanation:
    return Explanation(
        will=["They cannot use the portal until they are restored."],
        will_not=["Their seat stays theirs. Nobody is told by mail."],
        undo="Restore them.",
    )


def explain_restore(_request: HttpRequest, _people: People) -> Explanation:
    return Explanation(
        will=["They can use the portal again, or go on to sign where they had not."],
        will_not=["Nobody is told by mail."],
        undo="Suspend them again.",
    )


def explain_put_back(_request: HttpRequest, _people: People) -> Explanation:
    return Explanation(
        will=["They are on the waitlist again, with the priority that they have."],
        will_not=["Nobody is invited by this, and nobody is told by mail."],
        undo="Remove them again.",
    )


def _not_invited(people: People) -> list[str]:
    others = people.exclude(state=ParticipantState.INVITED).count()
    return [f"{others} of the chosen people have no open invite and are refused."] if others else []
