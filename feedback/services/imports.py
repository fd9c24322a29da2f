"""Import of survey files: all or nothing, and a second time nothing."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from django.db import transaction

from core import audit
from core.exceptions import BadInput
from core.models import User
from feedback.exceptions import KeyChanged, MapRefused
from feedback.models import Question, Survey, SurveyImport
from feedback.parsing import ColumnMap, Problem, Reading, ReadyResponse, Table, read_responses, spec_of
from feedback.parsing.columns import clean, shorten
from feedback.services import staging
from feedback.services.staging import Progress, silent
from feedback.services.surveys import lock_survey, sync_questions
from participants.models import Participant
from programs.models import Program

LISTED_CHANGES = 100
LISTED_PROBLEMS = 5000


@dataclass(frozen=True, slots=True)
class Change:
    """One answer of an earlier response that the file corrects."""

    line: int
    question: str
    before: str
    after: str

    def as_json(self) -> dict[str, object]:
        return {"line": self.line, "question": self.question, "before": self.before, "after": self.after}


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What an import did, or would do. `entry` is None where it changed nothing, and in a trial.

    `absent` counts responses of the survey that this file does not have; `gaps` are answers that count as missing.
    """

    survey: Survey
    entry: SurveyImport | None
    new: int
    updated: int
    unchanged: int
    absent: int
    rejected: list[Problem]
    gaps: list[Problem]
    changes: list[Change] = field(default_factory=list)

    def as_json(self) -> dict[str, object]:
        """Return what the page before the confirmation shows."""
        return {
            "new": self.new,
            "updated": self.updated,
            "unchanged": self.unchanged,
            "absent": self.absent,
            "rejected": [problem.as_json() for problem in self.rejected[:LISTED_PROBLEMS]],
            "gaps": [problem.as_json() for problem in self.gaps[:LISTED_PROBLEMS]],
            "changes": [change.as_json() for change in self.changes],
        }

    @property
    def summary(self) -> str:
        """One sentence with the counts."""
        parts = [f"{self.new} new", f"{self.updated} updated", f"{self.unchanged} unchanged"]
        text = f"{', '.join(parts)}, {len(self.rejected)} rejected"
        return f"{text}; {self.absent} earlier ones are not in this file" if self.absent else text


@transaction.atomic
def import_responses(
    *,
    program_id: int,
    survey_name: str,
    table: Table,
    column_map: ColumnMap,
    file_name: str,
    content: bytes,
    actor: User | None,
    progress: Progress = silent,
) -> ImportResult:
    """Import the table's responses into the survey of this name, which is made if there is none.

    `progress` is told how many rows were done since it was told last.

    Raises `MapRefused` where the map does not fit, `KeyChanged` where responses would come in twice, `BadInput` where
    no row is a response.
    """
    program = Program.objects.get(pk=program_id)
    reading = read_responses(table, column_map, program.tz)
    _refuse_nothing(reading)
    survey = lock_survey(program_id=program_id, name=survey_name, actor=actor)
    _refuse_other_keys(survey, reading.responses[0].key)
    scales = {question.pk: question.scale for question in survey.questions.all() if question.scale}
    questions, questions_changed = sync_questions(survey=survey, columns=table.columns, column_map=column_map)
    counts = staging.stage(
        survey_id=survey.pk,
        responses=reading.responses,
        question_ids={position: question.pk for position, question in questions.items()},
        people=_people(program, reading.responses),
        progress=progress,
    )
    if counts.absent:
        _refuse_new_scales(questions.values(), scales, counts.absent)
    changes = _changes(questions.values()) if counts.updated else []
    entry = None
    if counts.new or counts.updated or questions_changed:
        entry = _record(survey, table, column_map, reading, counts, file_name=file_name, content=content, actor=actor)
        staging.write(survey_id=survey.pk, source_id=entry.pk)
    return ImportResult(
        survey,
        entry,
        counts.new,
        counts.updated,
        counts.unchanged,
        counts.absent,
        reading.rejected,
        reading.gaps,
        changes,
    )


