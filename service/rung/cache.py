"""Bounded caches, safe to share between threads, since each step is one operation on a dictionary."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Recent(Generic[K, V]):
    """At most ``size`` values by key, in two generations: a full young one becomes the old one, and the old one is dropped.

    A key that is asked for again moves to the young generation, so frequent keys stay. A size of 0 keeps nothing.
    """

    def __init__(self, size: int) -> None:
        self.hits = self.misses = 0
        self._half = max(1, size // 2) if size else 0
        self._young: dict[K, V] = {}
        self._old: dict[K, V] = {}

    def get(self, key: K) -> V | None:
        """The value of a key; ``None`` where it is not there."""
        value = self._young.get(key)
        if value is None and (value := self._old.get(key)) is not None:
            self.put(key, value)
        if value is None:
            self.misses += 1
        else:
            self.hits += 1
        return value

    def put(self, key: K, value: V) -> None:
        """Keep a value."""
        if not self._half:
            return
        self._young[key] = value
        if len(self._young) >= self._half:
            self._young, self._old = {}, self._young


class Computed(dict[K, V]):
    """Values that are computed when they are first asked for; emptied when it holds ``size``. A known value costs one look-up."""

    def __init__(self, compute: Callable[[K], V], size: int) -> None:
        super().__init__()
        self._compute, self._size = compute, size

    def __missing__(self, key: K) -> V:
        if len(self) >= self._size:
            self.clear()
        self[key] = value = self._compute(key)
        return value
