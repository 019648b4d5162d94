"""Documentation as programs: the blocks of a Markdown file that a reader would run, and a comparison that lets figures move.

- a ``python`` block runs, in the namespace of the file's blocks before it;
- a ``console`` block runs each ``$`` command in a shell and compares what follows with its output;
- a block with ``title="name"`` becomes that file, so that later blocks can read it.

Blocks of any other kind (``sh``, ``text``, ``json`` …) are prose, and so is one under ``<!-- not run: the reason -->``. In expected
output ``...`` stands for anything, numbers with a decimal point and digests for any other of their kind, and white space is not
compared.
"""

from __future__ import annotations

import doctest
import re
from dataclasses import dataclass
from pathlib import Path

_FENCE = re.compile(r"^(?P<indent> *)```(?P<kind>[a-z]+)?(?P<rest>[^\n`]*)\n(?P<body>.*?)^(?P=indent)```", re.MULTILINE | re.DOTALL)
_NOT_RUN = re.compile(r"<!-- not run: [^\n]{3,200} -->\n+\Z")
_TITLE = re.compile(r'title="([^"]+)"')
_FIGURE = re.compile(r"sha256:[0-9a-f]{6,}…?|[+-]?\d+\.\d+(?:e-?\d+)?")


@dataclass(frozen=True)
class Block:
    """A fenced block: its kind, text, the file that it becomes, and its line."""

    kind: str
    text: str
    title: str | None
    line: int
    prose: bool

    @property
    def runs(self) -> bool:
        return self.kind in ("python", "console") and not self.prose


def blocks(path: Path) -> list[Block]:
    text = path.read_text(encoding="utf-8")
    found = []
    for match in _FENCE.finditer(text):
        indent, title = match["indent"], _TITLE.search(match["rest"])
        body = "".join(line.removeprefix(indent) for line in match["body"].splitlines(keepends=True))
        prose = bool(_NOT_RUN.search(text, 0, match.start()))
        found.append(Block(match["kind"] or "", body, title and title[1], text.count("\n", 0, match.start()) + 2, prose))
    return found


def commands(block: Block) -> list[tuple[str, str]]:
    """The commands of a console block, each with the output that is said to follow it."""
    found: list[tuple[str, str]] = []
    for line in block.text.splitlines(keepends=True):
        if line.startswith("$ "):
            found.append((line[2:], ""))
        elif found and found[-1][0].endswith("\\\n") and not found[-1][1]:
            found[-1] = (found[-1][0] + line, "")
        else:
            found[-1] = (found[-1][0], found[-1][1] + line)
    return found


def same(expected: str, got: str) -> bool:
    """Whether an output is the expected one but for its figures."""
    wanted, had = (_FIGURE.sub("#", " ".join(text.split())) for text in (expected, got))
    options = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
    return doctest.OutputChecker().check_output(wanted + "\n", had + "\n", options)
