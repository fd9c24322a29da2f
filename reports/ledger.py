"""How reports are verified: snapshots and documents are hashed again."""

import hashlib
from collections.abc import Iterator

from core.ledger import Problem, register
from reports import snapshot
from reports.models import ReportFile, StatusReport

CHUNK = 20  # A snapshot has some hundred kilobytes.


@register("status reports", rows=StatusReport.objects.count)
def report_problems() -> Iterator[Problem]:
    """Yield each report whose snapshot, and each file whose bytes, are not those that were stored."""
    for report in StatusReport.objects.order_by("pk").iterator(chunk_size=CHUNK):
        if snapshot.fingerprint(report.snapshot) != report.sha256:
            yield Problem(f"status report {report.pk} ({report})", "the snapshot or its fingerprint was changed")
    for file in ReportFile.objects.order_by("pk").iterator(chunk_size=CHUNK):
        if hashlib.sha256(file.content).hexdigest() != file.sha256:
            yield Problem(f"{file.format} of status report {file.report_id}", "the file or its fingerprint was changed")
