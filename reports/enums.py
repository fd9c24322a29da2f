"""The words of the reports."""

from django.db import models


class ReportKind(models.TextChoices):
    """A weekly report closes a program week; an interim one shows a week that is not over."""

    WEEKLY = "weekly", "Weekly report"
    INTERIM = "interim", "Interim report"


class ReportState(models.TextChoices):
    BUILT = "built", "Built, not sent"
    SENT = "sent", "Sent"


class ReportFormat(models.TextChoices):
    """The formats that are offered. Those in `STORED_FORMATS` are kept with the report, byte for byte."""

    HTML = "html", "HTML"
    PDF = "pdf", "PDF"
    CSV = "csv", "CSV"
    JSON = "json", "JSON"


STORED_FORMATS: dict[str, str] = {
    ReportFormat.HTML: "text/html; charset=utf-8",
    ReportFormat.PDF: "application/pdf",
}


class CriterionKind(models.TextChoices):
    SUCCESS = "success", "Success criterion"
    EXIT = "exit", "Exit criterion"


class Verdict(models.TextChoices):
    """What a criterion comes to. Without data it is never met."""

    MET = "met", "Met"
    NOT_MET = "not_met", "Not met"
    NO_DATA = "no_data", "No data"


class SlotKind(models.TextChoices):
    """What a slot of the report holds."""

    VALUE = "value", "A figure"
    STATUS = "status", "A light"
    TREND = "trend", "An arrow"
    TEXT = "text", "Words"
