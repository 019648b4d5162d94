"""The compiled kernel: chosen here, once.

``native`` is the extension module, or ``None`` where every step runs in Python and numpy. The results are the same. The environment
variable ``RUNG_KERNEL`` forces one: ``plain`` ignores the extension, ``native`` refuses to start without it.
"""

from __future__ import annotations

import os
from types import ModuleType

REVISION = 21  # of the C source; a library compiled from another one is ignored

_WANTED = os.environ.get("RUNG_KERNEL", "")
if _WANTED not in ("", "plain", "native"):
    raise ImportError(f"RUNG_KERNEL={_WANTED!r} is not known; set it to 'plain' or 'native', or unset it.", name="RUNG_KERNEL")

try:
    from rung.kernel import _kernel as native
except ImportError:
    native = None  # type: ignore[assignment]
if native is not None and (_WANTED == "plain" or native.REVISION != REVISION):
    native = None  # type: ignore[assignment]
if native is None and _WANTED == "native":
    raise ImportError(
        "RUNG_KERNEL=native, but the compiled kernel is missing or was built from another version of its source. "
        "Install a C compiler and run `make kernel` (in a checkout) or reinstall the package, or unset RUNG_KERNEL.",
        name="RUNG_KERNEL",
    )


def functions() -> ModuleType:
    """The module with ``mean_shares`` and ``sum_rows``: the compiled one, or ``rung.kernel.plain``."""
    if native is not None:
        return native
    from rung.kernel import plain  # noqa: PLC0415 - numpy is loaded only where there is no kernel

    return plain


__all__ = ["REVISION", "functions", "native"]
