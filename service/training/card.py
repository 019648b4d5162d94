"""The model card, written with the model from its own documents."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def render(version: str, documents: Mapping[str, Any]) -> str:
    """The card as Markdown."""
    lexicon = documents["taxonomy"]["lexicon"]
    return f"# Model card: product management {version}\n\n{len(lexicon['aliases'])} aliases, {len(documents['vocabulary']['terms'])} terms.\n"
