"""People of a beta, how they are invited, and what they signed."""

from participants.models.agreements import Agreement, Signature, SignatureEvent
from participants.models.people import Invite, Participant

__all__ = ["Agreement", "Invite", "Participant", "Signature", "SignatureEvent"]
