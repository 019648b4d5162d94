"""Resumable output: a temporary file with a journal of the bytes that are complete, renamed at the end.

A killed run leaves ``OUT.part`` and the journal ``OUT.part.json``. A resumed run truncates the part to the length in the journal
and continues there, so the output is the same byte for byte.
"""

from __future__ import annotations

import fcntl
import os
import stat
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, BinaryIO, Protocol

import orjson

from rung.errors import TableError

EVERY = 1.0  # seconds between two writes of the journal: the most work that a kill can cost
PRIVATE = 0o600  # the mode of a journal, which holds titles

Convert = Callable[[BinaryIO, Path], None]


class Sink(Protocol):
    """Where blocks of bytes are written; ``state`` is the last mark of an unfinished run, or ``None``."""

    state: dict[str, Any] | None

    def write(self, data: bytes) -> None:
        """Write a block."""

    def mark(self, state: Mapping[str, Any]) -> None:
        """Record the state that belongs to all bytes written so far."""

    def finish(self) -> None:
        """Complete the output."""

    def close(self) -> None:
        """Close without completing; the run can be resumed."""

    def discard(self) -> None:
        """Remove everything that was written."""


class StandardOutput:
    """Standard output: written bytes cannot be taken back, so there is nothing to mark or to discard."""

    state: dict[str, Any] | None = None

    def write(self, data: bytes) -> None:
        """Write a block and flush it."""
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
    """A file that gets its name only when it is complete. ``state`` is the last mark of an unfinished run, or ``None``.

    ``identity`` is what must be unchanged for a run to be resumed. ``convert`` makes the file from the part, if the part has
    another format. A file that is replaced passes on its permissions.
    """

    def __init__(
        self, path: Path, identity: Mapping[str, Any], *, resume: bool, overwrite: bool, convert: Convert | None = None
    ) -> None:
        self._path, self._identity, self._convert = destination(path), dict(identity), convert
        self._part, self._journal = beside(self._path)
        self.state: dict[str, Any] | None = None
        if not resume and not overwrite:
            refuse_existing(self._path)
        self._mode = stat.S_IMODE(self._path.stat().st_mode) if self._path.exists() else None
        self._file, created = self._locked()
        try:
            if created and not overwrite and self._path.exists():
                self._part.unlink()
                raise TableError(f"{path} was finished by another run meanwhile")
            entry = self._entry() if resume else None
        except TableError:
            self._file.close()
            raise
        self._written = 0
        if entry is not None and self._file.seek(0, os.SEEK_END) >= entry["written"]:
            self._written, self.state = entry["written"], entry["state"]
        else:
            self._journal.unlink(missing_ok=True)
        self._file.truncate(self._written)
        self._file.seek(self._written)
        self._marked = float("-inf")

    def _locked(self) -> tuple[BinaryIO, bool]:
        """Open and lock the part; also whether this call created it.

        Raises:
            TableError: another run has locked it, or it cannot be written.
        """
        while True:
            file, created = _open_part(self._part, self._mode)
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                file.close()
                raise TableError(f"another run is writing {self._path}") from error
            # Another run may have finished between opening and locking: then this file is its output, already renamed.
            if self._part.exists() and os.path.samestat(os.fstat(file.fileno()), self._part.stat()):
                return file, created
            file.close()

    def write(self, data: bytes) -> None:
        """Write a block."""
        view = memoryview(data)
        while view:
            view = view[self._file.write(view) or 0 :]
        self._written += len(data)

    def mark(self, state: Mapping[str, Any]) -> None:
        """Write the journal, at most once a second; the new one replaces the old one atomically."""
        if time.monotonic() - self._marked < EVERY:
            return
        new = self._journal.with_name(self._journal.name + ".new")
        new.unlink(missing_ok=True)
        with _create(new, PRIVATE) as file:
            file.write(orjson.dumps({"identity": self._identity, "written": self._written, "state": state}))
        new.replace(self._journal)
        self._marked = time.monotonic()

    def finish(self) -> None:
        """Convert the part if needed, sync it to disk, rename it, and remove the journal."""
        whole = self._part
        if self._convert:
            whole = self._part.with_name(self._part.name + ".new")
            self._file.seek(0)
            whole.unlink(missing_ok=True)
            _create(whole, self._mode).close()
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
        """The journal of the same run, or ``None`` if there is none.

        Raises:
            TableError: it belongs to another run, or is not a journal of Rung.
        """
        try:
            entry = orjson.loads(self._journal.read_bytes())
        except OSError:
            return None
        except ValueError:
            raise self._foreign() from None
        if not _is_entry(entry) or not entry["identity"].keys() >= self._identity.keys():
            raise self._foreign()
        before: dict[str, Any] = entry["identity"]
        changed = [_change(key, before.get(key), now) for key, now in self._identity.items() if before.get(key) != now]
        if changed:
            raise TableError(
                f"the unfinished run of {self._path} cannot go on: {'; '.join(changed)}. "
                "Repeat the command as it was, or start again with --overwrite"
            )
        return dict(entry)

    def _foreign(self) -> TableError:
        return TableError(
            f"{self._journal} is no journal of this version of rung batch; move it away, or start again with --overwrite"
        )


