"""What staff see of surveys: the surveys with their results, responses, imports, and the pages of an import."""

from feedback.admin import imports, responses, surveys

__all__ = ["imports", "responses", "surveys"]
