"""``rung.classify``: one call for scripts and notebooks, with a normaliser that is loaded once."""

from __future__ import annotations

from dataclasses import fields as fields_of
from functools import lru_cache
from typing import Any

from rung.nearest import suggest
from rung.normaliser import Normaliser
from rung.types import Query, Result

_FIELDS = tuple(field.name for field in fields_of(Query))


@lru_cache(maxsize=1)
def default_normaliser() -> Normaliser:
    """The normaliser of the newest model shipped with Rung, loaded by the first call."""
    return Normaliser.load()


def classify(title: str = "", description: str | None = None, **fields: Any) -> Result:
    """Classify one job with the model shipped with Rung.

    ``fields`` are further fields of ``Query``. By default the answer includes the parts ``evidence`` and ``query``.

    Raises:
        InvalidQuery: title and description are both blank, or a field breaks a rule.
        TypeError: ``Query`` has no field of that name; the message names the nearest.
    """
    for name in fields.keys() - _FIELDS:
        hint = suggest(name, _FIELDS, f"Known: {', '.join(_FIELDS)}.")
        raise TypeError(f"A query has no field {name!r}. {hint}")
    fields.setdefault("include", ("evidence", "query"))
    return default_normaliser().classify(Query(title=title, description=description, **fields))
