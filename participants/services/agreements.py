"""Agreement versions: published once, never changed."""

from django.db import transaction

from core import audit, clock
from core.models import User
from participants.details import one_line
from participants.enums import AgreementKind
from participants.exceptions import AgreementRefused
from participants.models import Agreement
from participants.signing.evidence import sha256
from programs.exceptions import ProgramNotFound
from programs.models import Program

TITLE_LENGTH = 200
BODY_LENGTH = 400_000


@transaction.atomic
def publish_agreement(
    *,
    program_id: int,
    title: str,
    body: str,
    actor: User | None,
    summary: str = "",
    kind: str = AgreementKind.MATERIAL,
) -> Agreement:
    """Publish the program's next version. Earlier signatures stay valid; who has not signed yet sees this one.

    Waits for signatures that are being given, so that nobody signs a version while a newer one appears.
    Raises `AgreementRefused` for a title or text that is missing or too long, and for the words of the last version:
    a double click publishes once.
    """
    program = Program.objects.select_for_update(no_key=True).filter(pk=program_id).first()
    if program is None:
        raise ProgramNotFound("This program does not exist any more.")
    title, body = one_line(title), body.replace("\r\n", "\n").replace("\x00", "").strip()
    _refuse_unusable(title, body)
    last = Agreement.objects.filter(program=program).order_by("-version").first()
    if last and (last.title, last.summary, last.body) == (title, summary.strip(), body):
        raise AgreementRefused(f"Nothing was published: version {last.version} has these words already.")
    agreement = Agreement.objects.create(
        program=program,
        version=last.version + 1 if last else 1,
        kind=AgreementKind(kind),
        title=title,
        summary=summary.strip(),
        body=body,
        body_sha256=sha256(body),
        published_at=clock.now(),
    )
    audit.record(
        actor=actor,
        action="agreement.published",
        obj=agreement,
        scope=program.slug,
        after={"version": agreement.version, "kind": agreement.kind, "sha256": agreement.body_sha256},
    )
    return agreement


def _refuse_unusable(title: str, body: str) -> None:
    if not title or len(title) > TITLE_LENGTH:
        raise AgreementRefused(f"The agreement was not published: give it a title of up to {TITLE_LENGTH} characters.")
    if not body:
        raise AgreementRefused("The agreement was not published: its text is missing.")
    if len(body) > BODY_LENGTH:
        raise AgreementRefused(
            f"The agreement was not published: it has {len(body):,} characters, and {BODY_LENGTH:,} fit."
        )
