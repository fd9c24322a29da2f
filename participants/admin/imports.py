"""Import people in the admin: choose a file, see what it would do, confirm.

The file waits in the database, bound to who uploaded it (`services.uploads`); nothing of it is on disk.
"""

from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from unfold.widgets import UnfoldAdminFileFieldWidget, UnfoldBooleanSwitchWidget

from core.exceptions import Refusal, TooLarge
from participants.services import ImportReport, import_people, keep_upload, take_upload
from programs.models import Program
from programs.scoping import current_program, stay_with_program

if TYPE_CHECKING:
    from participants.admin.people import ParticipantAdmin

SHOWN = 200  # Lines shown of each kind; the counts tell of all.


class UploadForm(forms.Form):
    """A file of people."""

    file = forms.FileField(
        label="File",
        widget=UnfoldAdminFileFieldWidget,
        help_text="CSV in UTF-8 or an Excel workbook (.xlsx). Its first line names the columns: name and email, and if "
        "you like tier, cohort, priority, external_id.",
    )


class ConfirmForm(forms.Form):
    """What to do besides adding the people."""

    invite = forms.BooleanField(
        required=False,
        label="Invite them right away",
        widget=UnfoldBooleanSwitchWidget,
        help_text="As many as there are free seats, by priority; the others stay on the waitlist.",
    )


class ImportPages:
    """The two pages of the import, for the participants' admin."""

    def __init__(self, model_admin: "ParticipantAdmin") -> None:
        self.admin = model_admin

    def urls(self) -> list[URLPattern]:
        wrap = self.admin.admin_site.admin_view
        return [
            path("import/", wrap(self.choose), name="participants_participant_import"),
            path("import/<int:upload_id>/", wrap(self.confirm), name="participants_participant_import_confirm"),
        ]

    def choose(self, request: HttpRequest) -> HttpResponse:
        """Ask for a file, and look into it before it is kept."""
        program = self._program(request)
        form = UploadForm(request.POST or None, request.FILES or None)
        report, status = None, 200
        if request.method == "POST" and form.is_valid():
            try:
                content = _read(form.cleaned_data["file"])
                report = _dry_run(program, content, request)
            except Refusal as refusal:
                form.add_error(None, str(refusal))
                status = refusal.status
            else:
                if not report.problems:
                    return self._keep(request, program, form.cleaned_data["file"].name, content)
                status = 422
        return self._page(request, "import", {"form": form, "report": report, "shown": f":{SHOWN}"}, status)

    def confirm(self, request: HttpRequest, upload_id: int) -> HttpResponse:
        """Show what the kept file would do; POST does it, once."""
        program = self._program(request)
        try:
            with transaction.atomic():
                upload = take_upload(upload_id=upload_id, program_id=program.pk, user=request.user)  # type: ignore[arg-type]
                content = bytes(upload.content)
                if request.method == "POST":
                    report = _import(program, content, request)
                    upload.delete()
                    messages.success(request, " ".join(report.sentences))
                    return HttpResponseRedirect(self._list())
            report = _dry_run(program, content, request)
        except Refusal as refusal:
            messages.error(request, str(refusal))
            return HttpResponseRedirect(self._import_url(program))
        context = {"report": report, "filename": upload.filename, "form": ConfirmForm(), "shown": f":{SHOWN}"}
        return self._page(request, "import_confirm", context)

    def _keep(self, request: HttpRequest, program: Program, name: str, content: bytes) -> HttpResponse:
        upload = keep_upload(program_id=program.pk, user=request.user, filename=name, content=content)  # type: ignore[arg-type]
        url = reverse("admin:participants_participant_import_confirm", args=[upload.pk])
        return HttpResponseRedirect(f"{url}?_program={program.pk}")

    def _program(self, request: HttpRequest) -> Program:
        stay_with_program(request)
        program = current_program(request)
        if program is None or not self.admin.has_operate_permission(request):
            raise PermissionDenied
        return program

    def _page(self, request: HttpRequest, name: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
        around = {
            **self.admin.admin_site.each_context(request),
            "opts": self.admin.opts,
            "media": self.admin.media + context["form"].media,
            "title": "Import people",
            "back": self._list(),
        }
        return TemplateResponse(request, f"admin/participants/{name}.html", {**around, **context}, status=status)

    def _list(self) -> str:
        return reverse("admin:participants_participant_changelist")

    def _import_url(self, program: Program) -> str:
        return f"{reverse('admin:participants_participant_import')}?_program={program.pk}"


def _read(file: Any) -> bytes:
    if file.size > settings.UPLOAD_MAX_BYTES:
        limit = settings.UPLOAD_MAX_BYTES // (1024 * 1024)
        raise TooLarge(f"The file was refused: it is larger than {limit} MB. Split it, or remove what is not people.")
    content: bytes = file.read()
    return content


def _dry_run(program: Program, content: bytes, request: HttpRequest) -> ImportReport:
    return import_people(
        program_id=program.pk,
        content=content,
        actor=request.user,  # type: ignore[arg-type]
        dry_run=True,
    )


def _import(program: Program, content: bytes, request: HttpRequest) -> ImportReport:
    return import_people(
        program_id=program.pk,
        content=content,
        actor=request.user,  # type: ignore[arg-type]
        invite=request.POST.get("invite") == "on",
    )
