"""Files between preview and confirmation: bound to who uploaded them, gone when confirmed or after a day."""

import datetime as dt

from django.db import transaction

from core import clock
from core.exceptions import NotFound
from core.models import User
from participants.exceptions import UploadNotYours
from participants.models import ImportUpload

KEPT_FOR = dt.timedelta(days=1)
NAME_LENGTH = 200


@transaction.atomic
def keep_upload(*, program_id: int, user: User, filename: str, content: bytes) -> ImportUpload:
    """Keep a file until its uploader confirms it. The uploader's earlier one for the same program is dropped."""
    ImportUpload.objects.filter(program_id=program_id, uploaded_by=user).delete()
    return ImportUpload.objects.create(
        program_id=program_id, uploaded_by=user, filename=filename[-NAME_LENGTH:], content=content
    )


def take_upload(*, upload_id: int, program_id: int, user: User) -> ImportUpload:
    """Return the uploader's own file, locked for the running transaction, so that it is confirmed once.

    Raises `NotFound` when it was confirmed or dropped before, `UploadNotYours` for somebody else's.
    """
    rows = ImportUpload.objects.select_for_update().filter(pk=upload_id, program_id=program_id)
    upload = rows.first()
    if upload is None:
        raise NotFound(
            "This file was imported already, or was dropped after a day. Upload it again to import it again."
        )
    if upload.uploaded_by_id != user.pk:
        raise UploadNotYours("Somebody else uploaded this file, so only they can confirm it. Upload it yourself.")
    return upload


@transaction.atomic
def sweep_uploads() -> int:
    """Drop files that nobody confirmed within a day. Returns how many."""
    deleted, _ = ImportUpload.objects.filter(created_at__lt=clock.now() - KEPT_FOR).delete()
    return deleted
