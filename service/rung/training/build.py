"""Checking and compiling ``training_data/`` into the tables of ``taxonomy.json``; equal data gives equal bytes.

Errors name file, line and fix: an unknown field or source, a position or cell outside the grid, one form with two meanings, an
alias that the parser never reaches, and two strong aliases for one title.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from rung.errors import DataError
from rung.tables.columns import normal_heading
from rung.tables.table import READ
from rung.title.clean import Cleaner, fold
from rung.title.lexicon import Lexicon
from rung.title.parse import Parser
from rung.training.sources import LinedDict, check_patterns, line, read_yaml, source_ids

_SENIORITY_FIELDS = {"value", "strength", "place", "rank", "says", "forms", "apart", "corporate", "serves", "subject"}
_FLAG_FIELDS = {"flag", "place", "forms", "before", "not_behind"}


def lexicon_dict(data: Path, family: str) -> dict[str, Any]:
    """The lexicon of one graded family as plain data, ready for JSON and for ``Lexicon.from_dict``."""
    modifiers = _modifiers(data / "shared" / "modifiers.yaml")
    families = _families(data / "families.yaml")
    tables: dict[str, Any] = {**modifiers, **families, "aliases": [], "titles": [], "words": []}
    tables["words"] = sorted(_words(tables))
    positions = read_yaml(data / "families" / family / "grid.yaml")
    tables["aliases"] = _aliases(data, family, tables, positions)
    tables["titles"] = sorted({*(row[2] for row in tables["aliases"]), *tables["heads"]})
    return tables


def headings_dict(path: Path) -> dict[str, Any]:
    """What the headings of tables mean, as plain data for ``rung.tables.columns.Headings``.

    Raises:
        DataError: a field is unknown, or a heading means two things.
    """
    data = read_yaml(path)
    meanings: dict[str, tuple[str, int]] = {}
    for record in data["headings"]:
        if record["field"] not in READ:
            raise DataError(f"{line(path, record)}: unknown field {record['field']!r}; use one of {', '.join(READ)}")
        meaning = (record["field"], record["rank"])
        for form in _forms(record["forms"]):
            if meanings.setdefault(normal_heading(form), meaning) != meaning:
                raise DataError(f"{line(path, record)}: {form!r} means {meanings[normal_heading(form)]} and {meaning}; keep one")
    return {key: data[key] for key in ("figures", "headings", "texts", "address")}


def _modifiers(path: Path) -> dict[str, Any]:
    data = read_yaml(path)
    seniority, forms = _seniority(path, data["seniority"])
    for record in data["patterns"]:
        check_patterns(path, record, [record["pattern"]])
        if record.get("at", "word") != "word":
            raise DataError(f"{line(path, record)}: `at` is {record['at']!r}; write `at: word` or leave it out")
    numerals, employment = list(data["numerals"].items()), list(data["employment"].items())
    return {
        "seniority": seniority,
        "seniority_forms": dict(sorted(forms.items())),
        "apart": {r["value"]: r["apart"] for r in data["seniority"] if "apart" in r},
        "corporate": sorted(r["value"] for r in data["seniority"] if r.get("corporate")),
        "serves": sorted(r["value"] for r in data["seniority"] if r.get("serves")),
        "numerals": {form: value for value, fs in numerals for form in fs},
        "grades": {
            f"{step}{blank}{form}": value for value, fs in numerals for form in fs for step in data["steps"] for blank in ("", " ")
        },
        "spellings": {fold(form): word for word, fs in data["spellings"].items() for form in fs},
        "abbreviations": _abbreviations(path, data),
        "specialisms": {_phrase(f): k for k, fs in data["specialisms"].items() for f in fs},
        "employment": dict(sorted((_phrase(f), k) for k, r in employment for f in r["forms"])),
        "employment_flags": {k: r["flag"] for k, r in employment if "flag" in r},
        "flag_forms": [_flag_forms(path, record) for record in data["flags"]],
        "locations": sorted({_phrase(f) for group in data["locations"] for f in group}),
        "patterns": [[r["kind"], r["pattern"], "at" in r] for r in data["patterns"]],
        **{key: sorted(map(fold, data[key])) for key in ("links", "joins", "transparent", "steps", "correct")},
    }


def _abbreviations(path: Path, data: LinedDict) -> dict[str, str]:
    """Each abbreviation with its words, of which it has as many."""
    found: dict[str, str] = {fold(form): word for word, fs in data["spellings"].items() for form in fs}
    own: dict[str, str] = {}
    for words, forms in data["abbreviations"].items():
        for form in map(fold, forms):
            if len(form.split()) != len(words.split()):
                raise DataError(f"{line(path, data)}: abbreviation {form!r} has not as many words as {words!r}; write as many")
            if found.setdefault(form, words) != words:
                raise DataError(f"{line(path, data)}: {form!r} stands for {found[form]!r} and {words!r}; remove one")
            own[form] = words
    return own


def _flag_forms(path: Path, record: LinedDict) -> list[Any]:
    """The row of one record of ``flags`` (``FlagForms``)."""
    if unknown := set(record) - _FLAG_FIELDS:
        raise DataError(f"{line(path, record)}: unknown field {sorted(unknown)}; use {sorted(_FLAG_FIELDS)}")
    if record["place"] not in ("start", "end"):
        raise DataError(f"{line(path, record)}: `place` is {record['place']!r}; write start or end")
    words = [sorted(map(fold, record.get(key, ()))) for key in ("before", "not_behind")]
    return [record["flag"], record["place"], sorted({_phrase(form) for form in _forms(record["forms"])}), *words]


def _seniority(path: Path, records: Iterable[LinedDict]) -> tuple[dict[str, list[Any]], dict[str, str]]:
    """The rows of the seniority values, and the value of each form."""
    seniority: dict[str, list[Any]] = {}
    forms: dict[str, str] = {}
    for record in records:
        if unknown := set(record) - _SENIORITY_FIELDS:
            raise DataError(f"{line(path, record)}: unknown field {sorted(unknown)}; use {sorted(_SENIORITY_FIELDS)}")
        value = record["value"]
        if value in seniority:
            raise DataError(f"{line(path, record)}: {value!r} is listed twice; merge the two")
        place = record.get("place") == "anywhere"
        rank, subject = bool(record.get("rank")) or place, bool(record.get("subject"))
        seniority[value] = [record["strength"], place, rank, subject, record["says"]]
        for form in _forms(record["forms"]):
            if forms.setdefault(_phrase(form), value) != value:
                raise DataError(f"{line(path, record)}: {form!r} means both {forms[_phrase(form)]!r} and {value!r}; keep one")
    return seniority, forms


def _families(path: Path) -> dict[str, Any]:
    data = read_yaml(path)
    families = data["families"]
    graded: dict[str, Any] = next((family for family in families if family.get("graded")), {})
    records = [record for family in families for record in family.get("heads", ())]
    falls_back = {r["head"]: r["falls_back"] for r in records if r.get("falls_back", r["head"]) != r["head"]}
    return {
        "heads": dict(sorted(_heads(path, families).items())),
        "falls_back": falls_back,
        "names": {record["head"]: record["name"] for record in records if "name" in record},
        "families": {f["id"]: f["label"] for f in families},
        "named": {f["id"]: f["named"] for f in families if "named" in f},
        "graded": graded.get("id", ""),
        "plain_head": graded.get("plain_head", ""),
        "definition": graded.get("definition", ""),
        "near": graded.get("near", []),
        "generic": sorted(map(fold, data["generic"])),
        "broad": sorted(map(fold, data["broad"])),
    }


def _heads(path: Path, families: Iterable[LinedDict]) -> dict[str, list[Any]]:
    """The rows of the forms that name a job (``Head``)."""
    heads: dict[str, list[Any]] = {}
    for family in families:
        weak = {_phrase(form): share for form, share in family.get("weak", {}).items()}
        for record in family.get("heads", ()) or _neighbour_heads(family):
            for language, form in _forms_by_language(record["forms"]):
                phrase = _phrase(form)
                entry = [
                    family["id"],
                    record.get("head") or phrase,
                    record["kind"],
                    record.get("implies", []),
                    weak.get(phrase, 1.0),
                ]
                known = heads.setdefault(phrase, [*entry, language])
                if known[5] not in ("en", language):  # several languages have it, so it tells none
                    known[5] = ""
                if known[:5] != entry:
                    raise DataError(
                        f"{line(path, record)}: {form!r} means {heads[phrase][:3]} and {entry[:3]}; remove it from one of them"
                    )
    return heads


def _neighbour_heads(family: LinedDict) -> Iterator[LinedDict]:
    for kind in ("agent", "function"):
        if kind + "s" in family:
            yield LinedDict({"kind": kind, "forms": family[kind + "s"]}, family.line)


def _aliases(data: Path, family: str, tables: Mapping[str, Any], positions: Mapping[str, Any]) -> list[list[Any]]:
    path = data / "families" / family / "aliases.yaml"
    sources = source_ids(data)
    cells = {p["id"]: set(p["cells"]) for p in positions["positions"]}
    lexicon = Lexicon.from_dict({**tables, "aliases": []})
    cleaner, parser = Cleaner(lexicon.patterns), Parser(lexicon)
    found: dict[tuple[tuple[str, ...], str], dict[str, Any]] = {}
    for record in read_yaml(path)["aliases"]:
        where = line(path, record)
        if record["source"] not in sources:
            raise DataError(f"{where}: source {record['source']!r} is not in SOURCES.yaml; add it there or cite another")
        if record["cell"] not in cells.get(record["position"], ()):
            raise DataError(f"{where}: {record['position']} at {record['cell']} is not on the grid; see grid.yaml")
        level, track = record["cell"].split("/")
        for text, share in _claims(record):
            parsed = parser.parse(cleaner.clean(text))
            if not parsed.roles or parsed.roles[0].family != lexicon.graded or parsed.roles[0].spans:
                raise DataError(
                    f"{where}: no query could reach the alias {text!r}: {parsed.view.roles or 'no head in it'}; reword it"
                )
            role = parsed.roles[0]
            key = (tuple(sorted(set(role.modifiers))), role.head)
            entry = found.setdefault(key, {"text": text, "strong": None, "meanings": {}})
            _claim(entry, record, text, share, where, level, track)
    return [_alias_row(key, entry) for key, entry in sorted(found.items())]


def _claims(record: Mapping[str, Any]) -> Iterator[tuple[str, float | None]]:
    yield from ((form, None) for form in _forms(record.get("strong", {})))
    for shares in record.get("weak", {}).values():
        yield from shares.items()


def _claim(
    entry: dict[str, Any], record: Mapping[str, Any], text: str, share: float | None, where: str, level: str, track: str
) -> None:
    meaning = (record["position"], level, track)
    if share is None:
        if entry["strong"] not in (None, meaning) or entry["meanings"]:
            raise DataError(f"{where}: {text!r} is already claimed ({entry['text']!r}); a strong alias has one meaning")
        entry["strong"] = meaning
    elif entry["strong"] or meaning in entry["meanings"]:
        raise DataError(f"{where}: {text!r} is already claimed ({entry['text']!r}); state it once")
    else:
        entry["meanings"][meaning] = share


def _alias_row(key: tuple[tuple[str, ...], str], entry: Mapping[str, Any]) -> list[Any]:
    strong = entry["strong"] is not None
    meanings = [[*entry["strong"], 1.0]] if strong else [[*m, s] for m, s in entry["meanings"].items()]
    total = sum(m[3] for m in meanings)
    if total > 1.0 + 1e-9:
        raise DataError(f"aliases.yaml: the shares of {entry['text']!r} add up to {total:.2f}; at most 1 is possible")
    return [list(key[0]), key[1], fold(entry["text"]), strong, meanings]


def _words(tables: Mapping[str, Any]) -> set[str]:
    """Every word of every form: none of them is a misspelling."""
    phrases: Iterable[str] = (
        *tables["heads"], *tables["seniority_forms"], *tables["specialisms"], *tables["employment"], *tables["locations"],
        *tables["links"], *tables["joins"], *tables["transparent"], *tables["generic"], *tables["steps"], *tables["correct"],
    )  # fmt: skip
    return {word for phrase in phrases for word in phrase.split()}


def _forms(by_language: Mapping[str, Any]) -> Iterator[str]:
    return (form for _, form in _forms_by_language(by_language))


def _forms_by_language(by_language: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    return ((language, str(form)) for language, forms in by_language.items() for form in forms)


def _phrase(form: str) -> str:
    """A form after cleaning, its words separated by single spaces."""
    return " ".join(token.text for token in Cleaner(()).clean(form).tokens)
