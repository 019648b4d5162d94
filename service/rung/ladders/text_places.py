"""The place of a text without a title on a ladder, by comparing the text with what the ladder says of each position.

Each position has a profile: the words of its stage, scope, duties and autonomy, weighted by how few positions have them. Similarity
beyond that of any text on product work moves the probabilities that the duties gave.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from rung.grid import OTHER, Cell
from rung.ladders.conditions import Facts
from rung.ladders.model import Ladder, LadderPosition, normal
from rung.ladders.placements import memoise, unmet, variant_shares
from rung.ladders.readings import LadderPlaces
from rung.ladders.relations import Crosswalk, Likelihood
from rung.title.clean import fold
from rung.types import REFERENCE

_WORD = re.compile(r"[a-z]{3,}")
_STEM = 5  # letters of a word that are compared: "prioritise", "priorities" and "prioritisation" are one


class OnLadder(NamedTuple):
    """A text on a ladder: the probabilities of the cells, and the positions in each."""

    probabilities: Mapping[Cell, float]
    ladder_places: LadderPlaces


def place_text(crosswalk: Crosswalk, ladder: Ladder, text: str, cells: Mapping[Cell, float], facts: Facts) -> OnLadder | None:
    """The place of a text on a ladder; ``cells`` are the probabilities by its duties, including ``OTHER``.

    ``None`` if the ladder has no mapped position under these facts.
    """
    figures = crosswalk.likelihood
    shares = variant_shares(crosswalk, ladder, facts)
    entries = [
        p
        for p in ladder.positions
        if p.variant in shares and p.reference and not unmet(p.conditions, facts) and not _above(p, ladder, facts)
    ]
    if not entries:
        return None
    rows: dict[Cell, dict[tuple[str, str], float]] = {}
    most = 0.0
    for entry, likeness in zip(entries, compare(crosswalk, ladder, entries, text), strict=True):
        gain = figures.likeness * max(0.0, likeness - figures.chance)
        most = max(most, gain)
        weight = shares[entry.variant] * math.exp(gain) * _agreement(figures, entry, facts)
        for share in entry.reference:
            place = rows.setdefault(share.cell, {})
            part = weight * share.share * max(cells.get(share.cell, 0.0), figures.least_cell)
            place[entry.id, entry.variant] = place.get((entry.id, entry.variant), 0.0) + part
    # A text that is similar to a position is more likely to be of the family; the most similar position decides how much.
    graded = (1.0 - cells.get(OTHER, 0.0)) * math.exp(most)
    family = graded / (graded + cells.get(OTHER, 0.0))
    inside = {cell: sum(place.values()) for cell, place in rows.items()}
    whole = sum(inside.values())
    probabilities = {cell: inside.get(cell, 0.0) / whole * family for cell in cells if cell != OTHER} | {OTHER: 1.0 - family}
    places = {cell: {key: part / inside[cell] for key, part in place.items()} for cell, place in rows.items()}
    return OnLadder(probabilities, LadderPlaces(ladder.id, places))


def _agreement(figures: Likelihood, entry: LadderPosition, facts: Facts) -> float:
    """A factor for how well the statements of the text agree with what the ladder states about a position."""
    agree = [condition.holds(facts) for condition in entry.typical]
    for said, fact in ((entry.people_management, "manages"), (entry.executive, "executive")):
        if said in ("yes", "no") and facts.get(fact) in ("yes", "no"):
            agree.append("yes" if facts[fact] == said else "no")
    boss = normal(str(facts.get("reports_to", "")))
    if boss and boss in map(normal, entry.reports_to):
        agree.append("yes")
    return float(figures.met ** agree.count("yes") * figures.unmet_typical ** agree.count("no"))


def _above(entry: LadderPosition, ladder: Ladder, facts: Facts) -> bool:
    """Whether the text says that the job reports to this position, or to one below it."""
    title = normal(str(facts.get("reports_to", "")))
    here = [p for p in ladder.positions if p.variant == entry.variant]
    # What follows a title names its area: "head of product of the whole group".
    bosses = [p for p in here if any(f"{title} ".startswith(f"{normal(name.title)} ") for name in p.names)]
    return any(boss.id == entry.id or ladder.precedes(boss.id, entry.id, entry.variant) for boss in bosses)


def compare(crosswalk: Crosswalk, ladder: Ladder, entries: Sequence[LadderPosition], text: str) -> list[float]:
    """The similarity (0 to 1) of a text to each position: the cosine of their words, weighted by rarity."""
    profiles = _profiles(crosswalk)
    words = _weighed(stems(text), profiles.rarity)
    return [_cosine(profiles.words[ladder.id, entry.variant, entry.id], words) for entry in entries]


class _Profiles(NamedTuple):
    """The weighed words of each ``(ladder, variant, position)``, and how much each word weighs."""

    words: Mapping[tuple[str, str, str], Mapping[str, float]]
    rarity: Mapping[str, float]


def _profiles(crosswalk: Crosswalk) -> _Profiles:
    """The profiles of every position of every ladder, computed once."""
    known: _Profiles | None = crosswalk.memo.get(("profiles",))
    if known is None:
        rows = {
            (ladder.id, entry.variant, entry.id): stems(profile(crosswalk, ladder, entry))
            for ladder in crosswalk.ladders.values()
            for entry in ladder.positions
        }
        having: dict[str, int] = {}
        for words in rows.values():
            for word in words:
                having[word] = having.get(word, 0) + 1
        rarity = {word: math.log(len(rows) / count) for word, count in having.items()}
        known = _Profiles({key: _weighed(words, rarity) for key, words in rows.items()}, rarity)
        memoise(crosswalk, ("profiles",), known)
    return known


def profile(crosswalk: Crosswalk, ladder: Ladder, entry: LadderPosition) -> str:
    """What the ladder says of a position, as one text; without duties, that of its reference position is added."""
    related = [ladder.find(name, entry.variant) for name in entry.takes_in]
    if not entry.duties and REFERENCE in crosswalk.ladders and entry.reference:
        position = max(entry.reference, key=lambda share: share.share).position
        related.append(crosswalk.ladders[REFERENCE].find(position))
    return " . ".join(filter(None, (_said(entry), *(_said(p) for p in related if p))))


def _said(entry: LadderPosition) -> str:
    return " . ".join(filter(None, (entry.stage, entry.scope, entry.autonomy, *entry.duties, *entry.org_span)))


def stems(text: str) -> dict[str, int]:
    """The first letters of the words of a text, and how often each occurs."""
    found: dict[str, int] = {}
    for word in _WORD.findall(fold(text)):
        stem = word[:_STEM]
        found[stem] = found.get(stem, 0) + 1
    return found


def _weighed(words: Mapping[str, int], rarity: Mapping[str, float]) -> dict[str, float]:
    return {word: (1.0 + math.log(count)) * rarity[word] for word, count in words.items() if word in rarity}


def _cosine(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    sizes = math.sqrt(sum(v * v for v in one.values()) * sum(v * v for v in other.values()))
    return sum(value * other[word] for word, value in one.items() if word in other) / sizes if sizes else 0.0
