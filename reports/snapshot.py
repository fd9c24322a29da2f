"""The snapshot of a report: one JSON object that every document is made from, and that is never changed. Pure.

`build` makes it of a `Material`. Numbers are JSON numbers (ratios 0..1), moments ISO 8601 in UTC, days ISO dates;
`text` is what people read. A cell is {slot, text, value, grade, trend, has_data, connect, note}: `slot` is null where
the template has none, `note` the number of its passport in `notes`.
"""

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from decimal import Decimal
from typing import Any

from core.enums import Overall, Trend
from core.numbers import Number, format_value
from reports import catalogue
from reports.catalogue import Slot, Source
from reports.cells import Cell, Cells, Passport
from reports.enums import CriterionKind, Verdict
from reports.headline import HEADLINES
from reports.highlights import local, outlook
from reports.material import PERIOD, TOTAL, CriterionReading, Material, Reading, Ref

GENERATOR = "1"
GROWTH = (
    ("New signups", "signups"),
    ("Verified users", "verified_users"),
    ("Active users (DAU)", "daily_active_users"),
    ("Retained users (WAU)", "retained_users"),
)
QUESTIONS = (
    ("Overall satisfaction", "overall"),
    ("Ease of use", "ease_of_use"),
    ("Feature completeness", "completeness"),
    ("Performance", "performance"),
    ("Support quality", "support"),
)
CHARTS = (("active_users", "Active people a day"), ("latency_p95", "p95 a day"))
EXPORTED = (
    *("slot", "section", "subsection", "row", "column", "kind"),
    *("value", "text", "grade", "source", "definition", "as_of", "href"),
)
JSON = dict[str, Any]


def build(material: Material) -> JSON:
    """Return the snapshot of one report."""
    return _Builder(material).snapshot()


