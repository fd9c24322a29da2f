"""The documents of a report, each made of its snapshot alone. Pure but for the templates that it reads."""

import csv as csv_module
import datetime as dt
import io
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from django.conf import settings
from django.template.loader import get_template, render_to_string
from django.utils.safestring import mark_safe

from core.typst import compile_pdf
from participants.importing.escaping import as_plain_text
from reports import charts
from reports.snapshot import exported, fingerprint

TYPST_TEMPLATE = Path(settings.BASE_DIR) / "templates" / "reports" / "status.typ"
CSV_COLUMNS = ("slot", "section", "subsection", "row", "column", "kind", "value", "text", "grade", "trend")
CSV_PASSPORT = ("source", "definition", "version", "count", "coverage", "as_of", "href", "connect")

Snapshot = Mapping[str, Any]


def html(snapshot: Snapshot) -> str:
    """Return the report as one page that needs nothing else: no script, no picture, no font from elsewhere."""
    # Our own file, without a word from outside: the only text here that is not escaped.
    css = mark_safe(get_template("reports/status.css").template.source)  # type: ignore[attr-defined]  # noqa: S308
    return render_to_string("reports/status.html", {**_context(snapshot), "css": css})


def pdf(snapshot: Snapshot) -> bytes:
    """Return the report as tagged PDF/A, its executive page first."""
    context = _context(snapshot)
    drawings = [
        {
            "label": drawing.label,
            "summary": drawing.summary,
            "target": drawing.target_text if drawing.target_y is not None else "",
            "svg": render_to_string("reports/chart.svg", {"d": drawing, "standalone": True}),
        }
        for drawing in context.pop("drawings")
    ]
    slots = {"slots"}
    data = {**context, "s": {name: part for name, part in snapshot.items() if name not in slots}, "drawings": drawings}
    built = dt.datetime.fromisoformat(snapshot["generated_at"])
    return compile_pdf(TYPST_TEMPLATE, data, timestamp=built)


def as_json(snapshot: Snapshot) -> str:
    """Return the report as JSON: period, generated_at, and one object a slot."""
    return json.dumps(exported(snapshot), ensure_ascii=False, indent=2) + "\n"


def csv(snapshot: Snapshot) -> str:
    """Return the report as CSV, one row a slot. Text that a spreadsheet would run as a formula is quoted."""
    out = io.StringIO()
    writer = csv_module.writer(out)
    columns = CSV_COLUMNS + CSV_PASSPORT
    writer.writerow(columns)
    for slot in snapshot["slots"]:
        writer.writerow([as_plain_text(slot[name]) for name in columns])
    return out.getvalue()


def _context(snapshot: Snapshot) -> dict[str, Any]:
    return {
        "s": snapshot,
        "sha256": fingerprint(snapshot),
        "drawings": [charts.draw(chart) for chart in snapshot["charts"]],
        "growth_hints": hints(cell for row in snapshot["growth"]["rows"] for cell in row["cells"]),
        "satisfaction_hints": hints(row["score"] for row in snapshot["satisfaction"]),
    }


def hints(cells: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return, once each, what to connect for the cells without data."""
    return list(dict.fromkeys(cell["connect"] for cell in cells if not cell["has_data"] and cell["connect"]))
