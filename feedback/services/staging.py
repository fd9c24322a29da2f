"""The set-based core of an import: COPY into a temporary table, one comparison, one upsert, however many rows."""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import connection

from feedback.parsing import ReadyResponse

# Answers of columns that the map leaves out stay: only those of mapped questions are replaced.
MERGE = """
CREATE TEMPORARY TABLE feedback_merged ON COMMIT DROP AS
SELECT pair.*,
       CASE WHEN old_id IS NULL THEN 'new'
            WHEN (participant_id, submitted_at, submitted_on, answers, scores) IS DISTINCT FROM
                 (old_participant_id, old_submitted_at, old_submitted_on, old_answers, old_scores) THEN 'updated'
            ELSE 'unchanged' END AS state
FROM (
    SELECT staged.line, staged.key, staged.participant_id, staged.submitted_at, staged.submitted_on,
           (COALESCE(old.answers, '{}') - %(mapped)s::text[]) || staged.answers AS answers,
           (COALESCE(old.scores, '{}') - %(mapped)s::text[]) || staged.scores AS scores,
           old.id AS old_id, old.participant_id AS old_participant_id, old.submitted_at AS old_submitted_at,
           old.submitted_on AS old_submitted_on, old.answers AS old_answers, old.scores AS old_scores
    FROM feedback_staged staged
    LEFT JOIN feedback_response old ON old.survey_id = %(survey)s AND old.key = staged.key
) pair
"""
COUNT = """
SELECT count(*) FILTER (WHERE state = 'new'), count(*) FILTER (WHERE state = 'updated'),
       count(*) FILTER (WHERE state = 'unchanged'),
       (SELECT count(*) FROM feedback_response WHERE survey_id = %(survey)s)
FROM feedback_merged
"""
CHANGED = """
SELECT line, old_answers, answers FROM feedback_merged WHERE state = 'updated' ORDER BY line LIMIT %(limit)s
"""
UPSERT = """
INSERT INTO feedback_response (survey_id, key, participant_id, submitted_at, submitted_on, answers, scores, source_id)
SELECT %(survey)s, key, participant_id, submitted_at, submitted_on, answers, scores, %(source)s
FROM feedback_merged WHERE state <> 'unchanged' ORDER BY line
ON CONFLICT (survey_id, key) DO UPDATE SET
    participant_id = EXCLUDED.participant_id, submitted_at = EXCLUDED.submitted_at,
    submitted_on = EXCLUDED.submitted_on, answers = EXCLUDED.answers, scores = EXCLUDED.scores,
    source_id = EXCLUDED.source_id
"""


Progress = Callable[[int], object]
TOLD_EVERY = 500  # rows


def silent(_rows: int) -> None:
    """Tell nobody how far it is."""


@dataclass(frozen=True, slots=True)
class Counts:
    """What the staged rows are to the survey. `absent`: responses of the survey that the file does not have."""

    new: int
    updated: int
    unchanged: int
    absent: int


def stage(
    *,
    survey_id: int,
    responses: Iterable[ReadyResponse],
    question_ids: dict[int, int],
    people: dict[str, int],
    progress: Progress,
) -> Counts:
    """Put the responses beside the survey's own and compare. Nothing of the survey is written yet.

    The survey's row must be locked, so that what is counted here is what `write` does.
    """
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS pg_temp.feedback_staged, pg_temp.feedback_merged")
        cursor.execute(
            "CREATE TEMPORARY TABLE feedback_staged (line bigint, key text, participant_id bigint, "
            "submitted_at timestamptz, submitted_on date, answers jsonb, scores jsonb) ON COMMIT DROP"
        )
        with cursor.copy("COPY feedback_staged FROM STDIN") as copy:
            for number, response in enumerate(responses, start=1):
                copy.write_row(_row(response, question_ids, people))
                if number % TOLD_EVERY == 0:
                    progress(TOLD_EVERY)
        parameters: dict[str, Any] = {"survey": survey_id, "mapped": [str(pk) for pk in question_ids.values()]}
        cursor.execute(MERGE, parameters)
        cursor.execute(COUNT, parameters)
        new, updated, unchanged, total = cursor.fetchone()
    return Counts(new, updated, unchanged, total - updated - unchanged)


def changed_rows(*, limit: int) -> list[tuple[int, dict[str, str], dict[str, str]]]:
    """Line, old answers and new answers of the rows that a corrected file changes, in the order of the file."""
    with connection.cursor() as cursor:
        cursor.execute(CHANGED, {"limit": limit})
        return [(line, _loaded(old), _loaded(new)) for line, old, new in cursor.fetchall()]


def write(*, survey_id: int, source_id: int) -> None:
    """Write the staged rows that are new or changed. Unchanged rows are not touched."""
    with connection.cursor() as cursor:
        cursor.execute(UPSERT, {"survey": survey_id, "source": source_id})


def _row(response: ReadyResponse, question_ids: dict[int, int], people: dict[str, int]) -> Sequence[Any]:
    answers = {str(question_ids[position]): text for position, text in response.answers.items()}
    scores = {str(question_ids[position]): _plain(score) for position, score in response.scores.items()}
    person = people.get(response.person.lower()) if response.person else None
    return (response.line, response.key, person, response.at, response.day, json.dumps(answers), json.dumps(scores))


def _plain(number: Decimal) -> int | float:
    return int(number) if number == int(number) else float(number)


def _loaded(value: Any) -> dict[str, str]:
    # Django hands JSON of raw queries over as text.
    return json.loads(value) if isinstance(value, str) else value
