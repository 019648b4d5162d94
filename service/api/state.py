"""What the application holds while it runs: the normaliser that answers now, and whether it may be asked."""

from __future__ import annotations

import asyncio
from pathlib import Path

import structlog

from service.errors import ArtefactError, RungError, Unavailable
from service.normaliser import Limits, Normaliser
from service.settings import Settings
from service.types import ModelInfo, Query

log = structlog.get_logger("rung")

WARM_UP = (Query(title="Senior Product Manager"), Query(title="PM", description="You own the roadmap and lead a team. " * 4))


class Service:
    """The one thing in the application that changes: swapping the normaliser is one assignment, so no request sees half of it."""

    def __init__(self, normaliser: Normaliser | None, settings: Settings) -> None:
        self.settings = settings
        self.draining = False
        self.failure: RungError | None = None
        self._normaliser = normaliser
        self._lock = asyncio.Lock()

    @property
    def ready(self) -> bool:
        """True while requests are answered: the artefact is verified and the service is not stopping."""
        return self._normaliser is not None and not self.draining

    @property
    def why_not(self) -> str:
        """Why it is not ready, for people."""
        if self.draining:
            return "the service is stopping"
        return self.failure.detail if self.failure else "the model is being loaded; try again in a moment"

    @property
    def normaliser(self) -> Normaliser:
        """The normaliser that answers now.

        Raises:
            Unavailable: none is loaded yet.
        """
        if self._normaliser is None:
            raise Unavailable(self.why_not, retry_after=1)
        return self._normaliser

    async def load(self) -> ModelInfo:
        """Load, verify and warm a model off the loop, and only then let it answer; a broken one leaves the old in place.

        Raises:
            ArtefactError: the folder cannot be trusted or read.
        """
        async with self._lock:
            try:
                fresh = await asyncio.to_thread(load, self.settings)
            except RungError as error:
                self.failure = error
                log.error("model refused", detail=error.detail, still_serving=self._normaliser is not None)
                raise
            except Exception as error:
                # A manifest may list files of the right digest that hold another shape: no more to be trusted than an altered one.
                self.failure = ArtefactError(f"the model cannot be used: {type(error).__name__}: {error}")
                log.error("model refused", detail=self.failure.detail, still_serving=self._normaliser is not None)
                raise self.failure from error
            self._normaliser, self.failure = fresh, None
            log.info("model loaded", name=fresh.model.name, version=fresh.model.version, digest=fresh.model.digest)
            return fresh.model


def load(settings: Settings) -> Normaliser:
    """A normaliser as the settings ask for it, warm."""
    folder: Path | None = settings.model
    normaliser = Normaliser.load(folder, Limits(settings.max_title, settings.max_description, settings.cache))
    normaliser.classify_many(WARM_UP)
    return normaliser
