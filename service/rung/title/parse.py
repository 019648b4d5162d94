"""Parsing: the words of a title into its roles (head and modifiers), its specialisms and what is set aside.

A title is read as parts between separators. A part names a job where it holds an agent ("product manager") or a function with a
seniority word beside it ("Director, Product Management"); the first job named is the role, as people read it, but a broad job
("Specialist") gives way to an exact one in a later part. All words come from the lexicon; the code is the grammar alone, by steps:

words → phrases (``phrases``) → parts and their shape (``parts``) → jobs (``jobs``) → roles (``roles``)

Roles depend on a title's shape alone: its heads, ranks and numerals, and where other words stand. Shapes are cached.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from rung.cache import Computed
from rung.title.flags import FlagReader
from rung.title.jobs import Job
from rung.title.lexicon import Lexicon
from rung.title.parts import SHAPES, PartReader, Shape
from rung.title.phrases import Item, PhraseReader
from rung.title.roles import RoleReader
from rung.title.word_splitter import WordSplitter
from rung.title.words import CleanTitle, ParsedTitle, Role, Span, Token
from rung.types import Modifier, QueryView

_NAMING = frozenset({"head", "seniority", "other", "specialism"})
_ASIDE = frozenset({"employment", "location"})


class _Read(NamedTuple):
    """The result of a shape: the roles, which items name the first one, and what a reader should know of the form.

    ``modifiers`` are the values that modify the first role, ``head`` is its name, ``names`` are those of all roles.
    """

    roles: tuple[Role, ...]
    named: tuple[int, ...]
    flags: tuple[str, ...]
    modifiers: frozenset[str]
    head: str | None
    names: tuple[str, ...]


class Parser:
    """Parses cleaned titles with one lexicon."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._splitter = WordSplitter(lexicon)
        self._phrases = PhraseReader(lexicon)
        self._parts = PartReader(lexicon)
        self._roles = RoleReader(lexicon)
        self._flag_words = FlagReader(lexicon.flag_forms)
        self._read = lru_cache(maxsize=SHAPES)(self._read_uncached)
        # Equal results are kept once: many shapes give the same.
        self._alike = Computed[_Read, _Read](lambda read: read, SHAPES)

    def parse(self, title: CleanTitle) -> ParsedTitle:
        """The roles of a title in the order in which it names them, and the title as understood."""
        tokens = self._splitter.tokens(title.tokens)
        items = self._phrases.items(tokens)
        shape, places = self._parts.shape(tokens, items, self._grade(title) if title.set_aside else "")
        read = self._read(shape)
        words = any(item[0] in _NAMING and len(item[1]) > 1 for item in items)
        flags = self._aside_flags(title, items) + self._flag_words.flags(tokens) + read.flags
        named = [items[places[index]] for index in read.named]
        spans = tuple([Span(kind, value, tokens[start][1], tokens[end - 1][2]) for kind, value, start, end, _ in named])
        return ParsedTitle(_view(title, tokens, items, read), read.roles, words, flags, spans)

    def _grade(self, title: CleanTitle) -> str:
        """The step that a grade among the words set aside names, where it names the product of no following word."""
        for aside in title.set_aside:
            step = self._lexicon.grades.get(aside.value)
            if step and not title.raw.partition(aside.text)[2].lstrip(" ")[:1].isalnum():
                return step
        return ""

    def _read_uncached(self, shape: Shape) -> _Read:
        """The roles that titles of one shape name; items are numbered by their place in it."""
        jobs, roles = self._roles.roles(self._parts.parts(shape))
        named = sorted({i.start for i in (jobs[0].item, *jobs[0].seniority)}) if jobs else ()
        modifiers = frozenset((*roles[0].modifiers, *(v for span in roles[0].spans for v in span))) if roles else frozenset[str]()
        heads = [self._lexicon.names.get(role.head, role.head) for role in roles]
        names = tuple(" ".join((*role.modifiers, head)) for role, head in zip(roles, heads, strict=True))
        read = _Read(roles, tuple(named), tuple(self._flags(jobs, roles)), modifiers, heads[0] if heads else None, names)
        return self._alike[read]

    def _flags(self, jobs: Sequence[Job], roles: Sequence[Role]) -> Iterator[str]:
        """What a reader of the answer should know about the title's form."""
        if roles and roles[0].kind == "agent" and self._lexicon.corporate.intersection(roles[0].modifiers):
            yield "corporate_rank"
        if len({(role.family, role.head) for role in roles}) > 1:
            yield "several_roles"
        if jobs and jobs[0].head.language not in ("en", ""):
            yield f"language:{jobs[0].head.language}"

    def _aside_flags(self, title: CleanTitle, items: Sequence[Item]) -> tuple[str, ...]:
        """What the words that are set aside say of the employment."""
        known = self._lexicon.employment_flags
        values = [item[1] for item in items if item[0] in _ASIDE] + [noise.value for noise in title.set_aside]
        return tuple(sorted({known[value] for value in values if value in known})) if values else ()


def _view(title: CleanTitle, tokens: Sequence[Token], items: Sequence[Item], read: _Read) -> QueryView:
    """The title as it was understood."""
    raw, values = title.raw, read.modifiers
    modifiers: list[Modifier] = []
    specialisms: list[str] = []
    aside = list(title.set_aside)
    for kind, value, start, end, _ in items:
        if kind == "specialism":
            specialisms.append(value)
        elif kind in _ASIDE:
            aside.append(Modifier(kind, raw[tokens[start].start : tokens[end - 1].end], value))
        elif (kind == "seniority" and value in values) or (kind in ("numeral", "figure") and f"numeral-{value}" in values):
            shown = "seniority" if kind == "seniority" else "numeral"
            modifiers.append(Modifier(shown, raw[tokens[start].start : tokens[end - 1].end], value))
    subjects = tuple(dict.fromkeys(specialisms))
    return QueryView(raw, title.text, read.head, tuple(modifiers), subjects, tuple(aside), read.names)
