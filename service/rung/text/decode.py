"""Decoding: restores the characters that the author of a title or text wrote, and maps offsets back to the raw text.

Job boards serve texts that were escaped for HTML once or twice (``&lt;li&gt;``), decoded with a wrong encoding (``SÃªnior``), or
contain invisible characters. All other steps read decoded texts; ``DecodedQuery.restore`` maps their results back. Nearly all texts
need no change, which a few searches detect. Everything takes linear time.
"""

from __future__ import annotations

import dataclasses
import html
import re
from bisect import bisect_right
from collections.abc import Callable
from typing import NamedTuple
from urllib.parse import unquote_plus

from rung.types import Evidence, Query, Result

_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});")
_LEVELS = 3  # an escaped text that was escaped again, and once more
# The first two bytes of a character in UTF-8, read as Latin-1 or Windows-1252.
_CONTINUED = "\u0080-\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ"
_SUSPECT = re.compile(f"[\u00c2-\u00f4][{_CONTINUED}]")
_BEYOND_ASCII = re.compile(r"[a-zA-Z]?[^\x00-\x7f]{2,200}[a-zA-Z]?")  # a letter on each side helps to detect the encoding
_INVISIBLE = "\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff"
_ODD = re.compile(f"[\u00c2-\u00f4{_INVISIBLE}](?:(?<=[{_INVISIBLE}])|[{_CONTINUED}])")  # one search for both kinds
_ODD_FIRST = re.compile(f"[\u00c2-\u00f4{_INVISIBLE}]")  # what it begins with
_ASCII = bytes(range(128))
_INSIDE = re.compile(rf"(?<=\w)[{_INVISIBLE}]+(?=\w)")
_ZERO_WIDTH = frozenset("\u200b\u2060\ufeff")  # stand in the place of a space, too; the others shape or join letters
# In titles only: spaced letters ("P r o d u c t"), the escapes of a URL, and a letter that an encoding lost.
_SPACED = re.compile(r"(?<![^\W_])[^\W\d_](?: [^\W\d_]){3,}(?![^\W_])")
_ESCAPE = re.compile(r"(?:%[0-9a-fA-F]{2})+|(?<=\w)\+(?=\w)")
_LOST = re.compile(r"(?<=[^\W\d_])[?\ufffd](?=[^\W\d_])")
LOST_LETTER = "\u01c3"  # a letter that occurs in no title, so that the word is one edit from the original

Replace = Callable[[re.Match[str]], str]


class Change(NamedTuple):
    """A replacement: its offsets in the new text and in the old one."""

    start: int
    end: int
    old_start: int
    old_end: int


Passes = tuple[tuple[Change, ...], ...]
_NONE: Passes = ()


class Decoded(NamedTuple):
    """A decoded text, and the passes that made it from the raw one; without passes the two are equal."""

    text: str
    passes: Passes = _NONE

    def raw(self, start: int, end: int) -> tuple[int, int]:
        """The offsets in the raw text of a span of this text that is not empty."""
        for changes in reversed(self.passes):
            start, end = _old_start(changes, start), _old_end(changes, end)
        return start, end


def decoded(raw: str) -> Decoded:
    """The text with entities replaced, wrongly decoded characters repaired, and invisible characters inside words removed.

    A zero-width character between a small and a capital letter becomes a space. Tags stay, because later steps use them to find
    lines.
    """
    text, passes = raw, _NONE
    for _ in range(_LEVELS):
        if "&" not in text or ";" not in text:
            break
        text, passes = _passed(_ENTITY, text, passes, _character)
    if not text.isascii() and _ODD_FIRST.search(_beyond_ascii(text)) and _ODD.search(text):
        text, passes = _passed(_BEYOND_ASCII, text, passes, _repaired)
        text, passes = _passed(_INSIDE, text, passes, _joined)
    return Decoded(text, passes)


def decoded_title(raw: str) -> Decoded:
    """As ``decoded``; in addition, spaced letters are joined, escapes of a URL are decoded, and lost letters are marked."""
    text, passes = decoded(raw)
    if "%" in text or "+" in text:
        in_address = not any(map(str.isspace, text))
        text, passes = _passed(_ESCAPE, text, passes, _unescaped) if in_address else (text, passes)
    if "?" in text or "\ufffd" in text:
        text, passes = _passed(_LOST, text, passes, lambda _: LOST_LETTER)
    return Decoded(*_passed(_SPACED, text, passes, lambda match: match.group().replace(" ", "")))


