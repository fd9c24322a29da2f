"""Files between upload and confirmation: bound to a person and a program, gone after the import or a day."""

import datetime as dt
from typing import Any

from django.db import transaction

from core import clock
from core.exceptions import BadInput
from core.models import User
from feedback.models import SurveyUpload
from feedback.parsing import FileOptions, map_from_spec, read_table, spec_of
from feedback.parsing.columns import clean
from feedback.selectors import own_upload
from feedback.services.imports import ImportResult, import_responses, try_import
from feedback.services.surveys import NAME_LENGTH, save_map

KEPT = dt.timedelta(days=1)


@transaction.atomic
def store_upload(
    *, program_id: int, user: User, survey_name: str, file_name: str, content: bytes, options: FileOptions
) -> SurveyUpload:
    """Keep a readable file until its map is confirmed. Raises what `read_table` refuses; such a file is not kept."""
    name = clean(survey_name).strip()
    if not name or len(name) > NAME_LENGTH:
        raise BadInput(f"Name the survey, in up to {NAME_LENGTH} characters, such as “Week 2 satisfaction”.")
    read_table(content, options)
    return SurveyUpload.objects.create(
        program_id=program_id,
        user=user,
        survey_name=name,
        file_name=clean(file_name)[:200],
        content=content,
        options={"encoding": options.encoding, "delimiter": options.delimiter, "sheet": options.sheet},
    )


@transaction.atomic
def map_upload(*, upload_id: int, user: User, spec: dict[str, Any]) -> ImportResult:
    """Put a map on the upload and say what an import by it would do. Raises `MapRefused` where it does not fit."""
    upload = own_upload(upload_id=upload_id, user=user)
    table = read_table(bytes(upload.content), FileOptions(**upload.options))
    column_map = map_from_spec(spec, table.columns)
    result = try_import(
        program_id=upload.program_id,
        survey_name=upload.survey_name,
        table=table,
        column_map=column_map,
        actor=user,
    )
    upload.spec = spec_of(column_map, table.columns)
    upload.trial = result.as_json()
    upload.save(update_fields=["spec", "trial"])
    return result


@transaction.atomic
def confirm_upload(*, upload_id: int, user: User) -> ImportResult:
    """Import the upload by its map, keep the map under the survey's name, and let the file go.

    Raises `UploadNotFound` once it is confirmed: of two confirmations at once, one imports.
    """
    upload = own_upload(upload_id=upload_id, user=user, lock=True)
    if upload.spec is None:
        raise BadInput("This file has no confirmed map yet. Map its columns first.")
    content = bytes(upload.content)
    table = read_table(content, FileOptions(**upload.options))
    result = import_responses(
        program_id=upload.program_id,
        survey_name=upload.survey_name,
        table=table,
        column_map=map_from_spec(upload.spec, table.columns),
        file_name=upload.file_name,
        content=content,
        actor=user,
    )
    save_map(
        program_id=upload.program_id,
        name=upload.survey_name,
        spec=upload.spec,
        header_sha256=table.header_sha256,
        actor=user,
    )
    upload.delete()
    return result


@transaction.atomic
def drop_upload(*, upload_id: int, user: User) -> None:
    """Let an unconfirmed file go."""
    own_upload(upload_id=upload_id, user=user, lock=True).delete()


@transaction.atomic
def sweep_uploads() -> int:
    """Delete files that nobody confirmed within a day. Returns how many."""
    count, _ = SurveyUpload.objects.abandoned(clock.now() - KEPT).delete()
    return count
