"""Rate limits: a token bucket for each caller."""

from __future__ import annotations

from collections import OrderedDict
from time import monotonic

from rung.api.problems import RateLimited

CALLERS = 10_000  # buckets kept; the least recently used is dropped first, when it is full again anyway


class Rates:
    """A token bucket for each caller: it holds at most ``burst`` tokens and gains ``rate`` a second; a request takes one."""

    def __init__(self, rate: float, burst: int) -> None:
        self._rate = rate
        self._burst = float(burst)
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, caller: str) -> None:
        """Take one token.

        Raises:
            RateLimited: the bucket is empty.
        """
        now = monotonic()
        tokens, then = self._buckets.pop(caller, (self._burst, now))
        tokens = min(self._burst, tokens + (now - then) * self._rate)
        taken = tokens >= 1.0
        self._buckets[caller] = (tokens - 1.0 if taken else tokens, now)
        if len(self._buckets) > CALLERS:
            self._buckets.popitem(last=False)
        if not taken:
            detail = f"more than {self._rate:g} requests a second; Retry-After says when to retry"
            raise RateLimited(detail, (1.0 - tokens) / self._rate)
