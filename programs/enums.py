"""The words of a program: stages, states, roles, scopes."""

from django.db import models


class Stage(models.TextChoices):
    CONTROLLED = "controlled", "Controlled beta"
    OPEN = "open", "Open beta"


class ProgramState(models.TextChoices):
    DRAFT = "draft", "Draft"
    LIVE = "live", "Live"
    ENDED = "ended", "Ended"


# Every allowed move of a program's state; anything else is refused.
PROGRAM_MOVES: dict[str, frozenset[str]] = {
    ProgramState.DRAFT: frozenset({ProgramState.LIVE}),
    ProgramState.LIVE: frozenset({ProgramState.ENDED}),
    ProgramState.ENDED: frozenset(),
}


class Role(models.TextChoices):
    OWNER = "owner", "Owner"
    OPERATOR = "operator", "Operator"
    VIEWER = "viewer", "Viewer"


# What a role may do: a higher rank may do all that a lower one may.
ROLE_RANK: dict[str, int] = {Role.VIEWER: 1, Role.OPERATOR: 2, Role.OWNER: 3}


class FreezeScope(models.TextChoices):
    INVITES = "invites", "Invites"
    EVERYTHING = "everything", "Everything (kill switch)"


class KeyScope(models.TextChoices):
    INGEST = "ingest", "Send events (write key)"
    GATES = "gates", "Ask gates and limits"
    HOOKS = "hooks", "Send alerts"
    READ = "read", "Read figures"


class GoalPeriod(models.TextChoices):
    STANDING = "standing", "Always (headline targets)"
    WEEK = "week", "One week"
    PROGRAM = "program", "The whole program"


class DeploymentKind(models.TextChoices):
    RELEASE = "release", "Release"
    HOTFIX = "hotfix", "Hotfix"
    PLANNED = "planned", "Planned"


class Risk(models.TextChoices):
    LOW = "low", "Low"
    MEDIUM = "medium", "Medium"
    HIGH = "high", "High"


class Priority(models.TextChoices):
    HIGH = "high", "High"
    MEDIUM = "medium", "Medium"
    LOW = "low", "Low"


class NoteKind(models.TextChoices):
    TECHNICAL = "technical", "Technical observation"
    BEHAVIOUR = "behaviour", "User behaviour insight"
    MARKET = "market", "Market insight"


class Weekday(models.IntegerChoices):
    MONDAY = 0, "Monday"
    TUESDAY = 1, "Tuesday"
    WEDNESDAY = 2, "Wednesday"
    THURSDAY = 3, "Thursday"
    FRIDAY = 4, "Friday"
    SATURDAY = 5, "Saturday"
    SUNDAY = 6, "Sunday"


CONTROLLED_MIN_SEATS = 10
CONTROLLED_MAX_SEATS = 20
CONTROLLED_MIN_DAYS = 14
