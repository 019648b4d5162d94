"""The known name that is nearest to an unknown one, for error messages."""

from __future__ import annotations

from collections.abc import Iterable

from rapidfuzz import fuzz, process

_NEAR = 60  # similarity (0 to 100) from which a name is suggested
_LONGEST = 200  # characters of a name that are compared


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The most similar known name; ``None`` if none is similar."""
    found = process.extractOne(name[:_LONGEST], list(known), scorer=fuzz.ratio, score_cutoff=_NEAR)
    return found[0] if found else None


def nearest_three(name: str, known: Iterable[str]) -> list[str]:
    """The three most similar known names, the nearest first."""
    return [row[0] for row in process.extract(name[:_LONGEST], list(dict.fromkeys(known)), scorer=fuzz.ratio, limit=3)]
