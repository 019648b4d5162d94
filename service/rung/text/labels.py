"""Labels and their values, as forms and copied pages have them: "Reports to", and in the line below it "Head of Payments"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rung.title.clean import fold

_MARKS = r"[^\w\n]{0,6}"  # bullets, stars, blanks
_BEGIN = re.compile(r"^[^\w\n]{0,40}(\w{1,48})", re.MULTILINE)  # of a line: its first word
_LABEL = re.compile(rf"\w[^\n:|*]{{1,48}}?(?=[^\w\n]{{0,40}}\n|{_MARKS}[|*:]|\s[-–—=>]\s)")
_BETWEEN = re.compile(
    rf"{_MARKS}(?:\n\s{{0,99}}|[|*:]|\s[-–—=>]\s){_MARKS}(?=\w[^\n]{{0,60}}$)", re.MULTILINE
)  # ends at a short value


class Labels:
    """The words that label a value."""

    def __init__(self, labels: Sequence[str]) -> None:
        self._labels = frozenset(map(fold, labels))
        self._first = frozenset(word.lower() for label in labels for word in _BEGIN.findall(label))

    def join(self, text: str) -> str:
        """The text, as long as before, with a colon between each label that begins a line and its value."""
        parts: list[str] = []
        at = 0
        for line in _BEGIN.finditer(text):
            start = line.start(1)
            if line.group(1).lower() not in self._first or (label := _LABEL.match(text, start)) is None:
                continue
            between = _BETWEEN.match(text, label.end()) if fold(label.group()) in self._labels else None
            if between is not None:
                parts += [
                    text[at : line.start()],
                    " " * (start - line.start()),
                    label.group(),
                    ":".ljust(between.end() - label.end()),
                ]
                at = between.end()
        return "".join((*parts, text[at:])) if parts else text
