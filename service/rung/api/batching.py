"""Short requests that arrive together are answered together.

The code and data of a whole answer do not fit into a processor's cache. In a batch each step runs for all queries before the next
one, which costs less CPU (docs/decisions/0008).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

from rung.normaliser import Normaliser
from rung.types import Query, Result

AT_ONCE = 16  # queries of a batch; others wait for the next iteration of the event loop


class Batcher:
    """Collects queries as long as each iteration of the event loop brings further ones, and answers them together."""

    def __init__(self, normaliser: Callable[[], Normaliser]) -> None:
        """``normaliser`` returns the current one."""
        self._normaliser = normaliser
        self._waiting: list[tuple[Query, asyncio.Future[Result]]] = []

    async def classify(self, query: Query) -> Result:
        """Answer one query, in its turn.

        Raises:
            InvalidQuery: as ``Normaliser.classify`` says.
            Unavailable: no model is loaded yet.
        """
        self._normaliser()
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[Result] = loop.create_future()
        self._waiting.append((query, answer))
        if len(self._waiting) == 1:
            loop.call_soon(self._gather, 0)
        return await answer

    def _gather(self, before: int) -> None:
        """Wait for one more iteration if this one brought queries (there were ``before``), until a batch is full."""
        count = len(self._waiting)
        if before < count < AT_ONCE:
            asyncio.get_running_loop().call_soon(self._gather, count)
        else:
            self._answer()

    def _answer(self) -> None:
        some, self._waiting = self._waiting[:AT_ONCE], self._waiting[AT_ONCE:]
        if self._waiting:
            asyncio.get_running_loop().call_soon(self._answer)
        for (_, answer), outcome in zip(some, _outcomes(self._normaliser(), [query for query, _ in some]), strict=True):
            if answer.done():  # its client disconnected
                continue
            if isinstance(outcome, Exception):
                answer.set_exception(outcome)
            else:
                answer.set_result(outcome)


def _outcomes(normaliser: Normaliser, queries: Sequence[Query]) -> Sequence[Result | Exception]:
    """An outcome for each query. If an unforeseen error ends the batch, each is answered alone, so that one fails alone."""
    try:
        return normaliser.classify_many(queries)
    except Exception:
        return [_outcome(normaliser, query) for query in queries]


def _outcome(normaliser: Normaliser, query: Query) -> Result | Exception:
    try:
        return normaliser.classify(query)
    except Exception as error:
        return error
