"""`seed_demo`: the demo program, made through the real services and the real HTTP intake."""

import datetime as dt
import sys
from collections.abc import Iterable
from typing import Any, ClassVar

from django.contrib.auth import get_user_model
from tqdm import tqdm

from betaportal.demo.seed import seed_demo
from core.commands import PortalCommand


class Command(PortalCommand):
    help = "Make the demo program “demo”: AccuBooks, a controlled beta of 16 people whose thirty days end today."
    example: ClassVar[str] = "manage.py seed_demo"

    def handle_portal(self, *args: Any, **options: Any) -> None:
        owner = get_user_model().objects.filter(is_superuser=True, is_active=True).order_by("pk").first()
        program = seed_demo(actor=owner, progress=_bar)
        self.stdout.write(
            f"The demo is ready: {program.name} ({program.slug}), {program.starts_on} to {program.ends_on}."
        )


def _bar(days: list[dt.date]) -> Iterable[dt.date]:
    return tqdm(days, desc="Living through the demo's days", unit="day", file=sys.stderr)
