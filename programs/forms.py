"""The forms of consequential steps. Each asks only for what no machine knows."""

from typing import Any

from django import forms
from unfold.widgets import (
    UnfoldAdminRadioSelectWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from programs import blueprints
from programs.enums import FreezeScope, KeyScope, Role
from programs.models import Program
from programs.models.program import validate_timezone

BLUEPRINT_WORDS = {
    "controlled": "Controlled beta: 10 to 20 invited people, billing off, at least 14 days",
    "open": "Open beta: hundreds of people in tiers, with revenue",
}


class DayInput(UnfoldAdminTextInputWidget):
    """A date as the browser asks for it, which phones do well."""

    input_type = "date"


class NumberInput(UnfoldAdminTextInputWidget):
    input_type = "number"


def words(rows: int = 3, **attrs: Any) -> UnfoldAdminTextareaWidget:
    return UnfoldAdminTextareaWidget(attrs={"rows": rows, **attrs})


class NewProgramForm(forms.Form):
    """A program from a blueprint. What the blueprint states is filled in and can be changed afterwards."""

    blueprint = forms.ChoiceField(
        widget=UnfoldAdminRadioSelectWidget,
        help_text="Fills in weeks, targets, launch checklist and agreement.",
    )
    name = forms.CharField(
        max_length=120, widget=UnfoldAdminTextInputWidget, help_text="What people see, such as “AccuBooks beta”."
    )
    product = forms.CharField(
        max_length=120,
        widget=UnfoldAdminTextInputWidget,
        help_text="What is tested, such as “AccuBooks”. Invites and the agreement name it.",
    )
    version = forms.CharField(
        required=False,
        max_length=40,
        widget=UnfoldAdminTextInputWidget,
        help_text="The version under test, such as 1.0.2. Empty: “beta”.",
    )
    slug = forms.SlugField(
        label="Short name",
        max_length=50,
        widget=UnfoldAdminTextInputWidget,
        help_text="In addresses and commands, such as “accubooks”. It stays as it is.",
    )
    timezone = forms.CharField(
        label="Time zone",
        initial="UTC",
        validators=[validate_timezone],
        widget=UnfoldAdminTextInputWidget,
        help_text="Days begin and reports leave by this clock, such as Europe/Berlin.",
    )
    starts_on = forms.DateField(
        label="First day", required=False, widget=DayInput, help_text="Empty: today, on the program's clock."
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(name, BLUEPRINT_WORDS.get(name, name.capitalize())) for name in blueprints.names()]
        blueprint = self.fields["blueprint"]
        blueprint.choices = choices  # type: ignore[attr-defined]
        blueprint.initial = choices[0][0]

    def clean_slug(self) -> str:
        slug: str = self.cleaned_data["slug"]
        if Program.objects.filter(slug=slug).exists():
            raise forms.ValidationError(f"Another program is called “{slug}”. Choose another short name.")
        return slug


class FreezeForm(forms.Form):
    scope = forms.ChoiceField(
        label="What stops", choices=FreezeScope, initial=FreezeScope.INVITES, widget=UnfoldAdminRadioSelectWidget
    )
    cause = forms.CharField(
        max_length=300,
        widget=words(2),
        help_text="Why, in a sentence that staff and participants may read: “Exports drop cents, we look into it.”",
    )


class EvidenceForm(forms.Form):
    evidence = forms.CharField(
        widget=words(), help_text="What shows it: a link, a number, a name. It is kept in the ledger."
    )


class ReasonForm(forms.Form):
    reason = forms.CharField(widget=words(), help_text="Why, in a sentence. It is kept in the ledger.")


class SeatCapForm(forms.Form):
    seat_cap = forms.IntegerField(
        label="Seats", min_value=1, max_value=100_000, widget=NumberInput, help_text="How many people may hold a seat."
    )


class KeyForm(forms.Form):
    label = forms.CharField(
        max_length=80,
        widget=UnfoldAdminTextInputWidget,
        help_text="Where the key is used, such as “production server”.",
    )
    scope = forms.ChoiceField(
        label="What it is for", choices=KeyScope, initial=KeyScope.INGEST, widget=UnfoldAdminRadioSelectWidget
    )


class MemberForm(forms.Form):
    who = forms.CharField(
        label="User name or e-mail address",
        max_length=254,
        widget=UnfoldAdminTextInputWidget,
        help_text="Of somebody with a staff account here, such as ada or ada@example.org.",
    )
    role = forms.ChoiceField(
        choices=[
            (Role.VIEWER, "Viewer: sees everything, changes nothing"),
            (Role.OPERATOR, "Operator: works with people, checks readiness, freezes"),
            (Role.OWNER, "Owner: also settings, launch, end, keys and members"),
        ],
        initial=Role.VIEWER,
        widget=UnfoldAdminRadioSelectWidget,
    )


class RoleForm(forms.Form):
    role = forms.ChoiceField(choices=Role, widget=UnfoldAdminSelectWidget)
