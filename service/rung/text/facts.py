"""Facts: which statements of a text count, what they add to the log-odds of a job's cells, and which facts follow from them.

``training_data/shared/statements.yaml`` says what each kind of statement changes. A repeated statement counts once; of several that
make the same claim, the strongest counts.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any, Literal, NamedTuple

from rung.errors import DataError
from rung.grid import Cell
from rung.ladders.conditions import FactValue
from rung.text.statements import Statement
from rung.title.clean import fold

Claim = Literal["yes", "no"]
_OPPOSITE: Mapping[str, Claim] = {"yes": "no", "no": "yes"}
_COUNTS = ("reports", "teams", "products")  # what a text counts of its job that conditions ask for
_COUNTED = 60  # statements of one text that count; there are fewer kinds than that
_NOTHING: Mapping[str, Any] = {}


class Effect(NamedTuple):
    """What one statement changes, in log-odds.

    ``odds`` has one value for each cell in order, ``track`` is that of the manager track, ``family`` that of the graded family.
    ``implies`` are facts of the organisation that follow from it. ``strongest`` is the largest weight as the data writes it: the
    key of a track, level or cell, and its log-odds.
    """

    odds: tuple[float, ...]
    track: float
    family: float
    implies: Mapping[str, str]
    strongest: tuple[str, float]


class StatedOdds(NamedTuple):
    """The sums of the log-odds of several statements, as in ``Effect``. ``mentions``: the text mentions managing people."""

    cells: tuple[float, ...]
    track: float = 0.0
    family: float = 0.0
    mentions: bool = False


NOTHING_ADDED = StatedOdds(())


class Stated(NamedTuple):
    """A statement that counts, with the sentence that explains it and what it changes.

    ``says`` is that sentence for a job of the graded family, ``elsewhere`` for a job of another one.
    """

    statement: Statement
    says: str
    elsewhere: str
    effect: Effect

    @property
    def implies(self) -> Mapping[str, str]:
        """The facts of the organisation that it implies."""
        return self.effect.implies

    @property
    def decides(self) -> bool:
        """Whether it changes the odds of the family or of any cell."""
        return bool(self.effect.family or self.effect.track) or any(self.effect.odds)


class JobStatements(NamedTuple):
    """What a text states about the job.

    ``stated`` are the statements that count, ``elsewhere`` those that count if the job is outside the graded family. ``odds`` are
    the log-odds that ``stated`` adds, ``facts`` the facts that it states.
    """

    stated: tuple[Stated, ...] = ()
    elsewhere: tuple[Stated, ...] = ()
    odds: StatedOdds = NOTHING_ADDED
    facts: Mapping[str, FactValue] = {}


NO_STATEMENTS = JobStatements()


class _Case(NamedTuple):
    """What a kind changes if its count lies from ``least`` to ``most``; the last case of a sense has no bounds."""

    least: float
    most: float
    effect: Effect


class _Rule(NamedTuple):
    id: str
    claims: Mapping[str, str]
    reads: str
    level: str
    subjects: tuple[str, ...]
    senses: Mapping[str, tuple[_Case, ...]]
    says: Mapping[str, str]
    elsewhere: Mapping[str, str]
    positions: tuple[str, ...]
    softened: bool
    outside: bool


class StatementRules:
    """The rules of ``statements.yaml`` for the cells of one grid."""

    def __init__(self, data: Mapping[str, Any], cells: Sequence[Cell]) -> None:
        """``data`` is ``statements.yaml`` as plain data, ``cells`` are those of the grid in order."""
        rows = data["statements"]
        self._articles, self._below = (frozenset(data["named"][key]) for key in ("articles", "below"))
        self._beside: float = data["beside"]
        self._caps: Mapping[str, float] = data["cap"]
        self._cells = tuple(cells)
        by_name = {str(cell): cell for cell in cells}
        self._unnamed: float = data["without"]["share"]
        self._without = {
            level: {by_name[cell]: share for cell, share in shares.items()} for level, shares in data["without"]["levels"].items()
        }
        self._nothing = Effect((0.0,) * len(cells), 0.0, 0.0, {}, ("", 0.0))
        self._rules = {row["id"]: _rule(row, cells) for row in rows}
        self._order = {kind: at for at, kind in enumerate(self._rules)}

    def counted(
        self, statements: Iterable[Statement], position: str | None, level_named: bool, title: str = ""
    ) -> tuple[Stated, ...]:
        """The statements that count, one for each kind and sense, with their effects.

        ``position`` is the reference position that the title names, "" for the title of another job, ``None`` without a title.
        ``level_named``: a word of the title states a level. ``title`` are its words: a statement about someone whom the text names
        by these words is about the job.
        """
        first: dict[tuple[str, str, str], Statement] = {}
        for each in statements:
            statement = each
            if each.named and title:
                statement = each._replace(subject="job" if self._same_job(each.named, title) else "other")
            rule = self._rules[statement.kind]
            # An assertion of such a kind counts only beside the title of another job.
            left_out = rule.outside and statement.sense == "asserted" and position != ""
            if statement.subject in rule.subjects and statement.sense in rule.senses and not left_out:
                key = (statement.kind, statement.sense, statement.words if rule.reads == "reports_to" else "")
                first.setdefault(key, statement)
            if len(first) == _COUNTED:
                break
        return self._strongest([self._stated(s, position, level_named) for s in first.values()])

    def job_statements(self, statements: Sequence[Statement], position: str | None, level_named: bool, title: str) -> JobStatements:
        """What the statements of a text state about the job; for the other arguments see ``counted``."""
        stated = self.counted(statements, position, level_named, title)
        elsewhere = stated if position is not None else self.counted(statements, "", level_named, title)
        return JobStatements(stated, elsewhere, self.odds(stated, statements, level_named), self.facts(stated))

    def _same_job(self, named: str, title: str) -> bool:
        """Whether a title has every word of a name or its initials, and no word such as "Deputy" that makes it a lower job.

        A name in the plural has two words or more, and the title begins or ends with them: "Our store managers".
        """
        words, others = fold(named).split(), fold(title).split()
        words = [word for word in words if word not in self._articles]
        if "".join(word[0] for word in words) in others:
            return True
        if any(word in self._below and word not in words for word in others):
            return False
        if words and words[-1].endswith("s") and words[-1] not in others:
            one = [*words[:-1], words[-1].removesuffix("s")]
            return len(one) > 1 and one in (others[: len(one)], others[-len(one) :])
        pairs = {first[0] + second[0] for first, second in pairwise(others)}  # "PM" for "product manager"
        return all(word in pairs or any(word.startswith(other) or other.startswith(word) for other in others) for word in words)

    def _stated(self, statement: Statement, position: str | None, level_named: bool) -> Stated:
        rule, sense = self._rules[statement.kind], statement.sense
        says = rule.says[sense]
        return Stated(statement, says, rule.elsewhere.get(sense, says), self._effect(statement, position, level_named))

    def _effect(self, statement: Statement, position: str | None, level_named: bool) -> Effect:
        rule = self._rules[statement.kind]
        least, most = _span(statement)
        effect = next(case.effect for case in rule.senses[statement.sense] if case.least <= least and most <= case.most)
        if rule.positions and position is not None and position not in rule.positions:
            return self._nothing._replace(implies=effect.implies, family=effect.family)
        if rule.softened and level_named:
            key, weight = effect.strongest
            return effect._replace(
                odds=tuple(self._beside * v for v in effect.odds),
                track=self._beside * effect.track,
                strongest=(key, self._beside * weight),
            )
        return effect

    def _strongest(self, found: Sequence[Stated]) -> tuple[Stated, ...]:
        """The statements; of several that make the same claim, only the strongest keeps its odds."""
        best: dict[tuple[str, str], Stated] = {}
        for stated in found:
            for claim in self._claims(stated.statement).items():
                other = best.get(claim)
                if other is None or abs(stated.effect.strongest[1]) > abs(other.effect.strongest[1]):
                    best[claim] = stated
        kept = []
        for stated in found:
            claims = self._claims(stated.statement)
            loses = claims and not any(best[claim] is stated for claim in claims.items())
            kept.append(stated._replace(effect=self._nothing._replace(implies=stated.effect.implies)) if loses else stated)
        return tuple(kept)

    def _claims(self, statement: Statement) -> Mapping[str, str]:
        claims = self._rules[statement.kind].claims
        return claims if statement.sense == "asserted" else {fact: _OPPOSITE[value] for fact, value in claims.items()}

    def claims(self, stated: Stated) -> frozenset[tuple[str, str]]:
        """The facts that a statement claims, each with yes or no."""
        return frozenset(self._claims(stated.statement).items())

    def odds(self, stated: Sequence[Stated], statements: Sequence[Statement], level_named: bool) -> StatedOdds:
        """The capped sums of the log-odds of ``stated``; ``statements`` are all statements of the text."""
        mentions = any("manages" in self._rules[s.kind].claims for s in statements)
        if not stated:
            return StatedOdds(self._nothing.odds, mentions=mentions)
        cells = [sum(values) for values in zip(self._nothing.odds, *(s.effect.odds for s in stated), strict=True)]
        track, family = sum(s.effect.track for s in stated), sum(s.effect.family for s in stated)
        cap = self._caps["named" if level_named else "unnamed"]
        capped = tuple(_within(cap, value) for value in cells)
        return StatedOdds(capped, _within(self._caps["track"], track), _within(self._caps["family"], family), mentions)

    def apply_track(self, probabilities: Mapping[Cell, float], odds: float) -> Mapping[Cell, float]:
        """Probabilities after log-odds of the manager track, each level keeping its own.

        If a level has only one track, part of its probability moves to the cells that the data lists (``without``).
        """
        moved, lone = dict(probabilities), []
        for level in dict.fromkeys(cell.level for cell in self._cells):
            both = sorted((cell for cell in self._cells if cell.level == level), key=lambda cell: cell.track)
            if len(both) == 1:
                lone += both
                continue
            whole = sum(probabilities[cell] for cell in both)
            share = _share(probabilities[both[1]], probabilities[both[0]], odds)  # of the manager track
            moved |= {both[0]: whole * (1.0 - share), both[1]: whole * share}
        for cell in lone:
            if (cell.track == "ic") == (odds > 0) and cell.level in self._without:
                leaves = probabilities[cell] * _share(self._unnamed, 1.0 - self._unnamed, abs(odds))
                moved[cell] -= leaves
                for other, share in self._without[cell.level].items():
                    moved[other] += leaves * share
        return moved

    def claim(self, stated: Iterable[Stated], fact: str) -> Literal["yes", "no", "unknown"]:
        """What statements claim about a fact; ``unknown`` if they say nothing or contradict each other."""
        said = {value for s in stated for name, value in self._claims(s.statement).items() if name == fact}
        return "yes" if said == {"yes"} else "no" if said == {"no"} else "unknown"

    def reads(self, stated: Iterable[Stated], fact: str) -> Stated | None:
        """The statement that gives a count, the boss or a level: the claim whose kind is listed first, or the first statement."""
        rules = self._rules
        found = [s for s in stated if rules[s.statement.kind].reads == fact and self._has(s.statement)]
        claims = [s for s in found if rules[s.statement.kind].claims]
        return min(claims, key=lambda s: self._order[s.statement.kind], default=found[0] if found else None)

    def _has(self, statement: Statement) -> bool:
        reads = self._rules[statement.kind].reads
        if reads == "reports_to":
            return bool(statement.words)
        if statement.sense == "denied":
            return not (statement.least or statement.most)  # "you do not manage the six" gives no count
        return statement.has_number or reads == "stated_level"

    def facts(self, stated: Sequence[Stated]) -> dict[str, FactValue]:
        """Counts and claims by name, for the conditions of readings, without what is not stated or contradicted."""
        facts: dict[str, FactValue] = {}
        for name in _COUNTS:
            found = self.reads(stated, name)
            if found is not None and found.statement.has_number:
                least, most = found.statement.least, found.statement.most
                # An organisation has at least as many products as one job is responsible for; "up to five" are one or more.
                facts[name] = (min(1, most or 0) if least is None else least, None if name == "products" else most)
        boss = self.reads(stated, "reports_to")
        if boss is not None and boss.statement.words:
            facts["reports_to"] = boss.statement.words
        for name in sorted({fact for s in stated for fact in self._claims(s.statement)}):
            if (claim := self.claim(stated, name)) != "unknown":
                facts[name] = claim
        return facts

    def level(self, statement: Statement) -> str:
        """The level that a statement states; "" if its kind states none."""
        return self._rules[statement.kind].level


def _span(statement: Statement) -> tuple[float, float]:
    """The bounds of a count, to compare with those of a case: "up to five" counts as five; both are -1 if there is no number."""
    if not statement.has_number:
        return -1, -1
    most = math.inf if statement.most is None else statement.most
    return (most if statement.least is None else statement.least), most


def _within(cap: float, odds: float) -> float:
    return max(-cap, min(cap, odds))


def _share(for_it: float, against: float, odds: float) -> float:
    """The share of one of two alternatives after log-odds for it; 0 if both are 0."""
    raised = for_it * math.exp(odds)
    return raised / (raised + against) if raised + against else 0.0


_FIELDS = {
    "id", "claims", "reads", "level", "subjects", "negative", "apart", "clause", "addressed", "senses", "when", "weights",
    "positions", "softened", "outside", "family", "implies", "says", "elsewhere", "takes_up", "field",
}  # fmt: skip


def _rule(row: Mapping[str, Any], cells: Sequence[Cell]) -> _Rule:
    if unknown := set(row) - _FIELDS:
        raise DataError(f"statements.yaml: {row.get('id')}: unknown field {sorted(unknown)}; use {sorted(_FIELDS)}")
    senses = {sense: _cases(row, sense, cells) for sense in row.get("senses", ("asserted", "denied"))}
    return _Rule(
        row["id"],
        row.get("claims", {}),
        row.get("reads", ""),
        row.get("level", ""),
        tuple(row.get("subjects", ("job",))),
        senses,
        row["says"],
        row.get("elsewhere", {}),
        tuple(row.get("positions", ())),
        row.get("softened", False),
        row.get("outside", False),
    )


def _cases(row: Mapping[str, Any], sense: str, cells: Sequence[Cell]) -> tuple[_Case, ...]:
    """The effects of one sense: those for a range of counts first, then the one for any count."""
    weights, implies = row.get("weights", _NOTHING).get(sense, {}), row.get("implies", _NOTHING).get(sense, {})
    family = row.get("family", _NOTHING).get(sense, 0.0)
    cases = [
        _Case(
            case["min"],
            case["max"],
            _effect(weights | case.get("weights", {}), implies | case.get("implies", {}), family, cells),
        )
        for case in row.get("when", _NOTHING).get(sense, ())
    ]
    return (*cases, _Case(float("-inf"), float("inf"), _effect(weights, implies, family, cells)))


def _effect(weights: Mapping[str, float], implies: Mapping[str, str], family: float, cells: Sequence[Cell]) -> Effect:
    odds = tuple(float(weights[str(cell)]) if str(cell) in weights else float(weights.get(cell.level, 0.0)) for cell in cells)
    track = float(weights.get("manager", 0.0)) - float(weights.get("ic", 0.0))
    strongest = max(weights, key=lambda key: abs(weights[key]), default="")
    return Effect(odds, track, family, implies, (strongest, float(weights.get(strongest, family))))
