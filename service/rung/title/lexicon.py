"""The compiled words of titles: lookup tables from ``modifiers.yaml``, ``families.yaml`` and ``aliases.yaml``.

Built by ``rung.training.build`` and stored in ``taxonomy.json``; read-only while serving.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from rung.grid import Cell

Phrase = tuple[str, ...]


class Head(NamedTuple):
    """A form that names a job.

    ``head`` is the canonical form; ``kind`` is ``agent`` ("manager"), ``function`` ("product management") or ``bare`` ("product");
    ``implies`` are seniority values. ``share`` is how often the form means this family (1.0 unless the form is listed as weak);
    ``language`` is "en" where English has the form, and "" where several other languages have it.
    """

    family: str
    head: str
    kind: str
    implies: tuple[str, ...] = ()
    share: float = 1.0
    language: str = "en"


class Seniority(NamedTuple):
    """A seniority value; of several in a title, those of greater ``strength`` count first.

    ``anywhere``: it counts in any part of a title. ``rank``: it names a rank by itself. ``subject``: between a job and another word
    it belongs to that word ("Product Manager Staff Scheduling"). ``says`` is its meaning in the evidence.
    """

    value: str
    strength: int
    anywhere: bool
    rank: bool
    subject: bool
    says: str


class AliasSense(NamedTuple):
    """One cell that an alias may mean, its position, and its share (0 to 1)."""

    position: str
    cell: Cell
    share: float


class Alias(NamedTuple):
    """The senses of a title, exactly one if it is ``strong``; ``text`` is the title as in the data."""

    text: str
    strong: bool
    senses: tuple[AliasSense, ...]


class FlagForms(NamedTuple):
    """Forms that raise a flag as the first words of a part of the title (``place`` is ``start``) or as its last ones (``end``).

    With ``end``, a form may also stand before one of the words ``before``, and it raises none right behind one of ``not_behind``.
    """

    flag: str
    place: str
    forms: frozenset[Phrase]
    before: frozenset[str]
    not_behind: frozenset[str]


class Lexicon(NamedTuple):
    """The tables in which parsing and ``rung.title.meaning`` look words up; keys are phrases (tuples of words in normal form).

    ``named`` maps a neighbour to the family that answers name. ``graded`` is the family with a grid, ``plain_head`` the head of its
    plain job. ``broad`` are heads that a more exact one in a later part replaces; ``spellings`` maps an abbreviation to its word,
    ``abbreviations`` those that are read in titles of other families only, of one word or several, to as many words.
    """

    heads: Mapping[Phrase, Head]
    seniority: Mapping[str, Seniority]
    seniority_forms: Mapping[Phrase, str]
    numerals: Mapping[str, str]
    steps: frozenset[str]
    grades: Mapping[str, str]
    spellings: Mapping[str, str]
    abbreviations: Mapping[str, str]
    specialisms: Mapping[Phrase, str]
    employment: Mapping[Phrase, str]
    employment_flags: Mapping[str, str]
    flag_forms: tuple[FlagForms, ...]
    locations: frozenset[Phrase]
    links: frozenset[str]
    joins: frozenset[str]
    transparent: frozenset[str]
    apart: Mapping[str, str]
    corporate: frozenset[str]
    serves: frozenset[str]
    generic: frozenset[str]
    broad: frozenset[str]
    patterns: tuple[tuple[str, str, bool], ...]  # kind, regular expression, whether a match begins with a word
    falls_back: Mapping[str, str]
    names: Mapping[str, str]
    aliases: Mapping[tuple[frozenset[str], str], Alias]
    families: Mapping[str, str]
    named: Mapping[str, str]
    graded: str
    plain_head: str
    words: frozenset[str]
    titles: tuple[str, ...]

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Lexicon:
        """Read back the output of ``rung.training.build.lexicon_dict``."""
        heads = {tuple(k.split()): Head(f, h, kind, tuple(i), *rest) for k, (f, h, kind, i, *rest) in data["heads"].items()}
        aliases = {
            (frozenset(modifiers), head): Alias(text, strong, tuple(_sense(data["graded"], *sense) for sense in senses))
            for modifiers, head, text, strong, senses in data["aliases"]
        }
        phrases = {
            key: {tuple(k.split()): v for k, v in data[key].items()} for key in ("seniority_forms", "specialisms", "employment")
        }
        return cls(
            heads=heads,
            seniority={k: Seniority(k, *v) for k, v in data["seniority"].items()},
            numerals=data["numerals"],
            steps=frozenset(data["steps"]),
            grades=data["grades"],
            spellings=data["spellings"],
            abbreviations=data["abbreviations"],
            employment_flags=data["employment_flags"],
            flag_forms=tuple(_flag_forms(*row) for row in data["flag_forms"]),
            locations=frozenset(tuple(p.split()) for p in data["locations"]),
            links=frozenset(data["links"]),
            joins=frozenset(data["joins"]),
            transparent=frozenset(data["transparent"]),
            apart=data["apart"],
            corporate=frozenset(data["corporate"]),
            serves=frozenset(data["serves"]),
            generic=frozenset(data["generic"]),
            broad=frozenset(data["broad"]),
            patterns=tuple(map(tuple, data["patterns"])),
            falls_back=data["falls_back"],
            names=data["names"],
            aliases=aliases,
            families=data["families"],
            named=data["named"],
            graded=data["graded"],
            plain_head=data["plain_head"],
            words=frozenset(data["words"]),
            titles=tuple(data["titles"]),
            **phrases,
        )

    def strength(self, value: str) -> int:
        """How much a word of level decides beside others; 0 for any other word."""
        known = self.seniority.get(value)
        return known.strength if known else 0


def _sense(family: str, position: str, level: str, track: str, share: float) -> AliasSense:
    return AliasSense(position, Cell(family, level, track), share)


def _flag_forms(flag: str, place: str, forms: Sequence[str], before: Sequence[str], not_behind: Sequence[str]) -> FlagForms:
    return FlagForms(flag, place, frozenset(tuple(form.split()) for form in forms), frozenset(before), frozenset(not_behind))
