"""The table of counts that the model of family by text is trained on; ``rung.training.family_counts`` makes it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from rung.errors import DataError
from rung.training.counts import packed, packed_counts, unpacked, unpacked_counts, write_arrays

FAMILY_COUNTS = "family_counts.npz"
TASKS = "onet"  # the source of tasks; an ad's source is its repository


@dataclass(frozen=True, slots=True)
class FamilyCounts:
    """Counts of terms: ``matrix`` has the shape (rows, terms). A row is an ad, or the tasks of an occupation.

    ``family`` and ``source`` have one value for each row; ``by_reading`` is true if a reader gave the family, not the title.
    """

    terms: tuple[str, ...]
    matrix: csr_matrix
    family: NDArray[np.str_]
    source: NDArray[np.str_]
    by_reading: NDArray[np.bool_]

    def save(self, path: Path) -> None:
        """Write the table; equal counts give equal bytes."""
        families, family = np.unique(self.family, return_inverse=True)
        sources, source = np.unique(self.source, return_inverse=True)
        arrays = {
            "terms": packed(self.terms),
            "families": packed(families),
            "sources": packed(sources),
            "family": family.astype(np.uint8),
            "source": source.astype(np.uint8),
            "by_reading": self.by_reading,
            **packed_counts(self.matrix),
        }
        write_arrays(path, arrays)

    @classmethod
    def load(cls, path: Path) -> FamilyCounts:
        """Read the table.

        Raises:
            DataError: there is no such file, or it is of another form.
        """
        try:
            with np.load(path, allow_pickle=False) as kept:
                terms, families, sources = (unpacked(kept[name]) for name in ("terms", "families", "sources"))
                matrix = unpacked_counts(kept, len(kept["family"]), len(terms))
                family, source = np.array(families)[kept["family"]], np.array(sources)[kept["source"]]
                return cls(terms, matrix, family, source, kept["by_reading"])
        except (OSError, ValueError, KeyError, IndexError) as error:
            raise DataError(f"{path}: no table of counts ({error}); `python -m rung.training.family_counts` makes it") from error
