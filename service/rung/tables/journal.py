"""Nothing lost: the output is written beside its place, with a journal of how far it is whole, and renamed when it is all there.

A run that is killed at any moment leaves ``OUT.part`` and ``OUT.part.json``; a resumed one cuts the part back to what the journal
vouches for and goes on from there, so the end is the same byte for byte.
"""

from __future__ import annotations

import fcntl
import os
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, BinaryIO, Protocol

import orjson

from rung.errors import TableError

EVERY = 1.0  # seconds between two entries of the journal: what a kill can cost

Convert = Callable[[BinaryIO, Path], None]


class Sink(Protocol):
    """Where blocks of bytes go; ``state`` is what an unfinished run had marked, or ``None``."""

    state: dict[str, Any] | None

    def write(self, data: bytes) -> None:
        """Write a block."""

    def mark(self, state: Mapping[str, Any]) -> None:
        """Say what is whole with all that was written so far."""

    def finish(self) -> None:
        """All is written."""

    def close(self) -> None:
        """Leave everything as it is."""

    def discard(self) -> None:
        """Leave nothing behind."""


class StandardOutput:
    """A pipe: what is written is gone, so there is nothing to mark or to discard."""

    state: dict[str, Any] | None = None

    def write(self, data: bytes) -> None:
        """Write a block and let it go on at once."""
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()

    def mark(self, state: Mapping[str, Any]) -> None:
        """Nothing to mark."""

    def finish(self) -> None:
        """Nothing to finish."""

    def close(self) -> None:
        """Nothing to close."""

    def discard(self) -> None:
        """Nothing to discard."""


class Journalled:
    """A file that becomes its name only when it is whole. ``state`` is what an unfinished run had marked, or ``None``.

    ``identity`` is what must be the same for a run to be resumed; ``convert`` makes the file from the part where the part is not
    yet in the file's format.
    """

    def __init__(
        self, path: Path, identity: Mapping[str, Any], *, resume: bool, overwrite: bool, convert: Convert | None = None
    ) -> None:
        self._path, self._identity, self._convert = path, dict(identity), convert
        self._part, self._journal = beside(path)
        self.state: dict[str, Any] | None = None
        if not resume and not overwrite:
            refuse_existing(path)
        entry = self._entry() if resume else None
        try:
            # Opened without truncation: another run may be at it.
            self._file = os.fdopen(os.open(self._part, os.O_RDWR | os.O_CREAT, 0o666), "r+b", buffering=0)
        except OSError as error:
            raise TableError(f"{self._part} cannot be written: {error.strerror}") from error
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            self._file.close()
            raise TableError(f"another run is writing {path}") from error
        self._written = 0
        if entry is not None and self._file.seek(0, os.SEEK_END) >= entry["written"]:
            self._written, self.state = entry["written"], entry["state"]
        else:
            self._journal.unlink(missing_ok=True)
        self._file.truncate(self._written)
        self._file.seek(self._written)
        self._marked = float("-inf")

    def write(self, data: bytes) -> None:
        """Write a block."""
        view = memoryview(data)
        while view:
            view = view[self._file.write(view) or 0 :]
        self._written += len(data)

    def mark(self, state: Mapping[str, Any]) -> None:
        """Write the journal, once a second at most; the entry replaces the one before in one step."""
        if time.monotonic() - self._marked < EVERY:
            return
        fresh = self._journal.with_name(self._journal.name + ".new")
        fresh.write_bytes(orjson.dumps({"identity": self._identity, "written": self._written, "state": state}))
        fresh.replace(self._journal)
        self._marked = time.monotonic()

    def finish(self) -> None:
        """Make the file: converted if need be, on the disk, under its name; then the journal goes."""
        whole = self._part
        if self._convert:
            whole = self._part.with_name(self._part.name + ".new")
            self._file.seek(0)
            self._convert(self._file, whole)
        with whole.open("rb") as written:
            os.fsync(written.fileno())
        whole.replace(self._path)
        if self._convert:
            self._part.unlink()
        self._journal.unlink(missing_ok=True)
        self._file.close()

    def close(self) -> None:
        """Leave the part and its journal for a run that resumes."""
        self._file.close()

    def discard(self) -> None:
        """Remove the part and its journal."""
        self._part.unlink(missing_ok=True)
        for path in (
            self._journal,
            self._journal.with_name(self._journal.name + ".new"),
            self._part.with_name(self._part.name + ".new"),
        ):
            path.unlink(missing_ok=True)
        self._file.close()

    def _entry(self) -> dict[str, Any] | None:
        try:
            entry = orjson.loads(self._journal.read_bytes())
        except (OSError, ValueError):
            return None
        found: dict[str, Any] = entry["identity"]
        differing = [key for key in self._identity if found.get(key) != self._identity[key]]
        if differing:
            raise TableError(
                f"the unfinished run of {self._path} had other {', '.join(differing)}; repeat it as it was, or --overwrite it"
            )
        return dict(entry)


def beside(path: Path) -> tuple[Path, Path]:
    """The part and the journal of a file."""
    return path.with_name(path.name + ".part"), path.with_name(path.name + ".part.json")


def refuse_existing(path: Path) -> None:
    """Let a path pass at which nothing stands.

    Raises:
        TableError: a file, or the part of an unfinished run, is there.
    """
    if path.exists():
        raise TableError(f"{path} exists; name another file, or replace it with --overwrite")
    if any(p.exists() for p in beside(path)):
        raise TableError(f"an unfinished run has left {beside(path)[0]}; go on with --resume, or start again with --overwrite")


def already_whole(path: Path) -> bool:
    """True where a run to resume has nothing left to do: the file is under its name and no part stands beside it."""
    part, journal = beside(path)
    if path.exists() and not part.exists():
        journal.unlink(missing_ok=True)  # the run was killed between the renaming and this
        return True
    return False
