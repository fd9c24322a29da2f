"""People of a beta, how they are invited, and what they signed."""

from participants.models.agreements import Agreement, Signature, SignatureEvent
from participants.models.people import ImportUpload, Invite, Participant

__all__ = ["Agreement", "ImportUpload", "Invite", "Participant", "Signature", "SignatureEvent"]
