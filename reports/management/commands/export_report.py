"""`export_report`: a program's report as a file."""

import sys
from argparse import ArgumentParser
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, ClassVar

from core.commands import PortalCommand
from programs.selectors import program_by_slug
from reports import render, selectors
from reports.enums import STORED_FORMATS, ReportFormat

MAKERS: Mapping[str, Callable[[Any], str | bytes]] = {
    ReportFormat.HTML: render.html,
    ReportFormat.PDF: render.pdf,
    ReportFormat.CSV: render.csv,
    ReportFormat.JSON: render.as_json,
}


class Command(PortalCommand):
    help = (
        "Write a program's latest report, to standard output or to a file. A program without a report yet gives one as "
        "it would be built now, over the week that ended last or the running one; that is not stored."
    )
    example: ClassVar[str] = "manage.py export_report accubooks --format pdf --out accubooks.pdf"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("program", metavar="S", help="the program's slug")
        parser.add_argument("--format", required=True, choices=ReportFormat.values)
        parser.add_argument("--out", metavar="F", type=Path, help="the file to write; else standard output")

    def handle_portal(self, *args: Any, **options: Any) -> None:
        program = program_by_slug(options["program"])
        content = self._content(selectors.latest_report(program), program, options["format"])
        data = content.encode() if isinstance(content, str) else content
        if options["out"]:
            options["out"].write_bytes(data)
            self.stderr.write(f"Written: {options['out']} ({len(data):,} bytes).")
        elif isinstance(content, str):
            self.stdout.write(content, ending="")
        else:
            sys.stdout.buffer.write(content)

    @staticmethod
    def _content(report: Any, program: Any, file_format: str) -> str | bytes:
        if report is None:
            return MAKERS[file_format](selectors.preview(program))
        if file_format in STORED_FORMATS:
            stored = selectors.report_file(report.pk, file_format)
            return stored if file_format == ReportFormat.PDF else stored.decode()
        return MAKERS[file_format](report.snapshot)
