"""``rung ladders`` (list, show, check, map, draw) and ``rung crosswalk`` (find a position of one ladder on another)."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any, Protocol, get_args

from rung.cli.ladder_tree import tree
from rung.cli.parsing import country_code
from rung.errors import DataError, InvalidQuery
from rung.ladders.conditions import NO_FACTS, checked, wording
from rung.ladders.crosswalk import cross, find_ladder
from rung.ladders.draw import draw
from rung.ladders.files import load_ladder
from rung.ladders.own import map_ladder
from rung.ladders.relations import Crosswalk
from rung.normaliser import Normaliser
from rung.settings import Settings
from rung.types import Query, Result, Sector, Size


class LadderNormaliser(Protocol):
    """What these commands need of a normaliser."""

    @property
    def crosswalk(self) -> Crosswalk:
        """Every ladder and relation."""

    def classify(self, query: Query) -> Result:
        """Answer one query."""


Factory = Callable[[], LadderNormaliser]
Handler = Callable[[argparse.Namespace, Factory], int]


def _with_normaliser(handler: Handler, options: argparse.Namespace) -> int:
    """Run a handler with a function that loads the normaliser of the settings, with the caller's ladders."""
    return handler(options, lambda: _load(Settings().ladders))


def _with_built_in(handler: Handler, options: argparse.Namespace) -> int:
    """Run a handler with the built-in ladders alone: the file that it checks may be in the folder of the caller's ladders."""
    return handler(options, lambda: _load(None))


def _load(ladders: Path | None) -> LadderNormaliser:
    settings = Settings()
    return Normaliser.load(settings.model, settings.limits(cache=0), ladders)


def register(subparsers: Any) -> None:
    """Add the commands."""
    _register_ladders(subparsers)
    _register_crosswalk(subparsers)


def _register_ladders(subparsers: Any) -> None:
    ladders = subparsers.add_parser(
        "ladders",
        help="list, show, check, map and draw ladders",
        description="List the ladders; or show, check, map or draw them.",
        epilog="examples:\n  rung ladders\n  rung ladders show reference\n  rung ladders check mine.yaml\n"
        "  rung ladders map mine.yaml --out mapped.yaml\n  rung ladders draw --out ladders.svg",
    )
    ladders.add_argument("--json", action="store_true", help="plain data for programs")
    ladders.set_defaults(run=partial(_with_normaliser, list_ladders))
    commands = ladders.add_subparsers(title="commands", metavar="COMMAND")
    show = commands.add_parser("show", help="one ladder as a tree", epilog="examples:\n  rung ladders show nine-levels")
    show.add_argument("ladder", metavar="ID", help="a ladder's id, as `rung ladders` lists it")
    show.add_argument("--json", action="store_true", help="plain data for programs")
    show.set_defaults(run=partial(_with_normaliser, show_ladder))
    check = commands.add_parser("check", help="check a ladder file", epilog="examples:\n  rung ladders check mine.yaml")
    check.add_argument("file", type=Path, metavar="FILE", help="a YAML file of one ladder")
    check.set_defaults(run=partial(_with_built_in, check_file))
    mapping = commands.add_parser(
        "map",
        help="propose what the positions of a ladder file mean on the reference grid",
        epilog="examples:\n  rung ladders map mine.yaml --out mapped.yaml",
    )
    mapping.add_argument("file", type=Path, metavar="FILE", help="a YAML file of one ladder")
    mapping.add_argument("--out", type=Path, help="write here instead of to the terminal")
    mapping.set_defaults(run=partial(_with_built_in, map_file))
    drawing = commands.add_parser(
        "draw", help="draw all ladders on the reference grid", epilog="examples:\n  rung ladders draw --out ladders.svg"
    )
    drawing.add_argument("--out", type=Path, help="write the SVG here instead of to the terminal")
    drawing.set_defaults(run=partial(_with_normaliser, draw_ladders))


def _register_crosswalk(subparsers: Any) -> None:
    walk = subparsers.add_parser(
        "crosswalk",
        help="find a position of one ladder on another",
        description="Find a position of one ladder on another: the best relation first, alternatives after it.",
        epilog="examples:\n  rung crosswalk reference group-product-manager uk-government\n"
        "  rung crosswalk --from reference --position head-of-product --to nine-levels --size large",
    )
    # Each may be an option or a positional argument.
    for name, dest, metavar, says in (
        ("from", "start", "LADDER", "the ladder that the position is on"),
        ("position", "position", "POSITION", "the position's id"),
        ("to", "to", "LADDER", "the ladder to find it on"),
    ):
        walk.add_argument(f"--{name}", dest=f"named_{dest}", metavar=metavar, help=says)
        walk.add_argument(dest, nargs="?", metavar=name.upper(), help=f"the same as --{name}")
    walk.add_argument("--size", choices=get_args(Size), help="size of the employer")
    walk.add_argument("--sector", choices=get_args(Sector), help="sector of the employer")
    walk.add_argument("--country", metavar="CC", type=country_code, help="country of the job, as two capital letters (GB)")
    walk.add_argument("--json", action="store_true", help="plain data for programs")
    walk.set_defaults(run=partial(_with_normaliser, show_crossing))


