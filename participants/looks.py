"""How states of people and invites look on staff's pages: a tone and a shape, so that colour is never alone."""

from django.utils.safestring import SafeString

from participants.enums import InviteState, ParticipantState
from programs.templatetags.portal import badge

PERSON = {
    ParticipantState.WAITLISTED: ("grey", "○"),
    ParticipantState.INVITED: ("blue", "◔"),
    ParticipantState.ACCEPTED: ("yellow", "◑"),
    ParticipantState.ACTIVE: ("green", "●"),
    ParticipantState.SUSPENDED: ("red", "▲"),
    ParticipantState.LEFT: ("grey", "■"),
    ParticipantState.REMOVED: ("grey", "✕"),
}
INVITE = {
    InviteState.OPEN: ("blue", "◔"),
    InviteState.ACCEPTED: ("green", "✓"),
    InviteState.DECLINED: ("grey", "✕"),
    InviteState.EXPIRED: ("yellow", "■"),
    InviteState.REVOKED: ("grey", "■"),
}


def person_badge(state: str) -> SafeString:
    tone, shape = PERSON[ParticipantState(state)]
    return badge(ParticipantState(state).label, tone, shape)


def invite_badge(state: str) -> SafeString:
    tone, shape = INVITE[InviteState(state)]
    return badge(InviteState(state).label, tone, shape)
