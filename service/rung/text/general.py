"""The level of a text by what ads of all families have in common: words, signs, years required, pay.

The model was learned from real ads of all families (``rung.training.general``). In the graded family it counts beside the family's
own sentences. All figures are log-odds of each level against the average ad (natural logarithms), in order of rank.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from rung.arrays import Array, doubles
from rung.text.pay import Pay
from rung.text.sentences import Scorer, scorer

YEARS = "years"  # the cue that reads the years of experience required
LINES = ("words", "years", "pay", "track", "signs")


class Blend(NamedTuple):
    """The weight of each source of the level, and of the words for the ``track``.

    ``own``: the graded family's own sentences; ``years``: the years required; ``pay``: the pay; ``general``: the words of ads of
    all families; ``signs``: the cues that are signs of a level.
    """

    own: float
    years: float
    pay: float
    general: float
    track: float
    signs: float


class Language(NamedTuple):
    """How the language of the training ads is recognised: a text has one of ``words`` at least every ``every`` characters.

    ``other`` are the log-odds of one step of rank in a text of another language.
    """

    words: Sequence[str]
    every: int
    other: float

    def of(self, text: str) -> bool:
        """Whether a readable text is in this language."""
        found = 0
        for word in self.words:
            found += text.count(f" {word} ")
            if found * self.every >= len(text):
                return True
        letters = len(text) - text.count(" ") - text.count("\n")  # what was blanked, such as repeats, does not count
        return found * self.every >= letters

    def step(self, text: str) -> float:
        """The log-odds of one step of rank in a text of another language; 0 if the text is too short to tell."""
        return self.other if len(text) >= self.every else 0.0


class General(NamedTuple):
    """The log-odds of the levels and of the manager track by the ads of all families.

    ``signs`` is the part of ``manager`` that comes from the signs. ``paid`` is the yearly pay in thousands of dollars, 0 if it is
    not stated; ``in_language``: the text is in the language of the training ads.
    """

    levels: tuple[float, ...]
    manager: float
    signs: float = 0.0
    paid: float = 0.0
    in_language: bool = True


class GeneralReader:
    """Reads level and track of a text by words, signs, years and pay.

    In another language, only years, pay and the language itself count. ``signs`` are the ids of the cues that are signs.
    """

    def __init__(
        self, scorer: Scorer, lines: Mapping[str, Array], blend: Blend, language: Language, pay: Pay, signs: Sequence[str] = ()
    ) -> None:
        """``scorer`` has two columns, the rank and the manager track.

        ``lines`` has slope and intercept of the log-odds: ``words``, ``years`` and ``pay`` by level, and of the ``track``; of each
        of ``signs`` the log-odds of the levels and of the manager track where it stands in a text.
        """
        self._scorer = scorer
        self.signs = tuple(signs)
        self._signs = [[blend.signs * odds for odds in sign] for sign in lines["signs"].tolist()]
        self._language = language
        self._pay = pay
        self._blend = blend
        self._words = _scaled(lines["words"], blend.general)
        self._years = _scaled(lines["years"], blend.years)
        self._paid = _scaled(lines["pay"], blend.pay)
        slope, intercept = lines["track"].tolist()
        self._track = blend.track * slope, blend.track * intercept

    @property
    def scorer(self) -> Scorer:
        """The scorer of a text as one sentence."""
        return self._scorer

    def read(self, text: str, years: float, scores: bytes | None = None, signs: Sequence[float] = ()) -> General:
        """The reading of a readable text that requires ``years`` (0: not stated) and has ``signs`` matches of each sign.

        ``scores`` are those of the scorer, if they are known already.
        """
        return self._read(text, years, self._pay.of(text), self._language.of(text), scores, signs)

    def read_again(self, general: General, text: str, years: float, signs: Sequence[float]) -> General:
        """The reading of a text that lost some words, but neither its pay nor its language."""
        return self._read(text, years, general.paid, general.in_language, None, signs)

    def _read(
        self, text: str, years: float, paid: float, in_language: bool, scores: bytes | None, signs: Sequence[float]
    ) -> General:
        log_odds = [0.0] * len(self._words)
        if years:
            log_odds = _add_line(self._years, math.log1p(years), log_odds)
        if paid:
            log_odds = _add_line(self._paid, math.log(paid), log_odds)
        if not in_language:
            step = self._language.step(text)
            return General(tuple([odds + step * at for at, odds in enumerate(log_odds)]), 0.0, 0.0, paid, in_language)
        rank, manager = doubles(self._scorer.score(text) if scores is None else scores)
        managing = 0.0
        for sign, (*levels, track) in zip(signs, self._signs, strict=False):
            if sign:
                log_odds = [odds + value for odds, value in zip(log_odds, levels, strict=True)]
                managing += track
        slope, intercept = self._track
        levels, track = _add_line(self._words, rank, log_odds), slope * manager + intercept + managing
        return General(tuple(levels), track, managing, paid, in_language)

    def levels(self, general: General, own: Sequence[float]) -> tuple[float, ...]:
        """The log-odds of the levels, with those of the family's own sentences added."""
        return tuple([odds + self._blend.own * value for odds, value in zip(general.levels, own, strict=True)])


def _scaled(line: Array, weight: float) -> list[tuple[float, float]]:
    """Slope and intercept of each level, times a weight."""
    return [(weight * slope, weight * intercept) for slope, intercept in zip(*line.tolist(), strict=True)]


def _add_line(line: Sequence[tuple[float, float]], value: float, log_odds: Sequence[float]) -> list[float]:
    """The log-odds of the levels with those of a value added: a line in the value for each level."""
    return [odds + slope * value + intercept for odds, (slope, intercept) in zip(log_odds, line, strict=True)]


def general_reader(terms: Sequence[str], arrays: Mapping[str, Array], weights: Mapping[str, Any]) -> GeneralReader:
    """The reader of a built model: its terms, its arrays and its ``weights.yaml`` as plain data."""
    words = scorer(terms, *(arrays[f"general_{name}"] for name in ("idf", "weights", "scales", "intercept")))
    lines = {name: arrays[f"general_{name}"] for name in LINES}
    duties = weights["duties"]
    blend, language, pay = Blend(**duties["blend"]), Language(**duties["language"]), Pay(**duties["pay"])
    return GeneralReader(words, lines, blend, language, pay, duties["signs"])
