"""What the demo's people do with the product, day by day, as the events that the product would send.

Pure: the same seed and the same days give the same events to the byte. Nothing here knows a final figure; the portal
computes them all from these events.
"""

import datetime as dt
import random
import uuid
from collections.abc import Iterator
from typing import Any
from zoneinfo import ZoneInfo

from betaportal.demo.people import Persona

Event = dict[str, Any]

NAMESPACE = uuid.UUID("5d0f7a52-6a43-4a7e-9a2e-0c1b54a1d7d1")
ENDPOINTS = ("/api/ledger/entries", "/api/forecasts", "/api/reports", "/api/accounts", "/api/imports")
WORKFLOWS = ("Forecast a quarter", "Close a month", "Reconcile a bank account")
WEEKEND_FACTOR = 0.25
USUAL_MEDIAN_MS = 170.0
LATENCY_SPREAD = 0.72  # Sigma of the log-normal: p95 is about 3.3 times the median.
FAILURE_CHANCE = 0.0004
# A release in the third week made forecasts slow and fail for two days, until its hotfix.
BAD_DAYS = (16, 17)
BAD_SLOWDOWN = 2.4
BAD_FAILURE_CHANCE = 0.006


class Narrator:
    """Tells one person's day. `number` counts the person's events of that day, which gives each its message id."""

    def __init__(self, person: Persona, day: dt.date, number_of_day: int, tz: ZoneInfo, seed: int) -> None:
        self.person = person
        self.day = day
        self.tz = tz
        self.dice = random.Random(f"{seed}:{person.email}:{number_of_day}")  # noqa: S311 - a story, not a secret
        self.bad_day = number_of_day in BAD_DAYS
        self.number = 0

    def event(self, name: str, moment: dt.datetime, **properties: Any) -> Event:
        self.number += 1
        return {
            "type": "track",
            "event": name,
            "userId": self.person.external_id,
            "messageId": str(uuid.uuid5(NAMESPACE, f"{self.person.email}:{self.day}:{self.number}")),
            "timestamp": moment.astimezone(dt.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "properties": properties,
        }

    def morning(self) -> dt.datetime:
        """When the first session of the day starts: between seven and eleven, local time."""
        minutes = self.dice.randrange(7 * 60, 11 * 60)
        return dt.datetime.combine(self.day, dt.time(minutes // 60, minutes % 60), tzinfo=self.tz)

    def joins(self) -> Iterator[Event]:
        moment = self.morning() - dt.timedelta(minutes=20)
        yield self.event("Signed Up", moment, tier=self.person.tier)
        yield self.event("Email Verified", moment + dt.timedelta(minutes=self.dice.randrange(2, 15)))

    def works(self) -> Iterator[Event]:
        chance = self.person.diligence * (WEEKEND_FACTOR if self.day.weekday() >= 5 else 1.0)
        if self.dice.random() > chance:
            return
        moment = self.morning()
        for _ in range(max(1, round(self.dice.gauss(self.person.sessions, 0.7)))):
            session = self.session(moment)
            yield from session
            moment = dt.datetime.fromisoformat(session[-1]["timestamp"])
            moment += dt.timedelta(minutes=self.dice.randrange(40, 200))

    def session(self, started: dt.datetime) -> list[Event]:
        """The events of one session, in order."""
        name = f"{self.person.external_id}-{self.day}-{self.number}"
        story = [
            self.event("Session Started", started, session=name),
            self.request(started, "POST", "/api/auth/signin", name),
        ]
        moment = started
        for _ in range(self.dice.randrange(8, 30)):
            moment += dt.timedelta(seconds=self.dice.randrange(5, 110))
            story.append(self.request(moment, "GET", self.dice.choice(ENDPOINTS), name))
            if self.dice.random() < 0.06:
                story.append(self.event("Message Sent", moment, session=name))
        if self.dice.random() < 0.30:
            story.append(self.event("Conversation Started", moment, session=name))
        if self.dice.random() < 0.35:
            story.append(self.event("Workflow Completed", moment, workflow=self.dice.choice(WORKFLOWS)))
        minutes = round((moment - started).total_seconds() / 60, 1)
        story.append(self.event("Session Ended", moment, session=name, minutes=minutes))
        return story

    def request(self, moment: dt.datetime, method: str, endpoint: str, session: str) -> Event:
        slow = self.bad_day and endpoint == "/api/forecasts"
        median = USUAL_MEDIAN_MS * (BAD_SLOWDOWN if slow else 1.0)
        failure_chance = BAD_FAILURE_CHANCE if slow else FAILURE_CHANCE
        status = 500 if self.dice.random() < failure_chance else 200
        latency = median * self.dice.lognormvariate(0.0, LATENCY_SPREAD)
        return self.event(
            "API Request",
            moment,
            session=session,
            method=method,
            endpoint=endpoint,
            status=status,
            latency_ms=round(latency, 1),
        )


def events(
    people: tuple[Persona, ...], *, days: list[dt.date], tz: ZoneInfo, until: dt.datetime, seed: int
) -> Iterator[Event]:
    """Yield every event of the program up to `until`, day by day. `days` are the program's days in order."""
    for number, day in enumerate(days, start=1):
        for person in people:
            if not person.signs or number < person.joins:
                continue
            narrator = Narrator(person, day, number, tz, seed)
            story = [*narrator.joins()] if number == person.joins else []
            story += narrator.works()
            yield from (event for event in story if dt.datetime.fromisoformat(event["timestamp"]) <= until)
