"""Signatures: who signed what and when, with the sealed certificate. Read-only, also in the database."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.urls import URLPattern, path, reverse
from django.utils.safestring import SafeString
from unfold.decorators import action, display

from core import clock
from participants.emails import certificate_name
from participants.models import Signature
from programs import ages
from programs.scoping import ProgramScopedAdmin


@admin.register(Signature)
class SignatureAdmin(ProgramScopedAdmin):
    add_role = change_role = delete_role = None
    list_display = ["sequence_mark", "typed_name", "email", "version", "signed"]
    list_display_links = ["sequence_mark", "typed_name"]
    list_filter = ["agreement"]
    search_fields = ["typed_name", "email", "participant__name"]
    ordering = ["-sequence"]
    list_select_related = ["agreement", "program", "participant"]
    fields = [
        ("typed_name", "email"),
        ("participant", "agreement"),
        "authenticated_by",
        "steps",
        "consent_text",
        "fingerprints",
    ]
    readonly_fields = ["steps", "fingerprints"]
    actions_detail = ["download"]
    empty = "Nobody has signed yet. People sign after they accept their invite."

    def get_queryset(self, request: HttpRequest) -> QuerySet[Signature]:
        # The list shows none of the long texts, and the PDF least of all.
        return super().get_queryset(request).defer("certificate", "evidence", "shown_text", "shown_html")

    @display(description="no.", ordering="sequence")
    def sequence_mark(self, signature: Signature) -> str:
        return f"{signature.sequence}"

    @display(description="version", ordering="agreement__version")
    def version(self, signature: Signature) -> str:
        return f"v{signature.agreement.version}"

    @display(description="signed", ordering="signed_at")
    def signed(self, signature: Signature) -> str:
        return ages.ago(signature.signed_at, clock.now())

    @display(description="what happened")
    def steps(self, signature: Signature) -> SafeString:
        return render_to_string("admin/participants/steps.html", {"events": signature.events.all()})

    @display(description="fingerprints (SHA-256)")
    def fingerprints(self, signature: Signature) -> SafeString:
        prints = {
            "Text that was shown": signature.shown_sha256,
            "Evidence": signature.evidence_sha256,
            "Certificate": signature.certificate_sha256,
            "Signature before this one": signature.previous_hash,
            f"Chain, signature {signature.sequence}": signature.chain_hash,
        }
        return render_to_string("admin/participants/fingerprints.html", {"prints": prints})

    def get_urls(self) -> list[URLPattern]:
        certificate = self.admin_site.admin_view(self.certificate)
        return [
            path("<int:pk>/certificate.pdf", certificate, name="participants_signature_certificate"),
            *super().get_urls(),
        ]

    def certificate(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Download the sealed certificate; only for members of its program."""
        signature = self.get_object(request, str(pk))
        if signature is None or not self.has_view_permission(request, signature):
            raise Http404
        response = HttpResponse(bytes(signature.certificate), content_type="application/pdf")
        response["Content-Disposition"] = f'attachment; filename="{certificate_name(signature)}"'
        return response

    @action(description="Download certificate", permissions=["view"], url_path="download", icon="download")
    def download(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return HttpResponseRedirect(reverse("admin:participants_signature_certificate", args=[int(object_id)]))
