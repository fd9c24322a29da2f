"""What the reports do when something happens further down: `core.moments`."""

from core.moments import ProgramCreated, answers
from reports import services


@answers(ProgramCreated)
def plan_criteria(moment: ProgramCreated) -> None:
    """Lay down the blueprint's success and exit criteria."""
    services.plan_criteria(program_id=moment.program_id, lines=moment.blueprint.get("criteria", ()))
