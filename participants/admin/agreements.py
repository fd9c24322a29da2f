"""Agreement versions: read as people read them; a change is the next version, published by an owner."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from unfold.decorators import display
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget

from core import clock
from core.admin import Explanation
from participants.enums import AgreementKind
from participants.models import Agreement
from participants.selectors import unsigned
from participants.services import publish_agreement
from participants.signing.markdown import render_html
from programs import ages
from programs.admin.pages import form_page
from programs.enums import Role
from programs.models import Program
from programs.scoping import ProgramScopedAdmin, current_program, stay_with_program


class AgreementForm(forms.Form):
    """The next version of the agreement, starting from the words of the last one."""

    title = forms.CharField(max_length=200, widget=UnfoldAdminTextInputWidget)
    kind = forms.ChoiceField(
        choices=AgreementKind.choices, initial=AgreementKind.EDITORIAL, widget=UnfoldAdminSelectWidget
    )
    summary = forms.CharField(
        required=False,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 4}),
        help_text="In plain words, shown above the text and marked as not binding.",
    )
    body = forms.CharField(
        label="Text",
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 30}),
        help_text="Markdown: # for headings, - for lists, ** for bold. HTML and images are not used.",
    )


@admin.register(Agreement)
class AgreementAdmin(ProgramScopedAdmin):
    list_display = ["version_mark", "title", "kind", "published", "signed_by"]
    list_display_links = ["version_mark", "title"]
    list_filter = ["kind"]
    search_fields = ["title", "body"]
    fields = ["title", ("version", "kind"), ("published_at", "signed_by"), "summary", "text", "body_sha256"]
    readonly_fields = ["text", "signed_by"]
    add_role = Role.OWNER
    change_role = delete_role = None
    audited_by_service = True
    empty = "There is no agreement to sign yet. Publish the first version; people sign it after they accept."

    def get_queryset(self, request: HttpRequest) -> QuerySet[Agreement]:
        return super().get_queryset(request).annotate(signature_count=Count("signatures"))

    @display(description="version", ordering="version")
    def version_mark(self, agreement: Agreement) -> str:
        return f"v{agreement.version}"

    @display(description="published", ordering="published_at")
    def published(self, agreement: Agreement) -> str:
        return ages.ago(agreement.published_at, clock.now()) if agreement.published_at else "not yet"

    @display(description="signed by", ordering="signature_count")
    def signed_by(self, agreement: Any) -> str:
        count = agreement.signature_count
        return f"{count} {'person' if count == 1 else 'people'}" if count else "nobody"

    @display(description="as people read it")
    def text(self, agreement: Agreement) -> SafeString:
        html = mark_safe(render_html(agreement.body))  # noqa: S308 - sanitised by nh3
        return render_to_string("admin/participants/agreement_text.html", {"html": html})

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Publish the next version."""
        stay_with_program(request)
        program = current_program(request)
        if program is None or not self.has_add_permission(request):
            raise PermissionDenied
        last = Agreement.objects.filter(program=program).order_by("-version").first()

        def act(data: Mapping[str, Any]) -> HttpResponse:
            made = publish_agreement(program_id=program.pk, actor=request.user, **data)  # type: ignore[arg-type]
            messages.success(request, f"Version {made.version} is published. Who signs from now on signs it.")
            return HttpResponseRedirect(reverse("admin:participants_agreement_change", args=[made.pk]))

        return form_page(
            self,
            request,
            AgreementForm(request.POST or None, initial=_words(last)),
            act,
            title=f"Publish version {last.version + 1 if last else 1} of the agreement",
            submit="Publish",
            explanation=_explain(program),
        )


def _words(last: Agreement | None) -> dict[str, str]:
    return {"title": last.title, "summary": last.summary, "body": last.body} if last else {}


def _explain(program: Program) -> Explanation:
    waiting = unsigned(program).count()
    people = "person who has" if waiting == 1 else "people who have"
    return Explanation(
        will=[f"It is published at once. The {waiting} {people} accepted and not signed see this version."],
        will_not=["What was signed before stays valid for what it was. A published version is never changed."],
        undo="Publish another version with the earlier words.",
    )
