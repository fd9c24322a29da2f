"""The pages of an import: upload, map the columns, see what would happen, confirm. Only POST changes anything."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_POST

from core.exceptions import Refusal
from feedback import services
from feedback.exceptions import EncodingUnknown
from feedback.forms import MapForm, UploadForm
from feedback.models import SurveyUpload
from feedback.parsing import FileOptions, Table, map_from_spec, read_table
from feedback.selectors import choose_map, own_upload
from programs.enums import Role
from programs.models import Program
from programs.scoping import current_program, may, show_program, stay_with_program

SHOWN_PROBLEMS = 200
View = Callable[..., HttpResponse]


class ImportPages:
    """The views, bound to the survey admin whose site and permissions they share."""

    def __init__(self, model_admin: "ModelAdmin[Any]") -> None:
        self.admin = model_admin

    def urls(self) -> list[URLPattern]:
        wrap = self.admin.admin_site.admin_view
        return [
            path("import/", wrap(self._refusing(self.upload)), name="feedback_survey_import"),
            path("import/<int:pk>/", wrap(self._refusing(self.map)), name="feedback_survey_import_map"),
            path("import/<int:pk>/check/", wrap(self._refusing(self.check)), name="feedback_survey_import_check"),
            path(
                "import/<int:pk>/drop/",
                wrap(require_POST(self._refusing(self.drop))),
                name="feedback_survey_import_drop",
            ),
        ]

    def upload(self, request: HttpRequest) -> HttpResponse:
        """Step 1: the file, and the survey that it belongs to."""
        stay_with_program(request)
        program = current_program(request)
        if program is None or not may(request, Role.OPERATOR, program.pk):
            raise PermissionDenied
        form = UploadForm(
            request.POST or None,
            request.FILES or None,
            program=program,
            initial={"survey": request.GET.get("survey")},
        )
        previews: dict[str, str] = {}
        status = HTTPStatus.OK
        if request.method == "POST" and form.is_valid():
            try:
                upload = self._store(request, program, form)
            except Refusal as refusal:
                form.add_error("file", str(refusal))
                previews = refusal.candidates if isinstance(refusal, EncodingUnknown) else {}
                status = HTTPStatus(refusal.status)
            else:
                return HttpResponseRedirect(reverse("admin:feedback_survey_import_map", args=[upload.pk]))
        return self._page(request, "upload", "Import a survey file", form=form, previews=previews, status=status)

    def map(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Step 2: what the file is, and what each of its columns is."""
        upload, table = self._upload(request, pk)
        chosen, confirmed, suggestion = choose_map(program=upload.program, table=table)
        if upload.spec:
            chosen = map_from_spec(upload.spec, table.columns)
        form = MapForm(request.POST or None, table=table, chosen=chosen, suggestion=suggestion)
        status = HTTPStatus.OK
        if request.method == "POST" and form.is_valid():
            try:
                services.map_upload(upload_id=pk, user=request.user, spec=form.spec())  # type: ignore[arg-type]
            except Refusal as refusal:
                form.add_error(None, str(refusal))
                status = HTTPStatus(refusal.status)
            else:
                return HttpResponseRedirect(reverse("admin:feedback_survey_import_check", args=[pk]))
        return self._page(
            request,
            "map",
            "What are the columns?",
            form=form,
            upload=upload,
            table=table,
            confirmed=confirmed,
            dates=suggestion.dates,
            status=status,
        )

    def check(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Step 3: what would happen, row by row where there is something to say; a POST confirms."""
        upload, table = self._upload(request, pk)
        if upload.trial is None or upload.spec is None:
            return HttpResponseRedirect(reverse("admin:feedback_survey_import_map", args=[pk]))
        if request.method == "POST":
            return self._confirm(request, upload)
        problems = [*upload.trial["rejected"], *upload.trial["gaps"]]
        return self._page(
            request,
            "check",
            f"Import into {upload.survey_name}?",
            upload=upload,
            table=table,
            trial=upload.trial,
            problems=problems[:SHOWN_PROBLEMS],
            more=max(len(problems) - SHOWN_PROBLEMS, 0),
            undated=not upload.spec["date"],
            total=upload.trial["new"] + upload.trial["updated"] + upload.trial["unchanged"],
        )

    def drop(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Let the file go, unimported."""
        services.drop_upload(upload_id=pk, user=request.user)  # type: ignore[arg-type]
        messages.info(request, "The file was dropped. Nothing was imported.")
        return HttpResponseRedirect(reverse("admin:feedback_survey_changelist"))

    def _store(self, request: HttpRequest, program: Program, form: UploadForm) -> SurveyUpload:
        file = form.cleaned_data["file"]
        return services.store_upload(
            program_id=program.pk,
            user=request.user,  # type: ignore[arg-type]
            survey_name=form.survey_name,
            file_name=file.name or "upload",
            content=file.read(),
            options=FileOptions(encoding=form.cleaned_data["encoding"], sheet=form.cleaned_data["sheet"]),
        )

    def _confirm(self, request: HttpRequest, upload: SurveyUpload) -> HttpResponse:
        result = services.confirm_upload(upload_id=upload.pk, user=request.user)  # type: ignore[arg-type]
        if result.entry is None:
            messages.info(request, f"Nothing changed in {result.survey}: {result.summary}.")
            return HttpResponseRedirect(reverse("admin:feedback_survey_change", args=[result.survey.pk]))
        messages.success(request, f"Imported into {result.survey}: {result.summary}.")
        return HttpResponseRedirect(reverse("admin:feedback_surveyimport_change", args=[result.entry.pk]))

    def _upload(self, request: HttpRequest, pk: int) -> tuple[SurveyUpload, Table]:
        upload = own_upload(upload_id=pk, user=request.user)  # type: ignore[arg-type]
        show_program(request, upload.program)
        return upload, read_table(bytes(upload.content), FileOptions(**upload.options))

    def _refusing(self, view: View) -> View:
        """Answer a refusal that no form on the page can show with its sentence, as a page of its status."""

        def answer(request: HttpRequest, **kwargs: Any) -> HttpResponse:
            try:
                return view(request, **kwargs)
            except Refusal as refusal:
                status = HTTPStatus(refusal.status)
                return self._page(request, "refused", "This was not done", sentence=str(refusal), status=status)

        return answer

    def _page(
        self,
        request: HttpRequest,
        name: str,
        title: str,
        *,
        form: Form | None = None,
        status: HTTPStatus = HTTPStatus.OK,
        **context: Any,
    ) -> HttpResponse:
        values = {
            **self.admin.admin_site.each_context(request),
            "opts": self.admin.opts,
            "title": title,
            "form": form,
            "media": self.admin.media + form.media if form else self.admin.media,
            "back": reverse("admin:feedback_survey_changelist"),
            **context,
        }
        return TemplateResponse(request, f"admin/feedback/import_{name}.html", values, status=status)
