"""Facts about the organisation: what the caller states and what the texts state, with the rules of ``contexts.yaml``.

A text never overrides what the caller states. Matching takes linear time, because phrases are short.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

from rung.errors import FieldError
from rung.grid import Cell
from rung.ladders.conditions import NO_FACTS, Facts, FactValue, Requirement, disagree
from rung.text.patterns import TEXT, Pattern, PatternMatch, Patterns, PatternSet
from rung.text.tokens import Tokens
from rung.types import NOTHING_STATED, ORGANISATION_FACTS, Organisation

LEVEL_FIELD = "stated_level"  # the field of a query that holds a level which the source states
PLACES = ("title", "description", "company", LEVEL_FIELD)
_FILE = "contexts.yaml"


class Elsewhere(NamedTuple):
    """What a fact adds to the rank of a job of a named family whose title names one of ``levels``: log-odds by level or cell."""

    levels: tuple[str, ...] = ()
    weights: Mapping[str, float] = {}

    @property
    def strongest(self) -> tuple[str, float]:
        """The largest log-odds and what it speaks for."""
        return _strongest({cell: weight for cell, weight in self.weights.items() if weight > 0})


class OrganisationFact(NamedTuple):
    """A fact that a text states about the organisation: where (offsets into ``place``), what it implies, and its log-odds.

    ``odds`` has one value a cell of the grid: its own, else that of its level, else 0. ``strongest`` is the weight with the largest
    absolute value. ``positions`` limits the weights to titles of these reference positions; empty means all.
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
    elsewhere: Elsewhere = Elsewhere()

    def holds(self, position: str | None) -> bool:
        """Whether the weights hold for a title that names this reference position."""
        return not self.positions or position in self.positions


class _Implying(Protocol):
    """Anything that implies facts about the organisation."""

    @property
    def implies(self) -> Mapping[str, str]:
        """Facts by name."""


