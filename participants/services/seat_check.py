"""Watch the seats: the seat rows, the people on them and the cap must say the same."""

from django.db import connection, transaction

from core import audit
from core.models import AuditEntry
from participants import emails
from participants.selectors import seat_disagreements
from participants.signing.evidence import sha256
from programs.models import Program

ACTION = "seats.disagree"


def check_seats() -> int:
    """Check every program. Returns in how many something new was found.

    Each disagreement raises one audit entry and one mail to each owner; as long as it stays the same, no more.
    """
    return sum(_check(program_id) for program_id in Program.objects.values_list("pk", flat=True))


@transaction.atomic
def _check(program_id: int) -> bool:
    with connection.cursor() as cursor:
        # A change of the cap waits, so that cap and seats are seen as one commit left them.
        cursor.execute("SELECT 1 FROM programs_program WHERE id = %s FOR SHARE", [program_id])
    program = Program.objects.get(pk=program_id)
    found = seat_disagreements(program)
    if not found:
        return False
    fingerprint = sha256("\n".join(found))[:16]
    known = AuditEntry.objects.filter(action=ACTION, object_pk=str(program_id), after__fingerprint=fingerprint)
    if known.exists():
        return False
    after = {"fingerprint": fingerprint, "found": found}
    audit.record(actor=None, action=ACTION, obj=program, scope=program.slug, after=after)
    emails.send_seat_alarm(program, found, fingerprint)
    return True
