"""The Celery app. Its schedule is in code (`betaportal/schedule.py`): rows that staff could edit get lost."""

import os

from celery import Celery

from betaportal.schedule import SCHEDULE

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "betaportal.settings")

app = Celery("betaportal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.beat_schedule = SCHEDULE
app.autodiscover_tasks()
