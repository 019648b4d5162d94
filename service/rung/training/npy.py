"""Arrays as the files of an artefact hold them; ``rung.arrays`` reads these without numpy."""

from __future__ import annotations

import io
from collections.abc import Iterable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rung.tries import trie_bytes


def array_bytes(array: ArrayLike) -> bytes:
    """A ``.npy`` file of an array."""
    buffer = io.BytesIO()
    np.save(buffer, np.ascontiguousarray(array), allow_pickle=False)
    return buffer.getvalue()


def trie_array(phrases: Iterable[str]) -> NDArray[np.uint8]:
    """The trie of some phrases."""
    return np.frombuffer(trie_bytes(phrases), dtype=np.uint8)
