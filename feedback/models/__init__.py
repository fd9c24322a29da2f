"""What people tell us. Now: surveys and their files. Bugs, ideas and feedback get modules of their own beside these."""

from feedback.models.imports import SurveyImport, SurveyMap, SurveyUpload
from feedback.models.surveys import Question, Response, Survey

__all__ = ["Question", "Response", "Survey", "SurveyImport", "SurveyMap", "SurveyUpload"]
