"""What stands in one place of the report: its content, and its passport. Pure.

Every slot and every cell of a table comes from `Cells.of`, so that a figure reads the same wherever it stands.
"""

import datetime as dt
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from typing import Any

from core.enums import Grade, Trend
from core.figures import Figure
from core.numbers import NO_DATA, as_percent
from reports import verdicts
from reports.catalogue import Source
from reports.enums import CriterionKind
from reports.headline import standing
from reports.highlights import highlights, local
from reports.material import CriterionReading, Material, Person, Reading, Ref

LIGHTS = {Grade.GREEN, Grade.YELLOW, Grade.RED}
CONTACT_ROLES = {"emergency": ("emergency", "on-call", "on call"), "cto": ("cto",)}
OWN = "betaportal"


@dataclass(frozen=True, slots=True)
class Passport:
    """Where a content comes from."""

    label: str = ""
    definition: str = ""
    version: int = 1
    source: str = OWN
    count: int | None = None
    coverage: Decimal | None = None
    as_of: dt.datetime | None = None
    href: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """The content of one place. Without data, `text` is "no data" and `connect` names the one thing to connect."""

    text: str = NO_DATA
    value: Decimal | int | str | None = None
    grade: str = ""
    trend: str = ""
    connect: str = ""
    passport: Passport = Passport()

    @property
    def has_data(self) -> bool:
        return self.value is not None


def passport_of(figure: Figure) -> Passport:
    return Passport(
        label=figure.label,
        definition=figure.definition,
        version=figure.version,
        source=figure.source,
        count=figure.count,
        coverage=figure.coverage,
        as_of=figure.as_of,
        href=figure.href,
    )


class Cells:
    """The contents of one report."""

    def __init__(self, material: Material) -> None:
        self.material = material

    def of(self, source: Source) -> Cell:
        """Return what `source` gives. Raises KeyError for a provider that does not exist."""
        providers = {
            "figure": self._figure,
            "criterion": self._criterion,
            "report": self._report,
            "highlight": self._highlight,
            "contact": self._contact,
        }
        return providers[source.provider](source)

    @cached_property
    def standing(self) -> Any:
        return standing(self.material)

    @cached_property
    def highlights(self) -> Any:
        return highlights(self.material)

    @cached_property
    def criteria(self) -> dict[tuple[str, str], CriterionReading]:
        return {(criterion.kind, criterion.key): criterion for criterion in self.material.criteria}

    def criterion(self, criterion: CriterionReading, part: str) -> Cell:
        return _part(
            part,
            figure=criterion.figure,
            text=criterion.text,
            grade=criterion.grade,
        )

    def _figure(self, source: Source) -> Cell:
        reading = self.material.readings.get(Ref(source.key, source.dimension, source.span))
        if reading is None:
            return Cell(connect=self._not_begun(source.span))
        return reading_cell(reading, source.part)

    def _criterion(self, source: Source) -> Cell:
        criterion = self.criteria.get((CriterionKind.EXIT, source.key))
        if criterion is None:
            name = source.key.replace("-", " ")
            return Cell(connect=f"This program has no exit criterion on {name}: add one under Exit criteria.")
        return self.criterion(criterion, source.part)

    def _report(self, source: Source) -> Cell:
        material = self.material
        as_of = material.generated_at
        if source.key == "generated_at":
            passport = Passport("Last updated", "When this report was built.", as_of=as_of)
            return Cell(local(as_of, material), as_of.isoformat(), passport=passport)
        if source.key == "next_update":
            passport = Passport("Next update", "When the next weekly report is due.", as_of=as_of)
            if material.next_update is None:
                return Cell("none, this is the last report", "none", passport=passport)
            return Cell(local(material.next_update, material), material.next_update.isoformat(), passport=passport)
        if source.key == "progress":
            return self._progress()
        passport = Passport("Overall status", OVERALL_RULE, source="headline figures", as_of=as_of)
        word = self.standing.overall.upper()
        return Cell(word, str(self.standing.overall), grade=str(self.standing.overall), passport=passport)

    def _progress(self) -> Cell:
        exits = [criterion.verdict for (kind, _), criterion in self.criteria.items() if kind == CriterionKind.EXIT]
        share = verdicts.progress(exits)
        passport = Passport("Exit progress", PROGRESS_RULE, source="exit criteria", as_of=self.material.generated_at)
        if share is None:
            connect = "No exit criterion has data yet." if exits else "Add criteria under Exit criteria."
            return Cell(connect=connect, passport=passport)
        return Cell(as_percent(share, 0), share, passport=passport)

    def _highlight(self, source: Source) -> Cell:
        found = self.highlights[source.key]
        passport = Passport(f"{found.label} of the period", SUGGESTED, source="headline figures")
        passport = replace(passport, as_of=self.material.generated_at)
        if not found.has_data:
            return Cell(connect=found.text, passport=passport)
        return Cell(found.text, found.text, passport=passport)

    def _contact(self, source: Source) -> Cell:
        passport = Passport("Contacts", "As entered with the program.", source="program contacts")
        passport = replace(passport, as_of=self.material.generated_at)
        if source.key == "maintainer":
            line, connect = self.material.maintainer, "Add an owner of the program under Members."
        else:
            person = find_contact(self.material.contacts, source.key)
            line = person.line if person else ""
            connect = f"Add a contact with the role “{source.key.upper() if source.key == 'cto' else 'Emergency'}”."
        return Cell(line, line, passport=passport) if line else Cell(connect=connect, passport=passport)

    def _not_begun(self, span: str) -> str:
        number = int(span.removeprefix("week:"))
        week = next((week for week in self.material.planned_weeks if week.number == number), None)
        if week is None:
            return f"The program has no week {number}."
        return f"Week {number} begins on {week.first:%d %b %Y}."


