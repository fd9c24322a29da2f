"""The criteria of a program, laid down when it is created."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction

from reports.models import ExitCriterion


@transaction.atomic
def plan_criteria(*, program_id: int, lines: Iterable[Mapping[str, Any]]) -> int:
    """Create a criterion for each of the blueprint's `lines`, in their order; returns how many.

    A line has kind, key, label, metric, target and rule, and may have unit and dimension.
    """
    rows = [ExitCriterion(program_id=program_id, position=n, **line) for n, line in enumerate(lines)]
    return len(ExitCriterion.objects.bulk_create(rows))
