"""The base of both clients: set-up, and when a failed call is retried."""

from __future__ import annotations

import random
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Generic, TypeVar

import httpx

from rung.errors import SettingsError, Unavailable

Http = TypeVar("Http")
Transport = TypeVar("Transport")

_FIRST_PAUSE, _LONGEST_PAUSE, _LONGEST_WAIT = 0.2, 5.0, 60.0  # seconds


class Retrying(ABC, Generic[Http, Transport]):
    """A client that retries. See ``Client`` for the arguments."""

    def __init__(
        self,
        base_url: str = "http://127.0.0.1:8000",
        *,
        api_key: str | None = None,
        timeout: float = 30.0,
        retries: int = 4,
        chunk: int = 200,
        concurrency: int = 4,
        transport: Transport | None = None,
    ) -> None:
        headers = {"authorization": f"Bearer {api_key}"} if api_key else {}
        self._http = self._open(
            {"base_url": base_url, "headers": headers, "timeout": httpx.Timeout(timeout), "transport": transport}
        )
        self._retries = retries
        self._chunk = chunk
        self._concurrency = concurrency

    @abstractmethod
    def _open(self, options: dict[str, Any]) -> Http:
        """The ``httpx`` client with these options."""

    def _pause(self, attempt: int, error: Unavailable) -> float:
        """Seconds to wait before the next attempt; raises the error if there is none."""
        if attempt >= self._retries or (error.retry_after or 0.0) > _LONGEST_WAIT:
            raise error
        jitter = random.uniform(0.0, min(_LONGEST_PAUSE, _FIRST_PAUSE * 2**attempt))  # noqa: S311 (spreads callers, hides nothing)
        return (error.retry_after or 0.0) + jitter


@contextmanager
def network_errors() -> Iterator[None]:
    """Raise ``Unavailable`` for every failure to get a response, and ``SettingsError`` for an address that none can come from."""
    try:
        yield
    except httpx.UnsupportedProtocol as error:
        raise SettingsError("the address of the service must begin with http:// or https://") from error
    except httpx.TimeoutException as error:
        raise Unavailable(f"the service did not answer in time ({type(error).__name__})") from error
    except httpx.TransportError as error:
        raise Unavailable(f"the service cannot be reached: {error}") from error
