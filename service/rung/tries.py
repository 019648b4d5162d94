"""Sets of phrases in little memory: static tries, in which each phrase has a number from 0 on.

A set or dictionary of the same texts takes ten times the memory, and must be filled at every start.
"""

from __future__ import annotations

from collections.abc import Iterable

from marisa_trie import Trie

from rung.arrays import Array


def trie_bytes(phrases: Iterable[str]) -> bytes:
    """A trie of phrases as bytes, which an array of an artefact holds."""
    return bytes(Trie(sorted(phrases)).tobytes())


def trie_of(array: Array) -> Trie:
    """The trie in an array of the bytes that ``trie_bytes`` made."""
    return Trie().frombytes(array.tobytes())
