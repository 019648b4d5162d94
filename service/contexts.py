"""What is known of the organisation: what the caller states, what the text says plainly, and which ladder's words hold there.

What the caller states is never overridden by what a text says. A phrase is tried where its first word stands, and is short, so the
time is linear in the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import numpy as np

from service.errors import DataError, FieldError
from service.relations import Facts
from service.strings import Finder, finder
from service.types import Organisation

PLACES = ("title", "description", "company")
_WORD = re.compile(r"[^\W_]+")
_BEFORE, _BLANK, _BEHIND = r"(?<![^\W_])", r"\s{1,3}", r"(?![^\W_])"
Parts = tuple[str, ...]


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

    any: str
    each: tuple[tuple[int, str], ...]


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
    forms: dict[str, list[tuple[int, Parts]]] = {}
    for number, text in ((number, text) for number, row in enumerate(data["facts"]) for text in row["forms"]):
        parts, first = _form(text)
        for word in first:
            forms.setdefault(word, []).append((number, parts))
    rules = tuple(
        Rule(dict(r["when"]), r["ladder"], tuple(r.get("positions", ())), r["stated"], r["inferred"], r["says"])
        for r in data["rules"]
    )
    conflicts = tuple(Conflict(r["field"], r["value"], r["count"], r["lowest"], r["says"]) for r in data["conflicts"])
    teams = tuple((r["from"], r["to"], dict(r["implies"])) for r in data["product_teams"])
    words = finder([[word] for word in forms])
    compiled = tuple(
        _Forms(
            _BEFORE + _either([parts for _, parts in rows]),
            tuple((number, _BEFORE + "".join(parts) + _BEHIND) for number, parts in rows),
        )
        for rows in forms.values()
    )
    return Contexts(data["priors"], facts, compiled, words, rules, conflicts, teams)


def _form(text: str) -> tuple[Parts, list[str]]:
    """A phrase as patterns, one a word, and the words that it can begin with: optional ones in front, and the first fixed one."""
    parts: list[str] = []
    first: list[str] = []
    words = text.split()
    if words[-1].startswith("["):
        raise DataError(f"contexts.yaml: the phrase {text!r} ends with an optional word; write it as two phrases.")
    fixed = next(at for at, word in enumerate(words) if not word.startswith("["))
    for at, word in enumerate(words):
        options = word.strip("[]").split("|")
        choice = f"(?:{'|'.join(map(re.escape, options))})" + (_BLANK if at < len(words) - 1 else "")
        parts.append(f"(?:{choice})?" if word.startswith("[") else choice)
        if at <= fixed:
            first += [match.group() for option in options if (match := _WORD.match(option))]
    return tuple(parts), first


def _either(phrases: Sequence[Parts]) -> str:
    """A pattern that matches wherever one of some phrases does; what they begin with alike is tried once."""
    branches: dict[str, list[Parts]] = {}
    for first, *rest in phrases:
        branches.setdefault(first, []).append(tuple(rest))
    return f"(?:{'|'.join(first + (_either(rests) if all(rests) else '') for first, rests in branches.items())})"


def infer_context(contexts: Contexts, folded: str, place: str, offsets: Sequence[int] | None = None) -> tuple[Found, ...]:
    """The facts that a folded text states, each once at its first place; ``offsets`` leads back to the raw text's characters."""
    first: dict[int, re.Match[str]] = {}
    for word, starts in contexts.words.find(folded, np.array([[0, len(folded)]])):
        forms = contexts.forms[word]
        match_any = _compiled(forms.any).match
        hits = [at for at, _ in starts if match_any(folded, at)]
        for number, pattern in forms.each if hits else ():
            if place in contexts.facts[number].places:
                match = next((m for at in hits if (m := _compiled(pattern).match(folded, at))), None)
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


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    """A pattern of the data, compiled when a text first needs it: most are never met, and all of them take longer than the rest."""
    return re.compile(pattern)


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
