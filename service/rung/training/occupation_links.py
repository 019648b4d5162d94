"""What links occupations: the words that a group shares, and the crosswalk from O*NET-SOC to ESCO."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from rung.numeric import unit
from rung.training.occupation_points import Trained
from rung.training.occupation_tables import Tables, Title

_BLOCK = 2000
_FROM, _TO = "soc", "esco"


def ratios(matrix: Any, owners: NDArray[np.int64], counts: NDArray[np.float64], groups: NDArray[np.int64], settings: Any) -> Any:
    """Per term (row) how often titles of an occupation, or of a group, have it, divided by how often all titles have it.

    ``counts``: how much each title (row of ``matrix``) counts. Occupations and groups with few titles are held back.
    """
    every = np.asarray(matrix.sum(0)).ravel() / counts.sum()
    belongs = np.concatenate([owners[None], groups[:, owners]])
    weights = np.concatenate([[1.0], settings["levels"]])
    size = int(groups.max()) + 1
    sums = sparse.csr_matrix(
        (np.ones(belongs.size), (belongs.ravel(), np.tile(np.arange(len(owners)), len(belongs)))), (size, len(owners))
    )
    totals = sums @ counts + settings["held_back"]
    scale = np.repeat(weights, [groups[0].min(), *(len(np.unique(row)) for row in groups)]) / totals
    found = (sparse.diags(1 / every) @ (sparse.diags(scale) @ sums @ matrix).T).tocsr()
    found.sort_indices()
    return found


def crosswalk(tables: Tables, scheme: str, titles: Sequence[Title], points: Trained) -> dict[str, NDArray[Any]]:
    """Per occupation of O*NET-SOC (row) the shares of the occupations of ESCO that go with it; nothing for other schemes.

    Each title of ESCO is given occupations of O*NET-SOC by its point. The official titles of an occupation count together as much
    as ``official`` vacancies.
    """
    settings, count = tables.settings["crosswalk"], len(tables.names[scheme])
    shares = sparse.csc_matrix((count, 0))
    if scheme == _TO:
        owners = np.array([title.owner for title in titles])
        official = np.array([title.source != "vacancy" for title in titles])
        counts = np.where(official, settings["official"] / np.bincount(owners[official], minlength=count)[owners], 1.0)
        sums = sparse.csr_matrix((counts, (owners, np.arange(len(owners)))), (count, len(owners)))
        together = np.zeros((count, len(tables.names[_FROM])))
        for start in range(0, len(owners), _BLOCK):
            block = slice(start, start + _BLOCK)
            together += sums[:, block] @ _chances(points.titles[scheme][block], points.layers[_FROM], settings)
        together /= together.sum(0) + 1
        shares = sparse.csc_matrix(np.where(together < settings["least"], 0.0, together))
    return {
        "crosswalk_rows": shares.indptr.astype(np.uint32),
        "crosswalk_classes": shares.indices.astype(np.uint16),
        "crosswalk_weights": shares.data.astype(np.float32),
    }


def _chances(points: NDArray[Any], layer: Mapping[str, NDArray[Any]], settings: Mapping[str, float]) -> NDArray[np.float64]:
    scores = settings["point"] * (points @ layer["point_weights"].T + layer["point_biases"])
    scores = (scores + settings["direction"] * (unit(points) @ layer["directions"].T)).astype(np.float64)
    raised = np.exp(scores - scores.max(1, keepdims=True))
    return np.asarray(raised / raised.sum(1, keepdims=True))