def fingerprint(snapshot: Mapping[str, Any]) -> str:
    """Return the SHA-256 of the snapshot's canonical JSON; the same after a round trip through PostgreSQL."""
    text = json.dumps(snapshot, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()


def exported(snapshot: Mapping[str, Any]) -> JSON:
    """Return what `export_report --format json` writes: period, generated_at, slots."""
    period = snapshot["period"]
    return {
        "period": {"first": period["first"], "last": period["last"]},
        "generated_at": snapshot["generated_at"],
        "slots": [{name: slot[name] for name in EXPORTED} for slot in snapshot["slots"]],
    }


class _Builder:
    def __init__(self, material: Material) -> None:
        self.material = material
        self.cells = Cells(material)
        self._marks: dict[tuple[str, str, int], int] = {}
        self._notes: list[JSON] = []

    def snapshot(self) -> JSON:
        slots = [self._slot(slot) for slot in catalogue.slots()]
        body = {
            "headline": [self._headline(headline.key, headline.label) for headline in HEADLINES],
            "highlights": self._highlights(),
            "outlook": outlook(self.material),
            "charts": [chart for key, label in CHARTS if (chart := self._chart(key, label))],
            "growth": self._growth(),
            "satisfaction": [self._question(label, key) for label, key in QUESTIONS],
            "criteria": self._criteria(),
            "contacts": self._contacts(),
        }
        return {**self._head(), **body, "completeness": completeness(slots), "notes": self._notes, "slots": slots}

    def _head(self) -> JSON:
        material, week = self.material, self.material.week
        facts = material.program
        standing = self.cells.standing
        return {
            "generator": GENERATOR,
            "kind": material.kind,
            "late": material.late,
            "generated_at": material.generated_at.isoformat(),
            "generated_text": local(material.generated_at, material),
            "next_text": local(material.next_update, material) if material.next_update else "",
            "program": {
                **{name: value for name, value in asdict(facts).items() if not name.endswith("_on")},
                "starts_on": facts.starts_on.isoformat(),
                "ends_on": facts.ends_on.isoformat(),
                "day": (week.last - facts.starts_on).days + 1,
                "days": (facts.ends_on - facts.starts_on).days + 1,
            },
            "period": {
                "first": week.first.isoformat(),
                "last": week.last.isoformat(),
                "number": week.number,
                "title": week.title,
                "focus": week.focus,
                "days": week.days,
                "text": days_text(week.first, week.last),
                "is_over": material.day_is_over,
            },
            "verdict": {
                "overall": str(standing.overall),
                "word": Overall(standing.overall).label.upper(),
                "reason": standing.reason,
                "unknown": list(standing.unknown),
                "frozen": list(material.frozen_because),
            },
            "anchor": material.anchor,
        }

    def _headline(self, key: str, label: str) -> JSON:
        reading = self.material.readings[Ref(key)]
        return {
            "key": key,
            "label": label,
            "target": reading.target_text,
            "change": change_text(reading),
            "current": self._cell(Source("figure", key, "", PERIOD, "value")),
            "status": self._cell(Source("figure", key, "", PERIOD, "grade")),
            "trend": self._cell(Source("figure", key, "", PERIOD, "trend")),
        }

    def _highlights(self) -> list[JSON]:
        return [
            {"label": found.label, "text": found.text, "has_data": found.has_data}
            for found in self.cells.highlights.values()
        ]

    def _chart(self, key: str, label: str) -> JSON | None:
        """A chart from two days with data on; one point is no line to look at."""
        points = self.material.series.get(key, ())
        if sum(point.value is not None for point in points) < 2:
            return None
        reading = self.material.readings[Ref(key)]
        return {
            "key": key,
            "label": label,
            "unit": reading.figure.unit,
            "target": number(reading.target),
            "target_text": reading.target_text,
            "first": self.material.week.first.isoformat(),
            "last": self.material.week.last.isoformat(),
            "points": [[point.day.isoformat(), number(point.value)] for point in points],
        }

    def _growth(self) -> JSON:
        weeks = self.material.weeks
        spans = [f"week:{week.number}" for week in weeks] + [TOTAL]
        return {
            "columns": [{"label": f"Week {week.number}", "days": days_text(week.first, week.last)} for week in weeks]
            + [{"label": "Total", "days": "to date"}],
            "rows": [
                {"label": label, "cells": [self._cell(Source("figure", key, "", span, "value")) for span in spans]}
                for label, key in GROWTH
            ],
        }

    def _question(self, label: str, key: str) -> JSON:
        reading = self.material.readings[Ref("satisfaction", key)]
        return {
            "label": label,
            "target": reading.target_text,
            "answers": format_value(Decimal(reading.figure.count or 0), "count"),
            "score": self._cell(Source("figure", "satisfaction", key, PERIOD, "value")),
            "status": self._cell(Source("figure", "satisfaction", key, PERIOD, "grade")),
        }

    def _criteria(self) -> JSON:
        by_kind = {
            kind: [self._criterion(criterion) for criterion in self.material.criteria if criterion.kind == kind]
            for kind in (CriterionKind.SUCCESS, CriterionKind.EXIT)
        }
        exits = by_kind[CriterionKind.EXIT]
        return {
            "success": by_kind[CriterionKind.SUCCESS],
            "exit": exits,
            "met": sum(row["verdict"] == Verdict.MET for row in exits),
            "silent": sum(row["verdict"] == Verdict.NO_DATA for row in exits),
            "progress": self._cell(Source("report", "progress")),
        }

    def _criterion(self, criterion: CriterionReading) -> JSON:
        slots = catalogue.slot_of()
        exits = criterion.kind == CriterionKind.EXIT

        def cell(part: str) -> JSON:
            place = slots.get(Source("criterion", criterion.key, "", TOTAL, part)) if exits else None
            return self._written(self.cells.criterion(criterion, part), place)

        return {
            "key": criterion.key,
            "label": criterion.label,
            "target": criterion.target_text,
            "verdict": str(criterion.verdict),
            "word": criterion.verdict.label,
            "closeness": number(criterion.closeness),
            "current": cell("value"),
            "status": cell("grade"),
        }

    def _contacts(self) -> list[JSON]:
        rows = [{"role": person.role, "text": person.line} for person in self.material.contacts]
        return [*rows, {"role": "Report maintained by", "text": self.material.maintainer or "nobody yet"}]

    def _cell(self, source: Source) -> JSON:
        return self._written(self.cells.of(source), catalogue.slot_of().get(source))

    def _written(self, cell: Cell, slot: int | None) -> JSON:
        return {
            "slot": slot,
            "text": cell.text,
            "value": number(cell.value),
            "grade": cell.grade,
            "trend": cell.trend,
            "has_data": cell.has_data,
            "connect": cell.connect,
            "note": self._mark(cell.passport) if cell.has_data else None,
        }

    def _mark(self, passport: Passport) -> int:
        """Return the number of the footnote that says where a content comes from; one footnote a definition."""
        place = (passport.label, passport.definition, passport.version)
        if place not in self._marks:
            self._marks[place] = len(self._marks) + 1
            # How many rows a figure stands on differs by period; the slots say it for each.
            source = passport.source.partition(", ")[0]
            self._notes.append({**self._passport(passport), "mark": self._marks[place], "source": source})
        note = self._notes[self._marks[place] - 1]
        if passport.as_of and passport.as_of.isoformat() > (note["as_of"] or ""):
            note["as_of"], note["as_of_text"] = passport.as_of.isoformat(), local(passport.as_of, self.material)
        return self._marks[place]

    def _slot(self, slot: Slot) -> JSON:
        source = catalogue.sources().get(slot.number)
        cell = self.cells.of(source) if source else Cell(connect=catalogue.connect_sentence(slot))
        return {
            "slot": slot.number,
            "section": slot.section,
            "subsection": slot.subsection,
            "row": slot.row,
            "column": slot.column,
            "kind": str(slot.kind),
            "value": number(cell.value),
            "text": cell.text,
            "grade": cell.grade,
            "trend": cell.trend,
            "connect": "" if cell.has_data else cell.connect,
            **self._passport(cell.passport if cell.has_data else Passport(source="")),
        }

    def _passport(self, passport: Passport) -> JSON:
        as_of = passport.as_of
        href = f"{self.material.public_url}{passport.href}" if passport.href.startswith("/") else passport.href
        return {
            "label": passport.label,
            "definition": passport.definition,
            "version": passport.version,
            "source": passport.source,
            "count": passport.count,
            "coverage": number(passport.coverage),
            "as_of": as_of.isoformat() if as_of else None,
            "as_of_text": local(as_of, self.material) if as_of else "",
            "href": href,
        }


def completeness(slots: Iterable[Mapping[str, Any]]) -> JSON:
    """Return how many slots have data, and for each section what is missing and what to connect."""
    rows = list(slots)
    sections: dict[str, JSON] = {}
    for slot in rows:
        section = sections.setdefault(
            slot["section"], {"section": slot["section"], "total": 0, "missing": 0, "connect": []}
        )
        section["total"] += 1
        if slot["value"] is None:
            section["missing"] += 1
            if slot["connect"] not in section["connect"]:
                section["connect"].append(slot["connect"])
    filled = sum(slot["value"] is not None for slot in rows)
    return {
        "filled": filled,
        "total": len(rows),
        "missing": [section for section in sections.values() if section["missing"]],
    }


def change_text(reading: Reading) -> str:
    """Write the change since the period before: "up from 480 ms, worse", "slightly up, better"; empty without one."""
    if reading.trend is Trend.NONE or reading.previous is None:
        return ""
    if reading.trend is Trend.FLAT:
        return f"flat, was {reading.previous.text}"
    judged = {True: ", better", False: ", worse", None: ""}[reading.is_better]
    way = reading.trend.label.lower()
    return f"slightly {way}{judged}" if reading.is_slight else f"{way} from {reading.previous.text}{judged}"


def days_text(first: dt.date, last: dt.date) -> str:
    """Write the days of a period: "7 – 13 Nov 2026", "28 Nov – 4 Dec 2026", "13 Nov 2026"."""
    end = f"{last.day} {last:%b %Y}"
    if first == last:
        return end
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day} – {end}"
    start = f"{first.day} {first:%b}" if first.year == last.year else f"{first.day} {first:%b %Y}"
    return f"{start} – {end}"


def number(value: Number | str | None) -> int | float | str | None:
    """Return `value` as JSON keeps it: whole numbers as integers, others as floats, words as they are."""
    if not isinstance(value, Decimal):
        return value
    return int(value) if value == value.to_integral_value() else float(value)
