"""Rung without its compiled kernel, in a process that has it: what the plain path costs, and what it answers."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from unittest.mock import patch


@contextmanager
def without_kernel() -> Iterator[None]:
    """What is made in the block is made of Python and numpy, as where no kernel was built or ``RUNG_KERNEL=plain`` is set."""
    with ExitStack() as stack:
        for name, module in list(sys.modules.items()):
            if name.startswith("rung.") and hasattr(module, "native"):
                stack.enter_context(patch.object(module, "native", None))
        yield
