"""How states, ages and times look in the templates of every app."""

import datetime as dt

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from core import clock
from core.enums import Grade, Overall
from programs import ages
from programs.enums import FreezeScope, ProgramState
from programs.models import Freeze, Program

register = template.Library()

# Tone and shape: a state is never told by colour alone.
STATE_LOOKS = {
    ProgramState.DRAFT: ("grey", "○"),
    ProgramState.LIVE: ("green", "●"),
    ProgramState.ENDED: ("grey", "■"),
}


@register.filter
def age(moment: dt.datetime | None) -> str:
    """How long it has been, in words."""
    return ages.age(moment, clock.now())


@register.filter
def ago(moment: dt.datetime | None) -> str:
    """When it was or will be, in words."""
    return ages.ago(moment, clock.now())


@register.filter
def since(moment: dt.datetime, program: Program) -> str:
    """The time on the program's own clock, as short as is clear."""
    return ages.clock_time(moment, clock.now(), program.tz)


@register.filter
def frozen_what(freeze: Freeze) -> str:
    return "Invites" if freeze.scope == FreezeScope.INVITES else "Everything"


@register.simple_tag
def state_badge(program: Program) -> SafeString:
    tone, shape = STATE_LOOKS[ProgramState(program.state)]
    return badge(program.get_state_display(), tone, shape)


@register.simple_tag
def badge(word: str, tone: str, shape: str = "●") -> SafeString:
    """A word with a shape in a colour; `tone` is green, yellow, red, blue or grey."""
    return format_html('<span class="bp-badge bp-{}"><span aria-hidden="true">{}</span> {}</span>', tone, shape, word)


GRADE_LOOKS = {
    Grade.GREEN: ("green", "●"),
    Grade.YELLOW: ("yellow", "◆"),
    Grade.RED: ("red", "▲"),
    Grade.NO_DATA: ("grey", "○"),
    Grade.INFO: ("grey", "–"),
}
OVERALL_LOOKS = {
    Overall.HEALTHY: ("green", "●"),
    Overall.DEGRADED: ("yellow", "◆"),
    Overall.CRITICAL: ("red", "▲"),
    Overall.UNKNOWN: ("grey", "○"),
}


@register.simple_tag
def grade_badge(grade: Grade) -> SafeString:
    tone, shape = GRADE_LOOKS[grade]
    return badge(grade.label, tone, shape)


@register.simple_tag
def overall_badge(overall: Overall) -> SafeString:
    tone, shape = OVERALL_LOOKS[overall]
    return badge(overall.label, tone, shape)
