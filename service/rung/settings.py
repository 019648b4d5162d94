"""Settings: what the command line and the service read from the environment, prefixed ``RUNG_``; docs/settings.md lists them."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from rung.nearest import suggest
from rung.types import Limits

_PREFIX = "RUNG_"
_RULES = {  # by pydantic's type of error; its figures fill the braces
    "int_parsing": "a whole number",
    "float_parsing": "a number",
    "bool_parsing": "true or false",
    "literal_error": "{expected}",
    "greater_than": "more than {gt:,g}",
    "greater_than_equal": "at least {ge:,g}",
    "less_than_equal": "at most {le:,g}",
}


class Settings(BaseModel):
    """All settings; frozen, read once where a command starts."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    model: Path | None = Field(None, description="Folder of the model to load; by default the newest one shipped with Rung.")
    ladders: Path | None = Field(None, description="Folder of further ladder files (YAML), read beside those of the model.")
    host: str = Field("127.0.0.1", description="Address to listen on; a public one only with API keys or --insecure.")
    port: int = Field(8000, ge=0, le=65535, description="Port to listen on; 0 takes a free one.")
    cache: int = Field(
        20_000,
        ge=0,
        description="Titles kept in memory, as many alone as with a text; 0 keeps none.",
    )
    max_title: int = Field(500, ge=1, description="Longest title, in characters.")
    max_description: int = Field(50_000, ge=1, description="Longest description, in characters.")
    max_batch: int = Field(1_000, ge=1, description="Most queries of one batch.")
    max_body: int = Field(4_000_000, ge=1_000, description="Largest request body, in bytes; streams are not limited by it.")
    max_row: int = Field(1_000_000, ge=1_000, description="Largest row of a stream, in bytes.")

    max_pending: int = Field(128, ge=1, description="Requests accepted and not yet answered; more are refused with 503.")
    max_pending_bytes: int = Field(64_000_000, ge=1_000, description="Bytes of request bodies held; more are refused with 503.")
    max_connections: int = Field(500, ge=1, description="Open connections; more are closed at once.")
    max_headers: int = Field(32_768, ge=1_024, description="Largest head of a request, in bytes; a larger one is refused with 431.")
    body_seconds: float = Field(30.0, gt=0, description="Seconds in which a body must arrive; streams are not limited by it.")
    stall_seconds: float = Field(30.0, gt=0, description="Seconds of silence after which a stream of rows is ended.")
    idle_seconds: int = Field(75, ge=1, description="Seconds for which an idle connection is kept open.")
    request_seconds: float = Field(30.0, gt=0, description="Seconds spent on one batch, after which its other queries fail.")
    batches: int = Field(2, ge=1, description="Batches worked on at the same time; others wait.")
    streams: int = Field(16, ge=1, description="Streams of rows open at the same time; more are refused with 503.")
    threads: int = Field(2, ge=1, description="Threads for long descriptions and occupation codes.")
    drain_seconds: float = Field(1.0, ge=0, description="Seconds between SIGTERM, which makes /readyz fail, and closing the port.")
    rate: float = Field(
        0.0, ge=0, description="Requests a second for each API key, or each address if there are no keys; 0: no limit."
    )
    burst: int = Field(100, ge=1, description="Requests that one caller may make at once before its rate counts.")

    api_keys_file: Path | None = Field(None, description="File of API keys, a line each as `rung key` prints; unset: none needed.")
    insecure: bool = Field(False, description="Listen on a public address without API keys.")
    cors_origins: str = Field("", description="Origins, separated by spaces, whose pages may call; empty: none.")
    tls_certificate: Path | None = Field(None, description="Certificate chain (PEM) to serve HTTPS; needs RUNG_TLS_KEY.")
    tls_key: Path | None = Field(None, description="Private key (PEM) of the certificate.")

    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="Least severe log lines that are written.")
    log_requests: Literal["all", "failed"] = Field(
        "failed", description="Requests with a log line: all, or those that an unexpected error or a lost client ended."
    )
    log_titles: bool = Field(False, description="Write titles into the lines of requests; personal data may be in them.")
    traces: bool = Field(False, description="Send OpenTelemetry traces as the OTEL_ variables say; needs the otel extra.")

    def __init__(self, **given: Any) -> None:
        """``given`` overrides the environment, which overrides the defaults."""
        variables = {name: _variable(name) for name in type(self).model_fields}
        super().__init__(**{name: os.environ[at] for name, at in variables.items() if at in os.environ} | given)

    def limits(self, cache: int | None = None) -> Limits:
        """The limits of a normaliser; ``cache`` replaces the number of titles that are cached."""
        return Limits(self.max_title, self.max_description, self.cache if cache is None else cache)


_ELSEWHERE = frozenset(("RUNG_KERNEL",))  # read where the kernel is chosen


def _variable(name: str) -> str:
    """The environment variable of a setting."""
    return f"{_PREFIX}{name.upper()}"


def invalid_settings(error: ValidationError) -> list[str]:
    """A sentence for each setting that the error refuses: which variable, its value, and what it must be."""
    return [
        f"{_variable(str(row['loc'][0]))} is {str(row['input'])!r}; it must be "
        f"{_RULES.get(row['type'], 'another value').format(**row.get('ctx', {}))}."
        for row in error.errors()
    ]


def unknown_settings(environment: Iterable[str]) -> list[str]:
    """A sentence for each variable with the prefix that is no setting; it names the most similar setting."""
    known = [_variable(name) for name in Settings.model_fields]
    unknown = sorted(name for name in environment if name.startswith(_PREFIX) and name not in _ELSEWHERE and name not in known)
    return [f"There is no setting {name}. {suggest(name, known, 'docs/settings.md lists them.')}" for name in unknown]
