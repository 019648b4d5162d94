"""How well level and track are read from titles of any job: ``python -m rung.training.any_levels GOLD.jsonl.gz ...``.

A row is right where the likeliest reading is one of those that it accepts. It is sure where all that it accepts is one level and
one track. A row whose title names no job, so that it has no level, is left out.
"""

from __future__ import annotations

import argparse
import gzip
import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from rung.errors import DataError
from rung.title.clean import Cleaner
from rung.title.rank import Rank, RankReader
from rung.training.levels import levels_dict
from rung.training.metrics import figure, share
from rung.training.sources import read_yaml


class LevelRow(NamedTuple):
    """A title with the levels and tracks that careful readers accept; its own comes first."""

    title: str
    accept: tuple[Rank, ...]

    @property
    def sure(self) -> bool:
        """True where every reader gives one level and one track."""
        return len(set(self.accept)) == 1


def read_level_rows(path: Path) -> Iterator[LevelRow]:
    """The rows of a labelled file, plain or gzipped JSONL, that have a level.

    Raises:
        DataError: the file or a row cannot be read.
    """
    opener = gzip.open if path.suffix == ".gz" else open
    try:
        with opener(path, "rt", encoding="utf-8") as lines:
            for number, line in enumerate(lines, 1):
                try:
                    row = json.loads(line)
                    labels = [label.split("/") for label in row["accept"]]
                    title = row["title"]
                except (json.JSONDecodeError, KeyError, TypeError, AttributeError) as error:
                    raise DataError(f"{path}:{number}: not a labelled row ({error!r}); title and accept are needed") from error
                if labels and all(len(label) == 3 for label in labels):
                    yield LevelRow(title, tuple((level, track) for _, level, track in labels))
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror or error}; name a .jsonl or .jsonl.gz file") from error


def measured(name: str, rows: Iterable[LevelRow], reader: RankReader, cleaner: Cleaner) -> tuple[str, list[str]]:
    """One line of figures with 95% intervals, and one line for every row that is wrong."""
    hits: dict[bool, list[bool]] = {True: [], False: []}
    confidence: dict[bool, list[float]] = {True: [], False: []}
    wrong: list[str] = []
    for row in rows:
        reading = reader.read(cleaner.clean(row.title))
        answer = (reading.level, reading.track)
        hits[row.sure].append(answer in row.accept)
        confidence[row.sure].append(reading.probabilities[answer])
        if answer not in row.accept:
            accepted = " or ".join("/".join(rank) for rank in dict.fromkeys(row.accept))
            wrong.append(f"{row.title!r}: {'/'.join(answer)}, not {accepted}")
    texts = [
        f"{'sure' if sure else 'unsure'} {figure(share, np.array(hits[sure], dtype=float))} of {len(hits[sure])},"
        f" mean share {np.mean(confidence[sure]):.2f}"
        for sure in (True, False)
        if hits[sure]
    ]
    return f"{name}: {'; '.join(texts)}", wrong


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the figures of labelled files; with ``--wrong`` each title that was read otherwise."""
    parser = argparse.ArgumentParser(prog="python -m rung.training.any_levels", description=__doc__.splitlines()[0])
    parser.add_argument("files", nargs="+", type=Path, help="labelled titles, .jsonl or .jsonl.gz")
    parser.add_argument("--data", type=Path, default=Path("training_data"), help="the folder of training data")
    parser.add_argument("--wrong", action="store_true", help="print the titles that were read otherwise")
    options = parser.parse_args(arguments)
    reader = RankReader.from_dict(levels_dict(options.data))
    patterns = read_yaml(options.data / "shared" / "modifiers.yaml")["patterns"]
    cleaner = Cleaner([(row["kind"], row["pattern"]) for row in patterns])
    for file in options.files:
        line, wrong = measured(file.name.split(".")[0], read_level_rows(file), reader, cleaner)
        print(line)
        if options.wrong:
            print("\n".join(f"  {text}" for text in wrong))


if __name__ == "__main__":
    main()
