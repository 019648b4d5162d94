"""A query after all decisions: what its answer is rendered from."""

from __future__ import annotations

from typing import NamedTuple

from rung.decision.decide import Decision
from rung.decision.named import NamedDecision
from rung.decision.weigh import Weighed
from rung.grid import OTHER
from rung.text.decode import DecodedQuery
from rung.types import Query


class Decided(NamedTuple):
    """A query with its probabilities and its decisions: for a cell of the graded family, and for a job of a named one.

    ``decision`` is ``None`` if nothing in the query can be read, ``named`` if no word names a job, or if the job is surely of the
    graded family. ``query`` has decoded texts; ``decoded`` maps offsets back to the raw ones, and is ``None`` if they are the same.
    """

    query: Query
    weighed: Weighed
    decision: Decision | None
    named: NamedDecision | None
    decoded: DecodedQuery | None

    @property
    def named_answer(self) -> NamedDecision | None:
        """The decision for a named family, if that is the answer; ``None`` if the job is of the graded family or unreadable."""
        return self.named if self.decision is None or self.decision.cell == OTHER else None