def _is_entry(entry: Any) -> bool:
    """Whether JSON has the shape of a journal."""

    def has(data: Any, shape: Mapping[str, type]) -> bool:
        return isinstance(data, dict) and all(isinstance(data.get(key), kind) for key, kind in shape.items())

    return (
        has(entry, {"identity": dict, "written": int, "state": dict})
        and entry["written"] >= 0
        and has(entry["state"], {"place": dict, "summary": dict})
    )


def _change(name: str, before: Any, now: Any) -> str:
    """One change, for people."""
    texts = [orjson.dumps(value).decode() for value in (before, now)]
    return f"{name} was {texts[0]}, is {texts[1]}" if max(map(len, texts)) <= 60 else f"{name} has changed"


def destination(path: Path) -> Path:
    """The file behind the path of an output, after following links.

    Raises:
        TableError: it is a folder, a device or a pipe.
    """
    target = path.resolve()
    if target.is_dir():
        raise TableError(f"{path} is a folder; name a file")
    if target.exists() and not target.is_file():
        raise TableError(f"{path} is not a regular file; use - to write to standard output, and redirect that")
    return target


def replace_file(path: Path, data: bytes) -> None:
    """Write a file atomically, through a temporary file; a file that it replaces passes on its permissions.

    Raises:
        TableError: the path is a folder, a device or a pipe.
        OSError: it cannot be written.
    """
    target = destination(path)
    new = target.with_name(f".{target.name}.{os.getpid()}")
    mode = stat.S_IMODE(target.stat().st_mode) if target.exists() else None
    try:
        with _create(new, mode) as file:
            file.write(data)
        new.replace(target)
    except OSError:
        new.unlink(missing_ok=True)
        raise


def _open_part(path: Path, mode: int | None) -> tuple[BinaryIO, bool]:
    """Open the part without truncating it, because another run may be writing it; also whether this call created it."""
    try:
        try:
            return _create(path, mode), True
        except FileExistsError:
            file = os.fdopen(os.open(path, os.O_RDWR | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC), "r+b", buffering=0)
    except OSError as error:
        raise TableError(f"{path} cannot be written: {error.strerror}") from error
    if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        file.close()
        raise TableError(f"{path} is not a regular file; move it away")
    if mode is not None:
        os.fchmod(file.fileno(), mode)
    return file, False


def _create(path: Path, mode: int | None) -> BinaryIO:
    """Create a file at a path where nothing exists, not even a link; ``mode`` of ``None`` means the system's default."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666 if mode is None else mode)
    if mode is not None:
        os.fchmod(descriptor, mode)  # exactly this mode, without the umask
    return os.fdopen(descriptor, "r+b", buffering=0)


def beside(path: Path) -> tuple[Path, Path]:
    """The part and the journal of a file."""
    return path.with_name(path.name + ".part"), path.with_name(path.name + ".part.json")


def refuse_existing(path: Path) -> None:
    """Check that nothing exists at a path.

    Raises:
        TableError: a file, or the part of an unfinished run, exists.
    """
    if path.exists():
        raise TableError(f"{path} exists; name another file, or replace it with --overwrite")
    if any(p.exists() for p in beside(path)):
        raise TableError(f"an unfinished run left {beside(path)[0]}; continue it with --resume, or start again with --overwrite")


def already_whole(path: Path) -> bool:
    """Whether a run to resume is already complete: the file exists, and there is no part."""
    part, journal = beside(path)
    if path.exists() and not part.exists():
        journal.unlink(missing_ok=True)  # the run was killed between the renaming and this
        return True
    return False