class Rule(NamedTuple):
    """If its facts hold, the meaning of a ladder replaces a share of the plain one: ``stated`` by the caller, or ``inferred``.

    The facts are ``when``, or those that make ``variant`` the most likely form of the ladder.
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
    """A value of a field that contradicts a count of at least ``lowest``."""

    field: str
    value: str
    count: str
    lowest: int
    says: str


class Known(NamedTuple):
    """Facts by name, the names of those that the caller stated, and of those that the texts contradict."""

    facts: Facts = NO_FACTS
    stated: frozenset[str] = frozenset()
    disputed: tuple[str, ...] = ()


class _Fact(NamedTuple):
    id: str
    implies: Mapping[str, str]
    weights: Mapping[str, float]
    odds: tuple[float, ...]
    strongest: tuple[str, float]
    positions: tuple[str, ...]
    says: str
    elsewhere: Elsewhere


class Contexts(NamedTuple):
    """The rules of ``contexts.yaml``. ``priors`` is how often a fact holds if nothing is known of it.

    ``patterns`` finds the phrases that state facts in a title or a company's name. Phrases in a description are matched together
    with statements and cues (``context_patterns``).
    """

    priors: Mapping[str, Mapping[str, float]]
    facts: tuple[_Fact, ...]
    patterns: Patterns
    rules: tuple[Rule, ...]
    conflicts: tuple[Conflict, ...]
    teams: tuple[tuple[int, int, Mapping[str, str]], ...]


def contexts_from_dict(data: Mapping[str, Any], cells: Sequence[Cell], patterns: Patterns) -> Contexts:
    """The rules of ``contexts.yaml`` as plain data, for the cells of a grid; ``patterns`` hold its phrases."""
    facts = tuple(
        _Fact(
            id=row["id"],
            implies=dict(row.get("implies", {})),
            weights=dict(row.get("weights", {})),
            odds=_odds(row.get("weights", {}), cells),
            strongest=_strongest(row.get("weights", {})),
            positions=tuple(row.get("positions", ())),
            says=row["says"],
            elsewhere=_elsewhere(row.get("elsewhere", {})),
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
    return Contexts(data["priors"], facts, patterns, rules, conflicts, teams)


def context_patterns(data: Mapping[str, Any]) -> PatternSet:
    """The phrases of ``contexts.yaml`` as patterns, in one group a place; the meaning of a match is the number of its fact."""
    rows = [
        Pattern(f"{_FILE}: {fact['id']}, row {at}", form, _FILE, number, _group(place))
        for number, fact in enumerate(data["facts"])
        for place in _places(fact)
        for at, form in enumerate(fact["forms"], 1)
    ]
    return PatternSet(rows, {_FILE: {}})


def _places(fact: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(fact.get("in", PLACES[:2]))


def _group(place: str) -> str:
    """The group of the phrases of a place; those of a description share the group of everything matched there."""
    return TEXT if place == "description" else place


def _wanted(facts: Mapping[str, str]) -> tuple[Requirement, ...]:
    return tuple(Requirement(fact, value) for fact, value in facts.items())


def _elsewhere(row: Mapping[str, Any]) -> Elsewhere:
    return Elsewhere(tuple(row["levels"]), dict(row["weights"])) if row else Elsewhere()


def _odds(weights: Mapping[str, float], cells: Sequence[Cell]) -> tuple[float, ...]:
    return tuple(weights.get(str(cell), weights.get(cell.level, 0.0)) for cell in cells)


def _strongest(weights: Mapping[str, float]) -> tuple[str, float]:
    cell = max(weights, key=lambda cell: abs(weights[cell]), default="")
    return cell, float(weights.get(cell, 0.0))


def infer_context(
    contexts: Contexts, folded: str, place: str, offsets: Sequence[int] | None = None
) -> tuple[OrganisationFact, ...]:
    """The facts that a folded text states, each at its first place; ``offsets`` maps its characters to those of the raw text."""
    patterns = contexts.patterns
    tokens = patterns.tokens(folded)
    matches = [(patterns.meanings[found.pattern], found) for found in patterns.find(tokens.letters, _group(place))]
    return facts_at(contexts, tokens, matches, place, offsets)


def read_stated_level(contexts: Contexts, folded: str, offsets: Sequence[int]) -> tuple[OrganisationFact, ...]:
    """What a stated level means: the fact with the longest phrase, or nothing if no phrase is known ("Not applicable")."""
    found = infer_context(contexts, folded, LEVEL_FIELD, offsets)
    return (max(found, key=lambda fact: fact.end - fact.start),) if found else ()


def facts_at(
    contexts: Contexts,
    tokens: Tokens,
    matches: Iterable[tuple[int, PatternMatch]],
    place: str,
    offsets: Sequence[int] | None = None,
) -> tuple[OrganisationFact, ...]:
    """The facts that ``matches`` state: the number of a fact and the tokens of each match, in order. Each fact counts once."""
    first: dict[int, PatternMatch] = {}
    for number, match in matches:
        if number not in first or (match.start == first[number].start and match.end > first[number].end):
            first[number] = match
    found = []
    for number in sorted(first):
        fact, match = contexts.facts[number], first[number]
        start, end = tokens.span(match.start, match.end)
        raw = (start, end) if offsets is None else (offsets[start], offsets[end - 1] + 1)
        found.append(
            OrganisationFact(
                fact.id, place, tokens.text[start:end].lower(), *raw, fact.says, fact.implies, fact.weights, fact.odds,
                fact.strongest, fact.positions, fact.elsewhere,
            )
        )  # fmt: skip
    return tuple(found)


def known_facts(contexts: Contexts, organisation: Organisation, found: Iterable[_Implying] = (), said: Facts = NO_FACTS) -> Known:
    """What is known of the organisation. The caller's statements win over the team count, and both over the texts.

    ``found`` implies facts of the organisation; ``said`` are facts that the text states of the job.
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
    stated.update({field: value for field in ORGANISATION_FACTS if (value := getattr(organisation, field)) is not None})
    disputed = tuple(key for key, value in stated.items() if key in facts and disagree(facts[key], value))
    return Known(facts | stated, frozenset(stated), disputed)


def conflicts(contexts: Contexts, organisation: Organisation) -> tuple[FieldError, ...]:
    """Which stated facts contradict each other."""
    if organisation == NOTHING_STATED:
        return ()
    return tuple(
        FieldError(f"organisation.{rule.count}", f"{rule.says} Correct `{rule.field}` or `{rule.count}`.")
        for rule in contexts.conflicts
        if getattr(organisation, rule.field) == rule.value and (getattr(organisation, rule.count) or 0) >= rule.lowest
    )
