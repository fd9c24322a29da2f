"""Surveys, their questions, and the maps by which files are read."""

from collections.abc import Iterable
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.text import slugify

from core import audit, clock
from core.exceptions import BadInput, Conflict
from core.models import User
from feedback.exceptions import MapRefused
from feedback.models import Question, Survey, SurveyMap
from feedback.parsing import Column, ColumnMap, MappedQuestion
from feedback.parsing.columns import clean, shorten

NAME_LENGTH = 120
SLUG_LENGTH = 50


@transaction.atomic
def create_survey(*, program_id: int, name: str, actor: User | None) -> Survey:
    """Make an empty survey. Raises `Conflict` where the program has one of this name, `BadInput` for no name."""
    name = clean(name).strip()
    if not name or len(name) > NAME_LENGTH:
        raise BadInput(f"A survey needs a name of up to {NAME_LENGTH} characters, such as “Week 2 satisfaction”.")
    slug = _free_slug(program_id, slugify(name)[:SLUG_LENGTH] or "survey")
    try:
        with transaction.atomic():
            survey = Survey.objects.create(program_id=program_id, name=name, slug=slug, created_by=actor)
    except IntegrityError:
        raise Conflict(f"The program has a survey “{name}” already. Choose another name, or import into it.") from None
    audit.record(actor=actor, action="survey.created", obj=survey, scope=survey.program.slug)
    return survey


def lock_survey(*, program_id: int, name: str, actor: User | None) -> Survey:
    """Return the survey of this name, made now if there is none, locked until the transaction ends."""
    survey = _locked(program_id, name)
    if survey is None:
        try:
            return create_survey(program_id=program_id, name=name, actor=actor)
        except Conflict:
            # Somebody else made it since, and the wait on its name lasted until that was committed.
            survey = _locked(program_id, name)
            if survey is None:
                raise
    return survey


def sync_questions(*, survey: Survey, columns: list[Column], column_map: ColumnMap) -> tuple[dict[int, Question], bool]:
    """Make the survey's questions those of the map. Returns them by column position, and whether any changed.

    Questions of columns that the map leaves out stay as they are, with their answers.
    """
    known = {(question.header, question.occurrence): question for question in survey.questions.all()}
    by_position: dict[int, Question] = {}
    new, changed = [], []
    for mapped in column_map.questions:
        column = columns[mapped.position - 1]
        question = known.get((column.key, column.occurrence))
        if question is None:
            question = Question(survey=survey, header=column.key, occurrence=column.occurrence)
            new.append(question)
        elif _wanted(mapped) == {name: getattr(question, name) for name in _wanted(mapped)}:
            by_position[mapped.position] = question
            continue
        else:
            changed.append(question)
        for name, value in _wanted(mapped).items():
            setattr(question, name, value)
        by_position[mapped.position] = question
    _refuse_taken(by_position, known.values())
    _write(survey, new, changed)
    return by_position, bool(new or changed)


@transaction.atomic
def save_map(*, program_id: int, name: str, spec: dict[str, Any], header_sha256: str, actor: User | None) -> SurveyMap:
    """Keep a confirmed map under a name, in place of an earlier one of this name."""
    name = clean(name).strip()[:NAME_LENGTH] or "Map"
    saved = SurveyMap.objects.select_for_update().filter(program_id=program_id, name__iexact=name).first()
    if saved and (saved.spec, saved.header_sha256) == (spec, header_sha256):
        return saved
    saved = saved or SurveyMap(program_id=program_id, name=name)
    before = {"spec": saved.spec} if saved.pk else None
    saved.spec, saved.header_sha256, saved.saved_by, saved.saved_at = spec, header_sha256, actor, clock.now()
    saved.save()
    audit.record(
        actor=actor, action="survey_map.saved", obj=saved, scope=saved.program.slug, before=before, after={"spec": spec}
    )
    return saved


def _wanted(mapped: MappedQuestion) -> dict[str, Any]:
    low, high = mapped.scale or (None, None)
    return {
        "position": mapped.position,
        "text": mapped.text,
        "kind": mapped.kind,
        "scale_worst": low,
        "scale_best": high,
        "satisfaction": mapped.satisfaction,
    }


def _refuse_taken(by_position: dict[int, Question], known: Iterable[Question]) -> None:
    """A standard question belongs to one column of a survey; columns that this map leaves out keep theirs."""
    mapped = {question.pk for question in by_position.values() if question.pk}
    kept = {
        question.satisfaction: question for question in known if question.satisfaction and question.pk not in mapped
    }
    for question in by_position.values():
        other = kept.get(question.satisfaction)
        if other:
            raise MapRefused(
                f"The survey counts “{shorten(other.text, 60)}” as {other.get_satisfaction_display().lower()} already. "
                f"Import the file into another survey, or take that from the question first."
            )


def _write(survey: Survey, new: list[Question], changed: list[Question]) -> None:
    if changed:
        # A standard question may move between two columns: all let go first, since it is never held twice.
        survey.questions.filter(pk__in=[question.pk for question in changed]).exclude(satisfaction="").update(
            satisfaction=""
        )
        Question.objects.bulk_update(changed, ["position", "text", "kind", "scale_worst", "scale_best", "satisfaction"])
    Question.objects.bulk_create(new)


def _locked(program_id: int, name: str) -> Survey | None:
    return (
        Survey.objects.select_for_update(of=("self",))
        .select_related("program")
        .filter(program_id=program_id, name__iexact=clean(name).strip())
        .first()
    )


def _free_slug(program_id: int, stem: str) -> str:
    taken = set(Survey.objects.filter(program_id=program_id, slug__startswith=stem).values_list("slug", flat=True))
    return next(
        slug for slug in (stem, *(f"{stem}-{number}" for number in range(2, len(taken) + 3))) if slug not in taken
    )
