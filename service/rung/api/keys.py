"""API keys, stored as hashes in a file that is read again when it changes.

A line of the file is ``name scopes sha256:…``: a name for the log, scopes separated by commas, the hash of the key. A key has 256
random bits, so a fast hash is enough: it cannot be guessed.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

from rung.api.logs import get_logger
from rung.errors import SettingsError

log = get_logger()

CLASSIFY, ADMIN = "classify", "admin"
SCOPES = (CLASSIFY, ADMIN)
_EMPTY = hashlib.sha256(b"").digest()
_LOOK_AGAIN = 1.0  # seconds between two checks of the file


@dataclass(frozen=True, slots=True)
class Key:
    """A known key: what it is called, what it may do, and its hash."""

    name: str
    scopes: frozenset[str]
    digest: bytes


def new_key() -> tuple[str, str]:
    """A new key, and its hash as the file has it."""
    key = "rung_" + secrets.token_urlsafe(32)
    return key, "sha256:" + hashlib.sha256(key.encode()).hexdigest()


def read_keys(path: Path) -> tuple[Key, ...]:
    """The keys of a file.

    Raises:
        SettingsError: it cannot be read, or a line is not valid.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else f"byte {error.start} is not UTF-8"
        raise SettingsError(f"{path} cannot be read: {reason}; name a file of API keys with RUNG_API_KEYS_FILE") from error
    keys = tuple(_key(path, number, line) for number, line in enumerate(lines, 1) if line.strip() and not line.startswith("#"))
    if not keys:
        raise SettingsError(f"{path} holds no key; make one with `rung key NAME`, or unset RUNG_API_KEYS_FILE")
    return keys


def _key(path: Path, number: int, line: str) -> Key:
    parts = line.split()
    scopes = frozenset(parts[1].split(",")) if len(parts) == 3 else frozenset()
    kind, _, digits = parts[-1].partition(":")
    if not scopes or scopes - set(SCOPES) or kind != "sha256" or len(digits) != 64 or set(digits) - set("0123456789abcdef"):
        raise SettingsError(
            f"{path}:{number}: write `name scopes sha256:…` (scopes: {', '.join(SCOPES)}), as `rung key NAME` prints it"
        )
    key = Key(parts[0], scopes, bytes.fromhex(digits))
    if key.digest == _EMPTY:
        raise SettingsError(
            f"{path}:{number}: this is the hash of an empty key, which everybody has; make a key with `rung key NAME`"
        )
    return key


class KeyRing:
    """The keys of a file, read again when it changes; if it becomes invalid, the last valid keys stay in force."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._keys = read_keys(path)
        self._stamp = self._look()
        self._looked = monotonic()

    def find(self, presented: str) -> Key | None:
        """The key with this text, or ``None``; every known hash is compared, each in constant time."""
        self._refresh()
        digest = hashlib.sha256(presented.encode("utf-8", "replace")).digest()
        found = None
        for key in self._keys:
            if hmac.compare_digest(key.digest, digest):
                found = key
        return found

    def _refresh(self) -> None:
        now = monotonic()
        if now - self._looked < _LOOK_AGAIN:
            return
        self._looked = now
        stamp = self._look()
        if stamp == self._stamp:
            return
        self._stamp = stamp
        try:
            self._keys = read_keys(self._path)
            log.info("API keys read again", count=len(self._keys))
        except SettingsError as error:
            log.error("API keys refused; the last good ones stay in force", detail=error.detail)

    def _look(self) -> tuple[int, int] | None:
        try:
            stat = self._path.stat()
        except OSError:
            return None
        return stat.st_mtime_ns, stat.st_size
