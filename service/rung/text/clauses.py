"""Clauses: of whom a statement speaks, and whether it is asserted, by the words of the sentence around it.

The words have roles (``roles`` in ``training_data/shared/statements/``), such as words for the job, for others, or for what is
asked of the applicant.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, NamedTuple

from rung.text.patterns import PatternMatch, Patterns
from rung.text.roles import DENIED, HEADINGS, HOLDERS, NAMES, REQUIREMENTS
from rung.text.tokens import Tokens

Subject = Literal["job", "other", "applicant"]
_HEADING = 8  # tokens that a heading has at most
_BEHIND = 6  # tokens behind a statement within which it may be denied
_CLAUSE = 60  # tokens before a statement that are read, so that the time is linear in a text that is one sentence
_ASKED = 15  # tokens before and behind a statement within which words of the applicant count: not every text has full stops
_NAME = 3  # words that the name of a person has at most
_NEGATED = 9  # tokens before a statement within which a negation counts
_NAMED = 5  # words that the name of whoever does something has at most
_TAKEN_UP = 40  # tokens before a pronoun within which the people stand that it takes up
_LISTED = 24  # tokens before and behind a number within which the list stands that it belongs to
_ANSWER = 10  # tokens of an answer that are read
_QUESTION = 10  # tokens of a question that waits for an answer; a longer one is rhetorical
_NOBODY = (0, 0)


class Clause(NamedTuple):
    """How the words before a place are to be read there. ``named`` are the tokens that name who does it: "The ward manager"."""

    subject: Subject
    negated: bool
    possible: bool
    named: tuple[int, int] = _NOBODY


@dataclass(slots=True)
class _Walk:
    """What the words of a sentence have said up to a token.

    ``fresh``: a clause has just begun; ``person``: somebody else was named in it; ``sought``: it speaks of whom the ad looks for;
    ``negated_at``: where the last negation ends, ``possible_to``: the last words of possibility, ``job_end``: the last word for the
    job (-1: none); ``helped``: somebody is helped to do what follows; ``named``: the tokens that name who does it; ``promised``:
    what follows is a duty that the ad promises.
    """

    subject: Subject = "job"
    fresh: bool = True
    person: bool = False
    sought: bool = False
    negated_at: int = -1
    possible: bool = False
    possible_to: int = -1
    helped: bool = False
    named: tuple[int, int] = _NOBODY
    job_end: int = -1
    promised: bool = False

    def begin(self, subject: Subject, *, fresh: bool) -> None:
        """Begin a clause, which ends what was negated, possible or helped."""
        self.subject, self.fresh = subject, fresh
        self.negated_at, self.possible, self.helped = -1, False, False


class Sentences:
    """The sentences of a text, each read when a statement stands in it."""

    def __init__(self, tokens: Tokens, patterns: Patterns) -> None:
        self._tokens, self._patterns = tokens, patterns
        self._end, self._letters = patterns.alphabet.end, patterns.alphabet.ends(tokens.letters)
        self._read: dict[tuple[int, str], Sentence] = {}
        self._addressed: dict[str, bool] = {}

    def at(self, token: int, language: str) -> Sentence:
        """The sentence that a token stands in, read in a language."""
        start = self._letters.rfind(self._end, 0, token) + 1
        found = self._read.get((start, language))
        if found is None:
            end, meanings = self._end_of(token), self._patterns.meanings
            places = self._patterns.fields(self._tokens.letters, f"roles {language}", start, end)
            roles = ((meanings[pattern][1], first, last) for pattern, first, last, _ in places)
            found = self._read[start, language] = Sentence(start, end, roles, self, language)
        return found

    def begins(self, at: int) -> bool:
        """Whether a sentence or line begins with a token, but for marks before it."""
        while at > 0 and self._letters[at - 1] != self._end:
            at -= 1
            if self._tokens.word(at)[0].isalnum():
                return False
        return True

    def people_before(self, at: int, role: str, language: str) -> PatternMatch | None:
        """The people of a role whom a pronoun takes up: the last that its sentence, or the one before, names before it.

        Those whose number is given come first: "seven people work in the staff room".
        """
        start = self._letters.rfind(self._end, 0, at)
        while start > 0 and self._letters[start - 1] == self._end:
            start -= 1
        first = max(self._letters.rfind(self._end, 0, max(start, 0)) + 1, at - _TAKEN_UP)
        places = map(PatternMatch._make, self._patterns.fields(self._tokens.letters, f"{role} {language}", first, at))
        return max(places, key=lambda match: (match.inner[0] >= 0, match.end, -match.start), default=None)

    def list_at(self, at: int, language: str) -> tuple[int, int] | None:
        """The tokens of the list of people that a token belongs to, within its sentence: "two designers and a researcher"."""
        start = max(self._letters.rfind(self._end, 0, at) + 1, at - _LISTED)
        end = min(self._end_of(at), at + _LISTED)
        found = self._patterns.fields(self._tokens.letters, f"count-list {language}", start, end)
        return next(((first, last) for _, first, last, _ in found if first <= at < last), None)

    def addresses(self, language: str) -> bool:
        """Whether the text says "you" anywhere: one that does not names the job where it says what it does."""
        if language not in self._addressed:
            places = self._patterns.fields(self._tokens.letters, f"roles {language}")
            self._addressed[language] = any(self._patterns.meanings[match[0]][1] == "addressed" for match in places)
        return self._addressed[language]

    def _end_of(self, token: int) -> int:
        """Where the sentence ends that a token stands in."""
        end = self._letters.find(self._end, token)
        return end if end >= 0 else len(self._letters)

    @cached_property
    def _headings(self) -> list[tuple[int, str]]:
        found = self._patterns.fields(self._tokens.letters, HEADINGS)
        roles = [(start, self._patterns.meanings[pattern][1]) for pattern, start, _, _ in found]
        fields = {start for start, role in roles if role.startswith("field")}
        denied = {start for start, role in roles if role == DENIED}
        kept = [each for each in roles if each[0] not in fields and (each[0] not in denied or each[1] == DENIED)]
        return [(start, role) for start, role in kept if self._is_heading(start)]

    def below(self, heading: str, end: int) -> bool:
        """Whether the last heading before a place announces what is asked of the applicant, or what the job is not."""
        last = bisect_left(self._headings, (end, "")) - 1
        return last >= 0 and self._headings[last][1] == heading

    def asks(self, end: int, language: str) -> bool:
        """Whether a question ends at a token, in a language whose answers are known."""
        return end < len(self._letters) and self._tokens.word(end)[0] == "?" and self._patterns.has(f"answer-yes {language}")

    def answer(self, end: int, role: str, language: str) -> PatternMatch | None:
        """What answers the question that ends at a token, ``None`` if no words of the role do, or nothing is asked."""
        if end >= len(self._letters) or self._tokens.word(end)[0] != "?":
            return None
        at = end + 1
        while at < len(self._letters) and (self._letters[at] == self._end or self._tokens.word(at) == "-"):
            at += 1
        letters = self._tokens.letters[at : at + _ANSWER]
        if at + _ANSWER >= len(self._letters):  # the end of the text ends the answer, too
            letters += self._end
        for pattern, first, last, inner in self._patterns.fields(letters, f"{role} {language}"):
            if first == 0:
                return PatternMatch(pattern, at, at + last, (at + inner[0], at + inner[1]) if inner[0] >= 0 else inner)
        return None

    def names(self, at: int) -> bool:
        """Whether a name stands between two commas, the first of them at a token."""
        words = [self._tokens.word(token) for token in range(at, min(at + _NAME + 2, len(self._letters)))]
        if not words or words[0] != "," or "," not in words[1:]:
            return False
        name = words[1 : words.index(",", 1)]
        return bool(name) and all(word[0].isupper() for word in name)

    def word(self, token: int) -> str:
        """The word of a token."""
        return self._tokens.word(token)

    def _is_heading(self, at: int) -> bool:
        """Whether the line that begins at a token is short, or a colon stands near its beginning."""
        if at > 0 and self._letters[at - 1] != self._end:
            return False
        end = self._end_of(at)
        ended = end == len(self._tokens.letters) or self._tokens.word(end)[0] not in ".!?;"
        if end - at <= _HEADING and ended:
            return True
        return not self._patterns.alphabet.colon.isdisjoint(self._tokens.letters[at : min(end, at + _HEADING)])


class Sentence:
    """One sentence: from which token to before which, and the roles of words in it."""

    def __init__(self, start: int, end: int, roles: Iterable[tuple[str, int, int]], text: Sentences, language: str) -> None:
        """``roles``: each with the token that it starts at and the one after its last, in order of match."""
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

    def clause(self, match: PatternMatch) -> Clause:
        """How the words before a place are to be read there: one walk from the beginning of the sentence, within ``_CLAUSE``."""
        walk, at = _Walk(), match.start
        index = max(self.start, at - _CLAUSE)
        while index < at:
            roles = self._at.get(index)
            if roles is None:
                walk.fresh, index = False, index + 1
                continue
            index_next = self._subject(walk, roles, index, at)
            if "not" in roles and "skip" not in roles:
                walk.negated_at = roles["not"]
                index_next = max(index_next, roles["not"]) if "other" not in roles else index_next
            if "possible" in roles:  # "grow the role into": no words of it begin a clause
                walk.possible, walk.possible_to = True, roles["possible"]
                index_next = max(index_next, walk.possible_to)
            walk.promised = walk.promised or "promised" in roles
            walk.helped = walk.helped or "helps" in roles
            index = index_next
        return self._clause(walk, match)

    def _subject(self, walk: _Walk, roles: Mapping[str, int], index: int, at: int) -> int:
        """Note whom the words at ``index`` speak of; ``roles`` say where these words end. Returns the token to go on from."""
        if "skip" in roles:
            walk.person = walk.person or any("under" in self._at.get(token, {}) for token in range(index, roles["skip"]))
            if "job" in roles and walk.fresh:  # "You report to the head of data"; not "the director you report to"
                walk.begin("job", fresh=False)
            return roles["skip"]
        if "relative" in roles:
            named = walk.person or self._follows_name(index, walk.job_end)
            walk.begin("other" if named and not walk.sought else "job", fresh=False)
        elif "sought" in roles:
            walk.subject, walk.sought, walk.person, walk.fresh, walk.helped = "job", True, False, False, False
            walk.job_end = roles["sought"]
            return walk.job_end
        elif "job" in roles and roles.get("other", 0) <= roles["job"] and not self._is_object(index):
            negated_at, possible = walk.negated_at, walk.possible
            walk.begin("job", fresh=False)
            if index > self.start and "asks" in self._at.get(index - 1, {}):  # "we do not expect you to"
                walk.negated_at, walk.possible = negated_at, possible
            elif index == walk.possible_to:  # "the plan is that you"
                walk.possible = possible
            walk.person, walk.sought, walk.named, walk.job_end = False, False, _NOBODY, roles["job"]
            return walk.job_end
        elif index == self.start and (role := next((r for r in NAMES if r in roles and (r != HOLDERS or roles[r] <= at)), "")):
            walk.subject, walk.fresh, walk.person = "job" if role == "named-job" else "other", False, False
            walk.named = index, self._name_end(roles, role)
            return min(roles[role], at)
        elif "under" in roles:
            walk.person, walk.fresh = True, False
            return min(roles["under"], at)
        elif "other" in roles:
            return self._somebody_else(walk, index, min(roles["other"], at))
        elif "contrast" in roles:
            walk.begin(walk.subject, fresh=True)
        elif "boundary" in roles:
            walk.fresh, walk.helped = True, False
        elif "determiner" not in roles:
            walk.fresh = False
        return index + 1

    @staticmethod
    def _name_end(roles: Mapping[str, int], role: str) -> int:
        """Where a name ends: those of one person are told by the verb behind them."""
        return roles[role] if role == HOLDERS else roles[role] - 1

    def _somebody_else(self, walk: _Walk, index: int, end: int) -> int:
        """Note a noun for somebody else, which is the subject where a clause begins with it."""
        walk.person = True
        if walk.sought and self._text.word(index)[0].isupper():  # "We seek a Manager, Software Quality to lead"
            return end
        if walk.fresh and not self._closes(end):
            walk.begin("other", fresh=False)
            walk.sought = False
            if index == self.start + 1:  # "The product manager leads": the title says whether that is the job
                walk.named = self.start, end
        walk.fresh = False
        return end

    def _clause(self, walk: _Walk, match: PatternMatch) -> Clause:
        """What the words before a place come to."""
        subject, named, at = walk.subject, walk.named, match.start
        if subject == "job" and named == _NOBODY:
            named = self._named_before(at)
        # "We seek a lead who runs the team" and "you will run it" ask nothing below a heading of requirements.
        stated = walk.sought or walk.promised
        if subject == "job" and (self._asked(at) or (not stated and self._text.below(REQUIREMENTS, self.end))):
            subject = "applicant"
        if subject == "other" and self._asked(at):  # "a record of leadership, both as a contributor and as a manager"
            subject = "applicant"
        if subject == "job" and (walk.helped or self.of_others(at) or (named != _NOBODY and self._text.addresses(self._language))):
            subject = "other"
        negated = walk.negated_at >= 0 and at - walk.negated_at <= _NEGATED
        return Clause(subject, negated, walk.possible or self._later(match), named)

    def _follows_name(self, index: int, job_end: int) -> bool:
        """Whether a name and a comma stand before a relative clause: "Jana, who leads"; a word for the job is no name."""
        word = self._text.word(index - 2)
        return index - 1 > self.start and self._text.word(index - 1) == "," and word[:1].isupper() and job_end != index - 1

    def _named_before(self, at: int) -> tuple[int, int]:
        """The tokens of who does something, right before a verb in the third person: "The ward manager supervises"."""
        if "third-person" not in self._at.get(at, {}):
            return _NOBODY
        first = at
        while first > self.start and at - first < _NAMED and first - 1 not in self._at and self._text.word(first - 1)[0].isalpha():
            first -= 1
        before = self._at.get(first - 1, {}) if first > self.start else {}
        introduced = "determiner" in before or ("relative" in before and first - 1 == self.start)
        name = all(self._text.word(token)[0].isupper() for token in range(first, at))
        return (first, at) if first < at and (introduced or name) else _NOBODY

    def _asked(self, at: int) -> bool:
        """Whether words of the applicant stand near a place."""
        nearest = bisect_left(self._applicant, at - _ASKED)
        return nearest < len(self._applicant) and self._applicant[nearest] <= at + _ASKED

    def _later(self, match: PatternMatch) -> bool:
        """Whether a statement holds later or perhaps: such words stand before it, or behind it in the same clause."""
        if "possible" in self._at.get(match.end, {}):  # "managing a team might be part of the job"
            return True
        first = next(iter(self._starts.get("later", ())), match.end + _CLAUSE)
        between = range(match.end, min(first - 1, match.end + _CLAUSE))  # a comma right before it does not part
        return first < match.end + _CLAUSE and not any("boundary" in self._at.get(at, {}) for at in between)

    def _is_object(self, index: int) -> bool:
        """Whether a word for the job is the object of what stands before it: "reports to you"."""
        return index > self.start and "object-of" in self._at.get(index - 1, {})

    def _closes(self, index: int) -> bool:
        """Whether nothing is said of a noun that ends before a place, so that it is no subject."""
        ends, after = self._at.get(index, {}), self._at.get(index + 1, {})
        # "the director, who …, leads"; "your manager, Anna Smith, leads"
        aside = "skip" in after or "relative" in after or self._text.names(index)
        return index >= self.end or "relative" in ends or ("boundary" in ends and not aside)

    def addresses(self, match: PatternMatch) -> bool:
        """Whether a statement names the job itself."""
        return any(match.start <= at < match.end for at in self._starts.get("addressed", ()))

    def takes_up(self, match: PatternMatch) -> bool:
        """Whether a statement has a pronoun for people who were named before, in it or right before it."""
        return any(match.start - 1 <= at < match.end for at in self._starts.get("pronoun", ()))

    def clause_end(self, start: int, end: int) -> int:
        """Where the clause ends that captured words begin."""
        cut = {"boundary", "relative", "contrast"}
        for at in range(start + 1, end):
            roles = self._at.get(at, {})
            if cut & roles.keys() and not (at + 1 < end and self._joins(at, roles)):
                return at
        return end

    def _joins(self, at: int, roles: Mapping[str, int]) -> bool:
        """Whether a word such as "and" joins two titles of one person: by the title behind it, or alone before a capital letter."""
        return "joins" in roles and (roles["joins"] > at + 1 or self._text.word(at + 1)[0].isupper())

    def denied_behind(self, match: PatternMatch) -> bool:
        """Whether what follows a statement denies it: "line management is not part of this role"."""
        if "denied-after" not in self._starts:
            return False
        end = match.end - (self._text.word(match.end - 1) == ":")  # the mark of a field may be the last of its name
        for index in range(end, min(self.end, end + _BEHIND)):
            ends = self._at.get(index, {})
            if "denied-after" in ends and not any("skip" in self._at.get(at, {}) for at in range(index, ends["denied-after"])):
                return True
            if "job" in ends or "contrast" in ends or (index > match.end and "boundary" in ends):
                return False
        return False

    def denied_around(self) -> bool:
        """Whether a heading above the sentence, or the answer to its question, denies what it says: "Will I manage PMs? No"."""
        return self._text.below(DENIED, self.end) or self._text.answer(self.end, "answer-no", self._language) is not None

    def only_asked(self, match: PatternMatch) -> bool:
        """Whether a question asks what a statement in it says, and no answer affirms it; only where answers are known."""
        if match.end > self.end or self.end - self.start > _QUESTION or not self._text.asks(self.end, self._language):
            return False
        return all(self._text.answer(self.end, role, self._language) is None for role in ("answer-yes", "answer-number"))

    def denied_inside(self, match: PatternMatch) -> bool:
        """Whether the statement itself holds a negation: "manages nobody"."""
        return bool(self._uncovered("not", "skip", range(match.start, match.end)))
