"""What is known of the organisation: what the caller states, what the text says plainly, and which ladder's words hold there.

What the caller states is never overridden by what a text says. Looking for the phrases is one substring search a phrase, and a
bounded look around each hit, so the time is linear in the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from service.errors import DataError, FieldError
from service.relations import Facts
from service.types import Organisation

PLACES = ("title", "description", "company")
_BREAKS = ".,;:!?()[]/|-–—*&'\"’“”"
_BLANKS = str.maketrans(dict.fromkeys(_BREAKS, " "))
_REACH = 100  # no phrase is longer
_HITS = 40


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
class _Form:
    """A phrase of a fact: sets of which the text must hold a word each, what is then looked for, and the pattern around it."""

    fact: int
    needs: tuple[frozenset[str], ...]
    anchor: str
    pattern: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class _Fact:
    id: str
    places: tuple[str, ...]
    implies: Mapping[str, str]
    weights: Mapping[str, float]
    positions: tuple[str, ...]
    says: str


@dataclass(frozen=True, slots=True)
class Contexts:
    """The rules of ``contexts.yaml``, compiled. ``priors`` is how often a fact holds where nothing is known of it."""

    priors: Mapping[str, Mapping[str, float]]
    facts: tuple[_Fact, ...] = field(repr=False)
    forms: Mapping[str, list[_Form]] = field(repr=False)
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
    forms: dict[str, list[_Form]] = {}
    for form in (form for number, row in enumerate(data["facts"]) for text in row["forms"] for form in _forms(text, number)):
        # Filed under its longest word: the rarer it is, the fewer texts look further.
        for word in max(form.needs, key=lambda words: min(map(len, words))):
            forms.setdefault(word, []).append(form)
    rules = tuple(
        Rule(dict(r["when"]), r["ladder"], tuple(r.get("positions", ())), r["stated"], r["inferred"], r["says"])
        for r in data["rules"]
    )
    conflicts = tuple(Conflict(r["field"], r["value"], r["count"], r["lowest"], r["says"]) for r in data["conflicts"])
    teams = tuple((r["from"], r["to"], dict(r["implies"])) for r in data["product_teams"])
    return Contexts(data["priors"], facts, forms, rules, conflicts, teams)


def _forms(text: str, fact: int) -> list[_Form]:
    """A phrase compiled: looked for by its longest run of fixed words, or, where it has none, once by each last word."""
    parts: list[str] = []
    runs: list[list[str]] = [[]]
    needs: list[frozenset[str]] = []
    for word in text.split():
        options = word.strip("[]").split("|")
        choice = "|".join(map(re.escape, options))
        if word.startswith("["):
            parts.append(rf"(?:(?:{choice})\s{{1,3}})?")
            runs.append([])
            continue
        parts.append(rf"(?:{choice})\s{{1,3}}")
        needs.extend(map(frozenset, zip(*(_words(option) for option in options), strict=False)))
        runs = [*runs[:-1], [*runs[-1], word]] if len(options) == 1 else [*runs, []]
    if parts[-1].endswith("?"):
        raise DataError(f"contexts.yaml: the phrase {text!r} ends with an optional word; write it as two phrases.")
    body = "".join(parts).removesuffix(r"\s{1,3}")
    pattern = re.compile(rf"(?<![^\W_]){body}(?![^\W_])")
    longest = max((" ".join(run) for run in runs), key=len)
    return [
        _Form(fact, tuple(needs), anchor, pattern) for anchor in ([longest] if longest else text.rsplit(maxsplit=1)[-1].split("|"))
    ]


def _words(text: str) -> list[str]:
    if text.isascii():
        return text.translate(_BLANKS).split()  # one pass, which is quick for ASCII alone
    for mark in _BREAKS:
        text = text.replace(mark, " ")
    return text.split()


def infer_context(contexts: Contexts, folded: str, place: str, offsets: Sequence[int] | None = None) -> tuple[Found, ...]:
    """The facts that a folded text states, each once at its first place; ``offsets`` leads back to the raw text's characters."""
    words = set(_words(folded))
    first: dict[int, re.Match[str]] = {}
    for word in words & contexts.forms.keys():
        for form in contexts.forms[word]:
            if place in contexts.facts[form.fact].places and not any(map(words.isdisjoint, form.needs)):
                match = _first(folded, form)
                # Of two at one place the longer, so that the order in which words are looked at does not show.
                if match and (form.fact not in first or _sooner(match, first[form.fact])):
                    first[form.fact] = match
    found = []
    for number, match in sorted(first.items()):
        fact, (start, end) = contexts.facts[number], match.span()
        if offsets is not None:
            start, end = offsets[start], offsets[end - 1] + 1
        found.append(Found(fact.id, place, match.group(), start, end, fact.says, fact.implies, fact.weights, fact.positions))
    return tuple(found)


def _sooner(match: re.Match[str], other: re.Match[str]) -> bool:
    return (match.start(), -match.end()) < (other.start(), -other.end())


def _first(text: str, form: _Form) -> re.Match[str] | None:
    """The first match of a phrase, looked for only around its anchor."""
    hit = text.find(form.anchor)
    for _ in range(_HITS):
        if hit < 0:
            return None
        stop = hit + 2 * _REACH
        match = form.pattern.search(text, max(0, hit - _REACH), stop)
        if match and (match.end() < stop or stop >= len(text)):
            return match
        hit = text.find(form.anchor, hit + _REACH)
    return None


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
