"""The garbage collector around a load."""

from __future__ import annotations

import gc
import weakref

import pytest

from rung.memory import collect_replaced, freeze_and_trim, gc_paused


class Ring:
    """An object that only the collector can free."""

    def __init__(self) -> None:
        self.itself = self


def test_nothing_is_collected_inside_the_block_and_again_after_it() -> None:
    with gc_paused(), gc_paused():
        assert not gc.isenabled()
    assert gc.isenabled()


def test_collection_goes_on_after_an_error() -> None:
    with pytest.raises(KeyError), gc_paused():
        raise KeyError
    assert gc.isenabled()


def test_what_has_settled_is_collected_when_it_is_asked_for() -> None:
    ring = Ring()
    seen = weakref.ref(ring)
    freeze_and_trim()
    try:
        del ring
        gc.collect()
        assert seen() is not None
        collect_replaced()
        assert seen() is None
    finally:
        gc.unfreeze()
