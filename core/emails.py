"""Render a mail from its three templates: a subject, a plain letter, and the same letter as HTML."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import css_inline
from django.conf import settings
from django.template import Context
from django.template.loader import get_template, render_to_string

from core.exceptions import BadInput


@dataclass(frozen=True)
class Mail:
    """A rendered mail, ready for `core.outbox.enqueue`."""

    subject: str
    text: str
    html: str


def render(app_name: str, name: str, context: Mapping[str, Any]) -> Mail:
    """Render `templates/emails/<app_name>/<name>_{subject.txt,body.txt,body.html}`.

    The templates also see `public_url`. Raises TemplateDoesNotExist where one of the three is missing, and
    BadInput where the subject or the text comes out empty.
    """
    stem = f"emails/{app_name}/{name}"
    values = {"public_url": settings.PUBLIC_URL, **context}
    subject = " ".join(_plain(f"{stem}_subject.txt", values).split())
    text = re.sub(r"\n{3,}", "\n\n", _plain(f"{stem}_body.txt", values)).strip() + "\n"
    if not subject or not text.strip():
        raise BadInput(f"The mail {app_name}/{name} came out without a subject or without a text.")
    html = _inliner().inline(render_to_string(f"{stem}_body.html", {**values, "subject": subject}))
    return Mail(subject=subject, text=text, html=html)


def _plain(template: str, values: Mapping[str, Any]) -> str:
    """Render without HTML escaping: in a text, `&amp;` would be read as `&amp;`."""
    rendered: str = get_template(template).template.render(Context(dict(values), autoescape=False))  # type: ignore[attr-defined]
    return rendered


@cache
def _inliner() -> css_inline.CSSInliner:
    # The style element stays: dark mode and small screens live in media queries, which cannot be inlined.
    return css_inline.CSSInliner(keep_style_tags=True, load_remote_stylesheets=False)