def try_import(
    *,
    program_id: int,
    survey_name: str,
    table: Table,
    column_map: ColumnMap,
    actor: User | None,
) -> ImportResult:
    """Say what `import_responses` would do, by doing it and taking it back: a preview by other code could lie."""
    with transaction.atomic():
        result = import_responses(
            program_id=program_id,
            survey_name=survey_name,
            table=table,
            column_map=column_map,
            file_name="trial",
            content=b"",
            actor=actor,
        )
        transaction.set_rollback(True)
    return result


def _record(
    survey: Survey,
    table: Table,
    column_map: ColumnMap,
    reading: Reading,
    counts: staging.Counts,
    *,
    file_name: str,
    content: bytes,
    actor: User | None,
) -> SurveyImport:
    numbers = {
        "new": counts.new,
        "updated": counts.updated,
        "unchanged": counts.unchanged,
        "rejected": len(reading.rejected),
    }
    entry = SurveyImport.objects.create(
        survey=survey,
        file_name=clean(file_name)[:200],
        sha256=hashlib.sha256(content).hexdigest(),
        tool=table.tool,
        encoding=table.encoding,
        delimiter=table.delimiter,
        sheet=table.sheet[:100],
        header_rows=table.header_rows,
        rows=sum(numbers.values()),
        problems=[problem.as_json() for problem in [*reading.rejected, *reading.gaps][:LISTED_PROBLEMS]],
        spec=spec_of(column_map, table.columns),
        imported_by=actor,
        **numbers,
    )
    audit.record(actor=actor, action="survey.imported", obj=entry, scope=survey.program.slug, after=numbers)
    return entry


def _refuse_nothing(reading: Reading) -> None:
    if reading.responses:
        return
    first = reading.rejected[0]
    raise BadInput(f"No row of the file can be imported by this map. The first, line {first.line}: {first.reason}")


def _refuse_other_keys(survey: Survey, key: str) -> None:
    """A survey's responses are known all by id or all by content; mixed, the same person would be in it twice."""
    kind = key.partition(":")[0]
    other = survey.responses.exclude(key__startswith=f"{kind}:").exists()
    if other:
        known, now = ("their content", "an id column") if kind == "id" else ("an id column", "their content")
        raise KeyChanged(
            f"The responses of “{survey.name}” are told apart by {known}; this map does it by {now}, so they would "
            "come in twice. Map it as before, or import into another survey."
        )


def _refuse_new_scales(questions: Iterable[Question], scales: dict[int, tuple[Decimal, Decimal]], absent: int) -> None:
    for question in questions:
        before = scales.get(question.pk)
        if before and before != question.scale:
            worst, best = (f"{end.normalize():f}" for end in before)
            raise MapRefused(
                f"“{shorten(question.text, 60)}” has answers on the scale {worst} to {best}; {absent} responses are "
                "not in this file and would be read wrongly on the new one. Import into another survey."
            )


def _people(program: Program, responses: Iterable[ReadyResponse]) -> dict[str, int]:
    """Participants by what the file calls them, in lower case: their e-mail address or the product's own id."""
    names = {response.person.lower() for response in responses if response.person}
    if not names:
        return {}
    found: dict[str, int] = {}
    for pk, email, external_id in Participant.objects.filter(program=program).values_list("pk", "email", "external_id"):
        found.update({name.lower(): pk for name in (external_id, email) if name.lower() in names})
    return found


def _changes(questions: Iterable[Question]) -> list[Change]:
    texts = {str(question.pk): shorten(question.text, 80) for question in questions}
    changes: list[Change] = []
    for line, old, new in staging.changed_rows(limit=LISTED_CHANGES):
        changes.extend(
            Change(line, texts[pk], old.get(pk, ""), new.get(pk, ""))
            for pk in texts
            if old.get(pk, "") != new.get(pk, "")
        )
    return changes
