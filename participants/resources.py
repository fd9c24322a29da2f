"""People as a table for a spreadsheet; what an export holds, an import reads again."""

from typing import Any

from import_export.formats.base_formats import XLSX
from import_export.resources import ModelResource

from participants.importing.escaping import as_plain_text
from participants.models import Participant
from programs.models import Program


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
