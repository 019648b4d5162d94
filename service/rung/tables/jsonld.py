"""schema.org ``JobPosting`` in JSON-LD: the postings of a document as queries, and the answers written back into it.

A document is one object, an array, a ``@graph``, or an HTML page with ``<script type="application/ld+json">`` blocks; postings are
found at any depth. An answer becomes one more ``occupationalCategory``: a ``CategoryCode`` that is also a ``QualitativeValue``, so
that family, status, confidence and the rest may be beside the code as ``additionalProperty``. Everything else keeps its value and
order, and numbers their digits; a block that is not JSON stays unchanged.
"""

from __future__ import annotations

import codecs
import html
import json
import re
import uuid
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

from rung.errors import TableError
from rung.tables.table import COLUMNS, cells
from rung.types import Query, Result

CODE_SET = "Rung levels and tracks"
_EARLIER_SETS = ("Rung reference ladder", "Rung job families")  # as earlier versions wrote them

_SCRIPT = re.compile(r"<script\b([^<>]{0,1000})>", re.IGNORECASE)
_LD = re.compile(r"""\btype\s{0,9}=\s{0,9}["']?application/ld\+json""", re.IGNORECASE)
_CLOSE = re.compile(r"</script", re.IGNORECASE)
# A comment or a CDATA section around the JSON of a script.
_WRAPPER = re.compile(r"\s{0,99}(?:<!--|(?://|/\*)?\s{0,9}<!\[CDATA\[\s{0,9}(?:\*/)?)")
_WRAPPER_END = re.compile(r"(?://\s{0,9})?-->\s{0,99}$|(?://|/\*)?\s{0,9}\]\]>\s{0,9}(?:\*/)?\s{0,99}$")
_LAST = 150  # characters in which the end of such a wrapper stands
_CHARSET = re.compile(rb"""<meta\b[^<>]{0,500}?\bcharset\s{0,9}=\s{0,9}["']?([\w-]{1,40})""", re.IGNORECASE)
_HEAD = 4_096  # bytes of a page in which its encoding is stated
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


class Number(float):
    """A number with a fraction or an exponent, and how it was written: 1.50 stays 1.50."""

    text: str

    def __new__(cls, text: str) -> Number:
        """Read a number of JSON."""
        number = super().__new__(cls, text)
        number.text = text
        return number


@dataclass(frozen=True, slots=True)
class Document:
    """A document and its JSON blocks; ``page`` is true for HTML, which may be in another ``encoding`` than UTF-8."""

    text: str
    blocks: tuple[Block, ...]
    page: bool
    encoding: str = "utf-8"

    def postings(self) -> tuple[dict[str, Any], ...]:
        """Every job posting, in order; changing one changes what ``dump`` writes."""
        return tuple(posting for block in self.blocks for posting in _postings(block.data))


def load(source: str | bytes) -> Document:
    """Read a document, from its text or its bytes.

    Raises:
        TableError: it is neither JSON nor a page with JSON-LD in it, or its encoding is not known.
    """
    text, encoding = _decoded(source) if isinstance(source, bytes) else (source, "utf-8")
    text = text.removeprefix("\ufeff")
    if text.lstrip().startswith("<"):
        blocks = tuple(_blocks(text, _scripts(text)))
        if not blocks:
            raise TableError('the page has no <script type="application/ld+json"> block')
        return Document(text, blocks, page=True, encoding=encoding)
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
            # "</script" and "]]>" would end the block, "<!--" would change how the page is read; the escaped form means the same.
            written = _written(block.data, ascii_only=document.encoding != "utf-8")
            pieces.append("\n" + written.replace("<", "\\u003c").replace(">", "\\u003e") + "\n")
        at = block.end
    return "".join([*pieces, document.text[at:]])


def encoded(document: Document) -> bytes:
    """The document as bytes, in its own encoding."""
    return dump(document).encode(document.encoding, "surrogateescape")


def _written(data: Any, *, ascii_only: bool = False) -> str:
    """Indented JSON; half of a surrogate pair, which UTF-8 cannot encode, stays escaped."""
    mark = uuid.uuid4().hex  # of the numbers, which `json` would write in its own way
    text = json.dumps(_marked(data, mark), ensure_ascii=ascii_only, indent=2)
    text = re.sub(f'"{mark}([^"]+)"', r"\1", text)
    return _SURROGATE.sub(lambda match: f"\\u{ord(match.group()):04x}", text)


def _marked(data: Any, mark: str) -> Any:
    """The data with marked texts in place of numbers that were read."""
    if isinstance(data, dict):
        return {name: _marked(value, mark) for name, value in data.items()}
    if isinstance(data, list):
        return [_marked(value, mark) for value in data]
    return mark + data.text if isinstance(data, Number) else data


def _decoded(content: bytes) -> tuple[str, str]:
    """The text of a document and its encoding: UTF-8, or the one that a page states, or Windows-1252 as browsers take it.

    Bytes that the encoding leaves undefined become surrogates, which are written back as the same bytes.
    """
    try:
        return content.decode("utf-8"), "utf-8"
    except UnicodeDecodeError as error:
        if not content.lstrip().startswith(b"<"):
            raise TableError(f"the document is not UTF-8 (byte {error.start}); JSON-LD must be") from error
        stated = _CHARSET.search(content[:_HEAD])
        name = stated.group(1).decode("ascii") if stated else "windows-1252"
        try:
            codec = codecs.lookup(name).name
            if codec != "utf-8":
                codec = "cp1252" if codec in ("iso8859-1", "ascii") else codec  # as browsers do
                return content.decode(codec, "surrogateescape"), codec
        except (LookupError, UnicodeError):
            pass
        where = f"byte {error.start} is not UTF-8"
        raise TableError(f"the page is not in the encoding {name} that it states ({where}); save it as UTF-8") from error


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
    """An answer as an occupational category: its level and track; without a code where the text names no job."""
    code: dict[str, Any] = {"@type": ["CategoryCode", "QualitativeValue"]}
    if result.level is not None:
        code |= {"codeValue": f"{result.level.id}/{result.track}", "name": f"{result.level.label}, {result.track} track"}
    code["inCodeSet"] = {"@type": "CategoryCodeSet", "name": CODE_SET}
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
            yield _unwrapped(text, match.end(), close.start() if close else len(text))


def _unwrapped(text: str, start: int, end: int) -> tuple[int, int]:
    """The offsets of a script without a comment or CDATA section around it, which old pages have against older browsers."""
    opening = _WRAPPER.match(text, start, end)
    closing = _WRAPPER_END.search(text, max(opening.end(), end - _LAST), end) if opening else None
    return (opening.end(), closing.start()) if opening and closing else (start, end)


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
        # Not strict: line breaks and tabs may stand in strings, as in many real pages.
        data = json.loads(text[start:end], object_pairs_hook=_record, parse_float=Number, parse_constant=_refuse, strict=False)
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


def _refuse(text: str) -> NoReturn:
    raise ValueError(f"{text} is not a number of JSON")


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
    return isinstance(code_set, dict) and code_set.get("name") in (CODE_SET, *_EARLIER_SETS)


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
