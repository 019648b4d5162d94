"""Logging: one JSON object a line, on standard error, with the id of the request."""

from __future__ import annotations

import logging
import sys
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

import orjson

REQUEST_ID: ContextVar[str | None] = ContextVar("request_id", default=None)
_FIELDS = "fields"


class Log:
    """A log of events with fields."""

    def __init__(self, name: str) -> None:
        self._logger = logging.getLogger(name)

    def info(self, event: str, **fields: Any) -> None:
        """Log an expected event."""
        self._logger.info(event, extra={_FIELDS: fields})

    def warning(self, event: str, **fields: Any) -> None:
        """Log something that an operator should check."""
        self._logger.warning(event, extra={_FIELDS: fields})

    def error(self, event: str, *, exc_info: BaseException | None = None, **fields: Any) -> None:
        """Log a failure, with the traceback of an error."""
        self._logger.error(event, exc_info=exc_info, extra={_FIELDS: fields})


def get_logger() -> Log:
    """The log of the service."""
    return Log("rung")


def configure_logs(level: str) -> None:
    """Send all log lines, the server's own too, to standard error as one JSON object a line."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Formatter())
    least = logging.getLevelName(level.upper())
    logging.basicConfig(handlers=[handler], level=max(logging.WARNING, least), force=True)
    logging.getLogger("rung").setLevel(least)


class _Formatter(logging.Formatter):
    """A record as a JSON object: its fields, then what every line has."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            **getattr(record, _FIELDS, {}),
            "event": record.getMessage(),
            "level": record.levelname.lower(),
            "timestamp": datetime.fromtimestamp(record.created, UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        }
        request_id = REQUEST_ID.get()
        if request_id is not None:
            line["request_id"] = request_id
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return orjson.dumps(line, default=str).decode()
