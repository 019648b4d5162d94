"""The artefact: a ``models/`` folder, saved and loaded as data that cannot run.

``Layout`` names every file. The manifest holds the sha256 of each and of the training data; loading checks them all, and a missing,
altered or foreign file stops it with an error that names the file. Arrays are ``.npy`` files of plain numbers.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rung.arrays import Array, read_npy
from rung.errors import ArtefactError

FORMAT = 1
MANIFEST = "manifest.json"


@dataclass(frozen=True, slots=True)
class Layout:
    """The names of the JSON documents and arrays of an artefact. ``metrics.json`` and the model card are for people."""

    documents: tuple[str, ...] = ("taxonomy", "patterns", "vocabulary", "families", "weights", "metrics")
    arrays: tuple[str, ...] = (
        "idf", "sentence_weights", "sentence_scales", "sentence_intercepts", "document", "document_usual",
        "general_idf", "general_weights", "general_scales", "general_intercept", "general_words",
        "general_years", "general_pay", "general_track", "general_signs",
        "family_heads", "family_of_head", "family_head_first", "language_of_head", "family_subjects", "family_of_subject",
        "family_words", "family_letters", "known_words",
        "family_idf", "family_weights", "family_scales", "family_intercepts",
        "family_text_idf", "family_text_weights", "family_text_scales", "family_text_intercepts",
        "pattern_members", "pattern_rows", "pattern_needs", "pattern_code", "pattern_begins", "pattern_offsets", "pattern_starts",
        "pattern_required", "pattern_needed", "pattern_ends",
    )  # fmt: skip
    texts: tuple[str, ...] = ("MODEL_CARD.md",)

    def files(self) -> tuple[str, ...]:
        """All file names but the manifest's."""
        return (*(f"{d}.json" for d in self.documents), *(f"{a}.npy" for a in self.arrays), *self.texts)


LAYOUT = Layout()


@dataclass(frozen=True, slots=True)
class Artefact:
    """A loaded model: documents and arrays by name, name and version, the digest of its manifest, and its folder.

    ``optional`` maps files of ``folder`` that are read later, on first use, to their digests.
    """

    name: str
    version: str
    digest: str
    documents: Mapping[str, Any]
    arrays: Mapping[str, Array]
    folder: Path = Path()
    optional: Mapping[str, str] = field(default_factory=dict)


def save(
    folder: Path,
    *,
    name: str,
    version: str,
    documents: Mapping[str, Any],
    arrays: Mapping[str, bytes],
    texts: Mapping[str, str],
    data_digest: str,
    built_with: Mapping[str, str],
    optional: Mapping[str, bytes],
) -> str:
    """Write an artefact and its manifest; the same input gives the same bytes. Returns the digest.

    ``arrays``: the contents of their ``.npy`` files, by name.
    ``optional``: further files by their path in the folder, which ``load`` does not read.
    """
    folder.mkdir(parents=True, exist_ok=True)
    contents: dict[str, bytes] = {f"{key}.json": dump(documents[key]) for key in LAYOUT.documents}
    contents |= {f"{key}.npy": arrays[key] for key in LAYOUT.arrays}
    contents |= {key: texts[key].encode() for key in LAYOUT.texts}
    contents |= optional
    _remove_listed(folder)
    for file, content in contents.items():
        (folder / file).parent.mkdir(exist_ok=True)
        (folder / file).write_bytes(content)
    manifest = {
        "format": FORMAT,
        "name": name,
        "version": version,
        "training_data": data_digest,
        "built_with": dict(sorted(built_with.items())),
        "files": {file: sha256(content) for file, content in sorted(contents.items())},
    }
    content = dump(manifest)
    (folder / MANIFEST).write_bytes(content)
    return sha256(content)


def _remove_listed(folder: Path) -> None:
    """Remove the files that the manifest in the folder lists, from an earlier build; other files stay."""
    with contextlib.suppress(FileNotFoundError, ValueError, KeyError, TypeError):
        for file in json.loads((folder / MANIFEST).read_bytes())["files"]:
            if (path := folder / file).resolve().is_relative_to(folder.resolve()):
                path.unlink(missing_ok=True)


