"""Keys of the product: made once, shown once, revoked at once."""

from collections.abc import Mapping
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.safestring import SafeString
from django.views.decorators.cache import never_cache
from unfold.decorators import display

from core import clock
from core.admin import Explanation, confirmed_action
from programs import ages, services
from programs.admin.pages import button, form_page
from programs.enums import KeyScope, Role
from programs.forms import KeyForm
from programs.models import ApiKey
from programs.scoping import ProgramScopedAdmin, current_program, stay_with_program
from programs.templatetags.portal import badge

# What to do with the key, in the order in which a person reads it off the page.
USES = {
    KeyScope.INGEST: "Give it to the product as its write key. Events go to /v1/batch, as Segment's libraries do.",
    KeyScope.GATES: "Give it to the product. It asks with it which features are on.",
    KeyScope.HOOKS: "Give it to the monitoring. It sends alerts with it.",
    KeyScope.READ: "Use it as a bearer token to read figures.",
}


def explain_revoke(_request: HttpRequest, keys: QuerySet[ApiKey]) -> Explanation:
    return Explanation(
        will=[f"The next request that carries {key} is refused." for key in keys[:20]],
        will_not=["What it sent so far stays."],
        undo="A revoked key stays revoked. Make a new one, and put it where the old one was used.",
    )


@admin.register(ApiKey)
class ApiKeyAdmin(ProgramScopedAdmin):
    list_display = ["label", "scope", "starts_with", "state", "made", "act"]
    list_filter = ["scope", ("revoked_at", admin.EmptyFieldListFilter)]
    search_fields = ["label", "prefix"]
    list_select_related = ["created_by"]
    fields = ["label", "scope", ("starts_with", "state"), ("created_at", "created_by"), "revoked_at"]
    readonly_fields = ["starts_with", "state", "created_at", "created_by", "revoked_at"]
    add_role = act_role = Role.OWNER
    change_role = delete_role = None
    actions = ["revoke"]
    actions_detail = ["revoke"]
    audited_by_service = True
    empty = "Figures come from events that the product sends with a write key. Make one and give it to the product."

    @display(description="starts with")
    def starts_with(self, key: ApiKey) -> str:
        return f"{key.prefix}…"

    @display(description="state", ordering="revoked_at")
    def state(self, key: ApiKey) -> SafeString:
        if key.revoked_at:
            return badge(f"Revoked {ages.ago(key.revoked_at, clock.now())}", "grey", "■")
        return badge("Works", "green")

    @display(description="made", ordering="created_at")
    def made(self, key: ApiKey) -> str:
        who = key.created_by.display_name if key.created_by else "the command line"
        return f"{ages.ago(key.created_at, clock.now())} by {who}"

    @display(description="")
    def act(self, key: ApiKey) -> SafeString | str:
        return "" if key.revoked_at else button(self, "revoke", key.pk, "Revoke")

    @confirmed_action(
        label="Revoke",
        done="revoked",
        explain=explain_revoke,
        permission="own",
        danger=True,
        available=lambda key: key.revoked_at is None,
    )
    def revoke(self, request: HttpRequest, key: ApiKey) -> None:
        services.revoke_api_key(key_id=key.pk, actor=request.user)  # type: ignore[arg-type]

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Make a key. The answer to the POST is the only page that ever shows it."""
        stay_with_program(request)
        program = current_program(request)
        if program is None or not self.has_add_permission(request):
            raise PermissionDenied

        def act(data: Mapping[str, Any]) -> HttpResponse:
            key, plain = services.create_api_key(program_id=program.pk, actor=request.user, **data)  # type: ignore[arg-type]
            return self._shown_once(request, key, plain)

        explanation = Explanation(
            will=[f"A key for {program.name} is made and shown once, on the next page."],
            will_not=["It is stored nowhere in readable form: have the place at hand where it goes."],
        )
        form = KeyForm(request.POST or None)
        return form_page(self, request, form, act, title="New key", submit="Make the key", explanation=explanation)

    @staticmethod
    def _shown_once(request: HttpRequest, key: ApiKey, plain: str) -> HttpResponse:
        context = {
            **admin.site.each_context(request),
            "opts": ApiKey._meta,
            "title": "Copy the key now",
            "key": key,
            "plain": plain,
            "use": USES[KeyScope(key.scope)],
        }
        show = never_cache(lambda request: TemplateResponse(request, "admin/programs/key_once.html", context))
        response: HttpResponse = show(request)
        return response
