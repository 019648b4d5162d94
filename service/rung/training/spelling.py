"""Compiling the words for ``rung.title.spelling``: common words, to which others are corrected, and known words, which stay."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import chain
from math import inf
from typing import Any

from numpy.typing import NDArray

from rung.title.lexicon import Lexicon
from rung.title.rank import RankReader
from rung.title.spelling import SpellingFigures
from rung.training.npy import trie_array
from rung.tries import trie_of


def compile_spelling(
    tables: Mapping[str, Any], families: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]], figures: SpellingFigures
) -> tuple[dict[str, float], NDArray[Any]]:
    """The common words with their IDF, and a trie of all words known to the readers of titles and texts.

    ``tables`` is the compiled taxonomy; ``families`` and ``arrays`` are those of the family models.
    """
    lexicon, forms = Lexicon.from_dict(tables["lexicon"]), RankReader.from_dict(tables["ranks"]).forms
    idf = arrays["family_idf"].tolist()
    rarity = {word: idf[number] for word, number in trie_of(arrays["family_words"]).items() if " " not in word}
    levels = {form for form in forms if " " not in form and not form.startswith("*")}
    words = {**rarity, **{word: min(figures.level, rarity.get(word, inf)) for word in levels}}
    least = min(figures.letters.values())
    common = {w: words[w] for w in sorted(words) if words[w] <= figures.common and len(w) >= least and w.isalpha()}
    said = (families[name] for name in ("empty", "nouns", "links", "joins"))
    known = chain(
        _words(trie_of(arrays["family_heads"])),
        *said,
        lexicon.words,
        lexicon.spellings,
        _words(form.lstrip("*") for form in forms),
        families["text_terms"].split(),
    )
    return common, trie_array({word for word in known if len(word) >= least and word.isalpha()})


def _words(phrases: Iterable[str]) -> Iterable[str]:
    return (word for phrase in phrases for word in phrase.split())
