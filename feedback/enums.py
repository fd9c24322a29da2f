"""The words of surveys: kinds of question, the five questions on satisfaction, orders of a date, tools."""

from django.db import models


class QuestionKind(models.TextChoices):
    RATING = "rating", "Rating"
    CHOICE = "choice", "Choice"
    TEXT = "text", "Free text"


class Satisfaction(models.TextChoices):
    """The five standard questions. The report counts only answers to a question that is mapped to one of them."""

    OVERALL = "overall", "Overall satisfaction"
    EASE_OF_USE = "ease_of_use", "Ease of use"
    COMPLETENESS = "completeness", "Feature completeness"
    PERFORMANCE = "performance", "Performance"
    SUPPORT = "support", "Support quality"


class DateOrder(models.TextChoices):
    """How the numbers of a date such as 03/04/2026 are read."""

    DAY_FIRST = "DMY", "Day, month, year"
    MONTH_FIRST = "MDY", "Month, day, year"
    YEAR_FIRST = "YMD", "Year, month, day"


class Tool(models.TextChoices):
    """What wrote a file, told by its content and never by its name."""

    GOOGLE_FORMS = "google_forms", "Google Forms"
    SURVEYMONKEY = "surveymonkey", "SurveyMonkey"
    QUALTRICS = "qualtrics", "Qualtrics"
    LIMESURVEY = "limesurvey", "LimeSurvey"
    TYPEFORM = "typeform", "Typeform"
    ALCHEMER = "alchemer", "Alchemer (SurveyGizmo)"
    KOBO = "kobotoolbox", "KoboToolbox"
    MICROSOFT_FORMS = "microsoft_forms", "Microsoft Forms"
    SURVEYCTO = "surveycto", "SurveyCTO"
    FORMBRICKS = "formbricks", "Formbricks"
    GENERIC = "generic", "Unknown tool"


# The scale that satisfaction is reported on; answers on another stated scale are converted to it linearly.
REPORTED_MIN = 1
REPORTED_MAX = 5
