"""What runs when. In code, because a schedule whose rows staff can edit loses runs.

A beat only hints: every job is keyed by `JobRun`, so one that comes twice, late or after an outage runs once a period.
"""

from typing import Any

SCHEDULE: dict[str, dict[str, Any]] = {}
