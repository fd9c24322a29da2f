"""The Celery app. Its schedule is in code (`betaportal/schedule.py`): rows that staff could edit get lost."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "betaportal.settings")

app = Celery("betaportal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
