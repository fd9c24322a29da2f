"""People as a table for a spreadsheet. Cells that a spreadsheet would run as a formula are made plain text.

django-import-export's own escaping is off by default and lets most of them through, so it is done here.
"""

from typing import Any

from import_export.formats.base_formats import XLSX
from import_export.resources import ModelResource

from participants.models import Participant
from programs.models import Program

FORMULA_STARTS = tuple("=+-@\t\r\n＝＋－＠")


def as_plain_text(value: Any) -> Any:
    """Put an apostrophe before text that a spreadsheet would take for a formula; leave all else as it is."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA_STARTS) else value


class ParticipantResource(ModelResource):
    """The people of a program. The first columns are those that an import reads."""

    class Meta:
        model = Participant
        fields = (
            "name",
            "email",
            "tier",
            "cohort",
            "priority",
            "external_id",
            "number",
            "state",
            "invited_at",
            "accepted_at",
            "activated_at",
            "ended_at",
        )
        export_order = fields

    def export_field(self, field: Any, instance: Participant, **kwargs: Any) -> Any:
        return as_plain_text(super().export_field(field, instance, **kwargs))


def export_people(program: Program, file_format: str) -> bytes:
    """Return the program's people as `csv` (UTF-8 with a byte order mark, for Excel) or `xlsx`."""
    dataset = ParticipantResource().export(queryset=Participant.objects.filter(program=program).order_by("number"))
    if file_format == "xlsx":
        content: bytes = XLSX().export_data(dataset)
        return content
    return str(dataset.csv).encode("utf-8-sig")
