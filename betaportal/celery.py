"""The Celery app. Its schedule is in code (`betaportal/schedule.py`): rows that staff could edit get lost."""

import logging
import os

from celery import Celery
from celery.signals import beat_init, setup_logging

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "betaportal.settings")

app = Celery("betaportal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@setup_logging.connect
def leave_logging_as_it_is(**_: object) -> None:
    """Keep Celery from replacing the settings' log lines; a knock each ten seconds is not worth three of them."""
    for routine in ("celery.beat", "celery.worker.strategy", "celery.app.trace"):
        logging.getLogger(routine).setLevel(logging.WARNING)


@beat_init.connect
def knock_at_once(**_: object) -> None:
    """Ask for every job when beat starts: it may have missed any, and `JobRun` knows which ones are due."""
    for job, entry in app.conf.beat_schedule.items():
        app.send_task(job, **entry["options"])
