"""The same file imported by several at once comes in once."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from feedback.models import Question, Response, Survey, SurveyImport
from tests.factories.feedback import import_survey
from tests.factories.programs import live_program

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
RACERS = 6


def test_a_file_imported_by_several_at_once_comes_in_once():
    program = live_program()
    start = Barrier(RACERS)

    def race(_number: int) -> int:
        start.wait()
        try:
            return import_survey(program).new
        finally:
            connection.close()

    with ThreadPoolExecutor(RACERS) as pool:
        counts = sorted(pool.map(race, range(RACERS)))
    assert counts == [0] * (RACERS - 1) + [3]
    assert (Survey.objects.count(), Question.objects.count()) == (1, 3)
    assert (Response.objects.count(), SurveyImport.objects.count()) == (3, 1)
