"""Django's model validation, said as a refusal."""

from collections.abc import Collection

from django.core.exceptions import ValidationError
from django.db.models import Model

from core.exceptions import BadInput


def clean_or_refuse(obj: Model, *, refused: str, exclude: Collection[str] = ()) -> None:
    """Run `full_clean`. Raises `BadInput`: what was refused, then what is wrong with each value."""
    try:
        obj.full_clean(exclude=list(exclude))
    except ValidationError as error:
        raise BadInput(f"{refused}: {' '.join(error.messages)}") from error
