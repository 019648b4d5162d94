"""schema.org ``JobPosting`` in JSON-LD: the postings of a document as queries, and the answers written back into it.

A document is one object, an array, a ``@graph``, or an HTML page with ``<script type="application/ld+json">`` blocks; postings are
found at any depth. An answer becomes one more ``occupationalCategory``: a ``CategoryCode`` that is also a ``QualitativeValue``, so
that status, confidence and the rest may be beside the code as ``additionalProperty``. Everything else keeps its value and order; a
block that is not JSON stays unchanged.
"""

from __future__ import annotations

import html
import json
import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from rung.errors import TableError
from rung.tables.table import COLUMNS, cells
from rung.types import Query, Result

CODE_SET = "Rung reference ladder"
FAMILIES = "Rung job families"

_SCRIPT = re.compile(r"<script\b([^<>]{0,1000})>", re.IGNORECASE)
_LD = re.compile(r"""\btype\s{0,9}=\s{0,9}["']?application/ld\+json""", re.IGNORECASE)
_CLOSE = re.compile(r"</script", re.IGNORECASE)
_SURROGATE = re.compile("[\ud800-\udfff]")
_DEEPEST = 100


@dataclass(frozen=True, slots=True)
class Block:
    """One JSON text of a document: its character offsets, its first line (from 1), and its data or the error."""

    start: int
    end: int
    line: int
    data: Any
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """A document and its JSON blocks; ``page`` is true for HTML."""

    text: str
    blocks: tuple[Block, ...]
    page: bool

    def postings(self) -> tuple[dict[str, Any], ...]:
        """Every job posting, in order; changing one changes what ``dump`` writes."""
        return tuple(posting for block in self.blocks for posting in _postings(block.data))


def load(text: str) -> Document:
    """Read a document.

    Raises:
        TableError: it is neither JSON nor a page with JSON-LD in it.
    """
    text = text.removeprefix("\ufeff")
    if text.lstrip().startswith("<"):
        blocks = tuple(_blocks(text, _scripts(text)))
        if not blocks:
            raise TableError('the page has no <script type="application/ld+json"> block')
        return Document(text, blocks, page=True)
    (block,) = _blocks(text, [(0, len(text))])
    if block.error:
        raise TableError(f"this is not JSON-LD: {block.error}")
    return Document(text, (block,), page=False)


def dump(document: Document) -> str:
    """The document with its blocks as they are now."""
    if not document.page:
        return _written(document.blocks[0].data) + "\n"
    pieces, at = [], 0
    for block in document.blocks:
        pieces.append(document.text[at : block.start])
        if block.error:
            pieces.append(document.text[block.start : block.end])
        else:
            # "</script" would end the block and "<!--" would change how the page is read; the escaped form means the same.
            pieces.append("\n" + _written(block.data).replace("<", "\\u003c") + "\n")
        at = block.end
    return "".join([*pieces, document.text[at:]])


def _written(data: Any) -> str:
    """Indented JSON; half of a surrogate pair, which UTF-8 cannot encode, stays escaped."""
    return _SURROGATE.sub(lambda match: f"\\u{ord(match.group()):04x}", json.dumps(data, ensure_ascii=False, indent=2))


def query(posting: dict[str, Any]) -> Query:
    """A posting as a query. The title is ``title``, or ``name`` where there is none."""
    company = posting.get("hiringOrganization")
    description = _text(posting.get("description"))
    return Query(
        title=html.unescape(_text(posting.get("title")) or _text(posting.get("name")) or ""),
        description=html.unescape(description) if description else None,
        id=identity(posting),
        company=_text(company.get("name") if isinstance(company, dict) else company),
    )


def identity(posting: dict[str, Any]) -> str | None:
    """The name of a posting in messages: its ``@id``, ``identifier`` or ``url``."""
    identifier = posting.get("identifier")
    value = identifier.get("value") if isinstance(identifier, dict) else identifier
    return _text(posting.get("@id")) or _text(value) or _text(posting.get("url"))


