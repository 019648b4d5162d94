"""What is known of the organisation: what the caller states, what the text says plainly, and which ladder's words hold there.

What the caller states is never overridden by what a text says. A phrase is tried where its first word stands, and is short, so the
time is linear in the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

from rung.errors import DataError, FieldError
from rung.grid import Cell
from rung.kernel.patterns import Matcher, Pattern, matcher
from rung.ladders.conditions import NO_FACTS, Facts, FactValue, Requirement, disagree
from rung.types import NOTHING_STATED, Organisation

_STATED = (
    "sector",
    "country",
    "size",
    "products",
    "product_managers",
    "business_areas",
    "product_teams",
)  # facts of an organisation
PLACES = ("title", "description", "company")
_BLANK, _BEHIND = r"\s{1,3}", r"(?![^\W_])"


class Found(NamedTuple):
    """A fact that a text states: where (offsets into ``place``), what it implies, and the log-odds that it adds by cell or level.

    ``odds`` are these for each cell of the grid in order: its own, else its level's, else none; ``strongest`` is the largest of the
    weights, for or against. ``positions`` names the reference positions whose titles the weights hold for; empty: all.
    """

    id: str
    place: str
    text: str
    start: int
    end: int
    says: str
    implies: Mapping[str, str]
    weights: Mapping[str, float]
    odds: Sequence[float] = ()
    strongest: tuple[str, float] = ("", 0.0)
    positions: tuple[str, ...] = ()

    def holds(self, position: str | None) -> bool:
        """Whether the weights hold for a title that names this reference position."""
        return not self.positions or position in self.positions


class _Implying(Protocol):
    """What a text states, as far as it implies facts of the organisation."""

    @property
    def implies(self) -> Mapping[str, str]:
        """Facts by name."""


class Rule(NamedTuple):
    """Where the facts hold, a ladder's meaning replaces so much of the plain one: as stated by the caller, or inferred.

    The facts are ``when``, or those that make ``variant`` the likeliest form of the ladder.
    """

    when: tuple[Requirement, ...]
    variant: str
    ladder: str
    positions: tuple[str, ...]
    stated: float
    inferred: float
    says: str


@dataclass(frozen=True, slots=True)
class Conflict:
    """A field's value that cannot stand beside a count this high."""

    field: str
    value: str
    count: str
    lowest: int
    says: str


class Known(NamedTuple):
    """Facts by name, the names of those that the caller stated, and those of which the texts say something else."""

    facts: Facts = NO_FACTS
    stated: frozenset[str] = frozenset()
    disputed: tuple[str, ...] = ()


class _Fact(NamedTuple):
    id: str
    places: tuple[str, ...]
    implies: Mapping[str, str]
    weights: Mapping[str, float]
    odds: tuple[float, ...]
    strongest: tuple[str, float]
    positions: tuple[str, ...]
    says: str


class Contexts(NamedTuple):
    """The rules of ``contexts.yaml``. ``priors`` is how often a fact holds where nothing is known of it.

    ``phrases`` finds what states the facts, by their numbers.
    """

    priors: Mapping[str, Mapping[str, float]]
    facts: tuple[_Fact, ...]
    phrases: Matcher
    rules: tuple[Rule, ...]
    conflicts: tuple[Conflict, ...]
    teams: tuple[tuple[int, int, Mapping[str, str]], ...]


def contexts_from_dict(data: Mapping[str, Any], cells: Sequence[Cell]) -> Contexts:
    """Compile ``contexts.yaml`` as plain data, for the cells of a grid."""
    facts = tuple(
        _Fact(
            id=row["id"],
            places=tuple(row.get("in", PLACES[:2])),
            implies=dict(row.get("implies", {})),
            weights=dict(row.get("weights", {})),
            odds=_odds(row.get("weights", {}), cells),
            strongest=_strongest(row.get("weights", {})),
            positions=tuple(row.get("positions", ())),
            says=row["says"],
        )
        for row in data["facts"]
    )
    rules = tuple(
        Rule(
            _wanted(r.get("when", {})),
            r.get("variant", ""),
            r["ladder"],
            tuple(r.get("positions", ())),
            r["stated"],
            r["inferred"],
            r["says"],
        )
        for r in data["rules"]
    )
    conflicts = tuple(Conflict(r["field"], r["value"], r["count"], r["lowest"], r["says"]) for r in data["conflicts"])
    teams = tuple((r["from"], r["to"], dict(r["implies"])) for r in data["product_teams"])
    phrases = matcher([_pattern(row["forms"]) for row in data["facts"]])
    return Contexts(data["priors"], facts, phrases, rules, conflicts, teams)


