"""The committed model is what ``training_data/`` builds: nobody edits it, and nobody forgets to build it."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from rung import __version__

ROOT = Path(__file__).resolve().parents[2]
COMMITTED = ROOT / "models" / f"rung-{__version__}"
MEND = "run `rung train` and commit models/"


@pytest.fixture(scope="module")
def rebuilt(tmp_path_factory):
    """A build in a process of its own: the libraries read how many threads they may use when they are first imported."""
    target = tmp_path_factory.mktemp("models")
    command = [sys.executable, "-m", "rung.cli", "train", "--models", str(target)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return target / COMMITTED.name


def _files(folder):
    """The paths of all files of a model, in order."""
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def test_a_rebuild_has_the_files_that_are_committed(rebuilt):
    assert _files(rebuilt) == _files(COMMITTED)


def test_a_rebuild_on_the_same_versions_is_byte_identical(rebuilt):
    manifests = [json.loads((folder / "manifest.json").read_text(encoding="utf-8")) for folder in (COMMITTED, rebuilt)]
    if manifests[0]["built_with"] != manifests[1]["built_with"]:
        pytest.skip(f"the model was built with {manifests[0]['built_with']}, and this environment has {manifests[1]['built_with']}")
    different = [file for file in _files(COMMITTED) if (COMMITTED / file).read_bytes() != (rebuilt / file).read_bytes()]
    assert not different, f"{different} differ from what training_data/ builds; {MEND}"


TOLERANCE = 1e-3


def test_a_rebuild_anywhere_looks_up_the_same_and_weighs_alike(rebuilt):
    """Also where the rebuild is not byte-identical: figures may differ by ``TOLERANCE``, words not at all.

    Other kinds of CPU sum in another order; the largest difference seen is 3e-5, between AVX2 and AVX-512.
    """
    for path in sorted(COMMITTED.glob("*.json")):
        if path.name not in ("manifest.json", "metrics.json"):
            ours, theirs = (json.loads((folder / path.name).read_text(encoding="utf-8")) for folder in (COMMITTED, rebuilt))
            assert alike(ours, theirs), f"{path.name} is not what training_data/ builds; {MEND}"
    for path in sorted(COMMITTED.glob("*.npy")):
        ours, theirs = (np.load(folder / path.name, allow_pickle=False) for folder in (COMMITTED, rebuilt))
        np.testing.assert_allclose(ours, theirs, rtol=TOLERANCE, atol=TOLERANCE, err_msg=f"{path.name}: {MEND}")


def alike(one: object, other: object) -> bool:
    """Whether two parts of a document are equal, fractions within the tolerance."""
    if isinstance(one, dict) and isinstance(other, dict):
        return list(one) == list(other) and all(alike(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(alike, one, other))
    if isinstance(one, float) and isinstance(other, float | int):
        return math.isclose(one, other, rel_tol=TOLERANCE, abs_tol=TOLERANCE)
    return one == other
