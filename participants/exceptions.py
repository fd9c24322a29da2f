"""What this app refuses. Each is one sentence for people; the base says which HTTP status it becomes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.exceptions import BadInput, Conflict, Gone, NotAllowed, NotFound

if TYPE_CHECKING:
    from programs.models import Program


class PersonNotFound(NotFound):
    """There is no such person in this program."""


class PersonRefused(BadInput):
    """The details of a person cannot be used as they are."""


class AlreadyInProgram(Conflict):
    """Somebody with this address or external id is in the program already."""


class NoSuchMove(Conflict):
    """The person's state does not lead there."""


class NoFreeSeat(Conflict):
    """Every seat of the program is held."""


class InviteUnknown(NotFound):
    """No invite has this token: it is forged, cut off, or was never ours."""


class InviteOver(Gone):
    """The invite was used, declined, revoked, or has expired. `program` is whose it was: its contact can be named."""

    def __init__(self, sentence: str, *, program: Program) -> None:
        super().__init__(sentence)
        self.program = program


class AgreementMissing(Conflict):
    """The program has no published agreement to sign."""


class AgreementRefused(BadInput):
    """The text cannot be published as it is."""


class AlreadySigned(Conflict):
    """This person signed this version before."""


class SignatureRefused(BadInput):
    """Something that a signature needs is missing or wrong."""


class SignatureOutdated(Conflict):
    """A newer version of the agreement was published while the person was reading."""


class ImportRefused(BadInput):
    """The file cannot be imported as it is: nothing of it was."""


class UploadNotYours(NotAllowed):
    """Another member of staff uploaded this file."""


class CertificateFailed(Exception):  # noqa: N818 - not for people: the page says that something broke
    """The certificate could not be made or sealed; nothing was signed."""
