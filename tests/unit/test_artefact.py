"""Writing the folder of a model."""

import json
import pickle
from pathlib import Path

import numpy as np
import pytest

from rung.arrays import read_npy
from rung.artefact import LAYOUT, MANIFEST, load, save
from rung.training.npy import array_bytes


def written(folder: Path, optional: dict[str, bytes]) -> None:
    save(
        folder,
        name="rung",
        version="1",
        documents={key: {} for key in LAYOUT.documents},
        arrays=dict.fromkeys(LAYOUT.arrays, array_bytes(np.zeros(1))),
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


def test_a_loaded_model_can_be_sent_to_another_process(tmp_path):
    written(tmp_path, {})
    sent = pickle.loads(pickle.dumps(load(tmp_path)))
    assert sent.arrays["idf"].tolist() == [0.0]
    assert sent.documents["weights"] == {}


def test_a_manifest_that_names_a_file_outside_removes_none(tmp_path):
    outside, model = tmp_path / "outside.txt", tmp_path / "model"
    outside.write_text("mine")
    model.mkdir()
    (model / MANIFEST).write_text(json.dumps({"files": {"../outside.txt": ""}}))
    written(model, {})
    assert outside.read_text() == "mine"


@pytest.mark.parametrize("kind", [np.float64, np.float32, np.int64, np.int32, np.int8, np.uint64, np.uint8])
@pytest.mark.parametrize("shape", [(0,), (1,), (7,), (1, 1), (3, 4)])
def test_an_array_is_read_as_it_was_written(kind, shape):
    array = (np.arange(np.prod(shape)).reshape(shape) - 2).astype(kind)
    read = read_npy(array_bytes(array))
    assert read.tolist() == array.tolist()
    assert read.tobytes() == array.tobytes()


WHOLE = array_bytes(np.zeros((3, 4)))


@pytest.mark.parametrize(
    "content",
    [b"", b"{}", WHOLE[:-1], WHOLE[:-8], WHOLE + bytes(8), WHOLE[:40], WHOLE.replace(b"(3, 4)", b"(4, 4)"), *map(array_bytes, [
        np.zeros((2, 3, 4)), np.zeros(3, complex), np.array(["text"]), np.zeros((2, 3), ">f8"), np.zeros(2, np.float16),
    ])],
)  # fmt: skip
def test_a_file_that_is_no_such_array_is_refused(content):
    with pytest.raises(ValueError, match="an array"):
        read_npy(content)
