"""The rows of a drawing: a position is above all that lead to it; two ways to one position are side by side."""

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
    """Positions by rows from the bottom; in a row experts stand left and managers right. The steps must not lead back."""
    depth = _depths(entries)
    led_to = {step for entry in entries for step in entry.next}
    rows: dict[int, list[LadderPosition]] = {}
    for entry in entries:
        row = depth[entry.id]
        if entry.id not in led_to and entry.next:
            # A first step stands right below the lowest that follows it: beside another way there, not at the foot of the ladder.
            row = min(depth[step] for step in entry.next) - 1
        rows.setdefault(row, []).append(entry)
    return [sorted(rows[row], key=lambda entry: _SIDES.get(entry.track, 1)) for row in sorted(rows)]


def _depths(entries: Sequence[LadderPosition]) -> dict[str, int]:
    """The largest number of steps that lead to each position."""
    by_id = {entry.id: entry for entry in entries}
    waiting = dict.fromkeys(by_id, 0)
    for entry in entries:
        for step in entry.next:
            waiting[step] += 1
    depth = {name: 0 for name, count in waiting.items() if not count}
    ready = list(depth)
    while ready:
        here = ready.pop()
        for step in by_id[here].next:
            depth[step] = max(depth.get(step, 0), depth[here] + 1)
            waiting[step] -= 1
            if not waiting[step]:
                ready.append(step)
    return depth
