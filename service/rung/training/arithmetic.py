"""The arithmetic that a model is built with.

OpenBLAS and numpy choose their kernels by the CPU, and other kernels sum in another order: the last digits of the weights would
differ from machine to machine. Both read these variables when they are first imported, so ``rung train`` starts a process with
them set. A variable that the environment sets already is left alone. ``built_with`` of the manifest records them.
"""

from __future__ import annotations

import os
import platform
from collections.abc import Mapping

# Kernels that every x86-64 CPU with AVX2 has.
_X86 = {"OPENBLAS_CORETYPE": "Haswell", "NPY_DISABLE_CPU_FEATURES": "X86_V4 AVX512_ICL AVX512_SPR"}


def pinned() -> dict[str, str]:
    """The variables as this process has them, empty where one is not set; none on a machine that is not x86-64."""
    return {name: os.environ.get(name, "") for name in _wanted()}


def missing() -> dict[str, str]:
    """The variables that the environment does not set, with the values that they should have."""
    return {name: value for name, value in _wanted().items() if name not in os.environ}


def _wanted() -> Mapping[str, str]:
    return _X86 if platform.machine().lower() in ("x86_64", "amd64") else {}
