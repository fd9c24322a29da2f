"""The catalogue of the weekly report: its 462 slots, where each gets its data, and what to connect where none comes.

Three tables lie beside this module. `slots.tsv`: every open slot of the user's template (`line` is the line there).
`sources.tsv`: the slots that are fed. A source is a provider (figure, criterion, report, contact, highlight), its key,
a dimension, a span (`period`, `total` or `week:N`) and the part that the slot shows (value, grade, trend or text).
`connect.tsv`: for a section, or one subsection of it, the one thing to connect or enter. To feed another slot, add a
line to `sources.tsv`.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from reports.enums import SlotKind

HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Slot:
    """One open place of the report."""

    number: int
    section: str
    subsection: str
    row: str
    column: str
    kind: SlotKind


@dataclass(frozen=True, slots=True)
class Source:
    """Where a slot's content comes from."""

    provider: str
    key: str
    dimension: str = ""
    span: str = ""
    part: str = "value"


@cache
def slots() -> tuple[Slot, ...]:
    """Return every slot, in the order of the template."""
    return tuple(
        Slot(int(row["slot"]), row["section"], row["subsection"], row["row"], row["column"], SlotKind(row["kind"]))
        for row in _rows("slots.tsv")
    )


@cache
def sources() -> Mapping[int, Source]:
    """Return the source of each slot that is fed, by slot number."""
    return {
        int(row["slot"]): Source(row["provider"], row["key"], row["dimension"], row["span"], row["part"])
        for row in _rows("sources.tsv")
    }


@cache
def slot_of() -> Mapping[Source, int]:
    """Return the first slot that each source feeds."""
    return {source: number for number, source in sorted(sources().items(), reverse=True)}


@cache
def _connect() -> Mapping[tuple[str, str], str]:
    return {(row["section"], row["subsection"]): row["connect"] for row in _rows("connect.tsv")}


def connect_sentence(slot: Slot) -> str:
    """Return the one thing to connect or enter for a slot that nothing feeds; empty for one that is fed."""
    sentences = _connect()
    return sentences.get((slot.section, slot.subsection)) or sentences.get((slot.section, ""), "")


def _rows(name: str) -> list[dict[str, str]]:
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
