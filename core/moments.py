"""The one door upward: moments in a lower app that a higher app may answer, inside the same transaction.

The higher app registers in its `AppConfig.ready`, by importing the module that holds its answers:

    @answers(PersonBecameActive)
    def open_survey(moment: PersonBecameActive) -> None: ...

Answers run in the order of registration. What one raises stops the whole transaction, as it should: nothing
is half-done.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db import transaction


@dataclass(frozen=True)
class ProgramCreated:
    """A program was made from `blueprint`, the parsed TOML; each app takes its own part."""

    program_id: int
    blueprint: dict[str, Any]


@dataclass(frozen=True)
class PersonBecameActive:
    """A participant signed and may now use the product."""

    participant_id: int


Moment = TypeVar("Moment")
Answer = Callable[[Any], None]
_answers: dict[type, list[Answer]] = {}


def answers(moment_type: type[Moment]) -> Callable[[Callable[[Moment], None]], Callable[[Moment], None]]:
    """Register the decorated function as an answer; registering the same one again changes nothing."""

    def register(answer: Callable[[Moment], None]) -> Callable[[Moment], None]:
        known = _answers.setdefault(moment_type, [])
        if answer not in known:
            known.append(answer)
        return answer

    return register


def announce(moment: object) -> None:
    """Run every answer to `moment`. Must be called inside a transaction, whose fate the answers share."""
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError(f"{type(moment).__name__} was announced outside of a transaction.")
    for answer in _answers.get(type(moment), ()):
        answer(moment)
