"""What all tests share."""

from __future__ import annotations

import pytest

from rung import Normaliser


@pytest.fixture(scope="session")
def normaliser() -> Normaliser:
    """The shipped model."""
    return Normaliser.load()
