"""Verify every ledger: `manage.py verify_ledger`."""

import argparse
import json
import re
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from core import ledger


class Command(BaseCommand):
    help = """Compute the hashes of the audit chain and every other ledger again and name what was altered.

Exits 0 when all is as it was written, else 1.

Examples:
  manage.py verify_ledger
  manage.py verify_ledger --json
  manage.py verify_ledger --head 1523:9f86d0…   (compare with a head noted earlier, for example in a report
  mail)
"""

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        kwargs["formatter_class"] = argparse.RawDescriptionHelpFormatter
        return super().create_parser(prog_name, subcommand, **kwargs)

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="print the findings as JSON")
        parser.add_argument("--head", metavar="SEQUENCE:HASH", help="a head of the chain that was noted outside")

    def handle(self, **options: Any) -> None:
        anchor = _anchor(options["head"])
        findings = ledger.verify()
        if anchor:
            findings.append(ledger.Finding("noted head", None, list(ledger.anchor_problems(anchor))))
        self.stdout.write(_as_json(findings) if options["json"] else _as_text(findings))
        problems = sum(len(finding.problems) for finding in findings)
        if problems:
            raise CommandError(f"The ledgers are not as they were written: {problems} problem(s) found.")


def _anchor(text: str | None) -> ledger.Anchor | None:
    if text is None:
        return None
    match = re.fullmatch(r"(\d+):([0-9a-f]{64})", text)
    if not match:
        raise CommandError(f"“{text[:80]}” is not a noted head; write it as SEQUENCE:HASH, with 64 hexadecimal digits.")
    return ledger.Anchor(int(match[1]), match[2])


def _as_text(findings: list[ledger.Finding]) -> str:
    lines = []
    for finding in findings:
        rows = "" if finding.rows is None else f"{finding.rows} rows, "
        verdict = f"{len(finding.problems)} problem(s)" if finding.problems else "intact"
        lines.append(f"{finding.ledger}: {rows}{verdict}")
        lines.extend(f"  {problem}" for problem in finding.problems)
    head = ledger.head()
    if head:
        lines.append(f"head of the audit chain: {head}")
    return "\n".join(lines)


def _as_json(findings: list[ledger.Finding]) -> str:
    head = ledger.head()
    return json.dumps(
        {
            "head": str(head) if head else None,
            "ledgers": [
                {
                    "ledger": finding.ledger,
                    "rows": finding.rows,
                    "problems": [{"where": problem.where, "what": problem.what} for problem in finding.problems],
                }
                for finding in findings
            ],
        },
        indent=2,
    )