class DecodedQuery(NamedTuple):
    """A query with its texts decoded, and the raw ones."""

    query: Query
    raw: Query
    title: Decoded
    description: Decoded

    def restore(self, result: Result) -> Result:
        """The result with the raw title, and with evidence that quotes the raw query at its offsets."""
        texts = {"title": (self.title, self.raw.title), "description": (self.description, self.raw.description or "")}
        view, evidence = result.query, result.evidence
        return dataclasses.replace(
            result,
            query=None if view is None else dataclasses.replace(view, title=self.raw.title),
            evidence=None
            if evidence is None
            else tuple(_restored(each, *texts[each.source]) if each.source in texts else each for each in evidence),
        )


def decoded_query(query: Query) -> DecodedQuery | None:
    """The query with title, description and company decoded; ``None`` if nothing changes."""
    title, description, company = decoded_title(query.title), decoded(query.description or ""), decoded(query.company or "")
    if not (title.passes or description.passes or company.passes):
        return None
    changed = dataclasses.replace(
        query,
        title=title.text,
        description=query.description if query.description is None else description.text,
        company=query.company if query.company is None else company.text,
    )
    return DecodedQuery(changed, query, title, description)


def _beyond_ascii(text: str) -> str:
    """The characters of a text beyond ASCII."""
    return text.encode("utf-8", "surrogatepass").translate(None, _ASCII).decode("utf-8", "surrogatepass")


def _restored(evidence: Evidence, text: Decoded, raw: str) -> Evidence:
    start, end = text.raw(evidence.start, evidence.end)
    return dataclasses.replace(evidence, text=raw[start:end], start=start, end=end)


def _passed(pattern: re.Pattern[str], text: str, passes: Passes, replace: Replace) -> tuple[str, Passes]:
    """The text with each match replaced, and the passes with this one added if it changed anything."""
    pieces: list[str] = []
    changes: list[Change] = []
    behind = size = 0
    for match in pattern.finditer(text):
        old, new = match.group(), replace(match)
        if new == old:
            continue
        same = next((at for at, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new)))
        old_start, old_end = match.start() + same, match.end()
        while old_end > old_start and len(new) > same and text[old_end - 1] == new[-1]:
            old_end, new = old_end - 1, new[:-1]
        start = size + old_start - behind
        size = start + len(new) - same
        pieces += (text[behind:old_start], new[same:])
        behind = old_end
        changes.append(Change(start, size, old_start, old_end))
    return ("".join([*pieces, text[behind:]]), (*passes, tuple(changes))) if changes else (text, passes)


def _character(match: re.Match[str]) -> str:
    return html.unescape(match.group())


def _unescaped(match: re.Match[str]) -> str:
    return unquote_plus(match.group())


def _repaired(match: re.Match[str]) -> str:
    """A run of characters beyond ASCII, decoded again as UTF-8 if it was decoded with another encoding."""
    if not _SUSPECT.search(match.group()):
        return match.group()
    from ftfy import fix_encoding  # noqa: PLC0415 - few texts need it, and importing it takes longer than reading a text

    return fix_encoding(match.group())


def _joined(match: re.Match[str]) -> str:
    text, (start, end) = match.string, match.span()
    parted = not _ZERO_WIDTH.isdisjoint(match.group()) and text[start - 1].islower() and text[end].isupper()
    return " " if parted else ""


def _old_start(changes: tuple[Change, ...], at: int) -> int:
    """The offset in the old text of a character that begins at ``at`` in the new one."""
    number = bisect_right(changes, at, key=lambda change: change.start) - 1
    if number < 0:
        return at
    change = changes[number]
    return change.old_start if at < change.end else change.old_end + at - change.end


def _old_end(changes: tuple[Change, ...], end: int) -> int:
    """The end in the old text of a span that ends at ``end`` in the new one."""
    last = end - 1
    number = bisect_right(changes, last, key=lambda change: change.start) - 1
    if number < 0:
        return end
    change = changes[number]
    return change.old_end if last < change.end else change.old_end + end - change.end
