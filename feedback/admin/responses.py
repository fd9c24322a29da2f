"""Single responses, to be read: what one person answered, and when."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from unfold.decorators import display

from feedback.models import Question, Response, Survey
from programs.scoping import ProgramScopedAdmin, current_program


class SurveyFilter(admin.SimpleListFilter):
    """Surveys of the current program only."""

    title = "survey"
    parameter_name = "survey"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        surveys = Survey.objects.filter(program=current_program(request))
        return [(str(pk), name) for pk, name in surveys.order_by("name").values_list("pk", "name")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Response]) -> QuerySet[Response]:
        value = self.value()
        return queryset.filter(survey_id=value) if value and value.isdecimal() else queryset


@admin.register(Response)
class ResponseAdmin(ProgramScopedAdmin):
    program_path = "survey__program"
    add_role = change_role = delete_role = None
    list_display = ["title", "survey", "submitted", "person", "answered"]
    list_filter = [SurveyFilter, ("submitted_on", admin.EmptyFieldListFilter)]
    list_select_related = ["survey", "survey__program", "participant"]
    search_fields = ["key", "answers"]
    date_hierarchy = "submitted_on"
    fields = [("title", "survey"), ("submitted", "person"), "answers_table", "source"]
    readonly_fields = ["title", "submitted", "person", "answers_table"]
    empty = "Responses come from survey files. Import one under Surveys."

    @display(description="response")
    def title(self, response: Response) -> str:
        return str(response)

    @display(description="submitted", ordering="submitted_at")
    def submitted(self, response: Response) -> str:
        if response.submitted_at:
            return f"{response.submitted_at.astimezone(response.survey.program.tz):%d %b %Y %H:%M}"
        return f"{response.submitted_on:%d %b %Y}" if response.submitted_on else "no date"

    @display(description="person")
    def person(self, response: Response) -> str:
        return f"User #{response.participant.number}" if response.participant else "anonymous"

    @display(description="answers")
    def answered(self, response: Response) -> int:
        return len(response.answers)

    @display(description="answers")
    def answers_table(self, response: Response) -> SafeString:
        questions = Question.objects.filter(survey=response.survey_id)
        pairs = [
            (question, response.answers[str(question.pk)])
            for question in questions
            if str(question.pk) in response.answers
        ]
        return render_to_string("admin/feedback/answers.html", {"pairs": pairs})
