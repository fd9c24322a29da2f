"""The catalogue: 462 slots, and sources that fit them."""

from metrics.definitions import DEFINITIONS
from reports import catalogue
from reports.enums import SlotKind
from reports.figures import SATISFACTION, UNTRACKED

PARTS = {
    SlotKind.VALUE: {"value", "text"},
    SlotKind.STATUS: {"grade"},
    SlotKind.TREND: {"trend"},
    SlotKind.TEXT: {"text"},
}


def test_there_are_462_slots_numbered_in_order() -> None:
    assert [slot.number for slot in catalogue.slots()] == list(range(1, 463))


def test_every_slot_is_fed_or_says_what_to_connect() -> None:
    unfed = [slot for slot in catalogue.slots() if slot.number not in catalogue.sources()]
    assert [slot for slot in unfed if not catalogue.connect_sentence(slot)] == []


def test_a_source_gives_the_part_that_its_slot_shows() -> None:
    kinds = {slot.number: slot.kind for slot in catalogue.slots()}
    wrong = {number for number, source in catalogue.sources().items() if source.part not in PARTS[kinds[number]]}
    assert wrong == set()


def test_every_figure_that_a_slot_names_is_known() -> None:
    named = {source.key for source in catalogue.sources().values() if source.provider == "figure"}
    assert named <= {*DEFINITIONS, *UNTRACKED, SATISFACTION}