def enrich(posting: dict[str, Any], result: Result) -> None:
    """Write an answer into a posting, in the place of an earlier one."""
    kept = [category for category in _listed(posting.get("occupationalCategory")) if not _ours(category)]
    kept.append(category(result))
    posting["occupationalCategory"] = kept if len(kept) > 1 else kept[0]


def category(result: Result) -> dict[str, Any]:
    """An answer as an occupational category: the level and track of the graded family, or the family of any other job."""
    code: dict[str, Any] = {"@type": ["CategoryCode", "QualitativeValue"]}
    graded = result.family is not None and result.family.graded
    if graded and result.level is not None:
        code |= {"codeValue": f"{result.level.id}/{result.track}", "name": f"{result.level.label}, {result.track} track"}
    elif result.family is not None:
        code |= {"codeValue": result.family.id, "name": result.family.label}
    code["inCodeSet"] = {"@type": "CategoryCodeSet", "name": CODE_SET if graded else FAMILIES}
    code["additionalProperty"] = [
        {"@type": "PropertyValue", "propertyID": name, "value": value}
        for name, value in zip(COLUMNS, cells(result, result.model.short, ()), strict=True)
        if value is not None
    ]
    return code


def _scripts(text: str) -> Iterator[tuple[int, int]]:
    """The offsets of the JSON-LD in a page; everything up to the end of a script belongs to it."""
    at = 0
    while match := _SCRIPT.search(text, at):
        close = _CLOSE.search(text, match.end())
        at = close.end() if close else len(text)
        if _LD.search(match.group(1)):
            yield match.end(), close.start() if close else len(text)


def _blocks(text: str, places: Iterable[tuple[int, int]]) -> Iterator[Block]:
    """The JSON texts at these places, which follow one another."""
    line, at = 1, 0
    for start, end in places:
        line += text.count("\n", at, start)
        at = start
        yield _block(text, start, end, line)


def _block(text: str, start: int, end: int, line: int) -> Block:
    """A JSON text; if reading and writing it would lose something, its error says what."""
    try:
        data = json.loads(text[start:end], object_pairs_hook=_record, parse_float=_number, parse_constant=_number)
        _check_depth(data)
    except json.JSONDecodeError as error:
        return Block(start, end, line, None, f"line {line - 1 + error.lineno}: {error.msg}")
    except (RecursionError, ValueError) as error:
        return Block(start, end, line, None, "it is nested too deep" if isinstance(error, RecursionError) else str(error))
    return Block(start, end, line, data)


def _record(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    record = dict(pairs)
    if len(record) < len(pairs):
        name, _ = Counter(name for name, _ in pairs).most_common(1)[0]
        raise ValueError(f"{name!r} appears twice in one object")
    return record


def _number(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(f"{text} is not a number of JSON that can be kept")
    return number


def _check_depth(data: Any) -> None:
    level = [data]
    for _ in range(_DEEPEST):
        level = [child for item in level for child in _children(item)]
        if not level:
            return
    raise RecursionError


def _children(data: Any) -> Sequence[Any]:
    if isinstance(data, dict):
        return list(data.values())
    return data if isinstance(data, list) else ()


def _postings(data: Any) -> Iterator[dict[str, Any]]:
    if isinstance(data, dict) and _is_posting(data.get("@type")):
        yield data
    for child in _children(data):
        yield from _postings(child)


def _is_posting(kind: Any) -> bool:
    return any(isinstance(name, str) and re.split(r"[:/#]", name)[-1] == "JobPosting" for name in _listed(kind))


def _ours(category: Any) -> bool:
    code_set = category.get("inCodeSet") if isinstance(category, dict) else None
    return isinstance(code_set, dict) and code_set.get("name") in (CODE_SET, FAMILIES)


def _listed(value: Any) -> list[Any]:
    if value is None:
        return []
    return list(value) if isinstance(value, list) else [value]


def _text(value: Any) -> str | None:
    """A text in any form that JSON-LD allows; ``None`` if the value is no text."""
    if isinstance(value, list):
        return next((text for item in value if (text := _text(item))), None)
    if isinstance(value, dict):
        value = value.get("@value")
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    return value if isinstance(value, str) and value.strip() else None
