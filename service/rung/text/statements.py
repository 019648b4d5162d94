"""Statements: what a text states explicitly about its job, whom the statement is about, and whether it is asserted or denied.

A wording (``training_data/shared/statements/``) gives only the topic: "manage ~ product managers". The clause around it
(``clauses.py``) gives the subject and the sense: negated, merely possible, about the applicant's past, or about somebody else.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from typing import Any, Literal, NamedTuple

from rung.errors import DataError
from rung.markup import without_markup
from rung.text.clauses import Sentence, Sentences, Subject
from rung.text.labels import Labels
from rung.text.patterns import TEXT, Pattern, PatternMatch, Patterns, PatternSet
from rung.text.roles import APART, HEADINGS, ROLES
from rung.text.tokens import Tokens
from rung.title.clean import fold

Sense = Literal["asserted", "denied", "possible"]
_TELLS = "tells"  # the field of the telling words: words that show which language a text is in
_FEWER = 3  # a language is ruled out if another has more than so many times as many telling words
_ENOUGH = 4  # least telling words of one language; with fewer, every language is tried
_MOST = 2_000  # most statements read from one text


class Statement(NamedTuple):
    """What a text states: the kind of statement, whom it is about, and in which sense.

    ``least`` and ``most`` bound the number that it gives: both are ``None`` if it gives none, one if it gives only the other
    ("at least 7"). ``start`` and ``end`` are offsets into the text. ``words`` is the text that the wording captures, such as a
    manager's title. ``named`` are the words for who does it, if the text says neither "you" nor a word for the job: "ward manager"
    in "The ward manager supervises".
    """

    kind: str
    subject: Subject
    sense: Sense
    least: int | None
    most: int | None
    start: int
    end: int
    words: str = ""
    named: str = ""

    @property
    def has_number(self) -> bool:
        """Whether it gives a number."""
        return self.least is not None or self.most is not None


class Kind(NamedTuple):
    """How wordings of a kind are read; ``statements.yaml`` explains each field.

    A kind that is ``apart`` and counts in no sense ``hides``: no other statement within its words is read. One that ``counts``
    reads how many people report to the job.
    """

    id: str
    negative: bool = False
    addressed: bool = False
    apart: bool = False
    clause: bool = False
    takes_up: str = ""
    hides: bool = False
    field: bool = False
    counts: bool = False


def statement_kinds(records: Iterable[Mapping[str, Any]]) -> list[Kind]:
    """The kinds of ``statements.yaml`` (plain data), in order of priority."""
    flags = ("negative", "addressed", "apart", "clause")
    return [
        Kind(record["id"], *(record.get(flag, False) for flag in flags))._replace(
            takes_up=record.get("takes_up", ""),
            hides=record.get("apart", False) and record.get("senses") == [],
            field=record.get("field", False),
            counts=record.get("reads") == "reports",
        )
        for record in records
    ]


class _Bounds(NamedTuple):
    """Phrases right before and right behind a number, with whether they make it the lowest one (else the highest)."""

    before: Mapping[tuple[str, ...], bool]
    behind: Mapping[tuple[str, ...], bool]
    longest: int


class _Event(NamedTuple):
    """A match of a wording: its language, its kind, and the matched tokens."""

    language: str
    kind: str
    match: PatternMatch


def statement_patterns(kinds: Sequence[Kind], languages: Mapping[str, Mapping[str, Any]]) -> PatternSet:
    """The wordings of ``statements/`` as patterns; ``languages`` are its files as plain data, by name.

    The meaning of a pattern is its language and kind.

    Raises:
        DataError: a wording names a kind or role that does not exist.
    """
    rows: list[Pattern] = []
    for name, data in languages.items():
        file = f"statements/{name}.yaml"
        rows += [Pattern(f"{file}: tells, {word!r}", word, file, (name, _TELLS), _TELLS) for word in data["tells"]]
        for part, known in (("roles", ROLES), ("patterns", tuple(kind.id for kind in kinds))):
            for key, forms in data[part].items():
                if key not in known:
                    raise DataError(f"{file}: {part}: {key!r} is not one of {', '.join(known)}.")
                group = TEXT if part == "patterns" else _role_group(key, name)
                rows += [Pattern(f"{file}: {key}, row {at}", form, file, (name, key), group) for at, form in enumerate(forms, 1)]
    classes = {f"statements/{name}.yaml": data["classes"] for name, data in languages.items()}
    return PatternSet(rows, classes, {word: number for data in languages.values() for word, number in data["numbers"].items()})


def _role_group(role: str, language: str) -> str:
    """The group of the patterns of a role: headings are looked for in the whole text, some roles only where they may stand."""
    return HEADINGS if role.endswith(HEADINGS) else f"{role if role in APART else 'roles'} {language}"


class StatementReader:
    """Reads statements; made once from the wordings of all languages."""

    def __init__(self, kinds: Sequence[Kind], languages: Mapping[str, Mapping[str, Any]], patterns: Patterns) -> None:
        """``kinds`` in order of priority; ``languages`` are the files of ``statements/`` as plain data, by name.

        ``patterns`` contain their wordings, and may contain others that are matched in the same pass.
        """
        self._patterns = patterns
        self._names = tuple(languages)
        alphabet = self._patterns.alphabet
        letters = {name: alphabet.letters(map(fold, data["tells"])) for name, data in languages.items()}
        self._telling = {letter: [name for name, own in letters.items() if letter in own] for letter in "".join(letters.values())}
        self._kinds = {kind.id: kind for kind in kinds}
        self._priority = {kind.id: at for at, kind in enumerate(kinds)}
        self._ones = {name: frozenset(map(fold, data.get("ones", ()))) for name, data in languages.items()}
        self._halves = {name: frozenset(map(_words, data.get("halves", ()))) for name, data in languages.items()}
        self._labels = Labels([label for data in languages.values() for label in data.get("labels", ())])
        self._bounds = {name: _bounds(data.get("bounds", {})) for name, data in languages.items()}

    def tokens(self, text: str) -> Tokens:
        """The tokens of a raw text, with a colon between each label and the value in the line below it."""
        return self._patterns.tokens(self._labels.join(without_markup(text)))

    def read(self, text: str) -> tuple[Statement, ...]:
        """The statements of a raw text, in order; of two that overlap, the one of higher priority."""
        tokens = self.tokens(text)
        return self.of(tokens, self._patterns.find(tokens.letters))

    def of(self, tokens: Tokens, matches: Iterable[PatternMatch]) -> tuple[Statement, ...]:
        """The statements of ``matches``, those of the wordings in the tokens of a text."""
        meanings = self._patterns.meanings
        found = [_Event(meanings[match.pattern][0], meanings[match.pattern][1], match) for match in matches]
        telling = self._telling_words(tokens.letters) if found else {}
        most = max(telling.values(), default=0)
        found = [event for event in found if most < _ENOUGH or _FEWER * telling[event.language] >= most]
        if not found:
            return ()
        sentences = Sentences(tokens, self._patterns)
        meant = [event for event in found[:_MOST] if self._is_meant(event, sentences)]
        ended = [self._cut_at_clause(event, sentences, tokens) for event in meant]
        events = self._kept(ended, telling, len(tokens.letters))
        return tuple(self._statement(event, sentences, tokens) for event in events)

    def _is_meant(self, event: _Event, sentences: Sentences) -> bool:
        """Whether what the kind of a match requires around it is there."""
        kind = self._kinds[event.kind]
        if kind.field:
            return sentences.begins(event.match.start)
        return not kind.takes_up or self._taken_up(event, sentences) is not None

    def _taken_up(self, event: _Event, sentences: Sentences) -> PatternMatch | None:
        """The people whom a pronoun of the statement takes up, ``None`` if the text names none."""
        role = self._kinds[event.kind].takes_up
        return sentences.people_before(event.match.start, role, event.language) if role else None

    def _telling_words(self, letters: str) -> Mapping[str, int]:
        """How many telling words each language has in a text."""
        telling = dict.fromkeys(self._names, 0)
        for letter in self._telling.keys() & set(letters):
            for name in self._telling[letter]:
                telling[name] += letters.count(letter)
        return telling

    def _cut_at_clause(self, event: _Event, sentences: Sentences, tokens: Tokens) -> _Event:
        """The event, cut at the end of the clause of its captured words if its kind has ``clause``."""
        match = event.match
        if not self._kinds[event.kind].clause or match.inner[1] != match.end:
            return event
        first, last = self._captured(tokens, sentences.at(match.start, event.language), *match.inner)
        return event._replace(match=match._replace(end=last, inner=(first, last))) if first < last else event

    def _kept(self, events: Sequence[_Event], telling: Mapping[str, float], length: int) -> list[_Event]:
        """The events that win their overlaps: likelier language first, then higher priority, then more words."""
        taken = [False] * length
        hidden = [event.match for event in events if self._kinds[event.kind].hides]
        kept = []
        for event in sorted(events, key=lambda e: (-telling[e.language], self._priority[e.kind], e.match.start - e.match.end)):
            start, end = event.match.start, event.match.end
            if any(match.start <= start and end <= match.end for match in hidden):
                continue
            if self._kinds[event.kind].apart:
                kept.append(event)
            elif not any(taken[start:end]):
                kept.append(event)
                taken[start:end] = [True] * (end - start)
        return sorted(kept, key=lambda event: event.match.start)

    def _statement(self, event: _Event, sentences: Sentences, tokens: Tokens) -> Statement:
        kind, match = event.kind, event.match
        sentence = sentences.at(match.start, event.language)
        clause = sentence.clause(match)
        addressed = self._kinds[kind].addressed and sentence.addresses(match)
        subject: Subject = "job" if addressed else clause.subject
        least, most = self._count_of(event, sentences, sentence, tokens)
        negated = clause.negated or sentence.denied_behind(match)
        own = self._kinds[kind].negative
        if not negated and not own:
            negated = most == 0 or sentence.denied_inside(match) or (subject == "job" and sentence.denied_around())
        sense: Sense = "asserted"
        if negated:
            sense = "denied"
        elif clause.possible or (not own and sentence.only_asked(match)):
            sense = "possible"
        first, last = self._captured(tokens, sentence, *match.inner) if match.inner[0] >= 0 else (0, 0)
        words = tokens.text[slice(*tokens.span(first, last))] if last > first else ""
        end = last if words and match.inner[1] == match.end else match.end  # captured words end the statement
        named = tokens.text[slice(*tokens.span(*clause.named))] if clause.named[1] and not addressed else ""
        return Statement(kind, subject, sense, least, most, *tokens.span(match.start, end), words, named)

    def _captured(self, tokens: Tokens, sentence: Sentence, start: int, end: int) -> tuple[int, int]:
        """Start and end of the captured tokens, from the first letter or digit to the end of the clause.

        A comma before a capital letter does not end it: "Director, Data Platform".
        """
        while start < end and not tokens.word(start)[0].isalnum():
            start += 1
        last, end = end, sentence.clause_end(start, end)
        if end + 1 < last and tokens.word(end) == "," and tokens.word(end + 1)[0].isupper():
            end = sentence.clause_end(end + 1, last)
        return start, end

    def _count_of(self, event: _Event, sentences: Sentences, sentence: Sentence, tokens: Tokens) -> tuple[int | None, int | None]:
        """The lowest and highest number that a statement gives; of reports, also that of the people whom its pronoun takes up."""
        match, language, counts = event.match, event.language, self._kinds[event.kind].counts
        numbers = self._numbers(tokens, *self._counted(match), language)
        listed = self._sum(tokens, match, numbers, sentences, language) if counts else 0
        if not numbers and not listed:
            people = self._taken_up(event, sentences) or sentences.answer(sentence.end, "answer-number", language)
            if people is None and counts and sentence.takes_up(match):
                people = sentences.people_before(match.start, "staff", language)
            if people is None:
                return None, None
            numbers = self._numbers(tokens, *self._counted(people), language)
            listed = self._sum(tokens, people, numbers, sentences, language) if counts else 0
        least, most = self._bounded(tokens, numbers, language)
        if listed and (not numbers or (least is not None and most is not None)):
            return listed, listed
        return least, most

    @staticmethod
    def _counted(match: PatternMatch) -> tuple[int, int]:
        """The captured tokens of a match, or all of them."""
        return match.inner if match.inner[0] >= 0 else (match.start, match.end)

    def _numbers(self, tokens: Tokens, start: int, end: int, language: str) -> list[tuple[int, int]]:
        """The numbers among tokens, each with its token."""
        alphabet, letters, halves = self._patterns.alphabet, tokens.letters, self._halves[language]
        read = [(at, alphabet.number(tokens.word(at))) for at in range(start, end) if letters[at] in alphabet.number_letters]
        numbers = [(at, number) for at, number in read if number is not None]
        return [(at, number // 2 if halves and self._is_halved(tokens, at, halves) else number) for at, number in numbers]

    def _sum(
        self, tokens: Tokens, match: PatternMatch, numbers: Sequence[tuple[int, int]], sentences: Sentences, language: str
    ) -> int:
        """The sum of the list of people that all numbers of a match belong to, 0 without one: "two nurses and a clerk" are 3."""
        first, last = (numbers[0][0], numbers[-1][0]) if numbers else (self._counted(match)[0],) * 2
        found = sentences.list_at(first, language)
        if found is None or last >= found[1]:
            return 0
        own = dict(self._numbers(tokens, *found, language))
        ones = (token for token in range(*found) if fold(tokens.word(token)) in self._ones[language] and token + 1 not in own)
        return sum(own.values()) + sum(1 for _ in ones)

    def _bounded(self, tokens: Tokens, numbers: Sequence[tuple[int, int]], language: str) -> tuple[int | None, int | None]:
        """The lowest and the highest of some numbers, by the words around them; ``None`` for one that is not stated."""
        if not numbers:
            return None, None
        values = [value for _, value in numbers]
        least, most = min(values), max(values)
        lowest = self._is_lowest(tokens, numbers[0][0], numbers[-1][0] + 1, language) if least == most else None
        if lowest is None:
            return least, most
        return (least, None) if lowest else (None, most)

    @staticmethod
    def _is_halved(tokens: Tokens, at: int, halves: Set[tuple[str, ...]]) -> bool:
        """Whether words right before a number halve it: "half a dozen"."""
        return any(tuple(fold(tokens.word(i)) for i in range(max(0, at - len(words)), at)) == words for words in halves)

    def _is_lowest(self, tokens: Tokens, start: int, end: int, language: str) -> bool | None:
        """Whether the words around a number make it the lowest ("at least", "or more") or the highest one; ``None`` if neither."""
        bounds = self._bounds[language]
        before = tuple(fold(tokens.word(at)) for at in range(max(0, start - bounds.longest), start))
        behind = tuple(fold(tokens.word(at)) for at in range(end, min(len(tokens.letters), end + bounds.longest)))
        for size in range(bounds.longest, 0, -1):  # "no more than" counts before "more than"
            lowest = bounds.before.get(before[-size:], bounds.behind.get(behind[:size]))
            if lowest is not None:
                return lowest
        return None


def _words(phrase: str) -> tuple[str, ...]:
    return tuple(fold(phrase).split())


def _bounds(data: Mapping[str, Mapping[str, Sequence[str]]]) -> _Bounds:
    """The field ``bounds`` of a file of wordings."""
    before, behind = (
        {_words(phrase): bound == "least" for bound, places in data.items() for phrase in places.get(place, ())}
        for place in ("before", "behind")
    )
    return _Bounds(before, behind, max(map(len, (*before, *behind)), default=0))
