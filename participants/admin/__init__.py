"""Staff's pages about people: who takes part, their invites, the agreement, and what was signed."""

from participants.admin import agreements, invites, people, signatures

__all__ = ["agreements", "invites", "people", "signatures"]
