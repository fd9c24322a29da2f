"""Invites as they went out and were answered. Read-only: what can be done with one is done on the person."""

from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.decorators import display

from core import clock
from participants import looks
from participants.enums import InviteState
from participants.models import Invite
from programs import ages
from programs.scoping import ProgramScopedAdmin


@admin.register(Invite)
class InviteAdmin(ProgramScopedAdmin):
    program_path = "participant__program"
    add_role = change_role = delete_role = None
    list_display = ["who", "purpose", "state_badge", "sent", "ends", "decline_reason"]
    list_filter = ["state", "purpose"]
    search_fields = ["participant__name", "participant__email"]
    list_select_related = ["participant__program", "created_by"]
    fields = [
        ("person_link", "purpose", "state_badge"),
        ("created_at", "created_by", "expires_at"),
        ("closed_at", "opened_at"),
        ("opened_ip", "opened_agent"),
        "decline_reason",
    ]
    readonly_fields = ["person_link", "state_badge"]
    empty = "No invite went out yet. Choose people on the waitlist and invite them."

    @display(description="person", ordering="participant__name")
    def who(self, invite: Invite) -> str:
        return f"{invite.participant.name} ({invite.participant.email})"

    @display(description="person")
    def person_link(self, invite: Invite) -> SafeString:
        url = reverse("admin:participants_participant_change", args=[invite.participant_id])
        return format_html('<a href="{}">{}</a>', url, self.who(invite))

    @display(description="state", ordering="state")
    def state_badge(self, invite: Invite) -> SafeString:
        return looks.invite_badge(invite.state)

    @display(description="sent", ordering="created_at")
    def sent(self, invite: Invite) -> str:
        return ages.ago(invite.created_at, clock.now())

    @display(description="ends or ended", ordering="expires_at")
    def ends(self, invite: Invite) -> str:
        moment = invite.expires_at if invite.state == InviteState.OPEN else invite.closed_at
        return ages.ago(moment, clock.now())
