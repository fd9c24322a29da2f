"""Forms of the public pages."""

from django import forms

from participants.details import NAME_LENGTH
from participants.signing import screen


class SigningForm(forms.Form):
    """The signing part of the agreement page. The box starts unticked; `viewed` notes when the text was shown."""

    viewed = forms.CharField(widget=forms.HiddenInput)
    consent = forms.BooleanField(
        label=screen.BOX_LABEL, error_messages={"required": "Tick the box if you agree and want to sign online."}
    )
    typed_name = forms.CharField(
        label="Your full name",
        max_length=NAME_LENGTH,
        help_text="Typing it here is your signature.",
        error_messages={"required": "Type your name. It is your signature."},
        widget=forms.TextInput(attrs={"autocomplete": "name", "autocapitalize": "words", "spellcheck": "false"}),
    )
