"""Rung without its compiled kernel, in a process that has one: to measure the plain implementation and compare its answers."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from unittest.mock import patch


@contextmanager
def without_kernel() -> Iterator[None]:
    """Objects created in the block use the plain implementation, as with ``RUNG_KERNEL=plain``."""
    with ExitStack() as stack:
        for name, module in list(sys.modules.items()):
            if name.startswith("rung.") and hasattr(module, "native"):
                stack.enter_context(patch.object(module, "native", None))
        yield
