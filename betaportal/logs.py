"""Logging: one line an event, readable on a terminal and JSON in production. Personal links never reach a log."""

import logging
import re
from typing import Any

import structlog

# `/i/<token>` and `/u/<token>`: whoever reads the log must not be able to follow them.
PERSONAL_LINK = re.compile(r"(/[iu]/)[\w-]{8,}")


def without_tokens(value: Any) -> Any:
    """Return `value` with the token of every personal link in it masked; works through lists and dicts."""
    match value:
        case str():
            return PERSONAL_LINK.sub(r"\1[token]", value)
        case dict():
            return {key: without_tokens(item) for key, item in value.items()}
        case list() | tuple():
            return [without_tokens(item) for item in value]
        case _:
            return value


def _mask(_logger: Any, _method: str, event: Any) -> Any:
    return without_tokens(event)


def scrub_sentry(event: Any, _hint: Any) -> Any:
    """Sentry's `before_send`: mask personal links wherever they stand in an error report."""
    return without_tokens(event)


def configure(*, production: bool) -> dict[str, Any]:
    """Set structlog up and return Django's `LOGGING`. In development a request is logged when it failed."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        _mask,
    ]
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, *shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    renderer = structlog.processors.JSONRenderer() if production else structlog.dev.ConsoleRenderer(colors=False)
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "lines": {
                "()": structlog.stdlib.ProcessorFormatter,
                "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
                "foreign_pre_chain": shared,
            }
        },
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "lines"}},
        "root": {"handlers": ["console"], "level": logging.INFO},
        "loggers": {
            "django_structlog": {"level": logging.INFO if production else logging.WARNING},
            # Says each refused request once more, without its context.
            "django.request": {"level": logging.ERROR},
            "httpx": {"level": logging.WARNING},
            "axes": {"level": logging.WARNING},
            # Each mail that went out; the outbox has them all.
            "core.delivery": {"level": logging.INFO if production else logging.WARNING},
        },
    }
