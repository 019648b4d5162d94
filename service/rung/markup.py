"""HTML tags in titles and texts. They are replaced by as many characters, so that offsets keep their meaning.

``rung.text.decode`` has read the entities before. Takes linear time, because a tag has a bounded length.
"""

from __future__ import annotations

import re

_TAG = re.compile(r"<(?:/?(h[1-6]|[a-zA-Z]{1,10})\b|!)[^<>]{0,300}>")  # comments, too
_INLINE = frozenset({"a", "abbr", "b", "em", "font", "i", "mark", "small", "span", "strong", "sub", "sup", "u", ""})
BREAK = "\n"


def without_tags(text: str) -> str:
    """The text with blanks for each tag."""
    return _TAG.sub(lambda match: " " * len(match.group()), text) if "<" in text else text


def without_markup(text: str) -> str:
    """The text with a line break and blanks for each tag, or only blanks if the tag stands inside a line."""
    return _TAG.sub(_blank, text) if "<" in text else text


def _blank(match: re.Match[str]) -> str:
    return (" " if (match.group(1) or "").lower() in _INLINE else BREAK).ljust(len(match.group()))
