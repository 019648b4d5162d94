"""The command line's part for ladders: `rung ladders`, its subcommands, and `rung crosswalk`."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

from service.crosswalk import Crossing, cross, find_ladder
from service.draw import draw
from service.errors import DataError
from service.ladder_files import load_ladder
from service.ladders import Ladder, LadderPosition
from service.own_ladders import map_ladder
from service.relations import Crosswalk
from service.types import Query, Result


class LadderNormaliser(Protocol):
    """What these commands need of a normaliser."""

    @property
    def crosswalk(self) -> Crosswalk:
        """Every ladder and relation."""

    def classify(self, query: Query) -> Result:
        """Answer one query."""


Factory = Callable[[], LadderNormaliser]
Handler = Callable[[argparse.Namespace, Factory], int]


def register(subparsers: Any) -> None:
    """Add the commands; each sets ``handler``, called with the arguments and a function that makes the normaliser."""
    ladders = subparsers.add_parser("ladders", help="list, show, check, map and draw ladders")
    ladders.add_argument("--json", action="store_true", help="plain data for programs")
    ladders.set_defaults(handler=list_ladders)
    commands = ladders.add_subparsers(metavar="COMMAND")
    show = commands.add_parser("show", help="one ladder as a tree")
    show.add_argument("ladder", metavar="ID", help="a ladder's id, as `rung ladders` lists it")
    show.add_argument("--json", action="store_true", help="plain data for programs")
    show.set_defaults(handler=show_ladder)
    check = commands.add_parser("check", help="check a ladder file")
    check.add_argument("file", type=Path, metavar="FILE", help="a YAML file of one ladder")
    check.set_defaults(handler=check_file)
    mapping = commands.add_parser("map", help="propose what the positions of a ladder file mean on the reference grid")
    mapping.add_argument("file", type=Path, metavar="FILE", help="a YAML file of one ladder")
    mapping.add_argument("--out", type=Path, help="write here instead of to the terminal")
    mapping.set_defaults(handler=map_file)
    drawing = commands.add_parser("draw", help="draw all ladders on the reference grid")
    drawing.add_argument("--out", type=Path, help="write the SVG here instead of to the terminal")
    drawing.set_defaults(handler=draw_ladders)
    walk = subparsers.add_parser("crosswalk", help="a position of one ladder on another")
    walk.add_argument("--from", dest="start", required=True, metavar="LADDER", help="the ladder that the position is on")
    walk.add_argument("--position", required=True, help="the position's id")
    walk.add_argument("--to", required=True, metavar="LADDER", help="the ladder to find it on")
    walk.add_argument("--size", choices=("small", "medium", "large"), help="size of the organisation")
    walk.add_argument("--sector", choices=("government", "private", "non-profit"), help="sector of the organisation")
    walk.add_argument("--json", action="store_true", help="plain data for programs")
    walk.set_defaults(handler=show_crossing)


def list_ladders(args: argparse.Namespace, factory: Factory) -> int:
    """Every ladder with where it holds and its positions."""
    from rich.table import Table

    ladders = factory().crosswalk.ladders.values()
    if args.json:
        return _json([ladder.to_dict() for ladder in ladders])
    table = Table(title="Ladders", title_justify="left", show_lines=True)
    for heading in ("id", "holds", "positions", "shape"):
        table.add_column(heading, overflow="fold")
    for ladder in ladders:
        holds = (
            ", ".join(f"{key}: {value}" for key, value in ladder.conditions)
            or ", ".join(v.label for v in ladder.variants)
            or "anywhere"
        )
        table.add_row(f"[bold]{ladder.id}[/bold]", holds, str(len({p.id for p in ladder.positions})), ladder.summary)
    _console().print(table)
    return 0


def show_ladder(args: argparse.Namespace, factory: Factory) -> int:
    """One ladder as a tree from its first steps upwards."""
    ladder = find_ladder(factory().crosswalk, args.ladder)
    if args.json:
        return _json(ladder.to_dict())
    _console().print(tree(ladder))
    return 0


def tree(ladder: Ladder) -> Any:
    """A ladder as a tree for the terminal: each position with what follows it, one trunk a variant."""
    from rich.tree import Tree

    root = Tree(f"[bold]{ladder.label}[/bold]  [dim]{ladder.id}[/dim]\n{ladder.summary}")
    for variant in dict.fromkeys(p.variant for p in ladder.positions):
        entries = {p.id: p for p in ladder.positions if p.variant == variant}
        trunk = root.add(f"[italic]{ladder.variant(variant).label}[/italic]") if variant else root
        shown: set[str] = set()
        later = {step for p in entries.values() for step in p.next}
        for first in (p for p in entries.values() if p.id not in later):
            _grow(trunk, first, entries, shown)
    return root


def _grow(branch: Any, entry: LadderPosition, entries: dict[str, LadderPosition], shown: set[str]) -> None:
    """A position and what follows it: a line stays on its branch, a fork opens one branch an arm."""
    if entry.id in shown:
        return
    shown.add(entry.id)
    node = branch.add(_line(entry))
    if len(entry.next) == 1:
        _grow(branch, entries[entry.next[0]], entries, shown)
        return
    for step in (entries[step] for step in entry.next):
        if step.id in shown:
            node.add(f"[dim]→ {step.title}[/dim]")
            continue
        shown.add(step.id)
        arm = node.add(_line(step))
        for later in step.next:
            _grow(arm, entries[later], entries, shown)


def _line(entry: LadderPosition) -> str:
    marks = {"ic": "expert", "manager": "manager"}.get(entry.track, "track not stated")
    means = ", ".join(f"{s.cell} {s.share:.0%}" for s in entry.reference) or "not mapped"
    names = f"  [dim]also {', '.join(s.title for s in entry.synonyms)}[/dim]" if entry.synonyms else ""
    counts = "".join(f"; {name} {low} to {high}" if low != high else f"; {name} {low}" for name, low, high in entry.counts)
    return f"[bold]{entry.title}[/bold]  [cyan]{marks}[/cyan]  [green]{means}[/green]{names}\n{entry.scope or 'scope not stated'}{counts}"


def check_file(args: argparse.Namespace, factory: Factory) -> int:
    """Check a ladder file: 0 where it is sound, 1 with what to mend where it is not."""
    crosswalk = factory().crosswalk
    try:
        ladder = load_ladder(args.file, crosswalk.grid)
        if ladder.id in crosswalk.ladders and crosswalk.ladders[ladder.id] != ladder:
            raise DataError(f"{args.file}: the ladder id {ladder.id!r} is a built-in one; rename the file's `id`.")
    except DataError as error:
        print(error.detail, file=sys.stderr)
        return 1
    open_ = [p.id for p in ladder.positions if not p.reference]
    print(f"{args.file}: sound; ladder {ladder.id!r} with {len({p.id for p in ladder.positions})} positions.")
    if open_:
        print(f"No mapping is stated for {', '.join(open_)}; `rung ladders map {args.file}` proposes one.")
    return 0


def map_file(args: argparse.Namespace, factory: Factory) -> int:
    """Write a ladder file with a proposed mapping for each position that states none."""
    normaliser = factory()
    return _write(args.out, map_ladder(args.file, normaliser.crosswalk.grid, normaliser.classify))


def draw_ladders(args: argparse.Namespace, factory: Factory) -> int:
    """Write the drawing of all ladders."""
    return _write(args.out, draw(factory().crosswalk))


def show_crossing(args: argparse.Namespace, factory: Factory) -> int:
    """A position of one ladder on another: the best relation and its alternatives."""
    from rich.table import Table

    found = cross(factory().crosswalk, args.start, args.position, args.to, args.size, args.sector)
    if args.json:
        return _json([crossing_to_dict(crossing) for crossing in found])
    table = Table(title=f"{args.start}/{args.position} on {args.to}", title_justify="left")
    for heading in ("position", "relation", "conditions", "source", "note"):
        table.add_column(heading, overflow="fold")
    for crossing in found:
        place = crossing.title or f"between {crossing.below or 'the start'} and {crossing.above or 'the top'}"
        table.add_row(place, crossing.relation, ", ".join(crossing.conditions), crossing.source, crossing.note)
    _console().print(table)
    return 0


def crossing_to_dict(crossing: Crossing) -> dict[str, Any]:
    """A crossing as plain data, as the service answers it too."""
    return {name: getattr(crossing, name) for name in Crossing.__dataclass_fields__}


def _console() -> Any:
    from rich.console import Console

    return Console(highlight=False)


def _json(data: object) -> int:
    print(json.dumps(data, indent=2, ensure_ascii=False))
    return 0


def _write(path: Path | None, text: str) -> int:
    if path is None:
        sys.stdout.write(text)
        return 0
    path.write_text(text, encoding="utf-8")
    print(f"Written: {path}")
    return 0
