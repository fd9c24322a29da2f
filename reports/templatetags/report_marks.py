"""Shapes and arrows: a state is never told by colour alone."""

from django import template

register = template.Library()

SHAPES = {
    "green": "●",
    "healthy": "●",
    "met": "●",
    "yellow": "◆",
    "degraded": "◆",
    "red": "▲",
    "critical": "▲",
    "not_met": "▲",
}
NO_DATA_SHAPE = "○"
ARROWS = {"up": "↗", "flat": "→", "down": "↘"}
# The colours of a light, by grade, verdict on a criterion, or verdict on the program.
TONES = {
    "green": "good",
    "healthy": "good",
    "met": "good",
    "yellow": "fair",
    "degraded": "fair",
    "red": "bad",
    "critical": "bad",
    "not_met": "bad",
}


@register.filter
def shape(state: str) -> str:
    """The shape of a light: circle, diamond, triangle; an open circle where there is no data."""
    return SHAPES.get(state, NO_DATA_SHAPE)


@register.filter
def arrow(trend: str) -> str:
    """The arrow of a trend; empty without a comparison."""
    return ARROWS.get(trend, "")


@register.filter
def tone(state: str) -> str:
    """The name of the colour of a light: good, fair, bad or quiet."""
    return TONES.get(state, "quiet")
