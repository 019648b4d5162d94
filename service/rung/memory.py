"""Memory around a load: it makes many objects, leaves nothing to collect, and needs more for a while than what it leaves."""

from __future__ import annotations

import contextlib
import ctypes
import gc
from collections.abc import Iterator


@contextlib.contextmanager
def paused() -> Iterator[None]:
    """Collect no garbage inside the block."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def settle() -> None:
    """Take what is loaded out of the garbage collector's sight, and hand back to the system what is no longer used.

    Walking a model again and again would stop requests for 40 ms.
    """
    gc.freeze()
    with contextlib.suppress(AttributeError, OSError, TypeError):  # only glibc keeps free memory, and has this
        ctypes.CDLL(None).malloc_trim(0)


def collect_settled() -> None:
    """Collect what has settled and is no longer used, as a model that another replaced."""
    gc.unfreeze()
    gc.collect()
    settle()
