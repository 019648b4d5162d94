"""What the context changes: a ladder can replace the meaning of a title, and statements add log-odds."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Literal, NamedTuple, cast, get_args

from rung.context.statements import LEVEL_FIELD, Contexts, Known, OrganisationFact, Rule, facts_at, known_facts
from rung.grid import Cell
from rung.ladders.crosswalk import LadderSense, title_prior
from rung.ladders.placements import variant_shares
from rung.ladders.relations import Crosswalk
from rung.odds import log_odds
from rung.text.facts import NO_STATEMENTS, NOTHING_ADDED, JobStatements, Stated, StatedOdds
from rung.text.matches import TextMatches
from rung.types import REFERENCE, Evidence, Query

Source = Literal["title", "description", "organisation", "stated_level"]
_SOURCES = frozenset(get_args(Source))
# Probabilities after log-odds of the cells in order, and of the family.
Move = Callable[[Mapping[Cell, float], Sequence[float], float], Mapping[Cell, float]]


class PlainTitle(NamedTuple):
    """What a title names without its context: the reference position and level, ``None`` if it names none, and its words."""

    position: str | None = None
    level: str | None = None
    words: str = ""


class Contextual(NamedTuple):
    """The meaning of a title in this context, how much of its plain meaning it replaces (0 to 1), and the sentence for it.

    ``by_ladder``: the query names the ladder, so every title of that ladder is in the graded family.
    """

    meaning: LadderSense
    strength: float
    by_ladder: bool
    says: str


def context_meaning(crosswalk: Crosswalk, contexts: Contexts, known: Known, *, ladder: str, title: PlainTitle) -> Contextual | None:
    """The meaning of the title by the ladder that the query names, else by the first rule whose facts are known.

    ``None`` if the title keeps its plain meaning.
    """
    position, level = title.position, title.level
    if ladder != REFERENCE:
        meaning = title_prior(crosswalk, ladder, position, level, facts=known.facts, text=title.words)
        return None if meaning is None else Contextual(meaning, 1.0, True, meaning.says)
    if not known.facts:
        return None
    for rule in contexts.rules:
        if rule.ladder not in crosswalk.ladders or (rule.positions and position not in rule.positions):
            continue
        strength = _strength(crosswalk, rule, known)
        if strength:
            meaning = title_prior(crosswalk, rule.ladder, position, level, facts=known.facts)
            if meaning is not None:
                return Contextual(meaning, strength, False, rule.says)
    return None


def _strength(crosswalk: Crosswalk, rule: Rule, known: Known) -> float:
    """How much of the plain meaning a rule replaces (0 to 1); 0 if the rule does not hold.

    A rule by variant counts as stated if the caller states one of the facts that speak for the variant.
    """
    if not rule.variant:
        if any(wanted.holds(known.facts) != "yes" for wanted in rule.when):
            return 0.0
        return rule.stated if known.stated.issuperset(wanted.fact for wanted in rule.when) else rule.inferred
    ladder = crosswalk.ladders[rule.ladder]
    variant = ladder.variant(rule.variant)
    speaking = {c.fact for c in (*variant.conditions, *variant.any_of) if c.holds(known.facts) == "yes"}
    if not speaking or variant_shares(crosswalk, ladder, known.facts).get(rule.variant, 0.0) <= 0.5:
        return 0.0
    return rule.stated if speaking & known.stated else rule.inferred


class Context(NamedTuple):
    """The context of a title: what the texts state, what is known, and what the title means here.

    ``found`` are facts of the organisation; for ``stated``, ``elsewhere`` and ``odds`` see ``JobStatements``. ``contextual`` is
    ``None`` if the title keeps its plain meaning. ``position`` is the reference position that the title names.
    """

    found: tuple[OrganisationFact, ...] = ()
    stated: tuple[Stated, ...] = ()
    elsewhere: tuple[Stated, ...] = ()
    odds: StatedOdds = NOTHING_ADDED
    known: Known = Known()
    contextual: Contextual | None = None
    position: str | None = None

    @property
    def plain(self) -> bool:
        """Whether nothing here changes what the title means."""
        if self.known.facts or self.contextual is not None:
            return False
        return not any(fact.weights for fact in self.found) and not any(stated.decides for stated in self.stated)

    def rank_weights(self, level: str) -> Mapping[str, float]:
        """What facts add to the rank of a job of a named family whose title names ``level``: log-odds by level or cell."""
        weights: dict[str, float] = {}
        for fact in self.found:
            own = fact.weights if fact.place == LEVEL_FIELD else fact.elsewhere.weights if level in fact.elsewhere.levels else {}
            for key, weight in own.items():
                weights[key] = weights.get(key, 0.0) + weight
        return weights

    def is_corporate(self, level: str) -> bool:
        """Whether a fact says that a title of this level in a named family may be a rank of the company."""
        return any(level in fact.elsewhere.levels for fact in self.found)

    @property
    def of_family(self) -> bool:
        """Whether the ladder that the query names has this title: then duties decide the level, not the family."""
        return self.contextual is not None and self.contextual.by_ladder


def description_facts(contexts: Contexts, matches: TextMatches) -> tuple[OrganisationFact, ...]:
    """What a description states about the organisation."""
    return facts_at(contexts, matches.tokens, matches.contexts, "description")


def read_context(
    crosswalk: Crosswalk,
    contexts: Contexts,
    query: Query,
    facts: Sequence[OrganisationFact],
    title: PlainTitle,
    job: JobStatements = NO_STATEMENTS,
) -> Context:
    """The context of a query whose texts state ``facts`` about the organisation and ``job`` about the job."""
    once = tuple({fact.id: fact for fact in reversed(facts)}.values())[::-1] if len(facts) > 1 else tuple(facts)
    known = known_facts(contexts, query.organisation, (*once, *job.stated), job.facts)
    contextual = context_meaning(crosswalk, contexts, known, ladder=query.ladder, title=title)
    return Context(once, job.stated, job.elsewhere, job.odds, known, contextual, title.position)


def apply_context(shares: Mapping[Cell, float], context: Context, trust: float, move: Move) -> Mapping[Cell, float]:
    """The probabilities of cells (and ``OTHER``) with the ladder's meaning mixed in and the stated odds added.

    ``trust`` (0 to 1) is the weight of a ladder's meaning. The odds of cells move probability between cells only.
    """
    mixed = shares
    if context.contextual is not None:
        part, cells = context.contextual.strength * trust, context.contextual.meaning.cells
        mixed = {cell: share * (1.0 - part) + part * cells.get(cell, 0.0) for cell, share in shares.items()}
    odds = [fact.odds for fact in context.found if fact.weights and fact.holds(context.position)]
    if context.odds.cells:
        odds.append(context.odds.cells)
    if not odds:
        return mixed
    return move(mixed, odds[0] if len(odds) == 1 else [sum(each) for each in zip(*odds, strict=True)], context.odds.family)


def keep_levels(prior: Mapping[Cell, float], after: Mapping[Cell, float], context: Context) -> Mapping[Cell, float]:
    """Probabilities after duties; the levels that one post has on its ladder keep the proportions that they had before.

    The ladder already says how such a post is graded. The duties decide only how likely it is that the job is this post.
    """
    contextual = context.contextual
    if contextual is None or not contextual.meaning.one_post:
        return after
    kept = dict(after)
    for track in dict.fromkeys(cell.track for cell in contextual.meaning.cells):
        cells = [cell for cell in contextual.meaning.cells if cell.track == track]
        before, whole = sum(prior[cell] for cell in cells), sum(after[cell] for cell in cells)
        for cell in cells if before else ():
            held = whole * prior[cell] / before
            kept[cell] = contextual.strength * held + (1.0 - contextual.strength) * after[cell]
    return kept


def fact_evidence(context: Context, fact: OrganisationFact, level: str | None, weight: float) -> Evidence:
    """A fact that a text states, as evidence; ``level`` is that of the title of a job of a named family."""
    cell, odds = fact.strongest if fact.holds(context.position) else ("", 0.0)
    if level in fact.elsewhere.levels:
        cell, odds = fact.elsewhere.strongest
    towards = {key: value for key, value in fact.implies.items() if context.known.facts.get(key) == value}
    if odds > 0:
        wanted, _, track = cell.partition("/")
        towards |= {"level": wanted, "track": track} if track else {"level": wanted}
    source = cast(Source, fact.place if fact.place in _SOURCES else "organisation")
    return Evidence(source, fact.text, fact.start, fact.end, fact.says, towards, weight)


def ladder_evidence(context: Context, contextual: Contextual, plain: Mapping[Cell, float], weight: float, least: float) -> Evidence:
    """The ladder that gives the title its meaning, as evidence towards the cell for which it adds most to ``plain``.

    A share counts as at least ``least``.
    """
    gains = {
        cell: log_odds(share, least) - log_odds(plain.get(cell, 0.0), least) for cell, share in contextual.meaning.cells.items()
    }
    most = max(gains, key=gains.__getitem__)
    towards = {"ladder": contextual.meaning.ladder, "level": most.level, "track": most.track}
    known = [f"{key}: {context.known.facts[key]}" for key in sorted(context.known.stated)]
    text = "; ".join(known) or contextual.meaning.ladder
    return Evidence("organisation", text, 0, 0, contextual.says, towards, weight)
