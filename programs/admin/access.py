"""Who runs a program, and whom people can turn to."""

from collections.abc import Mapping
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.safestring import SafeString
from unfold.decorators import display

from core.admin import Explanation, confirmed_action
from programs import services
from programs.admin.pages import button, form_page
from programs.enums import Role
from programs.forms import MemberForm, RoleForm
from programs.models import Contact, Membership
from programs.scoping import ProgramScopedAdmin, current_program, stay_with_program
from programs.templatetags.portal import badge

ROLE_LOOKS = {Role.OWNER: ("blue", "◆"), Role.OPERATOR: ("green", "●"), Role.VIEWER: ("grey", "○")}


def explain_role(_request: HttpRequest, members: QuerySet[Membership]) -> Explanation:
    return Explanation(
        will=[f"{member.user.display_name} gets the role you choose, at once." for member in members[:20]],
        will_not=["The last owner stays an owner: a program has at least one."],
        undo="Change the role back.",
    )


@admin.register(Membership)
class MembershipAdmin(ProgramScopedAdmin):
    list_display = ["person", "role_mark", "mail", "last_seen", "act"]
    list_filter = ["role"]
    search_fields = ["user__username", "user__email", "user__first_name", "user__last_name"]
    list_select_related = ["user"]
    fields = ["person", "mail", "role_mark"]
    readonly_fields = ["person", "mail", "role_mark"]
    add_role = act_role = Role.OWNER
    change_role = None
    actions_detail = ["change_role_of"]
    audited_by_service = True

    @display(description="name", ordering="user__username")
    def person(self, member: Membership) -> str:
        return member.user.display_name

    @display(description="role", ordering="role")
    def role_mark(self, member: Membership) -> SafeString:
        return badge(member.get_role_display(), *ROLE_LOOKS[Role(member.role)])

    @display(description="e-mail", ordering="user__email", empty_value="none")
    def mail(self, member: Membership) -> str:
        return member.user.email

    @display(description="last signed in", ordering="user__last_login", empty_value="never")
    def last_seen(self, member: Membership) -> Any:
        return member.user.last_login

    @display(description="")
    def act(self, member: Membership) -> SafeString:
        return button(self, "change_role_of", member.pk, "Change role")

    @confirmed_action(
        label="Change role",
        done="changed",
        explain=explain_role,
        permission="own",
        form_class=RoleForm,
    )
    def change_role_of(self, request: HttpRequest, member: Membership, role: str) -> None:
        services.change_role(membership_id=member.pk, role=role, actor=request.user)  # type: ignore[arg-type]

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Make a member of staff a member of the program."""
        stay_with_program(request)
        program = current_program(request)
        if program is None or not self.has_add_permission(request):
            raise PermissionDenied

        def act(data: Mapping[str, Any]) -> HttpResponse:
            member = services.add_member(program_id=program.pk, actor=request.user, **data)  # type: ignore[arg-type]
            messages.success(request, f"{member} is a member of {program.name} now.")
            listed = reverse("admin:programs_membership_changelist")
            return HttpResponseRedirect(f"{listed}?{self.program_lookup}={program.pk}")

        form = MemberForm(request.POST or None)
        explanation = Explanation(
            will=[f"The person sees {program.name} in the program switcher, and gets its weekly report by mail."]
        )
        return form_page(self, request, form, act, title="New member", submit="Add member", explanation=explanation)

    def delete_model(self, request: HttpRequest, obj: Membership) -> None:
        services.remove_member(membership_id=obj.pk, actor=request.user)  # type: ignore[arg-type]

    @transaction.atomic
    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Membership]) -> None:
        for member in queryset:
            self.delete_model(request, member)


@admin.register(Contact)
class ContactAdmin(ProgramScopedAdmin):
    list_display = ["name", "role", "email", "phone", "is_public", "gets_report"]
    list_filter = ["is_public", "gets_report"]
    search_fields = ["name", "email", "role"]
    fieldsets = [
        (None, {"fields": ["name", "role", ("email", "phone")]}),
        (
            "What the contact is for",
            {
                "fields": [("is_public", "gets_report"), "position"],
                "description": "The first contact shown to participants signs the invites and is named on every page.",
            },
        ),
    ]
    empty = "Name a person whom participants can write to. The first one that is shown to them signs the invites."
