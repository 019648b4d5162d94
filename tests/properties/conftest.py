"""What a long run measured goes where the attacks' figures go."""

from __future__ import annotations

from tests.attack.conftest import record

__all__ = ["record"]
