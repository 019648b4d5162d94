"""HTML tags in titles and texts. They are replaced by as many characters, so that offsets keep their meaning.

``rung.text.decode`` has read the entities before. Takes linear time, because a tag has a bounded length.
"""

from __future__ import annotations

import re

_TAG = re.compile(r"<(?:/?(h[1-6]|[a-zA-Z]{1,10})\b|!)[^<>]{0,300}>")
_INLINE = frozenset({"a", "abbr", "b", "em", "font", "i", "mark", "small", "span", "strong", "sub", "sup", "u", ""})
_UNSEEN = re.compile(r"<(?:(script|style|template|noscript)(?=[\s>/])|!--)", re.IGNORECASE)  # what no reader of the page sees
_CLOSING = {name: re.compile(rf"</{name}[^<>]{{0,300}}>", re.IGNORECASE) for name in ("script", "style", "template", "noscript")}
_CLOSING[""] = re.compile("-->")  # of a comment
_NEXT_CELL = re.compile(
    r"(?:</\w{1,10}>\s{0,9}){0,3}</(?:td|th|dt)>\s{0,99}<(?:td|th|dd)\b[^<>]{0,300}>(?:\s{0,9}<\w{1,10}\b[^<>]{0,300}>){0,3}",
    re.IGNORECASE,
)
BREAK = "\n"
_LABEL = ":"  # between a label and its value in the cells of a table


def without_tags(text: str) -> str:
    """The text with blanks for each tag."""
    return _TAG.sub(lambda match: " " * len(match.group()), text) if "<" in text else text


def without_markup(text: str) -> str:
    """The text with a line break and blanks for each tag, or only blanks if the tag stands inside a line.

    Scripts, styles and comments become blanks as a whole. Between two cells of a row stands a colon.
    """
    if "<" not in text:
        return text
    return _TAG.sub(_blank, _NEXT_CELL.sub(_colon, _without_unseen(text)))


def _without_unseen(text: str) -> str:
    """The text with blanks for what is not shown; an element that is not closed is no such element."""
    parts: list[str] = []
    at, unclosed = 0, set[str]()
    for match in _UNSEEN.finditer(text):
        name = (match.group(1) or "").lower()
        if match.start() < at or name in unclosed:
            continue
        closing = _CLOSING[name].search(text, match.end())
        if closing is None:
            unclosed.add(name)
            continue
        parts += [text[at : match.start()], " " * (closing.end() - match.start())]
        at = closing.end()
    return "".join((*parts, text[at:])) if parts else text


def _colon(match: re.Match[str]) -> str:
    return (" " if match.string[max(0, match.start() - 2) : match.start()].rstrip().endswith(":") else _LABEL).ljust(
        len(match.group())
    )


def _blank(match: re.Match[str]) -> str:
    return (" " if (match.group(1) or "").lower() in _INLINE else BREAK).ljust(len(match.group()))
