"""What staff are asked when a report is built by hand."""

from typing import Any

from django import forms
from unfold.widgets import UnfoldAdminRadioSelectWidget

from programs.models import Program
from reports import selectors
from reports.enums import ReportKind
from reports.periods import Span
from reports.snapshot import days_text


class BuildForm(forms.Form):
    """Which week to report on: those that are over, latest first, or the running one so far."""

    period = forms.ChoiceField(widget=UnfoldAdminRadioSelectWidget)

    def __init__(self, *args: Any, program: Program, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        running = selectors.running_week(program)
        ended = list(reversed(selectors.ended_weeks(program)))
        self.spans: dict[str, tuple[str, Span]] = {f"week:{week.number}": (ReportKind.WEEKLY, week) for week in ended}
        if running:
            self.spans["running"] = (ReportKind.INTERIM, running)
        field = self.fields["period"]
        field.choices = [(value, _words(kind, span)) for value, (kind, span) in self.spans.items()]  # type: ignore[attr-defined]
        field.initial = next(iter(self.spans), None)

    def clean_period(self) -> tuple[str, Span]:
        return self.spans[self.cleaned_data["period"]]


def _words(kind: str, span: Span) -> str:
    name = f"Week {span.number}{f' ({span.title})' if span.title else ''}"
    if kind == ReportKind.INTERIM:
        return f"{name} so far, {days_text(span.first, span.last)}: an interim report, the week is not over"
    return f"{name}, {days_text(span.first, span.last)}"
