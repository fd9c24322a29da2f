"""What this app refuses. Each is one sentence for people; the base says which HTTP status it becomes."""

from core.exceptions import BadInput, Conflict, NotAllowed, NotFound, TooLarge


class UnreadableFile(BadInput):
    """The file cannot be read as survey responses."""


class EncodingUnknown(UnreadableFile):
    """The file is text, but not in UTF-8. `candidates` maps an encoding's name to what a difficult line gives in it."""

    def __init__(self, sentence: str, candidates: dict[str, str]) -> None:
        super().__init__(sentence)
        self.candidates = candidates


class FileTooLarge(TooLarge):
    """More bytes, rows or columns than one import takes."""


class MapRefused(BadInput):
    """The column map does not fit the file, or contradicts itself."""


class KeyChanged(Conflict):
    """Responses that came in by content would come in again by id, or the other way round."""


class SurveyNotFound(NotFound):
    """There is no such survey in the program."""


class UploadNotFound(NotFound):
    """The uploaded file was imported, dropped or swept, or belongs to another program."""


class UploadOfAnother(NotAllowed):
    """Somebody else uploaded this file; only that person confirms it."""
