"""A model that was altered, cut short, mixed, or made by another version is not believed; nothing in it can run."""

from __future__ import annotations

import hashlib
import io
import json
import pickle
import random
import shutil
from pathlib import Path

import numpy as np
import pytest

from rung import ArtefactError, Normaliser, Query
from rung.artefact import LAYOUT, MANIFEST
from rung.normaliser import newest_model

FILES = (MANIFEST, *LAYOUT.files())


@pytest.fixture
def model(tmp_path: Path) -> Path:
    return shutil.copytree(newest_model(), tmp_path / "model")


def relist(model: Path, name: str) -> None:
    """Make the manifest agree with a file, as one who can write both would."""
    manifest = json.loads((model / MANIFEST).read_text())
    manifest["files"][name] = "sha256:" + hashlib.sha256((model / name).read_bytes()).hexdigest()
    (model / MANIFEST).write_text(json.dumps(manifest))


def refused(model: Path) -> None:
    with pytest.raises(ArtefactError):
        Normaliser.load(model)


@pytest.mark.parametrize("name", LAYOUT.files())
def test_a_file_with_one_bit_changed_is_refused(model: Path, name: str) -> None:
    content = bytearray((model / name).read_bytes())
    content[random.Random(name).randrange(len(content))] ^= 1
    (model / name).write_bytes(content)
    refused(model)


@pytest.mark.parametrize("name", FILES)
def test_a_file_cut_short_is_refused(model: Path, name: str) -> None:
    content = (model / name).read_bytes()
    (model / name).write_bytes(content[: len(content) // 2])
    refused(model)


@pytest.mark.parametrize("name", FILES)
def test_a_missing_file_is_named(model: Path, name: str) -> None:
    (model / name).unlink()
    with pytest.raises(ArtefactError, match=name):
        Normaliser.load(model)


@pytest.mark.parametrize("change", [lambda families: families.popitem(), lambda families: families.update(later=1)])
def test_a_model_of_another_version_says_so(model: Path, change) -> None:
    """A figure that this version needs is not there, or one that it does not know is: no traceback, and what to do."""
    path = model / "weights.json"
    weights = json.loads(path.read_text())
    change(weights["families"])
    path.write_text(json.dumps(weights))
    relist(model, "weights.json")
    with pytest.raises(ArtefactError, match="built for another version of Rung"):
        Normaliser.load(model)


@pytest.mark.parametrize("version", [0, 2, "1", None])
def test_another_format_is_refused(model: Path, version: object) -> None:
    manifest = json.loads((model / MANIFEST).read_text())
    (model / MANIFEST).write_text(json.dumps(manifest | {"format": version}))
    refused(model)


@pytest.mark.parametrize(
    "content", [b"", b"null", b"[]", b"{}", b'{"files": []}', b'{"files": {}, "format": 1}', b"\xff\xfe", b"[" * 10_000]
)
def test_what_is_no_manifest_is_refused(model: Path, content: bytes) -> None:
    (model / MANIFEST).write_bytes(content)
    refused(model)


def test_a_pickle_is_not_opened_even_where_the_manifest_lists_it(model: Path, tmp_path: Path) -> None:
    touched = tmp_path / "touched"

    class Trap:
        def __reduce__(self) -> tuple[object, ...]:
            return Path.touch, (touched,)

    buffer = io.BytesIO()
    np.save(buffer, np.array([Trap()], dtype=object), allow_pickle=True)
    for content in (buffer.getvalue(), pickle.dumps(Trap())):
        name = f"{LAYOUT.arrays[0]}.npy"
        (model / name).write_bytes(content)
        relist(model, name)
        refused(model)
    assert not touched.exists()


def test_a_file_outside_the_folder_is_not_read_for_a_manifest_that_names_it(model: Path) -> None:
    manifest = json.loads((model / MANIFEST).read_text())
    manifest["files"]["../../../etc/passwd"] = "sha256:" + "0" * 64
    (model / MANIFEST).write_text(json.dumps(manifest))
    assert Normaliser.load(model).model.name


def test_a_folder_that_is_none_is_refused(tmp_path: Path) -> None:
    refused(tmp_path / "nothing")
    (tmp_path / "file").write_text("no folder")
    refused(tmp_path / "file")


def test_altered_occupation_files_are_refused_when_codes_are_asked_for(tmp_path):
    folder = shutil.copytree(newest_model(), tmp_path / "model")
    (folder / "occupations" / "occupations.json").write_text("{}")
    normaliser = Normaliser.load(folder)
    assert normaliser.classify(Query("Nurse")).family.id == "nursing"
    with pytest.raises(ArtefactError, match="is not the file that the manifest lists"):
        normaliser.classify(Query("Nurse", include=("occupation",)))
