"""What this app does when a lower one announces a moment. Registered by `ParticipantsConfig.ready`."""

from core.moments import ProgramCreated, answers
from participants.services import publish_agreement
from programs.models import Program


@answers(ProgramCreated)
def publish_first_agreement(moment: ProgramCreated) -> None:
    """Publish version 1 of the agreement from the blueprint; a new program is not without one for a moment."""
    program = Program.objects.get(pk=moment.program_id)
    words = moment.blueprint["agreement"]
    publish_agreement(
        program_id=program.pk,
        title=words["title"],
        body=_fill(words["body"], program),
        summary=_fill(words.get("summary", ""), program),
        actor=None,
    )


def _fill(text: str, program: Program) -> str:
    # Not str.format: a blueprint's text may hold braces of its own.
    return text.replace("{program}", program.name).replace("{product}", program.product)
