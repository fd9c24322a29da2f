"""What comes next: the criteria on the way out, and when the report leaves and to how many."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from programs.models import Program
from reports.enums import CriterionKind, Verdict
from reports.figures import Figures
from reports.home import links
from reports.models import StatusReport
from reports.selectors import criterion_readings, latest_report, next_report_at, recipients


@dataclass(frozen=True, slots=True)
class Progress:
    """How many criteria of one kind are met. A criterion without data is not met."""

    label: str
    met: int
    total: int
    no_data: int
    href: str

    @property
    def share(self) -> int:
        """0..100, for a meter."""
        return 100 * self.met // self.total if self.total else 0


@dataclass(frozen=True, slots=True)
class NextReport:
    """When the next report leaves, None where none will; to how many; and the last one that was built."""

    at: dt.datetime | None
    recipients: int
    last: StatusReport | None
    last_href: str


def progress(figures: Figures, last: dt.date) -> list[Progress]:
    """Return the state of the exit criteria and of the success criteria, over the program up to `last`."""
    readings = criterion_readings(figures, last)
    return [
        _progress(label, kind, (reading.verdict for reading in readings if reading.kind == kind))
        for label, kind in (("Exit criteria", CriterionKind.EXIT), ("Success criteria", CriterionKind.SUCCESS))
    ]


def next_report(program: Program, *, at: dt.datetime) -> NextReport:
    last = latest_report(program)
    last_href = links.row("reports.statusreport", last.pk) if last else ""
    return NextReport(next_report_at(program, at), len(recipients(program)), last, last_href)


def _progress(label: str, kind: CriterionKind, verdicts: Iterable[Verdict]) -> Progress:
    found = list(verdicts)
    return Progress(
        label,
        met=found.count(Verdict.MET),
        total=len(found),
        no_data=found.count(Verdict.NO_DATA),
        href=links.rows("reports.exitcriterion", kind__exact=kind.value),
    )
