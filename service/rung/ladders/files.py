"""Reading ladder files: YAML or plain data into checked ladders. docs/data-format-ladders.md is the specification."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from rung.errors import DataError
from rung.grid import Cell, Grid
from rung.ladders.check import check
from rung.ladders.conditions import parse_conditions
from rung.ladders.model import ANSWERS, LISTS, NOT_STATED, TRACKS, Ladder, LadderPosition, Share, Synonym, Variant
from rung.records import LinedData, Record, load_yaml

_LADDER = ("id", "label", "summary", "source", "seniority", "conditions", "variants", "positions", "note")
_VARIANT = ("id", "label", "conditions", "any_of", "share")
POSITION = (
    "id", "title", "number", "synonyms", "stage", "mastery", "track", "people_management", "executive", "scope", "duties",
    "autonomy", "org_span", "team", "reports_to", "works_with", "next", "takes_in", "optional", "criteria", "likened_to",
    "conditions", "typical", "modality", "judged", "reference", "variants", "note", "source",
)  # fmt: skip


def load_grid(path: Path, scale: Path) -> Grid:
    """The reference grid of a family from its ``grid.yaml`` and ``scale.yaml``."""
    return Grid.from_dict(load_yaml(path).data, load_yaml(scale).data)


def load_ladder(path: Path, grid: Grid, sources: Iterable[str] | None = None) -> Ladder:
    """One ladder file, read and checked; ``DataError`` names file, line and fix. ``sources`` are the ids that may be cited."""
    lined = load_yaml(path)
    return ladder_from_lined(lined, grid, None if sources is None else set(sources))


def ladder_from_dict(data: Mapping[str, Any], grid: Grid, name: str = "ladder") -> Ladder:
    """A ladder from plain data, as ``Ladder.to_dict`` gives it; checked like a file."""
    return ladder_from_lined(LinedData(name, data), grid)


def ladder_from_lined(lined: LinedData, grid: Grid, sources: set[str] | None = None) -> Ladder:
    """A ladder from data whose lines are known, checked."""
    record = lined.record()
    record.only(*_LADDER)
    variants = tuple(_variant(item) for item in record.records("variants"))
    entries: list[tuple[LadderPosition, Record]] = []
    for item in record.records("positions"):
        entries.extend((entry, item) for entry in _positions(item, variants, grid.family))
    ladder = Ladder(
        id=record.text("id"),
        label=record.text("label"),
        source=record.text("source", ""),
        positions=tuple(entry for entry, _ in entries),
        variants=variants,
        summary=record.text("summary", ""),
        seniority=record.texts("seniority"),
        conditions=parse_conditions(record.pairs("conditions")),
        note=record.text("note", ""),
    )
    check(ladder, grid, record, [item for _, item in entries], sources)
    return ladder


def _variant(record: Record) -> Variant:
    record.only(*_VARIANT)
    return Variant(
        record.text("id"),
        record.text("label"),
        parse_conditions(record.pairs("conditions")),
        parse_conditions(record.pairs("any_of")),
        record.number("share", 1.0, 0.0, 1.0),
    )


def _positions(record: Record, variants: Sequence[Variant], family: str) -> list[LadderPosition]:
    """The entries of one record: itself, or one a variant with what the variant overrides."""
    record.only(*POSITION)
    if not variants:
        if "variants" in record.data:
            record.fail("variants", "the ladder names no variants; add `variants:` above `positions:` or take this field out.")
        return [_position(record, "", family)]
    known = [variant.id for variant in variants]
    stated = record.data.get("variants", {variant: {} for variant in known})
    if not isinstance(stated, Mapping) or not stated:
        record.fail("variants", "`variants` must map a variant's id to what differs there, such as `{small: {next: []}}`.")
    entries = []
    for variant, override in stated.items():
        if variant not in known:
            record.fail("variants", f"no variant of this ladder is named {variant!r}; it has {', '.join(known)}.")
        here = Record(record.lined, (*record.where, "variants", variant), override or {})
        here.only(*(name for name in POSITION if name not in ("id", "variants")))
        entries.append(_position(Record(record.lined, record.where, {**record.data, **here.data}), variant, family))
    return entries


def _position(record: Record, variant: str, family: str) -> LadderPosition:
    number = record.data.get("number")
    return LadderPosition(
        id=record.text("id"),
        title=record.text("title"),
        variant=variant,
        number=None if number is None else int(record.number("number", None, 0, 1000)),
        synonyms=_synonyms(record, family),
        track=record.choice("track", TRACKS, NOT_STATED),
        people_management=record.choice("people_management", ANSWERS, NOT_STATED),
        executive=record.choice("executive", ANSWERS, NOT_STATED),
        stage=record.text("stage", ""),
        scope=record.text("scope", ""),
        autonomy=record.text("autonomy", ""),
        optional=record.text("optional", ""),
        team=record.pairs("team"),
        conditions=parse_conditions(record.pairs("conditions")),
        typical=parse_conditions(record.pairs("typical"), typical=True),
        modality=record.pairs("modality"),
        reference=_read_shares(record, family),
        note=record.text("note", ""),
        source=record.text("source", ""),
        **{name: record.texts(name) for name in LISTS},
    )


def _synonyms(record: Record, family: str) -> tuple[Synonym, ...]:
    value = record.data.get("synonyms", [])
    if not isinstance(value, list | tuple):
        record.fail("synonyms", "'synonyms' must be a list of titles.")
    found = []
    for index, item in enumerate(value):
        if isinstance(item, str) and item.strip():
            found.append(Synonym(" ".join(item.split())))
            continue
        entry = Record(record.lined, (*record.where, "synonyms", index), item)
        entry.only("title", "reference")
        found.append(Synonym(entry.text("title"), _read_shares(entry, family)))
    return tuple(found)


def _read_shares(record: Record, family: str) -> tuple[Share, ...]:
    found = []
    for item in record.records("reference"):
        item.only("position", "cell", "share")
        found.append(Share(item.text("position"), Cell.parse(family, item.text("cell")), item.number("share", 1.0, 0.0, 1.0)))
    return tuple(found)


def load_ladders(folder: Path, grid: Grid, sources: Iterable[str] | None = None) -> tuple[Ladder, ...]:
    """Every ladder of a folder in order of file name; one broken file refuses them all."""
    if not folder.is_dir():
        raise DataError(f"{folder}: there is no such folder; name the folder that holds the ladder files.")
    paths = sorted(path for path in folder.iterdir() if path.suffix in (".yaml", ".yml"))
    if not paths:
        raise DataError(f"{folder}: no ladder file (*.yaml) is there; add one or name another folder.")
    known = None if sources is None else tuple(sources)
    ladders: dict[str, tuple[Ladder, Path]] = {}
    for path in paths:
        ladder = load_ladder(path, grid, known)
        if ladder.id in ladders:
            raise DataError(f"{path}, line 1: the ladder id {ladder.id!r} is taken by {ladders[ladder.id][1]}; choose another.")
        ladders[ladder.id] = (ladder, path)
    return tuple(ladder for ladder, _ in ladders.values())
