"""Uploads that nobody confirmed go after a day."""

import datetime as dt

import pytest

from core import clock
from feedback import services
from feedback.models import SurveyUpload
from feedback.parsing import FileOptions
from tests.factories.feedback import CSV
from tests.factories.programs import live_program, staff_user

pytestmark = pytest.mark.django_db


def test_uploads_older_than_a_day_are_swept():
    program, user = live_program(), staff_user()
    for name in ("old", "new"):
        services.store_upload(
            program_id=program.pk,
            user=user,
            survey_name=name,
            file_name=name,
            content=CSV.encode(),
            options=FileOptions(),
        )
    SurveyUpload.objects.filter(survey_name="old").update(created_at=clock.now() - dt.timedelta(hours=25))
    assert services.sweep_uploads() == 1
    assert SurveyUpload.objects.get().survey_name == "new"
    assert services.sweep_uploads() == 0
