"""The shipped rules of statements, loaded once, and the sentences that they are tested with."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from ladder_toys import DATA, crosswalk

from rung.text.compiling import compile_patterns
from rung.text.facts import Stated, StatementRules
from rung.text.patterns import Patterns
from rung.text.statements import Kind, StatementReader, statement_kinds, statement_patterns

SHARED = DATA.parents[1] / "shared"
SENTENCES = Path(__file__).parent / "statements"


@lru_cache
def languages() -> Mapping[str, Any]:
    """The files of wordings by language."""
    return {p.stem: yaml.safe_load(p.read_text(encoding="utf-8")) for p in sorted((SHARED / "statements").glob("*.yaml"))}


@lru_cache
def kinds() -> Mapping[str, Any]:
    """``statements.yaml``."""
    data: Mapping[str, Any] = yaml.safe_load((SHARED / "statements.yaml").read_text(encoding="utf-8"))
    return data


@lru_cache
def rules() -> StatementRules:
    """The rules as they are shipped."""
    return StatementRules(kinds(), crosswalk().grid.cells)


def statement_reader(known: Sequence[Kind], wordings: Mapping[str, Any]) -> StatementReader:
    """A reader of some kinds of statements and their wordings by language."""
    return StatementReader(known, wordings, Patterns(compile_patterns(statement_patterns(known, wordings))))


@lru_cache
def reader() -> StatementReader:
    """The reader of the wordings as they are shipped."""
    return statement_reader(statement_kinds(kinds()["statements"]), languages())


def counted(text: str, position: str | None = None, level_named: bool = False) -> tuple[Stated, ...]:
    """The statements of a text that count beside a title."""
    return rules().counted(reader().read(text), position, level_named)


def manages(text: str, position: str | None = None) -> str:
    """What a text says of managing people, beside a title."""
    return rules().claim(counted(text, position), "manages")


def sentences(name: str) -> list[dict[str, Any]]:
    """The rows of a file of sentences."""
    return [json.loads(line) for line in (SENTENCES / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]
