"""Writing the folder of a model."""

import json
from pathlib import Path

import numpy as np

from rung.artefact import LAYOUT, MANIFEST, load, save


def written(folder: Path, optional: dict[str, bytes]) -> None:
    save(
        folder,
        name="rung",
        version="1",
        documents={key: {} for key in LAYOUT.documents},
        arrays=dict.fromkeys(LAYOUT.arrays, np.zeros(1)),
        texts=dict.fromkeys(LAYOUT.texts, ""),
        data_digest="sha256:",
        built_with={},
        optional=optional,
    )


def test_a_file_of_an_earlier_build_goes_and_any_other_stays(tmp_path):
    model, mine = tmp_path / "model", tmp_path / "model" / "mine.txt"
    written(model, {"codes/old.npy": b"old", "codes/both.npy": b"old"})
    mine.write_text("mine")
    written(model, {"codes/both.npy": b"new"})
    assert [path.name for path in (model / "codes").iterdir()] == ["both.npy"]
    assert (model / "codes" / "both.npy").read_bytes() == b"new"
    assert mine.read_text() == "mine"
    assert set(load(model).optional) == {"codes/both.npy"}


def test_a_manifest_that_names_a_file_outside_removes_none(tmp_path):
    outside, model = tmp_path / "outside.txt", tmp_path / "model"
    outside.write_text("mine")
    model.mkdir()
    (model / MANIFEST).write_text(json.dumps({"files": {"../outside.txt": ""}}))
    written(model, {})
    assert outside.read_text() == "mine"
