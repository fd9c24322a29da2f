"""Freezes: what is stopped, why, since when, and who lifts it with what evidence."""

from collections.abc import Mapping
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.safestring import SafeString
from unfold.decorators import display

from core import clock
from core.admin import Explanation, confirmed_action
from programs import ages, services
from programs.admin.pages import button, form_page
from programs.enums import FreezeScope, Role
from programs.forms import EvidenceForm, FreezeForm
from programs.models import Freeze
from programs.scoping import ProgramScopedAdmin, current_program, stay_with_program
from programs.templatetags.portal import badge

STOPS = {
    FreezeScope.INVITES: "Inviting, accepting and signing. Who is in keeps working.",
    FreezeScope.EVERYTHING: "Inviting, accepting and signing, and all that people send through the portal.",
}


def explain_lift(_request: HttpRequest, freezes: QuerySet[Freeze]) -> Explanation:
    freeze = freezes.select_related("program").get()
    return Explanation(
        will=[
            f"{freeze.program.name} goes on, unless another freeze is in force.",
            "Open invites can be accepted again, with the days they had left.",
        ],
        will_not=["Nobody is told by mail."],
        undo="Freeze again.",
    )


@admin.register(Freeze)
class FreezeAdmin(ProgramScopedAdmin):
    list_display = ["cause", "what", "state", "started", "stops", "act"]
    list_filter = [("lifted_at", admin.EmptyFieldListFilter), "scope"]
    search_fields = ["cause", "evidence"]
    list_select_related = ["started_by", "lifted_by"]
    fields = ["cause", ("what", "state"), "stops", ("started_at", "started_by"), ("lifted_at", "lifted_by"), "evidence"]
    readonly_fields = ["what", "state", "stops"]
    change_role = delete_role = None
    act_role = Role.OPERATOR
    actions_detail = ["lift"]
    audited_by_service = True
    empty = "Nothing was ever frozen here. Freeze invites when something is wrong that the next person should not meet."

    @display(description="what", ordering="scope")
    def what(self, freeze: Freeze) -> str:
        return freeze.get_scope_display()

    @display(description="state", ordering="lifted_at")
    def state(self, freeze: Freeze) -> SafeString:
        if freeze.lifted_at is None:
            return badge("In force", "red", "▲")
        return badge(f"Lifted {ages.ago(freeze.lifted_at, clock.now())} by {freeze.lifted_by}", "grey", "✓")

    @display(description="since", ordering="started_at")
    def started(self, freeze: Freeze) -> str:
        who = freeze.started_by.display_name if freeze.started_by else "the machine"
        return f"{ages.ago(freeze.started_at, clock.now())} by {who}"

    @display(description="what it stops")
    def stops(self, freeze: Freeze) -> str:
        return STOPS[FreezeScope(freeze.scope)]

    @display(description="")
    def act(self, freeze: Freeze) -> SafeString | str:
        return "" if freeze.lifted_at else button(self, "lift", freeze.pk, "Lift")

    @confirmed_action(
        label="Lift with evidence",
        done="lifted",
        title="Lift the freeze?",
        explain=explain_lift,
        permission="operate",
        form_class=EvidenceForm,
        available=lambda freeze: freeze.lifted_at is None,
    )
    def lift(self, request: HttpRequest, freeze: Freeze, evidence: str) -> None:
        services.lift_freeze(freeze_id=freeze.pk, actor=request.user, evidence=evidence)  # type: ignore[arg-type]

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Freeze the program, with its cause."""
        stay_with_program(request)
        program = current_program(request)
        if program is None or not self.has_add_permission(request):
            raise PermissionDenied

        def act(data: Mapping[str, Any]) -> HttpResponse:
            services.freeze(program_id=program.pk, actor=request.user, **data)  # type: ignore[arg-type]
            messages.success(request, f"{program.name} is frozen. Lift it with evidence when it is safe to go on.")
            return HttpResponseRedirect(reverse("admin:programs_freeze_changelist"))

        explanation = Explanation(
            will=[
                "From this moment nobody is invited, accepts an invite or signs.",
                "An invite that is on its way to the mail server may still arrive; it cannot be accepted.",
                "People who open their invite read the cause that you write.",
            ],
            will_not=["Nobody loses a seat, and no invite is used up."],
            undo="lift the freeze, with evidence that it is safe to go on.",
        )
        form = FreezeForm(request.POST or None, initial={"scope": request.GET.get("scope", FreezeScope.INVITES)})
        return form_page(
            self,
            request,
            form,
            act,
            title=f"Freeze {program.name}?",
            submit="Freeze",
            explanation=explanation,
            danger=True,
        )
