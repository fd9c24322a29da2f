"""The forms of the import pages."""

import re
from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from unfold.widgets import (
    UnfoldAdminFileFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextInputWidget,
)

from feedback.enums import DateOrder, QuestionKind, Satisfaction
from feedback.models import Survey
from feedback.parsing import Column, ColumnMap, MappedQuestion, Suggestion, Table
from feedback.parsing.columns import shorten
from feedback.parsing.limits import MAX_CELL
from programs.forms import DayInput
from programs.models import Program

LEAVE_OUT, ID, DATE, PERSON = "", "id", "date", "person"
ROLES = [
    (LEAVE_OUT, "Leave out"),
    ("Rating, counted in the report as", [(key.value, key.label) for key in Satisfaction]),
    ("Other question", [(kind.value, kind.label) for kind in QuestionKind]),
    ("About the response", [(ID, "Response id"), (DATE, "Date of the answer"), (PERSON, "Who answered")]),
]
SCALE = re.compile(r"\s*(-?\d+(?:\.\d+)?)\s*(?:-|–|to|\.\.)\s*(-?\d+(?:\.\d+)?)\s*")
SAMPLES = 3


class UploadForm(forms.Form):
    """Which file, and into which survey."""

    file = forms.FileField(
        label="Survey file",
        widget=UnfoldAdminFileFieldWidget,
        help_text="CSV or XLSX with one row for each response, as exported by Google Forms, SurveyMonkey and others.",
    )
    survey = forms.ModelChoiceField(
        Survey.objects.none(),
        required=False,
        empty_label="A new survey",
        widget=UnfoldAdminSelectWidget,
        help_text="A later export of the same survey adds what is new and changes what was corrected.",
    )
    name = forms.CharField(
        label="Name of the new survey",
        required=False,
        max_length=120,
        widget=UnfoldAdminTextInputWidget,
        help_text="For example “Week 2 satisfaction”.",
    )
    sheet = forms.CharField(
        required=False,
        max_length=100,
        widget=UnfoldAdminTextInputWidget,
        help_text="Of an XLSX file with several sheets. Empty: the first.",
    )
    encoding = forms.CharField(
        required=False,
        max_length=30,
        widget=UnfoldAdminTextInputWidget,
        help_text="Only where the file is not UTF-8, such as cp1252.",
    )

    def __init__(self, *args: Any, program: Program, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.program = program
        choice: Any = self.fields["survey"]
        choice.queryset = self._surveys()

    def _surveys(self) -> QuerySet[Survey]:
        return Survey.objects.filter(program=self.program)

    def clean_file(self) -> UploadedFile:
        file: UploadedFile = self.cleaned_data["file"]
        if (file.size or 0) > settings.UPLOAD_MAX_BYTES:
            raise forms.ValidationError(
                f"The file has {(file.size or 0) / 1024 / 1024:.1f} MB; a page takes up to "
                f"{settings.UPLOAD_MAX_BYTES // 1024 // 1024} MB. Use the command import_survey, or split the file."
            )
        return file

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or self.cleaned_data
        if not values.get("survey") and not (values.get("name") or "").strip():
            self.add_error("name", "Name the new survey, or choose one that exists.")
        elif not values.get("survey") and self._surveys().filter(name__iexact=values["name"].strip()).exists():
            self.add_error("name", "The program has a survey of this name. Choose it above to import into it.")
        return values

    @property
    def survey_name(self) -> str:
        """The chosen survey's name, else the new one."""
        survey = self.cleaned_data["survey"]
        return str(survey.name) if survey else str(self.cleaned_data["name"])


class MapForm(forms.Form):
    """What each column is: a select and a scale a column, and what holds for all of them."""

    order = forms.ChoiceField(
        label="Order of dates",
        required=False,
        choices=[("", "As the dates themselves say"), *DateOrder.choices],
        widget=UnfoldAdminSelectWidget,
        help_text="Needed where 03/04/2026 may be the 3rd of April or the 4th of March.",
    )
    day = forms.DateField(
        label="Without a date column: all answered on",
        required=False,
        widget=DayInput,
        help_text="Answers without a day count in no period of a report.",
    )
    missing = forms.CharField(
        label="Counts as no answer",
        required=False,
        max_length=MAX_CELL,
        widget=UnfoldAdminTextInputWidget,
        help_text="Words separated by a semicolon, beside blank cells. Numbers off a scale are no answers either.",
    )

    def __init__(self, *args: Any, table: Table, chosen: ColumnMap, suggestion: Suggestion, **kwargs: Any) -> None:
        kwargs["initial"] = {
            "order": chosen.order,
            "day": chosen.day,
            "missing": "; ".join(chosen.missing),
        }
        super().__init__(*args, **kwargs)
        self.table, self.chosen, self.suggestion = table, chosen, suggestion
        questions = {question.position: question for question in chosen.questions}
        for column in table.columns:
            self._add_column(column, questions.get(column.position))

    def _add_column(self, column: Column, question: MappedQuestion | None) -> None:
        name = column.name
        self.fields[f"role_{column.position}"] = forms.ChoiceField(
            label=f"What {name} is",
            required=False,
            choices=ROLES,
            initial=self._role(column.position, question),
            widget=UnfoldAdminSelectWidget(attrs={"aria-label": f"What {name} is"}),
        )
        self.fields[f"scale_{column.position}"] = forms.RegexField(
            SCALE,
            label=f"Scale of {name}",
            required=False,
            initial=_scale_text(question),
            max_length=20,
            widget=UnfoldAdminTextInputWidget(attrs={"placeholder": "1-5", "aria-label": f"Scale of {name}"}),
            error_messages={"invalid": "Give the worst and the best answer, such as 1-5."},
        )

    def _role(self, position: int, question: MappedQuestion | None) -> str:
        for role, column in (
            (ID, self.chosen.id_column),
            (DATE, self.chosen.date_column),
            (PERSON, self.chosen.person_column),
        ):
            if column == position:
                return role
        return (question.satisfaction or question.kind) if question else LEAVE_OUT

    def general(self) -> list[forms.BoundField]:
        """The fields that hold for all columns."""
        return [self["order"], self["day"], self["missing"]]

    def rows(self) -> list[dict[str, Any]]:
        """Each column with its fields, sample values and what to know about it: the page's table."""
        return [
            {
                "column": column,
                "samples": [shorten(value, 60) for value in dict.fromkeys(self.table.values(column.position))][
                    :SAMPLES
                ],
                "role": self[f"role_{column.position}"],
                "scale": self[f"scale_{column.position}"],
                "note": self._note(column.position),
            }
            for column in self.table.columns
        ]

    def _note(self, position: int) -> str:
        likely = self.suggestion.likely.get(position)
        mapped = any(question.position == position and question.satisfaction for question in self.chosen.questions)
        note = self.suggestion.notes.get(position, "")
        return (
            f"{note} It seems to ask for {Satisfaction(likely).label.lower()}.".strip()
            if likely and not mapped
            else note
        )

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or self.cleaned_data
        for role, what in ((ID, "the response id"), (DATE, "the date"), (PERSON, "who answered")):
            columns = [column.name for column in self.table.columns if values.get(f"role_{column.position}") == role]
            if len(columns) > 1:
                self.add_error(None, f"Only one column is {what}: {' or '.join(columns)}?")
        return values

    def spec(self) -> dict[str, Any]:
        """The map as chosen, in the form that `map_from_spec` reads."""
        values = self.cleaned_data
        roles = {column.position: values[f"role_{column.position}"] for column in self.table.columns}
        by_role = {role: position for position, role in roles.items() if role in (ID, DATE, PERSON)}
        date: dict[str, Any] | None = {"day": values["day"].isoformat()} if values["day"] else None
        if DATE in by_role:
            date = {"column": by_role[DATE], "order": values["order"], "timezone": self.chosen.zone}
        return {
            "columns": [
                self._entry(column, roles[column.position])
                for column in self.table.columns
                if roles[column.position] not in (LEAVE_OUT, ID, DATE, PERSON)
            ],
            "id": by_role.get(ID),
            "date": date,
            "person": by_role.get(PERSON),
            "missing": [word.strip() for word in values["missing"].split(";") if word.strip()],
        }

    def _entry(self, column: Column, role: str) -> dict[str, Any]:
        match = SCALE.fullmatch(self.cleaned_data[f"scale_{column.position}"])
        is_rating = role == QuestionKind.RATING or role in Satisfaction.values
        return {
            "column": column.position,
            "question": role if role in Satisfaction.values else column.text,
            "kind": QuestionKind.RATING.value if is_rating else role,
            # A scale beside a column that is no rating is what the page suggested before; it says nothing then.
            "scale": [_plain(match[1]), _plain(match[2])] if match and is_rating else None,
        }


def _plain(end: str) -> int | float:
    """Return the number as it was typed: 5 is not written 5.0 on the pages that follow."""
    return float(end) if "." in end else int(end)


def _scale_text(question: MappedQuestion | None) -> str:
    if question is None or question.scale is None:
        return ""
    return "-".join(f"{end.normalize():f}" for end in question.scale)
