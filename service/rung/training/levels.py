"""Checking and compiling ``training_data/shared/levels/``: the words of level and track, as plain data for ``RankReader``.

Errors name file, line and fix: an unknown field, source, class, kind, modifier or cell, shares that do not sum to one, and a form
in two records of one list.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import product
from pathlib import Path
from typing import Any

from rung.errors import DataError
from rung.title.clean import fold
from rung.training.sources import LinedDict, line, read_yaml, source_ids

_CHOICE = re.compile(r"\(([^()]*)\)")
_FIELDS = {
    "kinds": {"id", "says", "like", "alone", "with", "before", "behind", "beside", "rank", "serves", "yields"},
    "modifiers": {"id", "as", "says", "strength", "place", "follows", "forms"},
    "heads": {"kind", "forms", "leads"},
    "subjects": {"class", "forms"},
}
_NEEDED = {
    "kinds": {"id", "says", "alone"},
    "modifiers": {"id", "says", "strength", "forms"},
    "heads": {"kind", "forms"},
    "subjects": {"class", "forms"},
}
_SETTINGS = ("plain", "first", "alternative", "optional", "grades", "families", "plurals", "shortest_plural", "genders")
_LISTS = ("links", "joins", "transparent", "endings")
_PLACES = ("title", "anywhere", "parts", "end", "behind", "start")
_TOLERANCE = 1e-6


def levels_dict(data: Path) -> dict[str, Any]:
    """The words of level and track as plain data, ready for JSON and for ``RankReader.from_dict``.

    Raises:
        DataError: a record breaks a rule of the files; the message says where and what to do.
    """
    folder = data / "shared" / "levels"
    sources = source_ids(data)
    scale = read_yaml(data / "scale.yaml")
    cells = {f"{level['id']}/{track['id']}" for level in scale["levels"] for track in scale["tracks"]}
    files = {path: read_yaml(path) for path in sorted(folder.glob("*.yaml"))}
    for path, content in files.items():
        if content.get("source") not in sources:
            raise DataError(f"{path}:1: source {content.get('source')!r} is not in SOURCES.yaml; add it there or cite another")
    records = {name: list(_records(files, name)) for name in _NEEDED}
    kinds = _kinds(records["kinds"], {record["id"] for _, record in records["modifiers"]}, cells)
    path = folder / "reading.yaml"
    settings = files.get(path, LinedDict({}))
    if missing := {*_SETTINGS, *_LISTS, "silent", "head_last"} - set(settings):
        raise DataError(f"{path}:1: {sorted(missing)} missing; add what the comment at its top defines")
    if settings["plain"] not in kinds:
        raise DataError(f"{path}:1: plain {settings['plain']!r} is not a kind; name one of kinds.yaml")
    return {
        **{name: settings[name] for name in _SETTINGS},
        **{name: sorted(set(_spelt_all(path, settings[name]))) for name in _LISTS},
        "levels": [level["id"] for level in scale["levels"]],
        "modifiers": _modifiers(records["modifiers"], kinds),
        "kinds": kinds,
        "words": _words(records, kinds, set(_spelt_all(path, settings["silent"])), settings["head_last"]),
    }


def _modifiers(records: Iterable[tuple[Path, LinedDict]], kinds: Mapping[str, Any]) -> dict[str, Any]:
    """Every modifier as a row; one with ``as`` gets the cells of that modifier in every kind."""
    modifiers: dict[str, Any] = {}
    found = list(records)
    names = {record["id"] for _, record in found}
    for path, record in found:
        place, other = record.get("place", "title"), record.get("as", record["id"])
        if place not in _PLACES:
            raise DataError(f"{line(path, record)}: unknown place {place!r}; use one of {', '.join(_PLACES)}")
        if other not in names:
            raise DataError(f"{line(path, record)}: as {other!r} is not a modifier; name the id of one")
        if record["id"] in modifiers:
            raise DataError(f"{line(path, record)}: modifier {record['id']!r} is listed twice; merge the two")
        modifiers[record["id"]] = [record["strength"], place, bool(record.get("follows")), record["says"]]
        for kind in kinds.values():
            if other in kind["with"]:
                kind["with"].setdefault(record["id"], kind["with"][other])
    return modifiers


def _records(files: Mapping[Path, LinedDict], name: str) -> Iterator[tuple[Path, LinedDict]]:
    for path, content in files.items():
        for record in content.get(name, ()):
            if unknown := set(record) - _FIELDS[name]:
                raise DataError(f"{line(path, record)}: unknown field {sorted(unknown)}; use {sorted(_FIELDS[name])}")
            if missing := _NEEDED[name] - set(record):
                raise DataError(f"{line(path, record)}: {sorted(missing)} missing; add what the comment at the top defines")
            yield path, record


def _kinds(records: Iterable[tuple[Path, LinedDict]], modifiers: set[str], cells: set[str]) -> dict[str, Any]:
    """Every kind, with what it inherits from the kind that it is ``like``."""
    kinds: dict[str, Any] = {}
    found = list(records)
    names = {record["id"] for _, record in found}
    for path, record in found:
        where = line(path, record)
        if record["id"] in kinds:
            raise DataError(f"{where}: kind {record['id']!r} is listed twice; merge the two")
        like = record.get("like")
        if like is not None and like not in kinds:
            raise DataError(f"{where}: like {like!r} is not a kind above this one; move that kind up or name another")
        cells_with = record.get("with", {})
        beside = {name: _shares(where, cell, cells) if cell else {} for name, cell in cells_with.items()}
        if unknown := set(beside) - modifiers:
            raise DataError(f"{where}: unknown modifier {sorted(unknown)}; list it under modifiers")
        above = kinds[like] if like else {}
        for key in ("before", "behind"):
            if unknown := set(record.get(key, {}).values()) - names:
                raise DataError(f"{where}: unknown kind {sorted(unknown)}; list it under kinds")
        kinds[record["id"]] = {
            "says": record["says"],
            "alone": _shares(where, record["alone"], cells),
            "with": {name: shares for name, shares in {**above.get("with", {}), **beside}.items() if shares},
            "before": [list(pair) for pair in record.get("before", {}).items()],
            "behind": [list(pair) for pair in record.get("behind", record.get("before", {})).items()],
            "beside": _shares(where, record["beside"], cells) if "beside" in record else None,
            "rank": bool(record.get("rank", above.get("rank", False))),
            "serves": bool(record.get("serves", above.get("serves", False))),
            "yields": bool(record.get("yields", False)),
        }
    return kinds


def _shares(where: str, value: Any, cells: set[str]) -> dict[str, float]:
    shares: dict[str, float] = {value: 1.0} if isinstance(value, str) else value
    if unknown := set(shares) - cells:
        raise DataError(f"{where}: unknown cell {sorted(unknown)}; write level/track with the ids of scale.yaml")
    if abs(sum(shares.values()) - 1) > _TOLERANCE:
        raise DataError(f"{where}: the shares of {sorted(shares)} sum to {sum(shares.values()):.2f}; make them sum to 1")
    return shares


def _words(
    records: Mapping[str, list[tuple[Path, LinedDict]]], kinds: Mapping[str, Any], silent: set[str], head_last: list[str]
) -> dict[str, list[Any]]:
    """By form: its kind as a head, its modifier, its classes as a subject, and whether it leads (``RankWord``)."""
    heads: dict[str, str] = {}
    leads: set[str] = set()
    not_leading: set[str] = set()
    modifiers: dict[str, str] = {}
    subjects: dict[str, list[str]] = {}
    for path, record in records["heads"]:
        if record["kind"] not in kinds:
            raise DataError(f"{line(path, record)}: unknown kind {record['kind']!r}; list it under kinds")
        _claim(heads, path, record, record["kind"])
        by_language = record["forms"]
        last = LinedDict({name: by_language[name] for name in by_language if name in head_last}, by_language.line)
        following = set() if record.get("leads") else set(_spelt_all(path, last))
        leads.update(set(_forms(path, record)) - following)
        not_leading.update(following)
    for path, record in records["modifiers"]:
        _claim(modifiers, path, record, record["id"])
    used = {name for kind in kinds.values() for name, _ in kind["before"] + kind["behind"]}
    for path, record in records["subjects"]:
        if record["class"] not in used:
            raise DataError(f"{line(path, record)}: no kind asks for the class {record['class']!r}; name one that is asked for")
        for form in _forms(path, record):
            if record["class"] not in subjects.setdefault(form, []):
                subjects[form].append(record["class"])
    every = sorted({*heads, *modifiers, *subjects, *silent})
    leads -= not_leading
    return {form: [heads.get(form, ""), modifiers.get(form, ""), subjects.get(form, []), form in leads] for form in every}


def _claim(claims: dict[str, str], path: Path, record: LinedDict, value: str) -> None:
    for form in _forms(path, record):
        if claims.setdefault(form, value) != value:
            raise DataError(f"{line(path, record)}: {form!r} is both {claims[form]!r} and {value!r}; remove it from one of them")


def _forms(path: Path, record: Mapping[str, Any]) -> Iterator[str]:
    return _spelt_all(path, record["forms"])


def _spelt_all(path: Path, by_language: LinedDict) -> Iterator[str]:
    for texts in by_language.values():
        for text in texts:
            if not isinstance(text, str):
                raise DataError(f"{line(path, by_language)}: {text!r} is not text; put it in quotes")
            yield from spelt(text)


def spelt(text: str) -> Iterator[str]:
    """The forms of one entry: ``leiter(|in)`` is leiter and leiterin, ``becari(o|a)`` becario and becaria."""
    pieces = _CHOICE.split(fold(text))
    choices = [piece.split("|") if i % 2 else [piece] for i, piece in enumerate(pieces)]
    for form in product(*choices):
        yield " ".join("".join(form).split())
