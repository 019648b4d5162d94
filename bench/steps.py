"""CPU time of each step of a request in microseconds, for a title alone and for a title with a text of 4 kB.

`python -m bench.steps` prints a table; its last column is without the compiled kernel. Each step is timed alone over many inputs,
in groups of a few. The fastest of several rounds counts, because other load on the machine can only make a round slower.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import orjson

from bench.generate import text, titles
from bench.plain import without_kernel
from rung import InvalidQuery, Limits, Normaliser, Query
from rung.api.bodies import read_query

COUNT, ROUNDS, FEW = 120, 9, 10  # inputs; rounds of each group; inputs of a group


def least(step: Callable[..., object], *inputs: Sequence[Any]) -> float:
    """Mean CPU microseconds of a step for one input, each group in its fastest round."""
    rows, total = list(zip(*inputs, strict=True)), 0.0
    for at in range(0, len(rows), FEW):
        best = float("inf")
        for _ in range(ROUNDS):
            began = time.process_time()
            for row in rows[at : at + FEW]:
                step(*row)
            best = min(best, time.process_time() - began)
        total += best
    return total / len(rows) * 1e6


def of_text(n: Normaliser, texts: Sequence[str]) -> Iterator[tuple[str, float]]:
    """The steps of reading a text."""
    pipeline = n.pipeline
    matches = [pipeline.texts.read(t) for t in texts]
    yield "what matches in it", least(pipeline.texts.read, texts)
    yield "duties read", least(lambda text, found: pipeline.duties.read(text, found.cues), texts, matches)


def of_query(n: Normaliser, queries: Sequence[Query]) -> Iterator[tuple[str, float]]:
    """The steps of a whole query."""
    raw = [q.title for q in queries]
    alone = [Query(title=title) for title in raw]
    cleaned = [n.pipeline.cleaner.clean(t) for t in raw]
    decided = [d for d in n.decide_many(queries) if not isinstance(d, InvalidQuery)]
    results = [n.classify(q) for q in queries]
    bodies = [orjson.dumps({"title": q.title, "description": q.description}) for q in queries]
    yield "body read and validated", least(read_query, bodies)
    yield "title cleaned", least(n.pipeline.cleaner.clean, raw)
    yield "title parsed", least(n.pipeline.parser.parse, cleaned)
    yield "title read, all of it", least(lambda one: n._titles.read([one]), alone)
    yield "title read for every family", least(lambda one: n._titles.named([one]), alone)
    yield "weighed, with all before", least(n.weigh, queries)
    yield "decided, with all before", least(lambda q: n.decide_many([q]), queries)
    yield "rendered with its evidence", least(lambda d: n.render(d, ("evidence",)), decided)
    yield "all of classify", least(n.classify, queries)
    yield "answer written as JSON", least(orjson.dumps, results)


def column(size: int) -> dict[str, float]:
    """CPU microseconds of every step by name, for titles with texts of ``size`` characters (0: no text)."""
    n, rng = Normaliser.load(limits=Limits(cache=0)), random.Random(2)
    texts = [text(rng, size) for _ in range(COUNT)] if size else []
    queries = [Query(title=t, description=texts[i] if size else None) for i, t in enumerate(titles(COUNT, 3))]
    return dict([*of_text(n, texts), *of_query(n, queries)] if size else of_query(n, queries))


def main() -> None:
    """Run the measurement and print the table."""
    alone, whole = column(0), column(4_000)
    with without_kernel():
        plain = column(4_000)
    print("| step | title, µs | title and 4 kB, µs | the same without the kernel |\n|---|---|---|---|")
    for step, figure in whole.items():
        print(f"| {step} | {f'{alone[step]:.0f}' if step in alone else ''} | {figure:.0f} | {plain[step]:.0f} |")


if __name__ == "__main__":
    main()