def _wanted(facts: Mapping[str, str]) -> tuple[Requirement, ...]:
    return tuple(Requirement(fact, value) for fact, value in facts.items())


def _odds(weights: Mapping[str, float], cells: Sequence[Cell]) -> tuple[float, ...]:
    return tuple(weights.get(str(cell), weights.get(cell.level, 0.0)) for cell in cells)


def _strongest(weights: Mapping[str, float]) -> tuple[str, float]:
    cell = max(weights, key=lambda cell: abs(weights[cell]), default="")
    return cell, float(weights.get(cell, 0.0))


def _pattern(forms: Sequence[str]) -> Pattern:
    """The pattern of some phrases; each begins with one of its optional words in front, or with its first fixed one."""
    starts: dict[str, None] = {}
    for text in forms:
        words = text.split()
        if words[-1].startswith("["):
            raise DataError(f"contexts.yaml: the phrase {text!r} ends with an optional word; write it as two phrases.")
        fixed = next(at for at, word in enumerate(words) if not word.startswith("["))
        starts |= dict.fromkeys(option for word in words[: fixed + 1] for option in _options(word))
    return Pattern(_either([text.split() for text in forms]) + _BEHIND, tuple(starts))


def _options(word: str) -> list[str]:
    return word.strip("[]").split("|")


def _either(phrases: Sequence[Sequence[str]]) -> str:
    """An expression for any of some phrases; what they begin with alike is tried once, and the longer of two before the other."""
    branches: dict[str, list[Sequence[str]]] = {}
    for first, *rest in phrases:
        branches.setdefault(first, []).append(rest)
    return f"(?:{'|'.join(_branch(word, rests) for word, rests in branches.items())})"


def _branch(word: str, rests: Sequence[Sequence[str]]) -> str:
    """A word, and what may stand behind it."""
    choice = f"(?:{'|'.join(map(re.escape, _options(word)))})"
    going = [rest for rest in rests if rest]
    if word.startswith("["):
        return f"(?:{choice}{_BLANK})?{_either(going)}"
    if not going:
        return choice
    further = _BLANK + _either(going)
    return choice + (further if len(going) == len(rests) else f"(?:{further})?")


def infer_context(contexts: Contexts, folded: str, place: str, offsets: Sequence[int] | None = None) -> tuple[Found, ...]:
    """The facts that a folded text states, each once at its first place; ``offsets`` leads back to the raw text's characters."""
    first: dict[int, tuple[int, int]] = {}
    for number, start, end in contexts.phrases.find(folded):
        first.setdefault(number, (start, end))
    found = []
    for number, (start, end) in first.items():
        fact, text = contexts.facts[number], folded[start:end]
        if place not in fact.places:
            continue
        raw = (start, end) if offsets is None else (offsets[start], offsets[end - 1] + 1)
        says, implies, weights, odds, strongest = fact.says, fact.implies, fact.weights, fact.odds, fact.strongest
        found.append(Found(fact.id, place, text, *raw, says, implies, weights, odds, strongest, fact.positions))
    return tuple(found)


def known_facts(contexts: Contexts, organisation: Organisation, found: Iterable[_Implying] = (), said: Facts = NO_FACTS) -> Known:
    """What is known of the organisation: what the caller stated first, then what the team count says, then what the texts say.

    ``found`` is what the texts imply, ``said`` what they state of the job in so many words.
    """
    facts: dict[str, FactValue] = dict(said)
    for found_fact in found:
        for key, value in found_fact.implies.items():
            facts.setdefault(key, value)
    if organisation == NOTHING_STATED:
        return Known(facts)
    stated: dict[str, FactValue] = {}
    if organisation.product_teams is not None:
        for lowest, highest, implies in contexts.teams:
            if lowest <= organisation.product_teams <= highest:
                stated.update(implies)
                break
    stated.update({field: value for field in _STATED if (value := getattr(organisation, field)) is not None})
    disputed = tuple(key for key, value in stated.items() if key in facts and disagree(facts[key], value))
    return Known(facts | stated, frozenset(stated), disputed)


def conflicts(contexts: Contexts, organisation: Organisation) -> tuple[FieldError, ...]:
    """Which stated facts contradict each other; empty where none do."""
    if organisation == NOTHING_STATED:
        return ()
    return tuple(
        FieldError(f"organisation.{rule.count}", f"{rule.says} Correct `{rule.field}` or `{rule.count}`.")
        for rule in contexts.conflicts
        if getattr(organisation, rule.field) == rule.value and (getattr(organisation, rule.count) or 0) >= rule.lowest
    )
