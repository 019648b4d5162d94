"""Level and track of any job by the words of its title, as ``title_levels.yaml`` says them.

This labels the ads that are counted for training (``rung.training.counts``). ``rung.title.rank`` reads the same titles to answer
them, so it always gives a level, with shares. A label must be certain instead: a title on which careful readers would differ gets
none. The label of the ads must not depend on the reader either, or a change of the reader would change what models learn.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from rung.training.sources import read_yaml

_WORDS = re.compile(r"[^a-z0-9]+")
_GAP = r"(?: \w+){0,3}"


class _Rule(NamedTuple):
    label: tuple[str, str]
    words: re.Pattern[str]
    unless: re.Pattern[str] | None


class TitleLevels:
    """Reads level and track from titles by ordered rules (``title_levels.yaml`` as plain data)."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self._unsure = _any(data["unsure"])
        self._rules = [
            _Rule((r["level"], r["track"]), _any(r["words"]), _any(r["unless"]) if "unless" in r else None) for r in data["rules"]
        ]
        self._usual = (data["usual"]["level"], data["usual"]["track"])

    @classmethod
    def load(cls, path: Path) -> TitleLevels:
        """Read the file; raises ``DataError`` if it is not valid YAML."""
        return cls(read_yaml(path))

    def read(self, title: str) -> tuple[str, str] | None:
        """Level and track of a title; ``None`` where it has no words or careful readers would differ."""
        words = folded(title)
        if not words.strip() or self._unsure.search(words):
            return None
        for rule in self._rules:
            if rule.words.search(words) and not (rule.unless and rule.unless.search(words)):
                return rule.label
        return self._usual


def folded(title: str) -> str:
    """The words of a title in lower case without accents, with a single space before, between and after them."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower().replace(".", "")
    return f" {_WORDS.sub(' ', plain).strip()} "


def _any(words: Iterable[str]) -> re.Pattern[str]:
    """One expression for any of these words."""
    forms = {re.escape(str(word)).replace(r"\ \.\.\.", _GAP) for word in words}
    return re.compile(f" (?:{'|'.join(sorted(forms))}) ")
