"""Suggestions for error messages: the known names that are nearest to an unknown one."""

from __future__ import annotations

from collections.abc import Iterable

from rapidfuzz import fuzz, process

_NEAR = 60  # similarity (0 to 100) from which a name is suggested
_LONGEST = 200  # characters of a name that are compared


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The most similar known name; ``None`` if none is similar."""
    found = process.extractOne(name[:_LONGEST], list(known), scorer=fuzz.ratio, score_cutoff=_NEAR)
    return found[0] if found else None


def suggest(name: str, known: Iterable[str], otherwise: str = "") -> str:
    """``Did you mean 'title'?`` with the most similar known name; ``otherwise`` if none is similar."""
    near = nearest(name, known)
    return f"Did you mean {near!r}?" if near else otherwise


def suggest_three(name: str, known: Iterable[str]) -> str:
    """``the nearest are a, b, c.`` with the three most similar known names, the nearest first."""
    rows = process.extract(name[:_LONGEST], list(dict.fromkeys(known)), scorer=fuzz.ratio, limit=3)
    return f"the nearest are {', '.join(row[0] for row in rows)}."
