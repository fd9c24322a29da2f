"""The beta itself: the program, its seats and freezes, its plan, and who runs it."""

from programs.models.access import ApiKey, Contact, Membership
from programs.models.plan import ActionItem, Deployment, Goal, Note, ReadinessItem, Week
from programs.models.program import Freeze, Program, Seat

__all__ = [
    "ActionItem",
    "ApiKey",
    "Contact",
    "Deployment",
    "Freeze",
    "Goal",
    "Membership",
    "Note",
    "Program",
    "ReadinessItem",
    "Seat",
    "Week",
]
