"""Sets of phrases in little memory: static tries, in which each phrase has a number from 0 on.

A set or dictionary of as many texts takes ten times the memory, and must be filled at every start.
"""

from __future__ import annotations

from collections.abc import Iterable

from marisa_trie import Trie

from rung.arrays import Array


def trie_bytes(phrases: Iterable[str]) -> bytes:
    """The trie of some phrases, as an array of an artefact holds it."""
    return bytes(Trie(sorted(phrases)).tobytes())


def trie_of(array: Array) -> Trie:
    """The trie that ``trie_bytes`` made."""
    return Trie().frombytes(array.tobytes())
