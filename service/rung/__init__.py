"""Rung: raw job titles and descriptions into a canonical level and track, with a confidence that means what it says.

>>> from rung import Normaliser, Query
>>> result = Normaliser.load().classify(Query(title="Group PM"))
>>> result.level.label, result.track
('Senior/GPM', 'manager')
"""

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
from rung.normaliser import Limits, Normaliser
from rung.types import Organisation, Query, Result

__version__ = "2.0.0"

__all__ = [
    "ArtefactError",
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
]
