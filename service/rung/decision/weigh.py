"""Weighing: combines title and duties, as log-odds, into probabilities of every cell of the grid.

The title gives shares. Each way of matching it has a limited trust, so clear duties can always outweigh it. The duties give
log-likelihood ratios, each with a factor and a cap, so a vague text never outweighs a clear title. Calibration turns the result
into the confidence of the answer.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from rung.context.effects import Context, PlainTitle, apply_context, keep_levels
from rung.decision.decide import Decision
from rung.grid import OTHER, UNKNOWN, Cell, Grid
from rung.ladders.readings import LadderPlaces
from rung.text.facts import StatementRules
from rung.text.named_job import NamedJob
from rung.text.reader import DutyReading
from rung.title.meaning import TitleReading
from rung.title.words import ParsedTitle


class Belief(NamedTuple):
    """The trust in a way of matching a title, and how the rest is spread; all are shares of 1 (``weights.yaml`` explains each)."""

    trust: float
    near: float
    beside: float
    other: float
    far: float


class Strength(NamedTuple):
    """A factor on log-odds, and the bounds of the result: ``cap`` and ``floor`` (below 0)."""

    factor: float
    cap: float
    floor: float

    def of(self, log_odds: float) -> float:
        """The log-odds after factor and bounds."""
        counts = self.factor * log_odds
        return self.cap if counts > self.cap else self.floor if counts < self.floor else counts


class WeighingWeights(NamedTuple):
    """The figures of ``weights.yaml`` that weighing uses."""

    title: Mapping[str, Belief]
    other: Mapping[str, float]
    usual: Mapping[str, float]
    usual_other: float
    level: Strength
    manager: Strength
    family: Strength
    unnamed: Strength
    several: float
    enough: float
    open: Mapping[str, float]
    context: float

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> WeighingWeights:
        """Read ``weights.yaml`` as plain data."""
        duties = data["duties"]
        return cls(
            title={k: Belief(**v) for k, v in data["title"].items()},
            other=data["other"],
            usual=data["usual"]["cells"],
            usual_other=data["usual"]["other"],
            level=Strength(**duties["level"]),
            manager=Strength(**duties["manager"]),
            family=Strength(**duties["family"]),
            unnamed=Strength(**duties["unnamed"]),
            several=duties["several"],
            enough=duties["enough"],
            open=duties["open"],
            context=data["context"]["trust"],
        )


class DutyOdds(NamedTuple):
    """What the text adds, in log-odds: to the graded family against all others, and to each cell against the others of the grid.

    ``cells`` has one value a cell, in the order of the grid.
    """

    family: float
    cells: Sequence[float]


def move(prior: Mapping[Cell, float], cells: Sequence[Cell], odds: Sequence[float], family: float = 0.0) -> dict[Cell, float]:
    """Probabilities after adding log-odds to each cell, and to the family against ``OTHER``.

    The odds of cells move probability within the family only; ``family`` moves it between the family and ``OTHER``.
    """
    inside = [prior[cell] * math.exp(value) for cell, value in zip(cells, odds, strict=True)]
    graded = sum([prior[cell] for cell in cells]) * math.exp(family)
    whole, total = graded + prior[OTHER], sum(inside) or 1.0
    moved = dict(zip(cells, [p / total * graded / whole for p in inside], strict=True))
    moved[OTHER] = prior[OTHER] / whole
    return moved


class TitleMeaning(NamedTuple):
    """What a title means by itself: its reading and the probabilities of the cells.

    ``position`` and ``level`` are those of its most likely cell, ``None`` if that is another family. ``decision`` is the decision
    by the title alone, if it is cached.
    """

    reading: TitleReading
    probabilities: Mapping[Cell, float]
    position: str | None
    level: str | None
    decision: Decision | None = None


class Weighed(NamedTuple):
    """A query before the decision: what its title and its text say (``None`` if missing), and the probabilities.

    ``plain`` is by the title alone, ``prior`` by the title in its context, ``probabilities`` by both and the duties; all are empty
    if nothing in the query can be read. ``ladder_places`` are those of a job without a title, on the ladder that the caller names.
    ``named_job`` is the job that its text names, ``against`` are the log-odds of the graded family by the words of the whole text.
    """

    parsed: ParsedTitle
    title: TitleMeaning | None
    duties: DutyReading | None
    context: Context
    plain: Mapping[Cell, float]
    prior: Mapping[Cell, float]
    probabilities: Mapping[Cell, float]
    ladder_places: LadderPlaces | None = None
    named_job: NamedJob | None = None
    against: float = 0.0

    @property
    def match_kind(self) -> str:
        """How the title's meaning was matched."""
        return self.title.reading.match_kind if self.title else "untitled"

    @property
    def plain_title(self) -> PlainTitle:
        """What the title names without its context."""
        words = self.parsed.view.cleaned
        return PlainTitle(words=words) if self.title is None else PlainTitle(self.title.position, self.title.level, words)

    @property
    def names_job(self) -> bool:
        """Whether the title names a job of the graded family or of its neighbours."""
        return self.match_kind not in ("untitled", "none")

    @property
    def management_stated(self) -> bool:
        """Whether statements say who manages whom, so that the duties add nothing to the track."""
        return _management_stated(self.title, self.context)

    @property
    def stated(self) -> bool:
        """Whether a statement of the text counts."""
        return any(each.decides for each in self.context.stated)

    @property
    def title_alone(self) -> bool:
        """Whether the title alone decides."""
        return self.probabilities is self.plain


