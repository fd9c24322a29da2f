"""Read the agreement, sign it, and take the sealed copy home."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_safe

from core.exceptions import NotFound
from participants.emails import certificate_name
from participants.exceptions import AlreadySigned, SignatureOutdated, SignatureRefused
from participants.forms import SigningForm
from participants.models import Participant, Signature
from participants.selectors import newest_agreement, newest_signature
from participants.services import sign_agreement
from participants.signing import screen
from participants.signing.markdown import render_html
from participants.views import sessions
from participants.views.carried import view_token, viewed_by
from participants.views.pages import public_page, show, visit_of
from programs.selectors import freezes_in_force

UNPROCESSABLE = 422
CONFLICT = 409


@require_http_methods(["GET", "HEAD", "POST"])
@public_page
def agreement(request: HttpRequest) -> HttpResponse:
    """Show the text with the form, or that it is signed. POST signs."""
    person = sessions.signed_in(request)
    signature = newest_signature(person)
    if signature and person.activated_at:
        return show(request, "signed", {"person": person, "signature": signature}, program=person.program)
    if request.method == "POST":
        return _sign(request, person)
    return _form_page(request, person, SigningForm())


@require_safe
@public_page
def copy(request: HttpRequest) -> HttpResponse:
    """Download the signer's own certificate."""
    person = sessions.signed_in(request)
    signature = Signature.objects.filter(participant=person).order_by("-agreement__version").first()
    if signature is None:
        raise NotFound("There is no copy yet: you have not signed the agreement.")
    response = HttpResponse(bytes(signature.certificate), content_type="application/pdf")
    response.headers["Content-Disposition"] = f'attachment; filename="{certificate_name(signature)}"'
    return response


def _sign(request: HttpRequest, person: Participant) -> HttpResponse:
    form = SigningForm(request.POST)
    if not form.is_valid():
        return _form_page(request, person, form, status=UNPROCESSABLE)
    viewed = viewed_by(form.cleaned_data["viewed"], participant_id=person.pk)
    if viewed is None:
        form.add_error(None, "This page was open for more than a day. Please look at the text again, then sign.")
        return _form_page(request, person, form, status=UNPROCESSABLE)
    agreement_id, shown = viewed
    try:
        sign_agreement(
            participant_id=person.pk,
            agreement_id=agreement_id,
            typed_name=form.cleaned_data["typed_name"],
            consented=form.cleaned_data["consent"],
            viewed=shown,
            signed=visit_of(request, secret=request.session.session_key),
        )
    except AlreadySigned:
        pass  # The second click of a double click, or another tab: the page says that it is signed.
    except (SignatureRefused, SignatureOutdated) as refusal:
        form.add_error(None, str(refusal))
        status = CONFLICT if isinstance(refusal, SignatureOutdated) else UNPROCESSABLE
        return _form_page(request, person, form, status=status)
    return redirect("agreement")


def _form_page(request: HttpRequest, person: Participant, form: SigningForm, *, status: int = 200) -> HttpResponse:
    """Show the newest text with the form. A form that was sent keeps the name and the tick, but notes a new look."""
    agreement = newest_agreement(person.program_id)
    context = {
        "person": person,
        "agreement": agreement,
        "html": render_html(agreement.body),
        "form": form,
        "viewed": view_token(request, participant_id=person.pk, agreement_id=agreement.pk),
        "screen": screen,
        "freezes": freezes_in_force(person.program),
    }
    return show(request, "agreement", context, program=person.program, status=status)
