"""A person's details, and what a change of them must not do."""

import pytest

from participants.exceptions import NoSuchMove
from participants.services import put_back, remove_participant, update_participant
from tests.factories.participants import active_person

pytestmark = pytest.mark.django_db


def test_who_is_active_may_get_another_address():
    person = active_person()
    assert update_participant(participant_id=person.pk, actor=None, email="new@example.org") == {"email": person.email}


def test_a_signature_is_not_handed_on_with_another_address():
    person = active_person()
    remove_participant(participant_id=person.pk, actor=None, reason="left the company")
    put_back(participant_id=person.pk, actor=None)
    with pytest.raises(NoSuchMove, match="an agreement was signed under it"):
        update_participant(participant_id=person.pk, actor=None, email="successor@example.org")
