"""Where the time of one request goes: CPU of each step in microseconds, for a title alone and with a text of 4 kB.

`python -m tests.bench.steps` prints a table. A step is timed alone over many inputs; the least of several rounds counts: the figure
least disturbed by whatever else the machine does.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Sequence

import orjson

from service import Limits, Normaliser, Query
from service.api.bodies import read_query
from service.clean import fold_with_offsets
from service.duties import document_features, read_cues, readable, sentences
from tests.bench.generate import text, titles

COUNT, ROUNDS, SENTENCES = 150, 7, 400


def least(step: Callable[..., object], *inputs: Sequence[object]) -> float:
    """CPU microseconds of a step for one input, in the best of the rounds."""
    found = []
    for _ in range(ROUNDS):
        began = time.process_time()
        for each in zip(*inputs, strict=True):
            step(*each)
        found.append((time.process_time() - began) / len(inputs[0]) * 1e6)
    return min(found)


def of_text(n: Normaliser, texts: Sequence[str]) -> Iterator[tuple[str, float]]:
    """The steps of reading a text."""
    duties = n._duties
    lowered = [readable(t) for t in texts]
    found = [sentences(t, SENTENCES) for t in lowered]
    scores = [duties._scorer.score([s.text for s in f]) for f in found]
    cues = [read_cues(duties.cues, t, f)[0] for t, f in zip(lowered, found, strict=True)]
    yield "into sentences", least(lambda t: sentences(t, SENTENCES), lowered)
    yield "sentence scores", least(lambda f: duties._scorer.score([s.text for s in f]), found)
    yield "cues", least(lambda t, f: read_cues(duties.cues, t, f), lowered, found)
    yield "features of the text", least(lambda s, c: document_features(s, c, duties.cues, duties._columns), scores, cues)
    yield "reading the text, all of it", least(duties.read, texts)
    yield "folding it for contexts", least(fold_with_offsets, texts)


def of_query(n: Normaliser, queries: Sequence[Query]) -> Iterator[tuple[str, float]]:
    """The steps of a whole query."""
    raw = [q.title for q in queries]
    cleaned = [n._cleaner.clean(t) for t in raw]
    parsed = [n._parser.parse(c) for c in cleaned]
    read = [n._read_title_afresh(t) for t in raw]
    weighed = [n.weigh(q) for q in queries]
    known = [(q, w) for q, w in zip(queries, weighed, strict=True) if w.probabilities]

    def decide(q: Query, w: object) -> object:
        head = w.title.head if w.title else None
        return n.decider.decide(w.probabilities, has_text=w.duties is not None, found=w.found, head=head, min_confidence=None)

    some, views = [q for q, _ in known], [w for _, w in known]
    decisions = [decide(q, w) for q, w in known]
    results = [n.classify(q) for q in queries]
    bodies = [orjson.dumps({"title": q.title, "description": q.description}) for q in queries]
    yield "body read and validated", least(read_query, bodies)
    yield "clean", least(n._cleaner.clean, raw)
    yield "parse", least(n._parser.parse, cleaned)
    yield "retrieve", least(n._retriever.read, parsed)
    yield "contexts", least(lambda q, r: n._context(q, *r), queries, read)
    yield "decide", least(decide, some, views)
    yield "render", least(n._render, some, views, decisions)
    yield "all of classify", least(n.classify, queries)
    yield "answer written as JSON", least(orjson.dumps, results)


def main() -> None:
    """Measure and print."""
    n = Normaliser.load(limits=Limits(cache=0))
    rng = random.Random(2)
    texts = [text(rng, 4_000) for _ in range(COUNT)]
    raw = titles(COUNT, 3)
    plain = dict(of_query(n, [Query(title=t) for t in raw]))
    with_text = dict(of_query(n, [Query(title=t, description=d) for t, d in zip(raw, texts, strict=True)]))
    print("| step | title, µs | title and 4 kB, µs |\n|---|---|---|")
    for step, figure in of_text(n, texts):
        print(f"| {step} | | {figure:.0f} |")
    for step, figure in plain.items():
        print(f"| {step} | {figure:.0f} | {with_text[step]:.0f} |")


if __name__ == "__main__":
    main()
