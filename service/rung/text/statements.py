"""Statements: what a text states of its job in so many words, of whom it states it, and whether it asserts or denies it.

A wording (``training_data/shared/statements/``) says only what is spoken of: "manage ~ product managers". Who manages, and whether
at all, is read from the clause around it: its subject, its negation, and what makes it a possibility, a matter of the applicant's
past or somebody else's doing. The rules for that are here, the words in the data.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any, Literal, NamedTuple

from rung.errors import DataError
from rung.text.patterns import TEXT, Patterns, Place, Row, Source
from rung.text.tokens import Tokens
from rung.title.clean import fold

Subject = Literal["job", "other", "applicant"]
Sense = Literal["asserted", "denied", "possible"]
ROLES = (
    "job", "named-job", "object-of", "sought", "asks", "addressed", "possessive", "other", "determiner", "relative", "boundary",
    "contrast", "not", "skip", "possible", "later", "applicant", "not-applicant", "helps", "denied-after",
    "requirements-heading", "duties-heading",
)  # fmt: skip
_TELLS = "tells"
_FEWER = 3  # times fewer words that tell a language than of another: then the text is not written in it
_ENOUGH = 4  # words that tell a language: with fewer of any, all languages are tried
_HEADINGS = "-heading"  # how the names of such roles end, and the group of their patterns
_HEADING = 8  # tokens that a heading has at most
_BEHIND = 6  # tokens behind a statement within which it may be denied
_CLAUSE = 60  # tokens before a statement that are read, so that the time is linear in a text that is one sentence
_ASKED = 15  # tokens before and behind a statement within which words of the applicant count: not every text has full stops
_NAME = 3  # words that the name of a person has at most
_NEGATED = 9  # tokens before a statement within which a negation counts
_MOST = 2_000  # statements read of one text


class Statement(NamedTuple):
    """What a text states: the kind, of whom, in which sense, how many (``None``: no number), and where (offsets into the text).

    ``words`` is the text that the wording captures, such as the name of a boss.
    """

    kind: str
    subject: Subject
    sense: Sense
    least: int | None
    most: int | None
    start: int
    end: int
    words: str = ""


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


class _Clause(NamedTuple):
    """How the words before a place are to be read there."""

    subject: Subject
    negated: bool
    possible: bool


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
                group = TEXT if part == "patterns" else _HEADINGS if key.endswith(_HEADINGS) else f"roles {name}"
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
        sentences = _Sentences(tokens, self._patterns)
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

    def _ended(self, event: _Event, sentences: _Sentences, tokens: Tokens) -> _Event:
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

    def _statement(self, event: _Event, sentence: _Sentence, tokens: Tokens) -> Statement:
        kind, place = event.kind, event.place
        clause = sentence.clause(place)
        subject: Subject = "job" if self._kinds[kind].addressed and sentence.addresses(place) else clause.subject
        least, most = self._count(tokens, place)
        inside = not self._kinds[kind].negative and (most == 0 or sentence.denied_inside(place))
        negated = clause.negated or inside or sentence.denied_behind(place)
        sense: Sense = "denied" if negated else "possible" if clause.possible else "asserted"
        first, last = self._captured(tokens, sentence, *place.inner) if place.inner[0] >= 0 else (0, 0)
        words = tokens.text[slice(*tokens.span(first, last))] if last > first else ""
        end = last if words and place.inner[1] == place.end else place.end  # what follows the captured words is no part of it
        return Statement(kind, subject, sense, least, most, *tokens.span(place.start, end), words)

    def _captured(self, tokens: Tokens, sentence: _Sentence, start: int, end: int) -> tuple[int, int]:
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


class _Sentences:
    """The sentences of a text, each read when a statement stands in it."""

    def __init__(self, tokens: Tokens, patterns: Patterns) -> None:
        self._tokens, self._patterns = tokens, patterns
        self._end, self._letters = patterns.alphabet.end, patterns.alphabet.ends(tokens.letters)
        self._read: dict[tuple[int, str], _Sentence] = {}
        self._addressed: dict[str, bool] = {}

    def at(self, token: int, language: str) -> _Sentence:
        """The sentence that a token stands in, read in a language."""
        start = self._letters.rfind(self._end, 0, token) + 1
        found = self._read.get((start, language))
        if found is None:
            end, meanings = self._end_of(token), self._patterns.meanings
            places = self._patterns.fields(self._tokens.letters, f"roles {language}", start, end)
            roles = ((meanings[pattern][1], first, last) for pattern, first, last, _ in places)
            found = self._read[start, language] = _Sentence(start, end, roles, self, language)
        return found

    def addresses(self, language: str) -> bool:
        """Whether the text says "you" anywhere: one that does not names the job where it says what it does."""
        if language not in self._addressed:
            places = self._patterns.fields(self._tokens.letters, f"roles {language}")
            self._addressed[language] = any(self._patterns.meanings[place[0]][1] == "addressed" for place in places)
        return self._addressed[language]

    def _end_of(self, token: int) -> int:
        """Where the sentence ends that a token stands in."""
        end = self._letters.find(self._end, token)
        return end if end >= 0 else len(self._letters)

    @cached_property
    def _headings(self) -> list[tuple[int, str]]:
        found = self._patterns.fields(self._tokens.letters, _HEADINGS)
        return [(start, self._patterns.meanings[pattern][1]) for pattern, start, _, _ in found if self._is_heading(start)]

    def below_requirements(self, end: int) -> bool:
        """Whether the last heading before a place announces what is asked of the applicant."""
        last = bisect_left(self._headings, (end, "")) - 1
        return last >= 0 and self._headings[last][1].startswith("requirements")

    def names(self, at: int) -> bool:
        """Whether a name stands between two commas, the first of them at a token."""
        words = [self._tokens.word(token) for token in range(at, min(at + _NAME + 2, len(self._letters)))]
        if not words or words[0] != "," or "," not in words[1:]:
            return False
        name = words[1 : words.index(",", 1)]
        return bool(name) and all(word[0].isupper() for word in name)

    def _is_heading(self, at: int) -> bool:
        """Whether the line that begins at a token is short, or a colon stands near its beginning."""
        if at > 0 and self._letters[at - 1] != self._end:
            return False
        end = self._end_of(at)
        ended = end == len(self._tokens.letters) or self._tokens.word(end)[0] not in ".!?;"
        if end - at <= _HEADING and ended:
            return True
        return not self._patterns.alphabet.colon.isdisjoint(self._tokens.letters[at : min(end, at + _HEADING)])


class _Sentence:
    """One sentence: from which token to before which, and the roles of words in it."""

    def __init__(self, start: int, end: int, roles: Iterable[tuple[str, int, int]], text: _Sentences, language: str) -> None:
        """``roles``: each with the token that it starts at and the one after its last, in order of place."""
        self.start, self.end = start, end
        self._text, self._language = text, language
        self._at: dict[int, dict[str, int]] = {}  # where each role starts, and where it ends
        self._starts: defaultdict[str, list[int]] = defaultdict(list)
        for role, first, last in roles:
            ends = self._at.get(first)
            if ends is None:
                self._at[first] = {role: last}
            elif last > ends.get(role, 0):
                ends[role] = last
            self._starts[role].append(first)
        self._applicant = self._uncovered("applicant", "not-applicant", range(start, end))

    def _uncovered(self, role: str, cover: str, within: range) -> list[int]:
        """Where words of a role stand that none of another covers."""
        starts = [at for at in self._starts.get(role, ()) if at in within]
        if not starts or cover not in self._starts:
            return starts
        covered = {at for first in self._starts[cover] if first in within for at in range(first, self._at[first][cover])}
        return [at for at in starts if at not in covered]

    def of_others(self, at: int) -> bool:
        """Whether what stands at a place belongs to somebody else: "their direct reports"."""
        return any(at - 2 <= start < at for start in self._starts.get("possessive", ()))

    def clause(self, place: Place) -> _Clause:
        """How the words before a place are to be read there: one walk from the beginning of the sentence, within ``_CLAUSE``."""
        subject: Subject = "job"
        at, fresh, person, sought, negated_at, possible, helped = place.start, True, False, False, -1, False, False
        index = max(self.start, at - _CLAUSE)
        while index < at:
            ends, index_next = self._at.get(index), index + 1
            if ends is None:
                fresh, index = False, index_next
                continue
            if "skip" in ends:
                index_next = ends["skip"]
            elif "relative" in ends:
                subject = "other" if person and not sought else "job"
                fresh, negated_at, possible, helped = False, -1, False, False
            elif "sought" in ends:
                subject, sought, person, fresh, helped = "job", True, False, False, False
                index_next = ends["sought"]
            elif ("job" in ends and not self._is_object(index)) or self._names_job(index):
                kept = index > self.start and "asks" in self._at.get(index - 1, {})
                subject, fresh, person, sought, helped = "job", False, False, False, False
                if not kept:
                    negated_at, possible = -1, False
                index_next = ends["job"] if "job" in ends else ends["named-job"]
            elif "other" in ends:
                person = True
                index_next = min(ends["other"], at)
                if fresh and not self._closes(index_next):
                    subject, negated_at, possible, helped, sought = "other", -1, False, False, False
                fresh = False
            elif "contrast" in ends:
                fresh, negated_at, possible, helped = True, -1, False, False
            elif "boundary" in ends:
                fresh, helped = True, False
            elif "determiner" in ends:
                pass
            else:
                fresh = False
            if "not" in ends and "skip" not in ends:
                negated_at = ends["not"]
                index_next = max(index_next, ends["not"]) if "other" not in ends else index_next
            if "possible" in ends:
                possible = True
            if "helps" in ends:
                helped = True
            index = index_next
        if subject == "job" and (self._text.below_requirements(self.end) or self._asked(at)):
            subject = "applicant"
        if (helped or self.of_others(at)) and subject == "job":
            subject = "other"
        negated = negated_at >= 0 and at - negated_at <= _NEGATED
        return _Clause(subject, negated, possible or self._later(place))

    def _asked(self, at: int) -> bool:
        """Whether words of the applicant stand near a place."""
        nearest = bisect_left(self._applicant, at - _ASKED)
        return nearest < len(self._applicant) and self._applicant[nearest] <= at + _ASKED

    def _later(self, place: Place) -> bool:
        """Whether a statement holds later or perhaps: such words stand before it, or behind it in the same clause."""
        if "possible" in self._at.get(place.end, {}):  # "managing a team might be part of the job"
            return True
        first = next(iter(self._starts.get("later", ())), place.end + _CLAUSE)
        between = range(place.end, min(first - 1, place.end + _CLAUSE))  # a comma right before it does not part
        return first < place.end + _CLAUSE and not any("boundary" in self._at.get(at, {}) for at in between)

    def _is_object(self, index: int) -> bool:
        """Whether a word for the job is the object of what stands before it: "reports to you"."""
        return index > self.start and "object-of" in self._at.get(index - 1, {})

    def _names_job(self, index: int) -> bool:
        """Whether a sentence begins with the name of a job in a text that says "you" nowhere: that job is the one it describes."""
        return index == self.start and "named-job" in self._at.get(index, {}) and not self._text.addresses(self._language)

    def _closes(self, index: int) -> bool:
        """Whether nothing is said of a noun that ends before a place, so that it is no subject."""
        ends, after = self._at.get(index, {}), self._at.get(index + 1, {})
        # "the director, who …, leads"; "your manager, Anna Smith, leads"
        aside = "skip" in after or "relative" in after or self._text.names(index)
        return index >= self.end or "relative" in ends or ("boundary" in ends and not aside)

    def addresses(self, place: Place) -> bool:
        """Whether a statement names the job itself."""
        return any(place.start <= at < place.end for at in self._starts.get("addressed", ()))

    def clause_end(self, start: int, end: int) -> int:
        """Where the clause ends that captured words begin."""
        cut = {"boundary", "relative", "contrast"}
        return next((at for at in range(start + 1, end) if cut & self._at.get(at, {}).keys()), end)

    def denied_behind(self, place: Place) -> bool:
        """Whether what follows a statement denies it: "line management is not part of this role"."""
        if "denied-after" not in self._starts:
            return False
        for index in range(place.end, min(self.end, place.end + _BEHIND)):
            ends = self._at.get(index, {})
            if "denied-after" in ends and not any("skip" in self._at.get(at, {}) for at in range(index, ends["denied-after"])):
                return True
            if "job" in ends or "contrast" in ends or (index > place.end and "boundary" in ends):
                return False
        return False

    def denied_inside(self, place: Place) -> bool:
        """Whether the statement itself holds a negation: "manages nobody"."""
        return bool(self._uncovered("not", "skip", range(place.start, place.end)))