def load(folder: Path) -> Artefact:
    """Read and verify an artefact.

    Raises:
        ArtefactError: a file is missing, altered, not listed, or of another format.
    """
    manifest_bytes = _read(folder, MANIFEST)
    try:
        manifest = json.loads(manifest_bytes)
        listed = dict(manifest["files"])
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise ArtefactError(f"{folder / MANIFEST} is not a manifest ({error}); build the model again with `rung train`") from error
    if manifest.get("format") != FORMAT:
        raise ArtefactError(f"{folder} has format {manifest.get('format')!r}; this version of Rung reads {FORMAT}; build it again")
    missing = sorted(set(LAYOUT.files()) - set(listed))
    if missing:
        raise ArtefactError(f"{folder / MANIFEST} does not list {', '.join(missing)}; build the model again with `rung train`")
    contents = {file: _verified(folder, file, listed[file]) for file in LAYOUT.files()}
    documents = _Files(folder, {name: contents[f"{name}.json"] for name in LAYOUT.documents}, json.loads)
    arrays = _Files(folder, {name: contents[f"{name}.npy"] for name in LAYOUT.arrays}, read_npy)
    optional = {file: digest for file, digest in listed.items() if file not in contents}
    return Artefact(manifest["name"], manifest["version"], sha256(manifest_bytes), documents, arrays, folder, optional)


class _Files(Mapping[str, Any]):
    """Files of a folder by name, each parsed on every access: parsed documents take much memory, and most are used once.

    Raises:
        ArtefactError: a file cannot be parsed.
    """

    def __init__(self, folder: Path, contents: Mapping[str, bytes], parse: Callable[[bytes], Any]) -> None:
        self._folder, self._contents, self._parse = folder, contents, parse

    def __getitem__(self, name: str) -> Any:
        try:
            return self._parse(self._contents[name])
        except (ValueError, RecursionError) as error:
            raise _unreadable(self._folder, error) from error

    def __iter__(self) -> Iterator[str]:
        return iter(self._contents)

    def __len__(self) -> int:
        return len(self._contents)


def _unreadable(folder: Path, error: Exception) -> ArtefactError:
    return ArtefactError(f"{folder} holds a file that is listed but cannot be read ({error}); build the model again")


def verify_optional(artefact: Artefact, folder: str) -> Path:
    """The path of a folder of optional files, after comparing each file with the manifest.

    Raises:
        ArtefactError: the model has no such files, or one is missing or altered.
    """
    files = [file for file in artefact.optional if file.startswith(f"{folder}/")]
    if not files:
        raise ArtefactError(f"{artefact.folder} has no {folder}; build the model again with `rung train`")
    for file in files:
        _verified(artefact.folder, file, artefact.optional[file])
    return artefact.folder / folder


def _verified(folder: Path, file: str, expected: str) -> bytes:
    content = _read(folder, file)
    if sha256(content) != expected:
        raise ArtefactError(
            f"{folder / file} is not the file that the manifest lists (sha256 differs); fetch or build the model again"
        )
    return content


def _read(folder: Path, file: str) -> bytes:
    try:
        return (folder / file).read_bytes()
    except OSError as error:
        fix = "name the folder of a model with RUNG_MODEL, or build one with `rung train`"
        raise ArtefactError(f"{folder / file} cannot be read ({error.strerror}); {fix}") from error


def sha256(content: bytes) -> str:
    """The digest of some bytes, as ``sha256:…``."""
    return "sha256:" + hashlib.sha256(content).hexdigest()


def dump(document: Any) -> bytes:
    """A JSON document in canonical form: sorted keys, no spaces, a line break at the end."""
    return (json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False) + "\n").encode()


def digest_of_folder(folder: Path) -> str:
    """One digest over the names and bytes of every file below a folder, in order of their paths."""
    total = hashlib.sha256()
    for path in sorted(p for p in folder.rglob("*") if p.is_file() and not any(part.startswith(".") for part in p.parts)):
        total.update(path.relative_to(folder).as_posix().encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return "sha256:" + total.hexdigest()
