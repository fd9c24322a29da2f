"""What each import did, and the maps that are kept for the next file."""

from django.contrib import admin
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from unfold.decorators import display

from core import clock
from feedback.models import SurveyImport, SurveyMap
from programs import ages
from programs.enums import Role
from programs.scoping import ProgramScopedAdmin


@admin.register(SurveyImport)
class SurveyImportAdmin(ProgramScopedAdmin):
    """A ledger: each import that changed something, with what it left out and why."""

    program_path = "survey__program"
    add_role = change_role = delete_role = None
    list_display = ["file_name", "survey", "counts", "rejected", "by", "when"]
    list_filter = ["tool"]
    list_select_related = ["survey", "survey__program", "imported_by"]
    search_fields = ["file_name", "survey__name"]
    fields = [
        ("survey", "file_name"),
        ("counts", "rejected"),
        ("tool", "encoding", "header_rows"),
        ("by", "at"),
        "problem_list",
        "sha256",
    ]
    readonly_fields = ["counts", "by", "problem_list"]
    empty = "Nothing was imported yet. Import a survey file under Surveys."

    @display(description="responses")
    def counts(self, entry: SurveyImport) -> str:
        return f"{entry.new} new, {entry.updated} updated, {entry.unchanged} unchanged"

    @display(description="by", ordering="imported_by")
    def by(self, entry: SurveyImport) -> str:
        return entry.imported_by.display_name if entry.imported_by else "a command"

    @display(description="when", ordering="at")
    def when(self, entry: SurveyImport) -> str:
        return ages.ago(entry.at, clock.now())

    @display(description="not taken")
    def problem_list(self, entry: SurveyImport) -> SafeString:
        return render_to_string("admin/feedback/problems.html", {"problems": entry.problems})


@admin.register(SurveyMap)
class SurveyMapAdmin(ProgramScopedAdmin):
    """Maps are made by confirming an import; deleting one lets the next file be mapped afresh."""

    add_role = change_role = None
    delete_role = Role.OPERATOR
    list_display = ["name", "questions", "saved_by", "when"]
    list_select_related = ["saved_by"]
    search_fields = ["name"]
    fields = ["name", "spec", ("saved_by", "saved_at")]
    readonly_fields = ["saved_by", "saved_at"]
    empty = "A map is kept when an import is confirmed, and used again for files with the same headers."

    @display(description="questions")
    def questions(self, saved: SurveyMap) -> int:
        return len(saved.spec["columns"])

    @display(description="saved", ordering="saved_at")
    def when(self, saved: SurveyMap) -> str:
        return ages.ago(saved.saved_at, clock.now())