def reading_cell(reading: Reading, part: str) -> Cell:
    """Return the value, light or arrow of a figure."""
    if part == "trend":
        return _trend(reading)
    return _part(part, figure=reading.figure, text=reading.figure.text, grade=reading.grade)


def _part(part: str, *, figure: Figure, text: str, grade: Grade) -> Cell:
    passport = passport_of(figure)
    if part == "grade":
        if grade in LIGHTS:
            return Cell(grade.label, str(grade), grade=str(grade), passport=passport)
        if grade is Grade.INFO:
            return Cell("No target", grade=str(grade), connect="Set a target for this figure under Goals.")
        return Cell(grade=str(Grade.NO_DATA), connect=figure.connect, passport=passport)
    if figure.value is None:
        return Cell(grade=str(Grade.NO_DATA), connect=figure.connect, passport=passport)
    return Cell(text, figure.value, grade=str(grade), passport=passport)


def _trend(reading: Reading) -> Cell:
    trend, passport = reading.trend, passport_of(reading.figure)
    if trend is Trend.NONE:
        missing = reading.figure.connect if reading.figure.value is None else "The period before has no data."
        return Cell(trend=str(Trend.NONE), connect=missing, passport=passport)
    return Cell(trend.label, str(trend), trend=str(trend), passport=passport)


def find_contact(contacts: Any, key: str) -> Person | None:
    """Return the first contact whose role has one of the words of `key` in it."""
    words = CONTACT_ROLES[key]
    return next((person for person in contacts if any(word in person.role.casefold() for word in words)), None)


OVERALL_RULE = (
    "CRITICAL with an open P0 bug or a red headline figure; DEGRADED with an open P1 bug, a freeze or a yellow one; "
    "HEALTHY only if every headline figure has data and is green; otherwise UNKNOWN."
)
PROGRESS_RULE = "Share of the exit criteria that are met. A criterion without data is not met."
SUGGESTED = "Suggested by rule: the largest change for the better, the figure furthest off target, and what people say."
