"""Everything that can go wrong, as one tree; nothing here knows HTTP beyond the number that a status would be.

::

    RungError
    ├── InvalidQuery          a query breaks a rule: blank, too long, wrong type, contradictory
    │   ├── UnknownLadder     no ladder, or no position on it, has that id
    │   └── TooLarge          a body, a batch, a file or a field is over its limit
    ├── DataError             a file of training_data/ or of a caller's ladders is wrong: file, line and fix are in the message
    ├── ArtefactError         a models/ folder is missing, incomplete, altered or of another format
    ├── TableError            a file of rows cannot be read or written as asked
    ├── SettingsError         settings contradict each other, or name a file of keys or an address that cannot be used
    └── ServiceError          the service did not answer, or refused (raised by the client)
        └── Unavailable       it is starting, draining or full: try again later

Each class has a stable ``code`` for programs and the ``status`` that a service answers with.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FieldError:
    """What is wrong with one field of the input, and what to do."""

    field: str
    message: str


class RungError(Exception):
    """Base of all errors; ``detail`` says what was wrong and what to do, ``errors`` names the fields."""

    code = "internal"
    status = 500
    title = "Internal error"

    def __init__(self, detail: str, errors: Sequence[FieldError] = ()) -> None:
        super().__init__(detail)
        self.detail = detail
        self.errors = tuple(errors)


class InvalidQuery(RungError):
    """Raised when a query breaks a rule of the contract."""

    code = "invalid_query"
    status = 422
    title = "The query is not valid"


class UnknownLadder(InvalidQuery):
    """Raised when no ladder, or no position on a ladder, has the id; ``detail`` names the nearest ones."""

    code = "unknown_ladder"
    status = 404
    title = "No such ladder or position"


class TooLarge(InvalidQuery):
    """Raised when an input is over its limit."""

    code = "too_large"
    status = 413
    title = "The input is too large"


class DataError(RungError):
    """Raised when a data file is wrong."""

    code = "invalid_data"
    title = "A data file is not valid"


class ArtefactError(RungError):
    """Raised when a model folder cannot be trusted or read."""

    code = "invalid_artefact"
    status = 503
    title = "The model cannot be loaded"


class TableError(RungError):
    """Raised when a file of rows cannot be read or written as asked."""

    code = "invalid_table"
    status = 422
    title = "The table cannot be read"


class SettingsError(RungError):
    """Raised when a setting cannot be used."""

    code = "invalid_settings"
    title = "A setting cannot be used"


class ServiceError(RungError):
    """Raised by the client when the service refuses or fails."""

    code = "service_error"
    status = 502
    title = "The service failed"


class Unavailable(ServiceError):
    """Raised when the service is starting, draining or full; ``retry_after`` is in seconds."""

    code = "unavailable"
    status = 503
    title = "The service is not available"

    def __init__(self, detail: str, errors: Sequence[FieldError] = (), *, retry_after: float | None = None) -> None:
        super().__init__(detail, errors)
        self.retry_after = retry_after


@contextmanager
def extra(name: str, purpose: str) -> Iterator[None]:
    """Import optional packages in this block; ``purpose`` needs them, and the extra ``name`` has them.

    Raises:
        RungError: a package is not installed.
    """
    try:
        yield
    except ImportError as error:
        package = (error.name or str(error)).partition(".")[0]
        raise RungError(f"{purpose} needs {package}; install it with: pip install 'rung[{name}]'") from error
