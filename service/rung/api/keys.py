"""Who may call: API keys, held as hashes in a file that is read again when it changes, and what each may do.

A line of the file is ``name scopes sha256:…``: a name for the log, scopes separated by commas, the hash of the key. A key has 256
random bits, so that a fast hash is enough: there is nothing to guess.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from time import monotonic

from starlette.types import ASGIApp, Receive, Scope, Send

from rung.api.limits import Rates
from rung.api.logs import get_logger
from rung.api.problems import Forbidden, Unauthenticated, respond
from rung.errors import DataError, RungError
from rung.settings import Settings

log = get_logger()

CLASSIFY, ADMIN = "classify", "admin"
SCOPES = (CLASSIFY, ADMIN)
NEEDS: Mapping[str, str] = {
    "classify": CLASSIFY,
    "families": CLASSIFY,
    "ladders": CLASSIFY,
    "crosswalk": CLASSIFY,
    "info": CLASSIFY,
    "admin": ADMIN,
    "metrics": ADMIN,
}
LOOPBACK = ("127.0.0.1", "::1", "localhost")
_PROXIED = frozenset((b"forwarded", b"x-forwarded-for", b"x-forwarded-host", b"x-real-ip", b"via"))  # headers that proxies add
_EMPTY = hashlib.sha256(b"").digest()
_LOOK_AGAIN = 1.0  # seconds between looks at the file


@dataclass(frozen=True, slots=True)
class Key:
    """A known key: what it is called, what it may do, and its hash."""

    name: str
    scopes: frozenset[str]
    digest: bytes


def needed(path: str) -> str | None:
    """The scope that a path needs, by its first part; ``None``: open to all, as health checks and the page are."""
    return NEEDS.get(path.lstrip("/").split("/", 1)[0])


def new_key() -> tuple[str, str]:
    """A new key, and its hash as the file has it."""
    key = "rung_" + secrets.token_urlsafe(32)
    return key, "sha256:" + hashlib.sha256(key.encode()).hexdigest()


def read_keys(path: Path) -> tuple[Key, ...]:
    """The keys of a file.

    Raises:
        DataError: it cannot be read, or a line is not valid.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"{path} cannot be read: {error}; name a file of API keys with RUNG_API_KEYS_FILE") from error
    keys = tuple(_key(path, number, line) for number, line in enumerate(lines, 1) if line.strip() and not line.startswith("#"))
    if not keys:
        raise DataError(f"{path} holds no key; make one with `rung key NAME`, or unset RUNG_API_KEYS_FILE")
    return keys


def _key(path: Path, number: int, line: str) -> Key:
    parts = line.split()
    scopes = frozenset(parts[1].split(",")) if len(parts) == 3 else frozenset()
    kind, _, digits = parts[-1].partition(":")
    if not scopes or scopes - set(SCOPES) or kind != "sha256" or len(digits) != 64 or set(digits) - set("0123456789abcdef"):
        raise DataError(
            f"{path}:{number}: write `name scopes sha256:…` (scopes: {', '.join(SCOPES)}), as `rung key NAME` prints it"
        )
    key = Key(parts[0], scopes, bytes.fromhex(digits))
    if key.digest == _EMPTY:
        raise DataError(f"{path}:{number}: this is the hash of an empty key, which everybody has; make a key with `rung key NAME`")
    return key


class KeyRing:
    """The keys of a file, read again when it changes; a file that cannot be read leaves the last good keys in force."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._keys = read_keys(path)
        self._stamp = self._look()
        self._looked = monotonic()

    def find(self, presented: str) -> Key | None:
        """The key that was presented; every known hash is compared, each in constant time."""
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
        except DataError as error:
            log.error("API keys refused; the last good ones stay in force", detail=error.detail)

    def _look(self) -> tuple[int, int] | None:
        try:
            stat = self._path.stat()
        except OSError:
            return None
        return stat.st_mtime_ns, stat.st_size


class Keys:
    """The layer that asks for keys and holds callers to their rate; it looks at nothing but the head of a request."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._ring = KeyRing(settings.api_keys_file) if settings.api_keys_file else None
        self._rates = Rates(settings.rate, settings.burst) if settings.rate else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the request pass, or answer why not."""
        if scope["type"] == "http":
            scope_needed = needed(scope["path"])
            if scope_needed is not None:
                try:
                    self._check(scope, scope_needed)
                except RungError as error:
                    await respond(error)(scope, receive, send)
                    return
        await self._app(scope, receive, send)

    def _check(self, scope: Scope, scope_needed: str) -> None:
        if self._ring is not None:
            key = self._ring.find(presented(scope))
            if key is None:
                raise Unauthenticated("send a known API key as `Authorization: Bearer …` or `X-API-Key: …`")
            if scope_needed not in key.scopes:
                raise Forbidden(f"the key {key.name!r} lacks the scope {scope_needed!r}; use a key that has it")
            caller = key.name
        else:
            if scope_needed == ADMIN and not (scope["path"] == "/metrics" and _is_local(scope)):
                raise Forbidden(
                    f"{scope['path'][:200]} needs an API key of the scope 'admin'; set RUNG_API_KEYS_FILE (`rung key` makes one)"
                )
            caller = scope["client"][0] if scope.get("client") else ""
        if self._rates is not None:
            self._rates.take(caller)
            scope["rung.take"] = partial(self._rates.take, caller)  # for streams, which go on taking


def presented(scope: Scope) -> str:
    """The key that a request carries; empty where it carries none."""
    for name, value in scope["headers"]:
        if name == b"authorization" and value[:7].lower() == b"bearer ":
            return str(value[7:].strip().decode("latin-1"))
        if name == b"x-api-key":
            return str(value.strip().decode("latin-1"))
    return ""


def _is_local(scope: Scope) -> bool:
    """True for a request from this machine itself: by its address and its Host, and neither a proxy's nor a web page's."""
    headers = dict(scope["headers"])
    if not scope.get("client") or scope["client"][0] not in LOOPBACK or b"origin" in headers or not _PROXIED.isdisjoint(headers):
        return False
    host = headers.get(b"host", b"").decode("latin-1")
    name = host[1:].partition("]")[0] if host.startswith("[") else host.partition(":")[0]
    return name in LOOPBACK
