"""Rung: the level, track and job family of a raw job title and description, with calibrated confidence and evidence.

>>> import rung
>>> result = rung.classify("Group PM")
>>> result.level.label, result.track
('Senior/GPM', 'manager')

Importing this package loads nothing; each name below is loaded when it is first used.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rung.client import AsyncClient, Client
    from rung.errors import (
        ArtefactError,
        DataError,
        InvalidQuery,
        RungError,
        ServiceError,
        TableError,
        TooLarge,
        Unavailable,
        UnknownLadder,
    )
    from rung.normaliser import Normaliser
    from rung.quick import classify
    from rung.tables.frame import frame
    from rung.types import Limits, Organisation, Query, Result

__version__ = "2.0.0"

__all__ = [
    "ArtefactError",
    "AsyncClient",
    "Client",
    "DataError",
    "InvalidQuery",
    "Limits",
    "Normaliser",
    "Organisation",
    "Query",
    "Result",
    "RungError",
    "ServiceError",
    "TableError",
    "TooLarge",
    "Unavailable",
    "UnknownLadder",
    "classify",
    "frame",
]

_HOMES = {
    "client": ("AsyncClient", "Client"),
    "errors": (
        "ArtefactError",
        "DataError",
        "InvalidQuery",
        "RungError",
        "ServiceError",
        "TableError",
        "TooLarge",
        "Unavailable",
        "UnknownLadder",
    ),
    "normaliser": ("Normaliser",),
    "quick": ("classify",),
    "tables.frame": ("frame",),
    "types": ("Limits", "Organisation", "Query", "Result"),
}
_HOME = {name: module for module, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> Any:
    """Load a public name from its module when it is first used."""
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """The public names, loaded or not."""
    return sorted({*globals(), *__all__})
