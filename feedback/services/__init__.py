"""Every write to surveys: made, imported into, uploads and maps kept."""

from feedback.services.imports import Change, ImportResult, import_responses, try_import
from feedback.services.surveys import create_survey, save_map
from feedback.services.uploads import confirm_upload, drop_upload, map_upload, store_upload, sweep_uploads

__all__ = [
    "Change",
    "ImportResult",
    "confirm_upload",
    "create_survey",
    "drop_upload",
    "import_responses",
    "map_upload",
    "save_map",
    "store_upload",
    "sweep_uploads",
    "try_import",
]
