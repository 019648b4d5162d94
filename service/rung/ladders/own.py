"""The caller's own ladders: loading them, and proposing a mapping for positions that state none."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from rung.errors import DataError
from rung.grid import Cell, Grid
from rung.ladders.crosswalk_files import load_edges
from rung.ladders.files import load_ladder, load_ladders
from rung.ladders.model import Ladder, LadderPosition, Share
from rung.ladders.relations import Crosswalk, build_crosswalk
from rung.types import Query, Result

Classify = Callable[[Query], Result]


class Proposal(NamedTuple):
    """A proposed mapping: shares (empty if the title is of another family), confidence (0 to 1) and the reasons."""

    reference: tuple[Share, ...]
    confidence: float
    status: str
    says: tuple[str, ...]


def with_own_ladders(crosswalk: Crosswalk, folder: Path, classify: Classify | None = None) -> Crosswalk:
    """The crosswalk with every ladder of a folder, and its ``crosswalk.csv`` where there is one; one broken file refuses them all.

    ``classify`` maps the positions that state no ``reference``; without it they stay unmapped.
    """
    own = load_ladders(folder, crosswalk.grid)
    for ladder in own:
        if ladder.id in crosswalk.ladders:
            raise DataError(f"{folder}: the ladder id {ladder.id!r} is a built-in one; rename the file's `id`.")
    mapped = [map_positions(ladder, classify) if classify else ladder for ladder in own]
    ladders = (*crosswalk.ladders.values(), *mapped)
    rows = folder / "crosswalk.csv"
    edges = load_edges(rows, ladders, crosswalk.grid) if rows.exists() else ()
    return build_crosswalk(crosswalk.grid, ladders, (*crosswalk.edges, *edges), crosswalk.likelihood)


def map_positions(ladder: Ladder, classify: Classify) -> Ladder:
    """The ladder with a proposed mapping for each position that states none."""
    positions = (p if p.reference else p._replace(reference=propose(p, classify).reference) for p in ladder.positions)
    return ladder._replace(positions=tuple(positions))


def propose(position: LadderPosition, classify: Classify) -> Proposal:
    """What the title and the stated scope of a position mean on the reference grid."""
    text = ". ".join(part.rstrip(".") for part in (position.scope, position.autonomy, position.note) if part)
    result = classify(Query(title=position.title, description=text or None, include=("evidence", "alternatives")))
    strongest = sorted(result.evidence or (), key=lambda evidence: -abs(evidence.weight))[:2]
    says = tuple(dict.fromkeys(evidence.says for evidence in strongest))
    if result.position is None or result.level is None or result.track is None:
        return Proposal((), result.confidence or 0.0, result.status, says)
    family = result.family.id if result.family else ""
    found = {(result.position.id, Cell(family, result.level.id, result.track)): result.confidence or 0.0}
    for other in result.alternatives or ():
        if other.position and other.level and other.track:
            found.setdefault((other.position, Cell(family, other.level, other.track)), other.confidence)
    whole = sum(found.values())
    rounded = {key: round(share / whole, 2) for key, share in found.items()} if whole else {}
    kept = {key: share for key, share in rounded.items() if share > 0}
    answer = next(iter(found))
    kept[answer] = round(kept.get(answer, 0.0) + 1.0 - sum(kept.values()), 2)
    return Proposal(tuple(Share(*key, share) for key, share in kept.items()), result.confidence or 0.0, result.status, says)


def map_ladder(path: Path, grid: Grid, classify: Classify) -> str:
    """The text of a ladder file with a proposed ``reference`` for each position that states none, for people to review."""
    ladder = load_ladder(path, grid)
    text = path.read_text(encoding="utf-8")
    lines = text.splitlines()
    proposals = {p.id: propose(p, classify) for p in ladder.positions if not p.reference}
    for place, position in reversed(list(zip(_places(text), _ids(ladder), strict=True))):
        if position in proposals:
            _insert(lines, place, proposals[position])
    return "\n".join(lines) + "\n"


def _ids(ladder: Ladder) -> list[str]:
    """The position ids in the order of the file's records."""
    return list(dict.fromkeys(p.id for p in ladder.positions))


class _Place(NamedTuple):
    """The place of a record in the file; lines and columns count from 0. ``flow``: written as ``{…}``."""

    line: int
    column: int
    end_line: int
    end_column: int
    flow: bool


def _places(text: str) -> list[_Place]:
    import yaml  # noqa: PLC0415

    node: Any = yaml.compose(text, Loader=yaml.SafeLoader)
    positions = next(value for key, value in node.value if key.value == "positions")
    return [
        _Place(item.start_mark.line, item.start_mark.column, item.end_mark.line, item.end_mark.column, bool(item.flow_style))
        for item in positions.value
    ]


def _insert(lines: list[str], place: _Place, proposal: Proposal) -> None:
    """Write a proposal into a record: after its first line, or before the closing brace."""
    indent = " " * place.column
    said = re.sub(r"\s+", " ", " ".join(proposal.says))
    head = f"# proposed, confidence {proposal.confidence:.2f}, {proposal.status}{f': {said}' if said else ''}"
    shares = _flow(proposal.reference)
    if place.flow:
        last = lines[place.end_line]
        if shares:
            lines[place.end_line] = (
                f"{last[: place.end_column - 1].rstrip().rstrip(',')}, reference: [{shares}]{last[place.end_column - 1 :]}"
            )
        lines.insert(place.line, f"{' ' * (len(lines[place.line]) - len(lines[place.line].lstrip()))}{head}")
        return
    added = [f"{indent}{head}"] + ([f"{indent}reference: [{shares}]"] if shares else [])
    lines[place.line + 1 : place.line + 1] = added


def _flow(shares: Sequence[Share]) -> str:
    return ", ".join(f"{{position: {s.position}, cell: {s.cell}, share: {s.share:g}}}" for s in shares)
