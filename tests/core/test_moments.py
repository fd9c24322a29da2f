"""The door upward: answers run in the transaction that announces."""

from dataclasses import dataclass

import pytest
from django.db import transaction

from core.models import User
from core.moments import announce, answers


@dataclass(frozen=True)
class SomethingHappened:
    name: str


@answers(SomethingHappened)
def create_user(moment: SomethingHappened) -> None:
    User.objects.create(username=moment.name)
    if moment.name == "trouble":
        raise RuntimeError(moment.name)


@pytest.mark.django_db
def test_an_answer_runs_once_even_if_registered_twice() -> None:
    answers(SomethingHappened)(create_user)
    announce(SomethingHappened("ada"))
    assert User.objects.filter(username="ada").count() == 1


@pytest.mark.django_db(transaction=True)
def test_what_an_answer_raises_undoes_everything() -> None:
    with pytest.raises(RuntimeError, match="trouble"), transaction.atomic():
        announce(SomethingHappened("trouble"))
    assert not User.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_moment_outside_of_a_transaction_is_an_error() -> None:
    with pytest.raises(transaction.TransactionManagementError, match="outside of a transaction"):
        announce(SomethingHappened("ada"))


@pytest.mark.django_db
def test_a_moment_that_nobody_answers_passes() -> None:
    announce(object())
