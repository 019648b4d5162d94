"""``rung.classify``: one call for a notebook, with a normaliser that is loaded once and kept."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from rung.normaliser import Normaliser
from rung.types import Query, Result


@lru_cache(maxsize=1)
def default_normaliser() -> Normaliser:
    """The normaliser of the newest model shipped with Rung; loading it takes about a second, once."""
    return Normaliser.load()


def classify(title: str = "", description: str | None = None, **fields: Any) -> Result:
    """Classify one job with the model shipped with Rung.

    ``fields`` are further fields of ``Query``. The answer has its evidence and the title as it was understood, unless ``include``
    says otherwise.

    Raises:
        InvalidQuery: title and description are both blank, or a field breaks a rule.
        TypeError: ``Query`` has no field of that name.
    """
    fields.setdefault("include", ("evidence", "query"))
    return default_normaliser().classify(Query(title=title, description=description, **fields))
