"""Statements: what a text states of its job in so many words, of whom it states it, and whether it asserts or denies it.

A wording (``training_data/shared/statements/``) says only what is spoken of: "manage ~ product managers". Who manages, and whether
at all, is read from the clause around it (``clauses.py``): its subject, its negation, and what makes it a possibility, a matter of
the applicant's past or somebody else's doing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal, NamedTuple

from rung.errors import DataError
from rung.text.clauses import HEADINGS, ROLES, Sentence, Sentences, Subject
from rung.text.patterns import TEXT, Patterns, Place, Row, Source
from rung.text.tokens import Tokens
from rung.title.clean import fold

Sense = Literal["asserted", "denied", "possible"]
_TELLS = "tells"
_FEWER = 3  # times fewer words that tell a language than of another: then the text is not written in it
_ENOUGH = 4  # words that tell a language: with fewer of any, all languages are tried
_MOST = 2_000  # statements read of one text


class Statement(NamedTuple):
    """What a text states: the kind, of whom, in which sense, how many (``None``: no number), and where (offsets into the text).

    ``words`` is the text that the wording captures, such as the name of a boss; ``named`` the words that name who does it, where
    the text calls him or her neither "you" nor a word for the job: "The ward manager supervises".
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


class Kind(NamedTuple):
    """How wordings of a kind are read: ``statements.yaml`` explains each field."""

    id: str
    negative: bool = False
    addressed: bool = False
    apart: bool = False
    clause: bool = False


def statement_kinds(records: Iterable[Mapping[str, Any]]) -> list[Kind]:
    """The kinds of ``statements.yaml`` (plain data), in order of priority."""
    flags = ("negative", "addressed", "apart", "clause")
    return [Kind(record["id"], *(record.get(flag, False) for flag in flags)) for record in records]


class _Event(NamedTuple):
    """A wording that matched: its kind, where, and its language."""

    language: str
    kind: str
    place: Place


def statement_source(kinds: Sequence[Kind], languages: Mapping[str, Mapping[str, Any]]) -> Source:
    """The wordings of ``statements/`` as patterns; ``languages`` are its files as plain data. A match means its language and kind.

    Raises:
        DataError: a wording names a kind or role that does not exist.
    """
    rows: list[Row] = []
    for name, data in languages.items():
        file = f"statements/{name}.yaml"
        rows += [Row(f"{file}: tells, {word!r}", word, file, (name, _TELLS), _TELLS) for word in data["tells"]]
        for part, known in (("roles", ROLES), ("patterns", tuple(kind.id for kind in kinds))):
            for key, forms in data[part].items():
                if key not in known:
                    raise DataError(f"{file}: {part}: {key!r} is not one of {', '.join(known)}.")
                group = TEXT if part == "patterns" else HEADINGS if key.endswith(HEADINGS) else f"roles {name}"
                rows += [Row(f"{file}: {key}, row {at}", form, file, (name, key), group) for at, form in enumerate(forms, 1)]
    classes = {f"statements/{name}.yaml": data["classes"] for name, data in languages.items()}
    return Source(rows, classes, {word: number for data in languages.values() for word, number in data["numbers"].items()})


