"""Structured logs: one event a line, with request id and case number, never a token or an address.

JSON in production, readable in development. Every line of every library goes the same way, and is
redacted last, so that an exception's text is redacted too.
"""

import sys
from typing import Any

import structlog
from structlog.typing import EventDict, WrappedLogger

from hosting.lib.redact import redacted

QUIET = "/health/"


def bind_case(number: str) -> None:
    """Name the case (its number) in every further line of this request or task."""
    structlog.contextvars.bind_contextvars(case=number)


def redact(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """A processor: every text in the event, however deep, is redacted."""
    return {key: _redacted(value) for key, value in event.items()}


def drop_probes(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """A processor: the finished probes of `/health/` say nothing new every few seconds."""
    request = str(event.get("request", ""))
    if event.get("event") == "request_finished" and QUIET in request and event.get("code") == 200:
        raise structlog.DropEvent
    return event


def configure(level: str, *, readable: bool) -> dict[str, Any]:
    """Set structlog up; Django's LOGGING that goes with it. `readable` is for people, not machines."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.stdlib.ExtraAdder(allow=[]),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            drop_probes,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    return _logging(level, shared, _for_people() if readable else _for_machines())


def _logging(level: str, shared: list[Any], renderer: Any) -> dict[str, Any]:
    ours = {"handlers": ["console"], "propagate": False}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "ours": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": shared,
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    redact,
                    renderer,
                ],
            }
        },
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "ours"}},
        "root": {"handlers": ["console"], "level": level},
        "loggers": {
            "django": {"handlers": [], "propagate": True},
            "django.server": ours,  # manage.py runserver
            "celery.worker.strategy": {"level": "WARNING"},  # each ring received
            "celery.app.trace": {"level": "WARNING"},  # and done
            "gunicorn.error": ours,
            "gunicorn.access": ours,
        },
    }


def _for_machines() -> Any:
    return structlog.processors.JSONRenderer(default=str)


def _for_people() -> Any:
    return structlog.dev.ConsoleRenderer(
        colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
    )


def _redacted(value: Any) -> Any:
    if isinstance(value, str):
        return redacted(value)
    if isinstance(value, dict):
        return {key: _redacted(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_redacted(inner) for inner in value]
    if value is None or isinstance(value, bool | int | float):
        return value
    return redacted(str(value))
