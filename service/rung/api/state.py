"""The state of a running application: the current normaliser, and whether it is ready."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor

from rung.api.batching import Batcher
from rung.api.limits import Gate
from rung.api.logs import get_logger
from rung.api.telemetry import Metrics
from rung.errors import ArtefactError, RungError, Unavailable
from rung.memory import collect_replaced, freeze_and_trim, gc_paused
from rung.normaliser import Normaliser
from rung.settings import Settings
from rung.types import ModelInfo, Query

log = get_logger()

_WARM_UP_TEXT = "You own the results of your team and lead its people. " * 4


class Service:
    """The only mutable state of the application. Swapping the normaliser is one assignment, so no request sees a mixture."""

    def __init__(self, normaliser: Normaliser | None, settings: Settings) -> None:
        self.settings = settings
        self.metrics = Metrics()
        self.gate = Gate(settings, self.metrics.refused.inc)
        self.batcher = Batcher(lambda: self.normaliser)
        self.batches = asyncio.Semaphore(settings.batches)
        self.threads = ThreadPoolExecutor(settings.threads, thread_name_prefix="long")
        self.draining = False
        self.failure: RungError | None = None
        self._normaliser: Normaliser | None = None
        self._reloading = asyncio.Lock()
        self.metrics.pending.set_function(lambda: self.gate.pending)
        self.metrics.pending_bytes.set_function(lambda: self.gate.pending_bytes)
        self.metrics.ready.set_function(lambda: self.ready)
        self.metrics.titles.labels("yes").set_function(lambda: self._titles()[0])
        self.metrics.titles.labels("no").set_function(lambda: self._titles()[1])
        if normaliser is not None:
            self._put(normaliser)

    @property
    def ready(self) -> bool:
        """True if the model is verified and the service is not stopping."""
        return self._normaliser is not None and not self.draining

    @property
    def why_not(self) -> str:
        """Why it is not ready, for people."""
        if self.draining:
            return "the service is stopping"
        return self.failure.detail if self.failure else "the model is being loaded; try again in a moment"

    @property
    def normaliser(self) -> Normaliser:
        """The current normaliser.

        Raises:
            Unavailable: none is loaded yet.
        """
        if self._normaliser is None:
            raise Unavailable(self.why_not, retry_after=1)
        return self._normaliser

    async def load(self) -> ModelInfo:
        """Load, verify and warm a model in a thread, then swap it in; if that fails, the old model stays.

        Raises:
            ArtefactError: the folder cannot be trusted or read.
        """
        async with self._reloading:
            try:
                loaded = await asyncio.to_thread(load, self.settings)
            except RungError as error:
                raise self._refused(error) from error
            except Exception as error:
                # Files with the right digests may still have another shape, and must be refused like altered ones.
                raise self._refused(ArtefactError(f"the model cannot be used: {type(error).__name__}: {error}")) from error
            replaced = self._normaliser is not None
            self._put(loaded)
            if replaced:
                collect_replaced()
            self.metrics.reloads.labels("loaded").inc()
            log.info("model loaded", name=loaded.model.name, version=loaded.model.version, digest=loaded.model.digest)
            return loaded.model

    def _titles(self) -> tuple[int, int]:
        return self._normaliser.title_cache if self._normaliser is not None else (0, 0)

    def _put(self, normaliser: Normaliser) -> None:
        if self._normaliser is not None:
            self.metrics.model.remove(*_labels(self._normaliser.model))
        self._normaliser, self.failure = normaliser, None
        self.metrics.model.labels(*_labels(normaliser.model)).set(1)

    def _refused(self, error: RungError) -> RungError:
        self.failure = error
        self.metrics.reloads.labels("refused").inc()
        log.error("model refused", detail=error.detail, still_serving=self._normaliser is not None)
        return error


def load(settings: Settings) -> Normaliser:
    """The normaliser of the settings, with warm caches."""
    with gc_paused():
        normaliser = Normaliser.load(settings.model, settings.limits(), settings.ladders)
        normaliser.classify_many(
            Query(title=position.label, description=_WARM_UP_TEXT) for position in normaliser.grid.positions.values()
        )
        freeze_and_trim()
    return normaliser


def _labels(model: ModelInfo) -> tuple[str, str, str]:
    return model.name, model.version, model.digest
