"""A title on its way through the steps: its words, the roles that they name, and what was understood of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from rung.types import Modifier, QueryView


class Token(NamedTuple):
    """A word of the cleaned title: its text, its offsets in the raw title, and what separates it from the word before.

    ``gap`` holds the separators (``,`` ``-`` ``/`` ``(`` ``)`` ``&`` …) between the previous word and this one, ``""`` for a space.
    """

    text: str
    start: int
    end: int
    gap: str


class CleanTitle(NamedTuple):
    """A title in normal form: its words, and the noise (gender marker, requisition id …) that was set aside.

    ``folded`` is the title before anything was set aside, ``offsets`` leads from its characters to those of ``raw``.
    """

    raw: str
    text: str
    tokens: tuple[Token, ...]
    set_aside: tuple[Modifier, ...] = ()
    folded: str = ""
    offsets: Sequence[int] = ()


class Role(NamedTuple):
    """One job that a title names: its head and family, and the modifiers that stand with it.

    ``spans`` lists the sets of modifier values if the title names several levels ("PM / Senior PM"); ``kind`` is the head's.
    """

    family: str
    head: str
    modifiers: tuple[str, ...]
    spans: tuple[tuple[str, ...], ...] = ()
    kind: str = "agent"


class Span(NamedTuple):
    """A word of the title that decides: its kind (``head``, ``seniority``), canonical value, and offsets in the raw title."""

    kind: str
    value: str
    start: int
    end: int


class ParsedTitle(NamedTuple):
    """A parsed title: as understood, and its roles in the order in which they are named (empty: none known).

    ``readable`` is false if no word of it could name a job; ``named`` has the words of the first role with their places.
    """

    view: QueryView
    roles: tuple[Role, ...]
    readable: bool
    flags: tuple[str, ...] = ()
    named: tuple[Span, ...] = ()
