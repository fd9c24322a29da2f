"""Two at once: one report a period, one mail a person."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import Any

import pytest
from django.db import connections

from core import clock
from core.models import OutboxMessage
from reports.models import StatusReport
from reports.periods import DAY
from reports.services import build_report, send_due_reports, send_report
from tests.factories.reports import FIRST, a_recipient, built_report, moment, monday_program

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.race]


def at_once(calls: Sequence[Callable[[], Any]]) -> list[Any]:
    """Run the calls in threads of their own, each with its own connection, all at the moment that it is told to be."""

    def call(function: Callable[[], Any]) -> Any:
        try:
            return function()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(calls)) as pool:
        futures = [pool.submit(copy_context().run, call, function) for function in calls]
        return [future.result() for future in futures]


def test_the_same_period_built_by_six_is_one_report() -> None:
    program = monday_program()
    with clock.at(moment(8)):
        made = at_once([lambda: build_report(program_id=program.pk, first=FIRST, last=FIRST + 6 * DAY)] * 6)
    assert {report.pk for report in made} == {StatusReport.objects.get().pk}


def test_a_report_sent_by_six_reaches_each_person_once() -> None:
    program = monday_program()
    for name in ("a", "b", "c"):
        a_recipient(program, f"{name}@example.org")
    report = built_report(program)
    assert sorted(at_once([lambda: send_report(report_id=report.pk)] * 6)) == [0, 0, 0, 0, 0, 3]
    assert OutboxMessage.objects.filter(key__startswith="report:").count() == 3


def test_four_beats_at_the_report_hour_send_once() -> None:
    a_recipient(monday_program())
    with clock.at(moment(8, 8)):
        assert sum(at_once([send_due_reports] * 4)) == 1
    assert OutboxMessage.objects.filter(key__startswith="report:").count() == 1
