"""Figures as an answer writes them: to so many digits behind the point, as Python's ``round`` gives them, only sooner."""

from __future__ import annotations

from collections.abc import Callable

from rung.kernel.patterns import kernel

rounded: Callable[[float, int], float] = kernel.rounded if kernel is not None else round