def _management_stated(title: TitleMeaning | None, context: Context) -> bool:
    """With a title, any statement about managing people replaces the duties' words; without one, only one that counts."""
    return context.odds.mentions if title is not None else bool(context.odds.track)


class Weigher:
    """Weighs one title and one text on one grid."""

    def __init__(self, grid: Grid, weights: WeighingWeights, statements: StatementRules) -> None:
        self._grid = grid
        self._weights = weights
        self._apply_track = statements.apply_track
        self._spread = {
            (kind, cell): self._around(cell, belief) for kind, belief in weights.title.items() for cell in (*grid.cells, OTHER)
        }
        self._places = [(grid.rank(cell) - 1, cell.track == "manager") for cell in grid.cells]
        total = sum(weights.usual.values())
        self._usual = {cell: weights.usual.get(str(cell), 0.0) / total for cell in grid.cells}
        self._untitled = {c: p * (1 - weights.usual_other) for c, p in self._usual.items()} | {OTHER: weights.usual_other}

    def _around(self, cell: Cell, belief: Belief) -> dict[Cell, float]:
        """How the share of one cell is spread: most of it stays, the rest goes to what the cell is mistaken for."""
        grid = self._grid
        if cell == OTHER:
            spread = {c: belief.other / len(grid.cells) for c in grid.cells} | {OTHER: 1.0}
        else:
            spread = {OTHER: belief.other, **{c: self._share(c, cell, belief) for c in grid.cells}}
        total = sum(spread.values())
        return {c: share / total for c, share in spread.items()}

    def _share(self, beside: Cell, cell: Cell, belief: Belief) -> float:
        """How much of a cell's share goes to another cell, or stays if the two are the same."""
        if beside == cell:
            return belief.trust
        if beside.level == cell.level:
            return belief.near
        neighbours = abs(self._grid.rank(beside) - self._grid.rank(cell)) == 1 and beside.track == cell.track
        return belief.beside if neighbours else belief.far

    def title(self, reading: TitleReading | None) -> Mapping[Cell, float]:
        """The probabilities of the cells and ``OTHER`` by the title alone; the usual ones if there is no title."""
        if reading is None:
            return self._untitled
        if reading.shares.get(OTHER, 0.0) >= 1.0:
            graded = self._weights.other[reading.match_kind]
            return {**{c: p * graded for c, p in self._usual.items()}, OTHER: 1.0 - graded}
        out = dict.fromkeys((*self._grid.cells, OTHER), 0.0)
        for cell, share in reading.shares.items():
            if share:
                for c, p in self._spread[reading.match_kind, cell].items():
                    out[c] += share * p
        return out

    def duties(self, reading: DutyReading | None, management_stated: bool = False, others: float = 0.0) -> DutyOdds | None:
        """The bounded log-odds that the text adds, scaled down if it has few duties; ``None`` without a text.

        If statements already say who manages whom (``management_stated``), the words around them add nothing to the track.
        ``others`` is the share of the other families by the title: if it leaves the family open ("PM"), fewer duties decide it.
        """
        if reading is None:
            return None
        weights = self._weights
        share = min(1.0, reading.amount / weights.enough)
        manager = 0.0 if management_stated else weights.manager.of(reading.manager)
        factor, cap, floor = weights.level
        # Inlined ``Strength.of``: this is the hot loop.
        levels = [cap if (v := factor * value) > cap else floor if v < floor else v for value in reading.levels]
        cells = [share * (levels[at] + manager) if managing else share * levels[at] for at, managing in self._places]
        # A few vague sentences say even less about the family than about the level, hence the square below.
        # Sentences that fit every job are weaker evidence against the family than the duties of another family.
        family = weights.unnamed if reading.nearest == UNKNOWN else weights.family
        clear = reading.family > 0.0 or reading.nearest != UNKNOWN
        if clear and weights.open["least"] <= others <= weights.open["most"]:
            share = min(1.0, reading.amount / weights.open["enough"])
        return DutyOdds(share * share * family.of(reading.family), cells)

    def ranks(self, reading: DutyReading | None, named: NamedJob | None = None) -> dict[tuple[str, str], float]:
        """The shares of level and track by the text alone, for a job of any family, and by the job that it names.

        Empty without a text.
        """
        if reading is None:
            return {}
        share = min(1.0, reading.amount / self._weights.enough)
        levels, manager = reading.general.levels, reading.general.manager
        odds = [share * (levels[at] + manager * managing) for at, managing in self._places]
        inside = [self._usual[cell] * math.exp(value) for cell, value in zip(self._grid.cells, odds, strict=True)]
        ranks = dict(named.ranks) if named is not None else {}
        left = (1.0 - sum(ranks.values())) / sum(inside)
        for cell, value in zip(self._grid.cells, inside, strict=True):
            ranks[cell.level, cell.track] = ranks.get((cell.level, cell.track), 0.0) + left * value
        return ranks

    def scaled(self, odds: DutyOdds, title: TitleReading | None) -> DutyOdds:
        """The log-odds of a text with its title: if the title names several jobs they count less, because the text is about all."""
        if title is None or title.match_kind != "several":
            return odds
        share = self._weights.several
        return DutyOdds(share * odds.family, [share * value for value in odds.cells])

    def move(self, prior: Mapping[Cell, float], odds: Sequence[float], family: float = 0.0) -> dict[Cell, float]:
        """The probabilities after adding log-odds to each cell in order, and to the family."""
        return move(prior, self._grid.cells, odds, family)

    def weigh(self, parsed: ParsedTitle, meaning: TitleMeaning, duties: DutyReading | None, context: Context) -> Weighed:
        """Title, duties and context together."""
        title = meaning if parsed.readable else None
        if title is None and duties is None:
            return Weighed(parsed, None, None, context, {}, {}, {})
        plain = self.title(None) if title is None else title.probabilities
        if duties is None and context.plain:
            return Weighed(parsed, title, None, context, plain, plain, plain)
        prior = self._prior(plain, context, titled=title is not None)
        return Weighed(parsed, title, duties, context, plain, prior, self._with_duties(prior, title, duties, context))

    def reweigh(self, weighed: Weighed) -> Mapping[Cell, float]:
        """The probabilities of a query by its title, its duties, its context, and the job that its text names."""
        if not weighed.plain:
            return {}
        prior = self._prior(weighed.plain, weighed.context, titled=weighed.title is not None)
        probabilities = self._with_duties(prior, weighed.title, weighed.duties, weighed.context)
        return self.combine(probabilities, self._named_job_odds(weighed.against, weighed.named_job))

    def _prior(self, plain: Mapping[Cell, float], context: Context, *, titled: bool) -> Mapping[Cell, float]:
        """The probabilities by the title in its context, with what the text states.

        If there is a title, a stated track leaves the level alone; without one, the track says something about the level too.
        """
        moved, track = apply_context(plain, context, self._weights.context, self.move), context.odds.track
        if not track:
            return moved
        if titled:
            return self._apply_track(moved, track)
        return self.move(moved, [track if managing else 0.0 for _, managing in self._places])

    def _with_duties(
        self, prior: Mapping[Cell, float], title: TitleMeaning | None, duties: DutyReading | None, context: Context
    ) -> Mapping[Cell, float]:
        others = title.reading.shares.get(OTHER, 0.0) if title else 0.0
        odds = self.duties(duties, _management_stated(title, context), others)
        if odds is not None:
            odds = self.scaled(odds, title.reading if title else None)
            if context.of_family:
                # The ladder that the title is read by has this title, so duties cannot take it out of the family.
                odds = odds._replace(family=max(0.0, odds.family))
        return keep_levels(prior, self.combine(prior, odds), context)

    def with_named_job(self, weighed: Weighed, against: float, named: NamedJob | None) -> Weighed:
        """Adds the job that the text names and the log-odds ``against`` the graded family, for a title that names no job."""
        odds = self._named_job_odds(against, named)
        if odds is None or (named is None and not weighed.probabilities):
            return weighed
        if not weighed.probabilities:  # its words are no duties that are known
            weighed = weighed._replace(plain=self._untitled, prior=self._untitled, probabilities=self._untitled)
        return weighed._replace(probabilities=self.combine(weighed.probabilities, odds), named_job=named, against=against)

    def _named_job_odds(self, against: float, named: NamedJob | None) -> DutyOdds | None:
        if named is None and not against:
            return None
        cells = [0.0] * len(self._grid.cells)
        if named is not None and named.family == self._grid.family and named.ranks:
            least = (1.0 - sum(named.ranks.values())) / len(cells)
            cells = [math.log(least + named.ranks.get((cell.level, cell.track), 0.0)) for cell in self._grid.cells]
        return DutyOdds(against + (named.graded if named is not None else 0.0), cells)

    def combine(self, prior: Mapping[Cell, float], duties: DutyOdds | None) -> dict[Cell, float]:
        """The probabilities of the cells by title and duties together."""
        return dict(prior) if duties is None else self.move(prior, duties.cells, duties.family)
