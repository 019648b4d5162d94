"""Draw postings to label: ``python -m rung.training.draw_postings FILE … --count 300 --seed 18 --model FOLDER > ids.txt``.

Most job boards hold one trade, so the draw takes turns over the major groups of O*NET-SOC (by the likeliest code of the title) and
caps each repository and employer. Files are JSONL, plain or gzipped, with ``id``, ``title``, ``repo`` and ``company``. The same
files, seed and model give the same ids.
"""

from __future__ import annotations

import argparse
import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from rung.title.occupation import OccupationReader
from rung.training.sources import read_jsonl

_MAJOR = 2


def draw(
    postings: Iterable[dict[str, Any]], groups: dict[str, str], count: int, seed: int, per_source: int, per_employer: int
) -> list[str]:
    """The ids of ``count`` postings, group by group in turn; ``groups`` gives the group of each id."""
    queues: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for posting in sorted(postings, key=lambda p: hashlib.sha256(f"{seed} {p['id']}".encode()).digest()):
        queues[groups[posting["id"]]].append(posting)
    drawn: list[str] = []
    taken: Counter[tuple[str, str]] = Counter()
    while len(drawn) < count and any(queues.values()):
        for group in sorted(queues):
            while queues[group] and len(drawn) < count:
                posting = queues[group].pop(0)
                source, employer = ("source", posting["repo"]), ("employer", posting.get("company") or posting["id"])
                if taken[source] < per_source and taken[employer] < per_employer:
                    taken.update((source, employer))
                    drawn.append(posting["id"])
                    break
    return drawn


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the ids of the drawn postings."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", type=Path, nargs="+", help="postings, .jsonl or .jsonl.gz")
    parser.add_argument("--model", type=Path, required=True, help="folder of occupations of a model")
    parser.add_argument("--count", type=int, default=300)
    parser.add_argument("--seed", type=int, default=18)
    parser.add_argument("--per-source", type=int, default=30)
    parser.add_argument("--per-employer", type=int, default=3)
    options = parser.parse_args(arguments)
    reader = OccupationReader.open(options.model)
    postings = {posting["id"]: posting for path in options.files for _, posting in read_jsonl(path)}
    groups = {}
    for key, posting in postings.items():
        soc = reader.read(posting["title"]).soc
        groups[key] = soc[0].code[:_MAJOR] if soc else ""
    print("\n".join(draw(postings.values(), groups, options.count, options.seed, options.per_source, options.per_employer)))


if __name__ == "__main__":
    main()
