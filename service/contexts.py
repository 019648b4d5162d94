"""What is known of the organisation: what the caller states, what the text says plainly, and which ladder's words hold there.

What the caller states is never overridden by what a text says. A phrase is tried where its first word stands, and is short, so the
time is linear in the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from service.errors import DataError, FieldError
from service.relations import Facts
from service.strings import Finder, finder
from service.types import Organisation

PLACES = ("title", "description", "company")
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Found:
    """A fact that a text states: where (offsets into ``place``), what it implies, and the log-odds that it adds by cell or level.

    ``positions`` names the reference positions whose titles the weights hold for; empty: all.
    """

    id: str
    place: str
    text: str
    start: int
    end: int
    says: str
    implies: Mapping[str, str]
    weights: Mapping[str, float]
    positions: tuple[str, ...] = ()

    def holds(self, position: str | None) -> bool:
        """Whether the weights hold for a title that names this reference position."""
        return not self.positions or position in self.positions


@dataclass(frozen=True, slots=True)
class Rule:
    """Where the facts hold, a ladder's meaning replaces so much of the plain one: as stated by the caller, or inferred."""

    when: Mapping[str, str]
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


@dataclass(frozen=True, slots=True)
class Known:
    """Facts by name, and the names of those that the caller stated."""

    facts: Facts = field(default_factory=dict)
    stated: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class _Fact:
    id: str
    places: tuple[str, ...]
    implies: Mapping[str, str]
    weights: Mapping[str, float]
    positions: tuple[str, ...]
    says: str


@dataclass(frozen=True, slots=True)
class _Forms:
    """The phrases that begin with one word: a pattern that matches where any does, then each with the number of its fact."""

    any: re.Pattern[str]
    each: tuple[tuple[int, re.Pattern[str]], ...]


@dataclass(frozen=True, slots=True)
class Contexts:
    """The rules of ``contexts.yaml``, compiled. ``priors`` is how often a fact holds where nothing is known of it.

    ``forms`` are the phrases that begin with each of ``words``, in their order.
    """

    priors: Mapping[str, Mapping[str, float]]
    facts: tuple[_Fact, ...] = field(repr=False)
    forms: tuple[_Forms, ...] = field(repr=False)
    words: Finder = field(repr=False)
    rules: tuple[Rule, ...]
    conflicts: tuple[Conflict, ...]
    teams: tuple[tuple[int, int, Mapping[str, str]], ...]


def contexts_from_dict(data: Mapping[str, Any]) -> Contexts:
    """Compile ``contexts.yaml`` as plain data."""
    facts = tuple(
        _Fact(
            id=row["id"],
            places=tuple(row.get("in", PLACES[:2])),
            implies=dict(row.get("implies", {})),
            weights=dict(row.get("weights", {})),
            positions=tuple(row.get("positions", ())),
            says=row["says"],
        )
        for row in data["facts"]
    )
    forms: dict[str, list[tuple[int, re.Pattern[str]]]] = {}
    for number, text in ((number, text) for number, row in enumerate(data["facts"]) for text in row["forms"]):
        pattern, first = _form(text)
        for word in first:
            forms.setdefault(word, []).append((number, pattern))
    rules = tuple(
        Rule(dict(r["when"]), r["ladder"], tuple(r.get("positions", ())), r["stated"], r["inferred"], r["says"])
        for r in data["rules"]
    )
    conflicts = tuple(Conflict(r["field"], r["value"], r["count"], r["lowest"], r["says"]) for r in data["conflicts"])
    teams = tuple((r["from"], r["to"], dict(r["implies"])) for r in data["product_teams"])
    words = finder([[word] for word in forms])
    found = tuple(_Forms(re.compile("|".join(p.pattern for _, p in rows)), tuple(rows)) for rows in forms.values())
    return Contexts(data["priors"], facts, found, words, rules, conflicts, teams)


def _form(text: str) -> tuple[re.Pattern[str], list[str]]:
    """A phrase compiled, and the words that it can begin with: those of its optional words in front, and of the first fixed one."""
    parts: list[str] = []
    first: list[str] = []
    begun = False
    for word in text.split():
        options = word.strip("[]").split("|")
        choice = "|".join(map(re.escape, options))
        optional = word.startswith("[")
        parts.append(rf"(?:(?:{choice})\s{{1,3}})?" if optional else rf"(?:{choice})\s{{1,3}}")
        if not begun:
            first += [match.group() for option in options if (match := _WORD.match(option))]
        begun = begun or not optional
    if parts[-1].endswith("?"):
        raise DataError(f"contexts.yaml: the phrase {text!r} ends with an optional word; write it as two phrases.")
    body = "".join(parts).removesuffix(r"\s{1,3}")
    return re.compile(rf"(?<![^\W_]){body}(?![^\W_])"), first


def infer_context(contexts: Contexts, folded: str, place: str, offsets: Sequence[int] | None = None) -> tuple[Found, ...]:
    """The facts that a folded text states, each once at its first place; ``offsets`` leads back to the raw text's characters."""
    first: dict[int, re.Match[str]] = {}
    for word, starts in contexts.words.find(folded, np.array([[0, len(folded)]])):
        forms = contexts.forms[word]
        hits = [at for at, _ in starts if forms.any.match(folded, at)]
        for number, pattern in forms.each if hits else ():
            if place in contexts.facts[number].places:
                match = next((m for at in hits if (m := pattern.match(folded, at))), None)
                # Of two at one place the longer, so that the order in which phrases are looked at does not show.
                if match and (number not in first or _sooner(match, first[number])):
                    first[number] = match
    found = []
    for number, match in sorted(first.items()):
        fact, (start, end) = contexts.facts[number], match.span()
        if offsets is not None:
            start, end = offsets[start], offsets[end - 1] + 1
        found.append(Found(fact.id, place, match.group(), start, end, fact.says, fact.implies, fact.weights, fact.positions))
    return tuple(found)


def _sooner(match: re.Match[str], other: re.Match[str]) -> bool:
    return (match.start(), -match.end()) < (other.start(), -other.end())


def known_facts(contexts: Contexts, organisation: Organisation, found: Iterable[Found] = ()) -> Known:
    """What is known of the organisation: what the caller stated first, then what the team count says, then what the texts say."""
    facts: dict[str, str] = {}
    for found_fact in found:
        for key, value in found_fact.implies.items():
            facts.setdefault(key, value)
    stated: dict[str, str] = {}
    if organisation.product_teams is not None:
        for lowest, highest, implies in contexts.teams:
            if lowest <= organisation.product_teams <= highest:
                stated.update(implies)
                break
    stated.update({key: value for key, value in (("sector", organisation.sector), ("size", organisation.size)) if value})
    return Known(facts | stated, frozenset(stated))


def conflicts(contexts: Contexts, organisation: Organisation) -> tuple[FieldError, ...]:
    """Which stated facts contradict each other; empty where none do."""
    return tuple(
        FieldError(f"organisation.{rule.count}", f"{rule.says} Correct `{rule.field}` or `{rule.count}`.")
        for rule in contexts.conflicts
        if getattr(organisation, rule.field) == rule.value and (getattr(organisation, rule.count) or 0) >= rule.lowest
    )