def list_ladders(options: argparse.Namespace, factory: Factory) -> int:
    """List the ladders, with conditions and number of positions."""
    from rich.table import Table

    ladders = factory().crosswalk.ladders.values()
    if options.json:
        return _json([ladder.to_dict() for ladder in ladders])
    table = Table(title="Ladders", title_justify="left", show_lines=True)
    for heading in ("id", "holds", "positions", "shape"):
        table.add_column(heading, overflow="fold")
    for ladder in ladders:
        facts = [wording(c) for c in checked(ladder.conditions, NO_FACTS)] or [v.label.lower() for v in ladder.variants]
        holds = "; ".join(facts) or "anywhere"
        table.add_row(f"[bold]{ladder.id}[/bold]", holds, str(len({p.id for p in ladder.positions})), ladder.summary)
    _console().print(table)
    return 0


def show_ladder(options: argparse.Namespace, factory: Factory) -> int:
    """Print one ladder as a tree from its first steps upwards."""
    ladder = find_ladder(factory().crosswalk, options.ladder)
    if options.json:
        return _json(ladder.to_dict())
    _console().print(tree(ladder))
    return 0


def check_file(options: argparse.Namespace, factory: Factory) -> int:
    """Check a ladder file; returns 0 if it is valid, else 1 after printing what to fix."""
    crosswalk = factory().crosswalk
    try:
        ladder = load_ladder(options.file, crosswalk.grid)
        if ladder.id in crosswalk.ladders:
            raise DataError(f"{options.file}: the ladder id {ladder.id!r} is a built-in one; rename the file's `id`.")
    except DataError as error:
        print(error.detail, file=sys.stderr)
        return 1
    unmapped = [p.id for p in ladder.positions if not p.reference]
    print(f"{options.file}: sound; ladder {ladder.id!r} with {len({p.id for p in ladder.positions})} positions.")
    if unmapped:
        print(f"No mapping is stated for {', '.join(unmapped)}; `rung ladders map {options.file}` proposes one.")
    return 0


def map_file(options: argparse.Namespace, factory: Factory) -> int:
    """Write a ladder file with a proposed mapping for each position that states none."""
    normaliser = factory()
    return _write(options.out, map_ladder(options.file, normaliser.crosswalk.grid, normaliser.classify))


def draw_ladders(options: argparse.Namespace, factory: Factory) -> int:
    """Write the drawing of all ladders."""
    return _write(options.out, draw(factory().crosswalk))


def show_crossing(options: argparse.Namespace, factory: Factory) -> int:
    """Print a position of one ladder on another: the best relation, then its alternatives."""
    from rich.table import Table

    start, position, to = _place(options)
    facts = {name: value for name in ("size", "sector", "country") if (value := getattr(options, name))}
    found = cross(factory().crosswalk, start, position, to, facts)
    if options.json:
        return _json([asdict(crossing) for crossing in found])
    table = Table(title=f"{start}/{position} on {to}", title_justify="left")
    for heading in ("position", "relation", "likelihood", "conditions", "source", "note"):
        table.add_column(heading, overflow="fold")
    for crossing in found:
        place = crossing.title or f"between {crossing.below or 'the start'} and {crossing.above or 'the top'}"
        table.add_row(
            place,
            crossing.relation,
            f"{crossing.likelihood:.2f}",
            ", ".join(map(wording, crossing.conditions)),
            crossing.source,
            crossing.note,
        )
    _console().print(table)
    return 0


def _place(options: argparse.Namespace) -> tuple[str, str, str]:
    """The start, the position and the target: from the options, and the rest from the positional arguments, in order."""
    waiting = [value for value in (options.start, options.position, options.to) if value is not None]
    named = [options.named_start, options.named_position, options.named_to]
    if len(waiting) != named.count(None):
        raise InvalidQuery("name the ladder, the position and the other ladder once each: rung crosswalk FROM POSITION TO")
    start, position, to = (value if value is not None else waiting.pop(0) for value in named)
    return start, position, to


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
