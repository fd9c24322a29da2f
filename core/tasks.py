"""What core does by the clock. Each task calls one service and is safe to run twice."""

import time
from datetime import timedelta

import structlog

from core import jobs, ledger, outbox

# Below the broker's visibility timeout, after which the task would be handed out again.
SWEEP_SECONDS = 20

log = structlog.get_logger(__name__)


class LedgerAltered(Exception):  # noqa: N818 - a finding, not an error of ours
    """A ledger is not as it was written. The message counts the problems and names the first."""


@jobs.sweep("core.deliver_outbox", every=timedelta(seconds=10))
def deliver_outbox() -> None:
    """Send the mail that is due, all of it unless that takes long: the next sweep goes on."""
    until = time.monotonic() + SWEEP_SECONDS
    while outbox.deliver_due() and time.monotonic() < until:
        pass


@jobs.scheduled("core.purge_job_runs", every=timedelta(days=1))
def purge_job_runs() -> None:
    """Forget old runs of jobs."""
    jobs.purge_runs()


@jobs.scheduled("core.verify_ledger", every=timedelta(days=30))
def verify_ledger() -> None:
    """Verify every ledger; what was altered fails the job, which shows in the job list and in the error reports."""
    problems = [problem for finding in ledger.verify() for problem in finding.problems]
    for problem in problems[:20]:
        log.error("ledger_altered", where=problem.where, what=problem.what)
    if problems:
        raise LedgerAltered(f"{len(problems)} problem(s); the first: {problems[0]}")
