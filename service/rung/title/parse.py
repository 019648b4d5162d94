"""Parsing: the words of a title into its roles (head and modifiers), its specialisms and what is set aside.

A title is read as parts between separators. A part names a job where it holds an agent ("product manager") or a function with a
seniority word beside it ("Director, Product Management"); the first job named is the role, as people read it. All words come from
the lexicon; the grammar alone is here:

- the first agent of a part is its job; a function or a bare subject needs a seniority word in its part or in a part of its own;
- with the seniority word in front the first function counts ("Director Product Management Supply Chain"), else the last before it;
  with the seniority word in another part the first of two that "and" joins does ("VP, Product and Engineering");
- seniority words count in the head's part, in a part of their own, and anywhere where the lexicon says so (internships);
- behind the head some of them belong to another word ("Product Manager Staff Scheduling"), and so does a rank that a subject
  follows in a part of its own ("Product Manager, Director Platform");
- a broad job ("Specialist") gives way to an exact one in a later part;
- "/" and "or" between seniority words make alternatives, and a bracketed one before the head is optional.

Roles depend on a title's shape alone: its heads, ranks and numerals, and where other words stand. Shapes are remembered.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import count, pairwise
from typing import NamedTuple, TypeVar

from rapidfuzz.distance import OSA

from rung.grid import UNKNOWN
from rung.title.glued import Parter
from rung.title.lexicon import Head, Lexicon, Phrase
from rung.types import CleanTitle, Modifier, ParsedTitle, QueryView, Role, Span, Token

_SHORTEST_MENDED = 5
_DIGIT_LETTERS = str.maketrans("01345", "oleas")  # digits that stand for the letters they look like
_SOFT = frozenset({"", "~", "/"})
_TELLING = frozenset({"head", "seniority", "numeral", "figure"})  # kinds of which the roles depend on which word it is
# Kinds that the roles of other parts may depend on.
_ORDERING = frozenset({"head", "seniority", "numeral", "figure", "link", "join"})
_ALIKE = frozenset({"other", "specialism", "location", "employment"})  # kinds of which two in a row tell what one does
_ANY = (("other", ""),)
_NAMING = frozenset({"head", "seniority", "other", "specialism"})
_ASIDE = frozenset({"employment", "location"})
_SUBJECT = frozenset({"other", "specialism", "head"})  # kinds of words that a word of rank before them may belong to
_SHAPES, _WORDS = 16_384, 8_192  # shapes of titles, and words of them, that are remembered
# Of a part: what opens it, and its items: their kind, and their value where it tells anything; of a title: its parts.
PartShape = tuple[str, tuple[tuple[str, str], ...]]
Shape = tuple[PartShape, ...]


_T = TypeVar("_T")
Meant = tuple[str, str, Head | None]  # kind, value and head of a phrase
_UNMET: tuple[int, Meant | None] = (1, None)


class Item(NamedTuple):
    """A stretch of tokens with one meaning; ``kind`` is a kind of the lexicon, or ``other``."""

    kind: str
    value: str
    start: int
    end: int
    head: Head | None = None


class Part(NamedTuple):
    """The items between two separators; ``opener`` is what the separators before it tell: any of ``/``, ``(`` and ``,``.

    ``rank_only`` is true where the part names a rank and nothing else, as "- Vice President" does; ``ends_in_rank`` where also no
    subject follows the rank, as in ", Director Platform".
    """

    opener: str
    items: tuple[Item, ...]
    rank_only: bool
    ends_in_rank: bool


class _Job(NamedTuple):
    """A job found in a part: which item is its head, and the seniority items that belong to it."""

    part: int
    item: Item
    seniority: tuple[Item, ...]
    head: Head


class _Entry(NamedTuple):
    """An entry word, by the number of its part: "Intern" counts for each job of a title.

    ``of_subject``: behind the job it belongs to a subject, as in "Product Manager, Intern Marketplace", and does not count.
    """

    value: str
    part: int
    of_subject: bool


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


class _Once(dict[_T, _T]):
    """Values that are kept once, however often they come; within a bound, beyond which it begins afresh."""

    def __init__(self, size: int) -> None:
        super().__init__()
        self._size = size

    def __missing__(self, value: _T) -> _T:
        if len(self) >= self._size:
            self.clear()
        self[value] = value
        return value


class Parser:
    """Parses cleaned titles with one lexicon."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._typos = _one_edit_index(lexicon)
        self._known = _known_phrases(lexicon)
        self._first = _by_first_word(self._known)
        self._parter = Parter(lexicon)
        self._read = lru_cache(maxsize=_SHAPES)(self._read_afresh)
        # What shapes are made of, and what they come to, is kept once: many are alike.
        self._same = _Once[PartShape](_SHAPES)
        self._alike = _Once[_Read](_SHAPES)
        self._mend = lru_cache(maxsize=_WORDS)(self._mend_afresh)
        self._english = {w for phrase, head in lexicon.heads.items() if head.language == "en" for w in phrase}

    def parse(self, title: CleanTitle) -> ParsedTitle:
        """The roles of a title in the order in which it names them, and the title as understood."""
        tokens = self._parter.tokens(title.tokens)
        items = self._items(tokens)
        shape, places = self._shape(tokens, items, self._grade(title) if title.set_aside else "")
        read = self._read(shape)
        words = any(item[0] in _NAMING and len(item[1]) > 1 for item in items)
        flags = self._aside_flags(title, items) + read.flags
        named = [items[places[index]] for index in read.named]
        spans = tuple([Span(kind, value, tokens[start][1], tokens[end - 1][2]) for kind, value, start, end, _ in named])
        return ParsedTitle(self._view(title, tokens, items, read), read.roles, words, flags, spans)

    def _grade(self, title: CleanTitle) -> str:
        """The step that a grade among the words set aside names, where it names the product of no following word."""
        for aside in title.set_aside:
            step = self._lexicon.grades.get(aside.value)
            if step and not title.raw.partition(aside.text)[2].lstrip(" ")[:1].isalnum():
                return step
        return ""

    def _shape(self, tokens: Sequence[Token], items: Sequence[Item], grade: str) -> tuple[Shape, list[int]]:
        """The shape of a title, and which item stands at each place of it.

        A part begins at a separator; a hyphen without spaces parts a seniority word from what stands before it, and behind a head
        from what follows. Of several unknown words one tells as much, of a part that names neither job nor rank that there is one,
        and of such parts at the end nothing. ``grade`` is a step that was set aside, or "".
        """
        parts: list[tuple[str, list[tuple[str, str]], list[int]]] = []
        telling: list[bool] = []
        told: list[tuple[str, str]]
        places: list[int]
        last, headed = "", False
        for number, (kind, value, start, _, _) in enumerate(items):
            gap = tokens[start][3]
            behind_rank = last == "seniority" and headed
            if not parts or (gap and (gap != "~" or kind == "seniority" or behind_rank)):
                told, places, last, headed = [], [], "", False
                parts.append((_opener(gap), told, places))
                telling.append(False)
            headed = headed or kind == "head"
            if kind == last and kind in _ALIKE:
                continue
            last = kind
            told.append((kind, value if kind in _TELLING else ""))
            places.append(number)
            if kind in _ORDERING:
                telling[-1] = True
        while len(parts) > 1 and not telling[-1]:
            parts.pop()
            telling.pop()
        if grade:
            parts.append(("", [("step", ""), ("figure", grade)], []))
            telling.append(True)
        shape: list[PartShape] = []
        named: list[int] = []
        for (opener, told, places), tells in zip(parts, telling, strict=True):
            part = (opener, tuple(told) if tells else _ANY)
            shape.append(self._same[part])
            named += places if tells else places[:1]
        return tuple(shape), named

    def _read_afresh(self, shape: Shape) -> _Read:
        """The roles that titles of one shape name; items are numbered by their place in it."""
        parts = self._parts(shape)
        jobs = self._jobs(parts)
        entries = self._entries(parts)
        roles = tuple(self._role(job, parts, entries) for job in jobs)
        named = sorted({i.start for i in (jobs[0].item, *jobs[0].seniority)}) if jobs else ()
        modifiers = frozenset((*roles[0].modifiers, *(v for span in roles[0].spans for v in span))) if roles else frozenset[str]()
        heads = [self._lexicon.names.get(role.head, role.head) for role in roles]
        names = tuple(" ".join((*role.modifiers, head)) for role, head in zip(roles, heads, strict=True))
        read = _Read(roles, tuple(named), tuple(self._flags(jobs, roles)), modifiers, heads[0] if heads else None, names)
        return self._alike[read]

    def _flags(self, jobs: Sequence[_Job], roles: Sequence[Role]) -> Iterator[str]:
        """What a reader of the answer should know about the title's form."""
        if roles and roles[0].kind == "agent" and self._lexicon.corporate.intersection(roles[0].modifiers):
            yield "corporate_rank"
        if len({(role.family, role.head) for role in roles}) > 1:
            yield "several_roles"
        if jobs and jobs[0].head.language != "en":
            yield f"language:{jobs[0].head.language}"

    def _aside_flags(self, title: CleanTitle, items: Sequence[Item]) -> tuple[str, ...]:
        """What the words that are set aside say of the employment."""
        known = self._lexicon.employment_flags
        values = [item[1] for item in items if item[0] in _ASIDE] + [noise.value for noise in title.set_aside]
        return tuple(sorted({known[value] for value in values if value in known})) if values else ()

    # --- words -> items

    def _items(self, tokens: Sequence[Token]) -> list[Item]:
        """The longest known phrase at each place, left to right."""
        words = [self._mend(token[0]) for token in tokens]
        first, size, at = self._first, len(words), 0
        items: list[Item] = []
        while at < size:
            word = words[at]
            longest, meant = first.get(word, _UNMET)
            end = at + 1
            if longest > 1:
                end, meant = self._phrase(tokens, words, at, longest)
            kind, value, head = meant or ("other", word, None)
            items.append(Item(kind, value, at, end, head))
            at = end
        return items

    def _phrase(self, tokens: Sequence[Token], words: Sequence[str], at: int, longest: int) -> tuple[int, Meant | None]:
        """The longest known phrase of at most so many words that begins here: where it ends, and what it means."""
        furthest, end = min(len(words), at + longest), at + 1
        while end < furthest and tokens[end].gap in _SOFT:
            end += 1
        while end > at + 1 and (meant := self._known.get(tuple(words[at:end]))) is None:
            end -= 1
        return end, self._first[words[at]][1] if end == at + 1 else meant

    def _mend_afresh(self, word: str) -> str:
        """The word that a short form stands for, that a misspelling is one edit from, or that it spells with digits ("seni0r")."""
        spellings = self._lexicon.spellings
        if word in spellings:
            return spellings[word]
        if len(word) < _SHORTEST_MENDED or word in self._lexicon.words:
            return word
        if not word.isalpha():
            spelt = word.translate(_DIGIT_LETTERS)
            return spelt if word[0].isalpha() and spelt in self._lexicon.words else word
        meant = {m for variant in _variants(word) for m in self._typos.get(variant, ()) if m[0] == word[0]}
        near = sorted((OSA.distance(word, m), m not in self._english, m) for m in meant)
        # A short word is one edit from too many others: there only two letters changing places count.
        near = [n for n in near if n[0] == 1 and (len(n[2]) > _SHORTEST_MENDED or sorted(n[2]) == sorted(word))]
        return spellings.get(near[0][2], near[0][2]) if near else word

    def _parts(self, shape: Shape) -> list[Part]:
        heads, at = self._lexicon.heads, count()
        parts: list[Part] = []
        for opener, told in shape:
            items = tuple(
                Item(kind, value, n := next(at), n + 1, heads[tuple(value.split())] if kind == "head" else None)
                for kind, value in told
            )
            parts.append(self._part(opener, items))
        return self._exact(parts)

    def _part(self, opener: str, items: tuple[Item, ...]) -> Part:
        rank_only = self._rank_only(items)
        subject = any(a.kind == "seniority" and b.kind == "specialism" for a, b in pairwise(items))
        return Part(opener, items, rank_only, rank_only and not subject)

    def _exact(self, parts: list[Part]) -> list[Part]:
        """The parts, the first without its broad job where a later part names what it is: "IT Specialist (Product Manager)"."""
        at = next((n for n, part in enumerate(parts) if any(_is_agent(i) for i in part.items)), len(parts))
        if not any(self._names_exactly(part) for part in parts[at + 1 :]):
            return parts
        items = parts[at].items
        last = max(n for n, item in enumerate(items) if _is_agent(item))
        if items[last].value in self._lexicon.broad and not any(i.kind in _SUBJECT or i.kind == "link" for i in items[last + 1 :]):
            without = (*items[:last], items[last]._replace(kind="transparent", head=None), *items[last + 1 :])
            parts[at] = self._part(parts[at].opener, without)
        return parts

    def _names_exactly(self, part: Part) -> bool:
        """True for a part that names a job of the graded family and nothing else."""
        if "/" in part.opener or any(i.kind in ("other", "link") for i in part.items):
            return False
        heads = [i.head for i in part.items if i.head is not None]
        graded = len(heads) == 1 and heads[0].family == self._lexicon.graded
        ranks = [i for i in part.items if i.kind == "seniority" and self._lexicon.seniority[i.value].rank]
        return graded and (heads[0].kind == "agent" or bool(ranks))

    def _rank_only(self, items: Sequence[Item]) -> bool:
        if any(item.kind in ("head", "other", "link") for item in items):
            return False
        return any(item.kind == "seniority" and self._lexicon.seniority[item.value].rank for item in items)

    # --- parts -> jobs

    def _jobs(self, parts: Sequence[Part]) -> list[_Job]:
        """Each part's job; the seniority of parts of their own goes to the nearest job before or behind them."""
        found: list[_Job] = []
        for number, part in enumerate(parts):
            job = (
                self._servant(number, part)
                or self._agent(number, part)
                or self._function(number, part, parts)
                or self._generic(number, part)
            )
            if job is None:
                continue
            if found and _spells_out(job, found[0]):
                found[0] = job
            elif not _repeats(job, found, part):
                found.append(job)
        if found and found[0].head.share < 1.0:
            found[0] = self._spelt_out(found[0], parts)
        return found or self._lonely_function(parts)

    def _spelt_out(self, job: _Job, parts: Sequence[Part]) -> _Job:
        """A job in short form, in full where a part of its own says what it is about: "PM (Product)"."""
        known = self._lexicon
        full = known.heads.get(tuple(known.names.get(job.head.head, "").split()))
        if full is None or full.family != known.graded or not any(_is_subject(p, known.graded) for p in parts):
            return job
        return job._replace(head=full._replace(implies=(*full.implies, *job.head.implies)))

    def _servant(self, number: int, part: Part) -> _Job | None:
        """Somebody who works for the holder of the post: "Assistenz der Leitung Produktmanagement"."""
        for item, following, third in zip(part.items, part.items[1:], part.items[2:], strict=False):
            serves = item.kind == "seniority" and item.value in self._lexicon.serves
            if serves and following.kind in ("transparent", "link") and third.kind in ("seniority", "head", "transparent"):
                return _Job(number, item, (), Head(UNKNOWN, item.value, "agent"))
        return None

    def _agent(self, number: int, part: Part) -> _Job | None:
        agents = [(i, i.head) for i in _before_link(part.items) if i.head is not None and i.head.kind == "agent"]
        # A short form gives way to a full one: "PM Technician" works in the afternoon, "PM" or not.
        for item, head in sorted(agents, key=lambda found: found[1].share < 1.0):
            return _Job(number, item, self._own_seniority(item, _before_link(part.items)), head)
        return None

    def _own_seniority(self, job: Item, items: Sequence[Item]) -> tuple[Item, ...]:
        """The seniority words of a part that belong to its job; behind it some belong to what follows them instead."""
        own = []
        for item, following in pairwise([*items, None]):
            if item is None or item.kind != "seniority":
                continue
            known = self._lexicon.seniority[item.value]
            if item.start < job.start or not known.subject or not _belongs_onward(known.rank, following):
                own.append(item)
        return tuple(own)

    def _function(self, number: int, part: Part, parts: Sequence[Part]) -> _Job | None:
        items = _before_link(part.items)
        own = [
            i for i in items if (i.kind == "seniority" and self._lexicon.seniority[i.value].rank) or i.value in self._anywhere(i)
        ]
        if not own and not _rank_beside(number, parts) and not self._entry_anywhere(parts):
            return None
        functions = [(i, i.head) for i in items if i.head is not None and (i.head.kind == "function" or self._bare(i, items))]
        if not functions:
            return None
        behind = [f for f in functions if own and f[0].start > own[0].start]
        named_first = [f for f in functions if not own and _joined(f[0], items)]
        chosen = (behind or named_first or functions[-1:])[0]
        return _Job(number, chosen[0], _seniority(items), chosen[1])

    def _anywhere(self, item: Item) -> tuple[str, ...]:
        known = self._lexicon.seniority.get(item.value) if item.kind == "seniority" else None
        return (item.value,) if known is not None and known.anywhere else ()

    def _entry_anywhere(self, parts: Sequence[Part]) -> bool:
        return any(self._anywhere(item) for part in parts for item in part.items)

    def _bare(self, item: Item, items: Sequence[Item]) -> bool:
        """True where a bare subject ends its part or a seniority word follows: "Director, Product", not "Product Risk"."""
        if item.head is None or item.head.kind != "bare":
            return False
        aside = {"location", "employment", "numeral", "figure", "step", "transparent"}
        if any(i.kind == "seniority" for i in items if i.start < item.start):
            aside.add("specialism")
        rest = [i for i in items if i.start >= item.end and i.kind not in aside]
        return not rest or rest[0].kind in ("seniority", "join")

    def _generic(self, number: int, part: Part) -> _Job | None:
        """A job of no known family: unknown words with a word such as "manager" behind them."""
        aside = ("location", "employment", "transparent", "numeral", "figure", "step")
        items = [i for i in _before_link(part.items) if i.kind not in aside]
        named = [i for i in items if i.kind in ("other", "head")]
        if not named or items[-1].kind not in ("seniority", "other"):
            return None
        last = items[-1].value if items[-1].kind == "seniority" else ""
        if last in self._lexicon.generic and named[0].start < items[-1].start:
            return _Job(number, items[-1], _seniority(items), Head(UNKNOWN, last, "agent"))
        return None

    def _lonely_function(self, parts: Sequence[Part]) -> list[_Job]:
        """A function without any seniority word: a department's name, the weakest way to name a job."""
        for number, part in enumerate(parts):
            for item in _before_link(part.items):
                if item.head is not None and item.head.kind == "function":
                    return [_Job(number, item, _seniority(part.items), item.head)]
        return []

    # --- jobs -> roles

    def _role(self, job: _Job, parts: Sequence[Part], entries: Sequence[_Entry]) -> Role:
        values, alternatives = self._modifiers(job, parts, entries)
        ordered = tuple(sorted(dict.fromkeys((*job.head.implies, *values)), key=self._strength, reverse=True))
        spans = tuple(tuple(sorted(span, key=self._strength, reverse=True)) for span in alternatives)
        return Role(job.head.family, job.head.head, ordered, spans, job.head.kind)

    def _strength(self, value: str) -> int:
        known = self._lexicon.seniority.get(value)
        return known.strength if known else 0

    def _modifiers(self, job: _Job, parts: Sequence[Part], entries: Sequence[_Entry]) -> tuple[list[str], list[tuple[str, ...]]]:
        """The seniority values that go with a job, and the alternatives where the title names several levels."""
        groups: list[list[str]] = _choices(parts[job.part].items, job.seniority)
        optional: list[list[str]] = []
        for number in _own_parts(job.part, parts):
            part, values = parts[number], [self._apart(i, number > job.part) for i in _seniority(parts[number].items)]
            behind = parts[number + 1] if number < job.part else part
            alternative = "/" in part.opener or (number < job.part and "/" in behind.opener) or behind.items[0].kind == "join"
            if number < job.part and "(" in part.opener:
                optional.append(values)
            elif alternative and (groups[0] or number > job.part + 1 or number < job.part):
                groups.append(values)
            else:
                groups[0] = [*groups[0], *values]
        if not groups[0] and len(groups) == 2:
            groups = groups[1:]
        numeral = self._numeral(job, parts)
        everywhere = [entry.value for entry in entries if not (entry.of_subject and entry.part > job.part)]
        base = [*groups[0], *everywhere, *numeral]
        groups = [g for g in groups if g]
        alternatives = [tuple(dict.fromkeys((*g, *everywhere))) for g in groups] if len(groups) > 1 else []
        if optional:
            alternatives = [tuple(base), *(tuple(dict.fromkeys((*o, *base))) for o in optional)]
        if len(groups) > 1:
            base = [v for g in groups for v in g] + everywhere
        return base, alternatives

    def _entries(self, parts: Sequence[Part]) -> list[_Entry]:
        """The entry words of the whole title, collected once: a title may name many jobs."""
        found: list[_Entry] = []
        for number, part in enumerate(parts):
            for item, following in pairwise([*_before_link(part.items), None]):
                if item is not None and (values := self._anywhere(item)):
                    of_subject = "(" not in part.opener and following is not None and following.kind in ("other", "head")
                    found += [_Entry(value, number, of_subject) for value in values]
        return found

    def _apart(self, item: Item, behind: bool) -> str:
        return self._lexicon.apart.get(item.value, item.value) if behind else item.value

    def _numeral(self, job: _Job, parts: Sequence[Part]) -> list[str]:
        """The grade numeral right behind the head, a rank or "Level", or a Roman one behind a specialism that follows the head."""
        for part in parts[job.part : job.part + 2]:
            own = part is parts[job.part]
            behind = [i for i in part.items if i.start >= job.item.end]
            for previous, item, following in zip([job.item, *behind], behind, [*behind[1:], None], strict=False):
                if item.kind in ("numeral", "figure"):
                    grade = previous.kind == "seniority" or (previous is job.item and own)
                    grade = grade or (previous.kind == "specialism" and item.kind == "numeral")
                    step = previous.kind == "step" and (following is None or following.kind not in _SUBJECT)
                    if grade or step:
                        return [f"numeral-{item.value}"]
                if item.kind not in ("specialism", "seniority", "step"):
                    break
        return []

    # --- what the answer shows

    def _view(self, title: CleanTitle, tokens: Sequence[Token], items: Sequence[Item], read: _Read) -> QueryView:
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


@lru_cache(maxsize=1024)
def _opener(gap: str) -> str:
    """What the separators before a part tell: an alternative (/), an aside in brackets, an enumeration."""
    return "".join(mark for mark, same in (("/", "/"), ("(", "("), (",", ",;|")) if any(s in gap for s in same))


def _before_link(items: Sequence[Item]) -> Sequence[Item]:
    """The items up to a word such as "for", where something that names a job or a subject stands before it."""
    named = False
    for index, item in enumerate(items):
        if item.kind == "link" and named:
            return items[:index]
        named = named or item.kind in ("head", "other")
    return items


def _joined(function: Item, items: Sequence[Item]) -> bool:
    """True for a function that "and" joins another one to; for a bare subject only where that one ends the part.

    "Product & Design" names two functions, "Product and Solutions Marketing" one.
    """
    behind = [i for i in items if i.start >= function.end]
    if not behind or behind[0].kind != "join":
        return False
    whole = function.head is not None and function.head.kind == "function"
    return whole or (len(behind) == 2 and behind[1].kind == "head")


def _is_subject(part: Part, family: str) -> bool:
    """True for a part that names the subject of a family and nothing else."""
    named = [i for i in part.items if i.kind in _SUBJECT or i.kind in ("seniority", "link")]
    head = named[0].head if len(named) == 1 else None
    return head is not None and head.family == family and head.kind == "bare"


def _belongs_onward(rank: bool, following: Item | None) -> bool:
    """True for a word of rank behind a job where a subject follows it, or where it is no rank by itself and none follows."""
    kind = following.kind if following is not None else ""
    return kind in _SUBJECT or (not rank and kind != "seniority")


def _is_agent(item: Item) -> bool:
    return item.head is not None and item.head.kind == "agent"


def _seniority(items: Sequence[Item]) -> tuple[Item, ...]:
    return tuple(i for i in items if i.kind == "seniority")


def _choices(items: Sequence[Item], seniority: Sequence[Item]) -> list[list[str]]:
    """The seniority values of a part, in sets where "or" or "and" stands between them: "Senior or Principal"."""
    sets: list[list[str]] = [[]]
    for before, item in pairwise([None, *items]):
        if item is not None and item in seniority:
            if before is not None and before.kind == "join" and sets[-1]:
                sets.append([])
            sets[-1].append(item.value)
    return sets


def _rank_beside(number: int, parts: Sequence[Part]) -> bool:
    return any(parts[n].rank_only for n in _own_parts(number, parts))


def _own_parts(number: int, parts: Sequence[Part]) -> list[int]:
    """The parts that name a rank alone and belong to the job of this part: those before it, and any behind it.

    Before it, a part with a seniority word and more names a job of its own, and the look-back ends there.
    """
    before = []
    for n in range(number - 1, -1, -1):
        if parts[n].rank_only:
            before.append(n)
        elif any(i.kind == "seniority" or (i.head is not None and i.head.kind == "agent") for i in parts[n].items):
            break
    behind = [n for n in range(number + 1, len(parts)) if parts[n].ends_in_rank]
    return [*reversed(before), *behind]


def _repeats(job: _Job, found: Sequence[_Job], part: Part) -> bool:
    """True for a later part that names a team or subject rather than another job: another job is an agent that ends a part."""
    if not found:
        return False
    parted = any(mark in part.opener for mark in "/;|,")
    subject = any(
        i.kind in ("other", "link") or (i.start > job.item.start and i.kind in ("specialism", "head")) for i in part.items
    )
    return not (parted and job.head.kind == "agent" and not subject and job.head.family != UNKNOWN)


def _spells_out(job: _Job, first: _Job) -> bool:
    """True where a short form is followed by what it stands for: "CPO (Chief People Officer)"."""
    return first.head.share < 1.0 and job.head.share == 1.0 and job.item.head is not None and job.head.kind == "agent"


def _known_phrases(lexicon: Lexicon) -> dict[Phrase, Meant]:
    """Every phrase with its kind, value and head; of two meanings the one that is named last here stands."""
    known: dict[Phrase, Meant] = {
        (word,): ("figure" if word.isdigit() else "numeral", value, None) for word, value in lexicon.numerals.items()
    }
    for kind, words in (
        ("transparent", lexicon.transparent),
        ("step", lexicon.steps),
        ("join", lexicon.joins),
        ("link", lexicon.links),
    ):
        known |= {(word,): (kind, word, None) for word in words}
    known |= {phrase: ("location", " ".join(phrase), None) for phrase in lexicon.locations}
    for kind, table in (
        ("specialism", lexicon.specialisms),
        ("employment", lexicon.employment),
        ("seniority", lexicon.seniority_forms),
    ):
        known |= {phrase: (kind, value, None) for phrase, value in table.items()}
    known |= {phrase: ("head", " ".join(phrase), head) for phrase, head in lexicon.heads.items()}
    spelt = lexicon.spellings
    return {tuple(spelt.get(word, word) for word in phrase): meant for phrase, meant in known.items()} | known


def _by_first_word(known: Mapping[Phrase, Meant]) -> dict[str, tuple[int, Meant | None]]:
    """Of each word that a phrase begins with: how many words the longest of these has, and what the word means alone."""
    first: dict[str, tuple[int, Meant | None]] = {}
    for phrase in known:
        longest = max(len(phrase), first.get(phrase[0], _UNMET)[0])
        first[phrase[0]] = (longest, known.get(phrase[:1]))
    return first


def _variants(word: str) -> Iterator[str]:
    """The word itself and each form of it with one letter left out."""
    yield word
    for index in range(len(word)):
        yield word[:index] + word[index + 1 :]


def _one_edit_index(lexicon: Lexicon) -> dict[str, tuple[str, ...]]:
    """Every form, with one letter left out, of the words that graded heads and seniority words are made of."""
    words = {w for phrase in _graded_phrases(lexicon) for w in phrase if len(w) >= _SHORTEST_MENDED and w.isalpha()}
    index: dict[str, tuple[str, ...]] = {}
    for word in sorted(words):
        for variant in _variants(word):
            index[variant] = (*index.get(variant, ()), word)
    return index


def _graded_phrases(lexicon: Lexicon) -> Iterator[Phrase]:
    yield from (phrase for phrase, head in lexicon.heads.items() if head.family == lexicon.graded)
    yield from lexicon.seniority_forms
