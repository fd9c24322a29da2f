"""Responses as a table for a spreadsheet. Cells that a spreadsheet would run as a formula are made plain text."""

from typing import Any

from import_export.fields import Field
from import_export.formats.base_formats import XLSX
from import_export.resources import Resource

from feedback.models import Question, Response, Survey
from participants.importing.escaping import as_plain_text


class AnswerField(Field):
    """The answer to one question: the number of a rating, else the words."""

    def __init__(self, question: Question) -> None:
        super().__init__(column_name=as_plain_text(str(question)))
        self.key = str(question.pk)

    def export(self, instance: Response, **_kwargs: Any) -> Any:
        if self.key in instance.scores:
            return instance.scores[self.key]
        return as_plain_text(instance.answers.get(self.key, ""))


class KeyField(Field):
    def export(self, instance: Response, **_kwargs: Any) -> Any:
        return as_plain_text(instance.key.partition(":")[2])


class PersonField(Field):
    """Who answered, by the number that reports use; never a name or an address."""

    def export(self, instance: Response, **_kwargs: Any) -> Any:
        return f"User #{instance.participant.number}" if instance.participant else ""


class TimeField(Field):
    def export(self, instance: Response, **_kwargs: Any) -> Any:
        moment = instance.submitted_at or instance.submitted_on
        return moment.isoformat() if moment else ""


class ResponseResource(Resource):
    """One survey's responses, a column for each question."""

    key = KeyField(column_name="Response")
    submitted = TimeField(column_name="Submitted (UTC)")
    person = PersonField(column_name="Person")

    def __init__(self, survey: Survey) -> None:
        super().__init__()
        for question in survey.questions.all():
            self.fields[f"question_{question.pk}"] = AnswerField(question)


def export_responses(survey: Survey, file_format: str) -> bytes:
    """Return the survey's responses as `csv` (UTF-8 with a byte order mark, for Excel) or `xlsx`."""
    rows = survey.responses.select_related("participant").order_by("submitted_at", "pk")
    dataset = ResponseResource(survey).export(queryset=rows)
    if file_format == "xlsx":
        content: bytes = XLSX().export_data(dataset)
        return content
    return str(dataset.csv).encode("utf-8-sig")
