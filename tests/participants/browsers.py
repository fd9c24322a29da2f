"""Browsers of people on their way in."""

from typing import Any

from django.test import Client

from participants.models import Participant
from tests.factories.participants import invited_person


def opened(token: str, **kwargs: Any) -> Client:
    """A browser in which the link was opened."""
    client = Client(**kwargs)
    client.get(f"/i/{token}", follow=True)
    return client


def joined(**fields: Any) -> tuple[Client, Participant]:
    """A browser whose person accepted."""
    person, token = invited_person(**fields)
    client = opened(token)
    client.post("/i/accept/")
    return client, person


def state_of(person: Participant) -> str:
    person.refresh_from_db()
    return person.state


def form_of(client: Client, **fields: Any) -> dict[str, Any]:
    """The signing form as the page gives it, filled in."""
    viewed = client.get("/agreement/").context["viewed"]
    return {"viewed": viewed, "consent": "on", "typed_name": "Maria Berg", **fields}