class StatementReader:
    """Reads statements; made once of the wordings of all languages."""

    def __init__(self, kinds: Sequence[Kind], languages: Mapping[str, Mapping[str, Any]], patterns: Patterns) -> None:
        """``kinds`` in order of priority; ``languages``: the files of ``statements/`` as plain data, by name.

        ``patterns`` hold their wordings, beside others where a text is matched for several parts at once.
        """
        self._patterns = patterns
        self._names = tuple(languages)
        alphabet = self._patterns.alphabet
        letters = {name: alphabet.letters(map(fold, data["tells"])) for name, data in languages.items()}  # that tell each language
        self._telling = {letter: [name for name, own in letters.items() if letter in own] for letter in "".join(letters.values())}
        self._kinds = {kind.id: kind for kind in kinds}
        self._priority = {kind.id: at for at, kind in enumerate(kinds)}

    def read(self, text: str) -> tuple[Statement, ...]:
        """What a raw text states, in order of place; of two that overlap, the one of the higher priority."""
        tokens = self._patterns.tokens(text)
        return self.of(tokens, self._patterns.find(tokens.letters))

    def of(self, tokens: Tokens, places: Iterable[Place]) -> tuple[Statement, ...]:
        """The same of the tokens of a text, and where wordings of kinds match in them."""
        meanings = self._patterns.meanings
        found = [_Event(meanings[place.pattern][0], meanings[place.pattern][1], place) for place in places]
        told = self._told(tokens.letters) if found else {}
        most = max(told.values(), default=0)
        found = [event for event in found if most < _ENOUGH or _FEWER * told[event.language] >= most]
        if not found:
            return ()
        sentences = Sentences(tokens, self._patterns)
        ended = [self._ended(event, sentences, tokens) for event in found[:_MOST]]
        events = self._kept(ended, told, len(tokens.letters))
        return tuple(self._statement(event, sentences.at(event.place.start, event.language), tokens) for event in events)

    def _told(self, letters: str) -> Mapping[str, int]:
        """How many words of a text tell each language."""
        told = dict.fromkeys(self._names, 0)
        for letter in self._telling.keys() & set(letters):
            for name in self._telling[letter]:
                told[name] += letters.count(letter)
        return told

    def _ended(self, event: _Event, sentences: Sentences, tokens: Tokens) -> _Event:
        """The event without what follows the clause of its captured words, where its kind says that they end there."""
        place = event.place
        if not self._kinds[event.kind].clause or place.inner[1] != place.end:
            return event
        first, last = self._captured(tokens, sentences.at(place.start, event.language), *place.inner)
        return event._replace(place=place._replace(end=last, inner=(first, last))) if first < last else event

    def _kept(self, events: Sequence[_Event], told: Mapping[str, float], length: int) -> list[_Event]:
        """The events without those that overlap one of a likelier language, a higher priority, or, of the same kind, more words."""
        taken = [False] * length
        kept = []
        for event in sorted(events, key=lambda e: (-told[e.language], self._priority[e.kind], e.place.start - e.place.end)):
            start, end = event.place.start, event.place.end
            if self._kinds[event.kind].apart:
                kept.append(event)
            elif not any(taken[start:end]):
                kept.append(event)
                taken[start:end] = [True] * (end - start)
        return sorted(kept, key=lambda event: event.place.start)

    def _statement(self, event: _Event, sentence: Sentence, tokens: Tokens) -> Statement:
        kind, place = event.kind, event.place
        clause = sentence.clause(place)
        addressed = self._kinds[kind].addressed and sentence.addresses(place)
        subject: Subject = "job" if addressed else clause.subject
        least, most = self._count(tokens, place)
        inside = not self._kinds[kind].negative and (most == 0 or sentence.denied_inside(place))
        negated = clause.negated or inside or sentence.denied_behind(place)
        sense: Sense = "denied" if negated else "possible" if clause.possible else "asserted"
        first, last = self._captured(tokens, sentence, *place.inner) if place.inner[0] >= 0 else (0, 0)
        words = tokens.text[slice(*tokens.span(first, last))] if last > first else ""
        end = last if words and place.inner[1] == place.end else place.end  # what follows the captured words is no part of it
        named = tokens.text[slice(*tokens.span(*clause.named))] if clause.named[1] and not addressed else ""
        return Statement(kind, subject, sense, least, most, *tokens.span(place.start, end), words, named)

    def _captured(self, tokens: Tokens, sentence: Sentence, start: int, end: int) -> tuple[int, int]:
        """The captured tokens, from the first letter or digit to the end of its clause; "Director, Data Platform" goes on."""
        while start < end and not tokens.word(start)[0].isalnum():
            start += 1
        last, end = end, sentence.clause_end(start, end)
        if end + 1 < last and tokens.word(end) == "," and tokens.word(end + 1)[0].isupper():
            end = sentence.clause_end(end + 1, last)
        return start, end

    def _count(self, tokens: Tokens, place: Place) -> tuple[int | None, int | None]:
        """The lowest and highest number of a range, or of what is captured; ``None`` where there is none."""
        a, b = place.inner if place.inner[0] >= 0 else (place.start, place.end)
        alphabet, letters = self._patterns.alphabet, tokens.letters
        words = [tokens.word(at) for at in range(a, b) if letters[at] in alphabet.number_letters]
        numbers = [number for word in words if (number := alphabet.number(word)) is not None]
        return (min(numbers), max(numbers)) if numbers else (None, None)
