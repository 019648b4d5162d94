"""Sets of phrases in little memory: static tries, in which each phrase has a number from 0 on.

A set or dictionary of the same texts takes ten times the memory, and must be filled at every start.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from marisa_trie import Trie
from numpy.typing import NDArray


def trie_array(phrases: Iterable[str]) -> NDArray[np.uint8]:
    """A trie of phrases as an array that an artefact can hold."""
    return np.frombuffer(Trie(sorted(phrases)).tobytes(), dtype=np.uint8)


def trie_of(array: NDArray[Any]) -> Trie:
    """The trie in an array that ``trie_array`` made."""
    return Trie().frombytes(array.tobytes())
