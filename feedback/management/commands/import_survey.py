"""`import_survey`: a survey tool's file into a program's survey."""

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any, ClassVar

from tqdm import tqdm

from core.commands import PortalCommand
from core.exceptions import BadInput, Refusal, TooLarge
from feedback.descriptions import describe, warnings
from feedback.parsing import ColumnMap, FileOptions, Problem, Suggestion, Table, map_from_spec, read_table
from feedback.parsing.limits import MAX_BYTES
from feedback.selectors import choose_map
from feedback.services import import_responses
from programs.models import Program
from programs.selectors import program_by_slug

SHOWN_PROBLEMS = 10


class Command(PortalCommand):
    help = (
        "Import a survey file (CSV or XLSX, from any tool) into a survey of a program. A second import of the same "
        "file changes nothing. Without --map, a confirmed map for the same headers is used, else what the headers "
        "state: a column is a rating only where its header states the scale. docs/surveys.md describes the map file; "
        "the dry run prints one."
    )
    example: ClassVar[str] = """manage.py import_survey answers.csv --program acme --survey "Week 2" --map map.json

  map.json:
  {"columns": [{"column": 3, "question": "overall", "scale": [1, 5]},
               {"column": "Comment", "question": "What else?"}],
   "id": "Response ID", "date": {"column": 1, "order": "MDY"}, "missing": ["N/A"]}"""

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE", type=Path)
        parser.add_argument("--program", required=True, metavar="S", help="the program's slug")
        parser.add_argument("--survey", required=True, metavar="NAME", help="the survey; made if there is none")
        parser.add_argument("--map", type=Path, metavar="FILE", help="what the columns are, as JSON")
        parser.add_argument("--dry-run", action="store_true", help="print what the file is as JSON, and import nothing")
        parser.add_argument("--encoding", default="", help="where the file is not UTF-8, such as cp1252")
        parser.add_argument("--delimiter", default="", help="one of , ; | or a tab, where it is not found out")
        parser.add_argument("--sheet", default="", help="the sheet of an XLSX file (default: the first)")

    def handle_portal(self, *args: Any, **options: Any) -> None:
        program = program_by_slug(options["program"])
        table = Table()
        if options["dry_run"]:
            self.stdout.write(json.dumps(_dry_run(program, table, options), ensure_ascii=False, indent=2))
            return
        content = _content(options["file"])
        read_table(content, _file_options(options), table=table)
        column_map, suggestion = _map(program, table, options["map"])
        with tqdm(total=len(table.rows), unit=" rows", desc="Importing", file=sys.stderr, delay=1) as bar:
            result = import_responses(
                program_id=program.pk,
                survey_name=options["survey"],
                table=table,
                column_map=column_map,
                file_name=options["file"].name,
                content=content,
                actor=None,
                progress=bar.update,
            )
        self.stdout.write(f"{result.survey.name}: {result.summary}.")
        for sentence in [*warnings(table, column_map, suggestion), *_listed(result.rejected)]:
            self.stderr.write(sentence)


def _dry_run(program: Program, table: Table, options: dict[str, Any]) -> dict[str, Any]:
    try:
        read_table(_content(options["file"]), _file_options(options), table=table)
        column_map, suggestion = _map(program, table, options["map"])
    except Refusal as refusal:
        return describe(table, None, None, program.tz, refused=str(refusal))
    return describe(table, column_map, suggestion, program.tz)


def _map(program: Program, table: Table, path: Path | None) -> tuple[ColumnMap, Suggestion]:
    column_map, _, suggestion = choose_map(program=program, table=table)
    if path is None:
        if not column_map.questions:
            raise BadInput("No column of the file looks like a question. Say what the columns are with --map.")
        return column_map, suggestion
    try:
        spec = json.loads(_content(path).decode("utf-8-sig"))
    except ValueError as error:
        raise BadInput(f"The map {path} is not JSON in UTF-8: {error}.") from None
    return map_from_spec(spec, table.columns), suggestion


def _listed(problems: list[Problem]) -> list[str]:
    lines = [f"Line {problem.line}: {problem.reason}" for problem in problems[:SHOWN_PROBLEMS]]
    more = len(problems) - SHOWN_PROBLEMS
    return [*lines, f"... and {more} more rejected rows; the survey's page lists them all."] if more > 0 else lines


def _file_options(options: dict[str, Any]) -> FileOptions:
    delimiter = "\t" if options["delimiter"] in ("\\t", "tab") else options["delimiter"]
    return FileOptions(encoding=options["encoding"], delimiter=delimiter, sheet=options["sheet"])


def _content(path: Path) -> bytes:
    """Read a file, looking at its size first."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise TooLarge(
                f"The file {path} is larger than {MAX_BYTES // 1024 // 1024} MB. Split it, and import the parts."
            )
        return path.read_bytes()
    except OSError as error:
        raise BadInput(f"The file {path} cannot be read: {error.strerror or error}.") from None
