"""Surveys with their questions and results, and the way to import and export them."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Count, Max, Model, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.urls import URLPattern, path, reverse
from django.utils.safestring import SafeString
from unfold.admin import TabularInline
from unfold.decorators import action, display

from core import clock
from feedback.admin.pages import ImportPages
from feedback.enums import QuestionKind
from feedback.models import Question, Response, Survey, SurveyImport
from feedback.resources import export_responses
from feedback.selectors import survey_results
from feedback.services import create_survey
from programs import ages
from programs.enums import Role
from programs.scoping import ProgramScopedAdmin, current_program, may

FORMATS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


class QuestionForm(forms.ModelForm):
    """Wording and standing of a question. Its kind and scale come from the map, with the answers."""

    class Meta:
        model = Question
        fields = ["text", "satisfaction"]

    def clean_satisfaction(self) -> str:
        satisfaction: str = self.cleaned_data["satisfaction"]
        if satisfaction and self.instance.kind != QuestionKind.RATING:
            raise forms.ValidationError(
                "Only a rating can be one of the five questions. Import the file again and give this column a scale."
            )
        return satisfaction


class QuestionInline(TabularInline):
    model = Question
    form = QuestionForm
    extra = 0
    fields = ["position", "text", "kind", "scale", "satisfaction"]
    readonly_fields = ["position", "kind", "scale"]

    def has_view_permission(self, request: HttpRequest, obj: Survey | None = None) -> bool:
        # Without a survey Django asks whether anything may be listed at all; the rows are the survey's own.
        return may(request, Role.VIEWER, obj.program_id if obj else None)

    def has_change_permission(self, request: HttpRequest, obj: Survey | None = None) -> bool:
        return may(request, Role.OPERATOR, obj.program_id if obj else None)

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    @display(description="scale", empty_value="none")
    def scale(self, question: Question) -> str | None:
        ends = question.scale
        return f"{ends[0].normalize():f} to {ends[1].normalize():f}" if ends else None


@admin.register(Survey)
class SurveyAdmin(ProgramScopedAdmin):
    """One survey a row: how many answered, and when a file came last."""

    list_display = ["name", "answered", "asked", "mapped", "last_import"]
    search_fields = ["name"]
    fields = ["name", "results"]
    readonly_fields = ["results"]
    inlines = [QuestionInline]
    actions_list = ["import_file"]
    actions_detail = ["import_into", "export_csv", "export_xlsx"]
    empty = "Export the responses from your survey tool as CSV or XLSX, then import the file here."

    def get_queryset(self, request: HttpRequest) -> QuerySet[Survey]:
        return (
            super()
            .get_queryset(request)
            .annotate(
                response_count=_counted(Response, "survey"),
                question_count=_counted(Question, "survey"),
                mapped_count=_counted(Question, "survey", exclude={"satisfaction": ""}),
                imported_at=Subquery(
                    SurveyImport.objects.filter(survey=OuterRef("pk"))
                    .order_by()
                    .values("survey")
                    .annotate(latest=Max("at"))
                    .values("latest")
                ),
            )
        )

    def get_inlines(self, request: HttpRequest, obj: Survey | None) -> list[Any]:
        return [QuestionInline] if obj else []

    def get_fields(self, request: HttpRequest, obj: Survey | None = None) -> list[str]:
        return ["name", "results"] if obj else ["name"]

    def get_urls(self) -> list[URLPattern]:
        export = self.admin_site.admin_view(self.export)
        return [
            *ImportPages(self).urls(),
            path("<int:pk>/export.<str:file_format>", export, name="feedback_survey_export"),
            *super().get_urls(),
        ]

    def save_model(self, request: HttpRequest, obj: Survey, form: Any, change: bool) -> None:
        if change:
            super().save_model(request, obj, form, change)
            return
        program = current_program(request)
        made = create_survey(program_id=program.pk, name=obj.name, actor=request.user)  # type: ignore[union-attr, arg-type]
        obj.pk, obj.slug, obj.program_id = made.pk, made.slug, made.program_id
        obj._state.adding = False  # noqa: SLF001 - the row exists: a service made it

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """A survey goes with its responses and imports, which nobody deletes one by one: the undo of a wrong import."""
        listed, counts, _, protected = super().get_deleted_objects(objs, request)
        return listed, counts, set(), protected

    def export(self, request: HttpRequest, pk: int, file_format: str) -> HttpResponse:
        """Download the survey's responses."""
        survey = self.get_object(request, str(pk))
        if survey is None or file_format not in FORMATS or not self.has_view_permission(request, survey):
            raise Http404
        response = HttpResponse(export_responses(survey, file_format), content_type=FORMATS[file_format])
        response["Content-Disposition"] = f'attachment; filename="{survey.slug}.{file_format}"'
        return response

    # --- Columns

    @display(description="responses", ordering="response_count")
    def answered(self, survey: Any) -> int:
        return int(survey.response_count)

    @display(description="questions", ordering="question_count")
    def asked(self, survey: Any) -> int:
        return int(survey.question_count)

    @display(description="counted in the report", ordering="mapped_count")
    def mapped(self, survey: Any) -> str:
        return f"{survey.mapped_count} of 5 questions" if survey.mapped_count else "none"

    @display(description="last import", ordering="imported_at", empty_value="never")
    def last_import(self, survey: Any) -> str | None:
        return ages.ago(survey.imported_at, clock.now()) if survey.imported_at else None

    @display(description="results")
    def results(self, survey: Survey) -> SafeString:
        return render_to_string("admin/feedback/results.html", {"results": survey_results(survey)})

    # --- Buttons: each leads to a page, and changes nothing by itself

    @action(description="Import a file", permissions=["operate"], url_path="import-file", icon="upload_file")
    def import_file(self, request: HttpRequest) -> HttpResponse:
        return HttpResponseRedirect(reverse("admin:feedback_survey_import"))

    @action(description="Import a file", permissions=["operate"], url_path="import-into", icon="upload_file")
    def import_into(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return HttpResponseRedirect(f"{reverse('admin:feedback_survey_import')}?survey={int(object_id)}")

    @action(description="Export CSV", permissions=["view"], url_path="export-csv", icon="download")
    def export_csv(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return HttpResponseRedirect(reverse("admin:feedback_survey_export", args=[int(object_id), "csv"]))

    @action(description="Export XLSX", permissions=["view"], url_path="export-xlsx", icon="download")
    def export_xlsx(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return HttpResponseRedirect(reverse("admin:feedback_survey_export", args=[int(object_id), "xlsx"]))


def _counted(model: type[Model], relation: str, *, exclude: dict[str, Any] | None = None) -> Coalesce:
    """A count of related rows as a subquery: joined counts would multiply each other."""
    rows = model._default_manager.filter(**{relation: OuterRef("pk")})
    if exclude:
        rows = rows.exclude(**exclude)
    counts = rows.order_by().values(relation).annotate(total=Count("pk")).values("total")
    return Coalesce(Subquery(counts), 0)
