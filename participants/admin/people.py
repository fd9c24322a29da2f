"""Participants: the list, a person's page with what can be done now and what happened, and the bulk actions."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.urls import URLPattern, path, reverse
from django.utils.safestring import SafeString
from unfold.decorators import action, display
from unfold.widgets import UnfoldAdminSelectWidget

from core import clock
from core.admin import ReasonForm, confirmed_action
from participants import looks, services
from participants.admin import explain
from participants.admin.filters import CohortFilter, TierFilter
from participants.admin.imports import ImportPages
from participants.enums import HOLDING_STATES, InvitePurpose, ParticipantState
from participants.exceptions import NoFreeSeat, NoSuchMove
from participants.models import Participant
from participants.resources import export_people
from participants.selectors import open_invites, story_of
from participants.services.invites import MAY_RETURN
from programs import ages
from programs.admin.pages import button
from programs.enums import Role
from programs.scoping import ProgramScopedAdmin, current_program

FORMATS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
# Since when somebody is in a state: the field that says so.
SINCE = {
    ParticipantState.WAITLISTED: "created_at",
    ParticipantState.INVITED: "invited_at",
    ParticipantState.ACCEPTED: "accepted_at",
    ParticipantState.ACTIVE: "activated_at",
    ParticipantState.SUSPENDED: "activated_at",
    ParticipantState.LEFT: "ended_at",
    ParticipantState.REMOVED: "ended_at",
}
# The likeliest next thing to do with somebody in a state: the action and its button.
LIKELIEST = {
    ParticipantState.WAITLISTED: ("invite", "Invite"),
    ParticipantState.ACCEPTED: ("sign_in_link", "Mail link"),
    ParticipantState.SUSPENDED: ("restore", "Restore"),
}


def in_state(*states: ParticipantState) -> Any:
    """Show a button only on people in one of these states."""
    return lambda person: person.state in states


@admin.register(Participant)
class ParticipantAdmin(ProgramScopedAdmin):
    list_display = ["number_mark", "name", "email", "state_badge", "tier", "cohort", "since", "act"]
    act_role = Role.OPERATOR
    list_display_links = ["name"]
    list_filter = ["state", TierFilter, CohortFilter]
    search_fields = ["name", "email", "external_id"]
    ordering = ["-priority", "number"]
    list_select_related = ["program"]
    delete_role = None  # People are removed, with a reason; their numbers and signatures stay.
    audited_by_service = True
    fieldsets = [
        (None, {"fields": ["standing"]}),
        ("Person", {"fields": [("name", "email")]}),
        (
            "In the program",
            {
                "fields": [("tier", "cohort"), ("priority", "external_id")],
                "description": "The external id is how the product names this person in the events that it sends.",
            },
        ),
        ("What happened", {"fields": ["story"]}),
    ]
    readonly_fields = ["standing", "story"]
    actions = ["invite", "revoke", "sign_in_link", "suspend", "restore", "put_back", "remove"]
    actions_detail = ["invite", "revoke", "sign_in_link", "restore", "put_back", "suspend", "remove"]
    actions_list = ["import_file", "export_csv", "export_xlsx"]
    empty = "Nobody is here yet. Import a file of people, or add them one by one; then invite them."

    # --- Columns

    @display(description="#", ordering="number")
    def number_mark(self, person: Participant) -> str:
        return f"#{person.number}"

    @display(description="state", ordering="state")
    def state_badge(self, person: Participant) -> SafeString:
        return looks.person_badge(person.state)

    @display(description="since", empty_value="")
    def since(self, person: Participant) -> str | None:
        moment = getattr(person, SINCE[ParticipantState(person.state)])
        return ages.age(moment, clock.now()) if moment else None

    @display(description="")
    def act(self, person: Participant) -> SafeString | str:
        name, text = LIKELIEST.get(ParticipantState(person.state), ("", ""))
        return button(self, name, person.pk, text) if name else ""

    # --- A person's page

    @display(description="now")
    def standing(self, person: Participant) -> SafeString:
        since = getattr(person, SINCE[ParticipantState(person.state)])
        context = {
            "badge": looks.person_badge(person.state),
            "since": ages.ago(since, clock.now()) if since else "",
            "person": person,
            "invites": open_invites(person.pk).order_by("purpose"),
        }
        return render_to_string("admin/participants/standing.html", context)

    @display(description="history")
    def story(self, person: Participant) -> SafeString:
        return render_to_string("admin/participants/story.html", {"story": story_of(person)})

    def get_fieldsets(self, request: HttpRequest, obj: Participant | None = None) -> Any:
        return self.fieldsets if obj else self.fieldsets[1:-1]

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Tiers are chosen from those of the program, not typed."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        program = current_program(request)
        if db_field.name == "tier" and program is not None:
            # A tier that the program dropped since stays good for who has it.
            used = Participant.objects.filter(program=program).exclude(tier__in=program.tiers).order_by("tier")
            tiers = [*program.tiers, *used.values_list("tier", flat=True).distinct()]
            choices = [(tier, tier) for tier in tiers]
            first = tiers[0] if tiers else ""
            return forms.ChoiceField(choices=choices, label="Tier", initial=first, widget=UnfoldAdminSelectWidget)
        return field

    def save_model(self, request: HttpRequest, obj: Participant, form: Any, change: bool) -> None:
        values = {name: form.cleaned_data[name] for name in form.changed_data}
        if change:
            services.update_participant(participant_id=obj.pk, actor=request.user, **values)  # type: ignore[arg-type]
            return
        values |= {"name": obj.name, "email": obj.email, "tier": obj.tier}
        made = services.add_participant(program_id=obj.program_id, actor=request.user, **values)  # type: ignore[arg-type]
        obj.pk, obj.number = made.pk, made.number
        obj._state.adding = False  # noqa: SLF001 - the row exists: a service made it

    # --- Actions

    @confirmed_action(
        label="Invite",
        done="invited",
        explain=explain.explain_invite,
        permission="operate",
        available=in_state(ParticipantState.WAITLISTED),
    )
    def invite(self, request: HttpRequest, person: Participant) -> None:
        if services.invite_participant(participant_id=person.pk, actor=request.user) is None:  # type: ignore[arg-type]
            raise NoFreeSeat("Every seat is held, so the rest stay on the waitlist. Free a seat or raise the cap.")

    @confirmed_action(
        label="Revoke invite",
        done="revoked",
        explain=explain.explain_revoke,
        permission="operate",
        form_class=ReasonForm,
        available=in_state(ParticipantState.INVITED),
    )
    def revoke(self, request: HttpRequest, person: Participant, reason: str) -> None:
        invite = open_invites(person.pk).filter(purpose=InvitePurpose.JOIN).first()
        if invite is None:
            raise NoSuchMove(f"{person.name} has no open invite.")
        services.revoke_invite(invite_id=invite.pk, actor=request.user, reason=reason)  # type: ignore[arg-type]

    @confirmed_action(
        label="Mail sign-in link",
        done="mailed",
        explain=explain.explain_link,
        permission="operate",
        available=in_state(*MAY_RETURN),
    )
    def sign_in_link(self, request: HttpRequest, person: Participant) -> None:
        services.mail_sign_in_link(participant_id=person.pk, actor=request.user)  # type: ignore[arg-type]

    @confirmed_action(
        label="Suspend",
        done="suspended",
        explain=explain.explain_suspend,
        permission="operate",
        form_class=ReasonForm,
        available=in_state(ParticipantState.ACCEPTED, ParticipantState.ACTIVE),
    )
    def suspend(self, request: HttpRequest, person: Participant, reason: str) -> None:
        services.suspend_participant(participant_id=person.pk, actor=request.user, reason=reason)  # type: ignore[arg-type]

    @confirmed_action(
        label="Restore",
        done="restored",
        explain=explain.explain_restore,
        permission="operate",
        available=in_state(ParticipantState.SUSPENDED),
    )
    def restore(self, request: HttpRequest, person: Participant) -> None:
        services.restore_participant(participant_id=person.pk, actor=request.user)  # type: ignore[arg-type]

    @confirmed_action(
        label="Put back on the waitlist",
        done="put back",
        explain=explain.explain_put_back,
        permission="operate",
        available=in_state(ParticipantState.LEFT, ParticipantState.REMOVED),
    )
    def put_back(self, request: HttpRequest, person: Participant) -> None:
        services.put_back(participant_id=person.pk, actor=request.user)  # type: ignore[arg-type]

    @confirmed_action(
        label="Remove",
        done="removed",
        explain=explain.explain_remove,
        permission="operate",
        form_class=ReasonForm,
        danger=True,
        available=in_state(ParticipantState.WAITLISTED, *HOLDING_STATES),
    )
    def remove(self, request: HttpRequest, person: Participant, reason: str) -> None:
        services.remove_participant(participant_id=person.pk, actor=request.user, reason=reason)  # type: ignore[arg-type]

    # --- Files: each button leads to a page or a download, and changes nothing by itself

    def get_urls(self) -> list[URLPattern]:
        export = self.admin_site.admin_view(self.export)
        return [
            *ImportPages(self).urls(),
            path("export.<str:file_format>", export, name="participants_participant_export"),
            *super().get_urls(),
        ]

    def export(self, request: HttpRequest, file_format: str) -> HttpResponse:
        """Download the people of the current program."""
        program = current_program(request)
        if program is None or file_format not in FORMATS or not self.has_view_permission(request):
            raise Http404
        response = HttpResponse(export_people(program, file_format), content_type=FORMATS[file_format])
        response["Content-Disposition"] = f'attachment; filename="{program.slug}-people.{file_format}"'
        return response

    @action(description="Import a file", permissions=["operate"], url_path="import-file", icon="upload_file")
    def import_file(self, request: HttpRequest) -> HttpResponse:
        return HttpResponseRedirect(reverse("admin:participants_participant_import"))

    @action(description="Export CSV", permissions=["view"], url_path="export-csv", icon="download")
    def export_csv(self, request: HttpRequest) -> HttpResponse:
        return HttpResponseRedirect(reverse("admin:participants_participant_export", args=["csv"]))

    @action(description="Export XLSX", permissions=["view"], url_path="export-xlsx", icon="download")
    def export_xlsx(self, request: HttpRequest) -> HttpResponse:
        return HttpResponseRedirect(reverse("admin:participants_participant_export", args=["xlsx"]))

    def get_queryset(self, request: HttpRequest) -> QuerySet[Participant]:
        return super().get_queryset(request).select_related("program", "seat")
