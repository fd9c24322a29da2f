"""Every write about people: who they are, how they come in and go, what they sign."""

from participants.services.agreements import publish_agreement
from participants.services.imports import ImportReport, import_people
from participants.services.invites import (
    InviteReport,
    expire_invites,
    invite_participant,
    invite_participants,
    mail_sign_in_link,
    revoke_invite,
)
from participants.services.people import (
    add_participant,
    put_back,
    remove_participant,
    restore_participant,
    suspend_participant,
    update_participant,
)
from participants.services.replies import accept_invite, decline_invite
from participants.services.seat_check import check_seats
from participants.services.signatures import sign_agreement
from participants.services.uploads import keep_upload, sweep_uploads, take_upload

__all__ = [
    "ImportReport",
    "InviteReport",
    "accept_invite",
    "add_participant",
    "check_seats",
    "decline_invite",
    "expire_invites",
    "import_people",
    "invite_participant",
    "invite_participants",
    "keep_upload",
    "mail_sign_in_link",
    "publish_agreement",
    "put_back",
    "remove_participant",
    "restore_participant",
    "revoke_invite",
    "sign_agreement",
    "suspend_participant",
    "sweep_uploads",
    "take_upload",
    "update_participant",
]
