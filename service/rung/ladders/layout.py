"""Which positions of a ladder stand in which row of its drawing: each above all that lead to it, two ways to one step side by side."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from rung.ladders.model import LadderPosition

_SIDES = {"ic": 0, "manager": 2}


class Box(NamedTuple):
    """A position as it is drawn: its upper left corner, width and height."""

    entry: LadderPosition
    x: float
    y: float
    width: float
    height: float

    @property
    def middle(self) -> float:
        """The middle of its width."""
        return self.x + self.width / 2


def layers(entries: Sequence[LadderPosition]) -> list[list[LadderPosition]]:
    """Positions by rows from the bottom; in a row experts stand left and managers right."""
    by_id = {entry.id: entry for entry in entries}
    depth: dict[str, int] = {}

    def below(entry: LadderPosition) -> int:
        """How many steps lead to a position at most."""
        if entry.id not in depth:
            depth[entry.id] = max((below(other) + 1 for other in entries if entry.id in other.next), default=0)
        return depth[entry.id]

    rows: dict[int, list[LadderPosition]] = {}
    led_to = {step for entry in entries for step in entry.next}
    for entry in entries:
        row = below(entry)
        if entry.id not in led_to and entry.next:
            # A first step stands right below the lowest that follows it: beside another way there, not at the foot of the ladder.
            row = min(below(by_id[step]) for step in entry.next) - 1
        rows.setdefault(row, []).append(entry)
    return [sorted(rows[row], key=lambda entry: _SIDES.get(entry.track, 1)) for row in sorted(rows)]
