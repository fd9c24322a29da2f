"""How files come in: uploads that wait for confirmation, named maps, and what each import did."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from core import clock
from core.models import User
from feedback.enums import Tool
from feedback.models.surveys import Survey
from feedback.querysets import UploadQuerySet
from programs.models import Program


class SurveyMap(models.Model):
    """A confirmed reading of one kind of file: columns, questions, scales, the order of dates."""

    program = models.ForeignKey(Program, on_delete=models.CASCADE, related_name="survey_maps")
    name = models.CharField(max_length=120)
    spec = models.JSONField(help_text="The map, in the form that docs/surveys.md describes.")
    header_sha256 = models.CharField(
        max_length=64, help_text="Of the file's headers: a file with the same headers is read by this map."
    )
    saved_at = models.DateTimeField(default=clock.now, editable=False)
    saved_by = models.ForeignKey(
        User, null=True, blank=True, editable=False, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                "program",
                Lower("name"),
                name="survey_map_name_once_a_program",
                violation_error_message="The program has a map of this name. Choose another name.",
            )
        ]
        indexes = [models.Index(fields=["program", "header_sha256"], name="survey_map_by_headers")]

    def __str__(self) -> str:
        return self.name


class SurveyUpload(models.Model):
    """A file between upload and confirmation. It belongs to one person and one program, and is swept after a day."""

    program = models.ForeignKey(Program, on_delete=models.CASCADE, related_name="survey_uploads")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    survey_name = models.CharField(max_length=120)
    file_name = models.CharField(max_length=200)
    content = models.BinaryField()
    options = models.JSONField(default=dict, help_text="What a person said about the file: encoding, sheet.")
    spec = models.JSONField(null=True, blank=True, help_text="The map as chosen on the mapping page.")
    trial = models.JSONField(null=True, blank=True, help_text="What an import by this map would do.")
    created_at = models.DateTimeField(default=clock.now)

    objects = UploadQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        indexes = [models.Index(fields=["created_at"], name="survey_upload_by_age")]

    def __str__(self) -> str:
        return self.file_name


class SurveyImport(models.Model):
    """What one import changed. An import that changes nothing leaves no row."""

    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="imports")
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    tool = models.CharField(max_length=20, choices=Tool)
    encoding = models.CharField(max_length=20, blank=True)
    delimiter = models.CharField(max_length=1, blank=True)
    sheet = models.CharField(max_length=100, blank=True)
    header_rows = models.PositiveSmallIntegerField()
    rows = models.PositiveIntegerField(help_text="Rows below the headers.")
    new = models.PositiveIntegerField()
    updated = models.PositiveIntegerField()
    unchanged = models.PositiveIntegerField()
    rejected = models.PositiveIntegerField()
    problems = models.JSONField(default=list, help_text="Line, column and reason of all that was not taken.")
    spec = models.JSONField(help_text="The map by which the file was read.")
    imported_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+", help_text="Empty: a command."
    )
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["-at"]
        constraints = [
            models.CheckConstraint(
                name="survey_import_counts_add_up",
                condition=Q(rows=F("new") + F("updated") + F("unchanged") + F("rejected")),
                violation_error_message="Every row is new, updated, unchanged or rejected.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.file_name} into {self.survey}"
