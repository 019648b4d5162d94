"""Sets of phrases as arrays of an artefact."""

from rung.training.npy import trie_array
from rung.tries import trie_of

PHRASES = ["nurse", "head nurse", "größe", "看護師", "c++ developer", "nurse"]


def test_a_trie_holds_its_phrases_and_no_part_of_one():
    trie = trie_of(trie_array(PHRASES))
    assert set(trie) == set(PHRASES)
    assert "head" not in trie
    assert sorted(trie[phrase] for phrase in set(PHRASES)) == list(range(5))


def test_the_order_of_the_phrases_changes_no_byte():
    assert trie_array(PHRASES).tobytes() == trie_array(reversed(PHRASES)).tobytes()


def test_a_trie_needs_its_array_no_longer():
    tries = [trie_of(trie_array(f"phrase {number}" for number in range(1000))) for _ in range(50)]
    assert all(trie.get("phrase 7") is not None for trie in tries)
