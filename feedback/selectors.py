"""Reads about surveys: figures for the report, results of a survey, the map for a file, a person's upload."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.db import connection
from django.urls import reverse

from core.figures import Figure
from core.models import User
from feedback.enums import REPORTED_MAX, REPORTED_MIN, Satisfaction
from feedback.exceptions import UploadNotFound, UploadOfAnother
from feedback.models import Question, Survey, SurveyMap, SurveyUpload
from feedback.parsing import ColumnMap, Suggestion, Table, map_from_spec, suggest_map
from programs.enums import Role
from programs.models import Program
from programs.selectors import may

DEFINITION_VERSION = 1
SHOWN_ANSWERS = 12

# An answer counts on 1 to 5, converted linearly from the worst and the best end that its question states.
SATISFACTION = """
SELECT avg(%(low)s + (value - question.scale_worst) * %(span)s / (question.scale_best - question.scale_worst))
           FILTER (WHERE in_period),
       count(value) FILTER (WHERE in_period),
       count(value) FILTER (WHERE response.submitted_on IS NULL),
       (SELECT max(done.at) FROM feedback_surveyimport done JOIN feedback_question asked USING (survey_id)
        JOIN feedback_survey survey ON survey.id = done.survey_id
        WHERE asked.satisfaction = %(question)s AND survey.program_id = %(program)s)
FROM feedback_question question
JOIN feedback_survey survey ON survey.id = question.survey_id
JOIN feedback_response response ON response.survey_id = survey.id
CROSS JOIN LATERAL (
    SELECT (response.scores ->> question.id::text)::numeric AS value,
           response.submitted_on BETWEEN %(first)s AND %(last)s AS in_period
) answer
WHERE survey.program_id = %(program)s AND question.satisfaction = %(question)s
"""
RESULTS = """
SELECT question.id, answer.value, count(*)
FROM feedback_question question
JOIN feedback_response response ON response.survey_id = question.survey_id
CROSS JOIN LATERAL (SELECT CASE WHEN question.kind = 'rating' THEN response.scores ->> question.id::text
                                WHEN question.kind = 'choice' THEN response.answers ->> question.id::text
                                WHEN response.answers ? question.id::text THEN '' END AS value) answer
WHERE question.survey_id = %s AND answer.value IS NOT NULL
GROUP BY question.id, answer.value
"""


@dataclass(frozen=True, slots=True)
class QuestionResult:
    """What was answered to one question. `mean` is on the question's own scale; `shares` lists answers with counts."""

    question: Question
    count: int
    mean: Decimal | None
    shares: list[tuple[str, int]]

    @property
    def scale_text(self) -> str:
        """Worst and best answer, such as “1 to 5”."""
        return " to ".join(f"{end.normalize():f}" for end in self.question.scale or ())

    @property
    def bars(self) -> list[dict[str, Any]]:
        """The most frequent answers, each with its share of the largest in per cent."""
        largest = max((count for _, count in self.shares), default=1)
        return [
            {"answer": answer, "count": count, "percent": count * 100 // largest}
            for answer, count in self.shares[:SHOWN_ANSWERS]
        ]


def satisfaction(*, program: Program, question: str, first: dt.date, last: dt.date) -> Figure:
    """Mean answer to one of the five standard questions over the program's days, on 1 to 5, weighted by answer."""
    label = Satisfaction(question).label
    with connection.cursor() as cursor:
        cursor.execute(
            SATISFACTION,
            {
                "low": REPORTED_MIN,
                "span": REPORTED_MAX - REPORTED_MIN,
                "question": question,
                "program": program.pk,
                "first": first,
                "last": last,
            },
        )
        mean, count, undated, as_of = cursor.fetchone()
    rows = {"survey__program__id__exact": program.pk, "submitted_on__gte": first, "submitted_on__lte": last}
    return Figure(
        key=f"satisfaction.{question}",
        label=label,
        unit="score5",
        value=None if mean is None else Decimal(mean).quantize(Decimal("0.0001")),
        source=f"survey answers, n={count}",
        definition=(
            f"Mean of all answers to “{label}” that were given in the period, each converted linearly from the scale "
            "stated for its question to 1 to 5. Missing answers and answers off the scale are not counted."
        ),
        version=DEFINITION_VERSION,
        as_of=as_of,
        count=count,
        href=f"{reverse('admin:feedback_response_changelist')}?{urlencode(rows)}",
        connect="" if count else _connect(label, undated),
    )


def survey_results(survey: Survey) -> list[QuestionResult]:
    """Count, mean and distribution of every question of the survey, in two queries."""
    counts: dict[int, list[tuple[str, int]]] = {}
    with connection.cursor() as cursor:
        cursor.execute(RESULTS, [survey.pk])
        for pk, value, count in cursor.fetchall():
            counts.setdefault(pk, []).append((value, count))
    return [_result(question, counts.get(question.pk, [])) for question in survey.questions.all()]


def choose_map(*, program: Program, table: Table) -> tuple[ColumnMap, bool, Suggestion]:
    """Return the map to read a table by, whether a person confirmed it for such headers, and the suggestion."""
    suggestion = suggest_map(table)
    saved = (
        SurveyMap.objects.filter(program=program, header_sha256=table.header_sha256)
        .order_by("-saved_at", "-pk")
        .first()
    )
    if saved is None:
        return suggestion.map, False, suggestion
    return map_from_spec(saved.spec, table.columns), True, suggestion


def own_upload(*, upload_id: int, user: User, lock: bool = False) -> SurveyUpload:
    """Return the user's upload. Raises `UploadNotFound`, or `UploadOfAnother` for a colleague's in the same program."""
    rows: Any = SurveyUpload.objects.select_related("program", "user")
    upload = (rows.select_for_update(of=("self",)) if lock else rows).filter(pk=upload_id).first()
    if upload is None or not may(user, upload.program_id, Role.OPERATOR):
        raise UploadNotFound("This upload does not exist any more: it was imported, dropped, or older than a day.")
    if upload.user_id != user.pk:
        raise UploadOfAnother(
            f"{upload.user.display_name} uploaded “{upload.file_name}”, and only that person can import it. "
            "Upload the file yourself to import it."
        )
    found: SurveyUpload = upload
    return found


def _connect(label: str, undated: int) -> str:
    if undated:
        return (
            f"{undated} answers to “{label}” have no date and are in no period. Import the file again and map a date "
            "column, or give a day."
        )
    return f"Import a survey file, or map one of its columns to “{label}”."


def _result(question: Question, counts: list[tuple[str, int]]) -> QuestionResult:
    total = sum(count for _, count in counts)
    if not question.is_rating:
        shares = sorted((item for item in counts if item[0]), key=lambda item: -item[1])
        return QuestionResult(question, total, None, shares)
    scores = sorted((Decimal(value), count) for value, count in counts)
    mean = sum((value * count for value, count in scores), Decimal(0)) / total if total else None
    return QuestionResult(question, total, mean, [(f"{value.normalize():f}", count) for value, count in scores])
