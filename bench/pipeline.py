"""The obvious alternative to Rung, as a server: scikit-learn's TF-IDF pipeline for the level, rapidfuzz for the nearest title.

It is trained on Rung's titles and postings, and answers with the most likely cell and the nearest alias.
"""

from __future__ import annotations

from pathlib import Path

from fastapi import FastAPI
from pydantic import BaseModel
from rapidfuzz import fuzz, process

from rung import Normaliser
from rung.training.baselines import titled_pipeline

lexicon = Normaliser.load().lexicon
aliases = [alias.text for alias in lexicon.aliases.values()]
model = titled_pipeline(Path(__file__).parents[1] / "training_data", lexicon)
app = FastAPI()


class QueryIn(BaseModel):
    """The request body, as Rung accepts it."""

    title: str
    description: str | None = None


class ResultOut(BaseModel):
    """The most likely cell with its probability (0 to 1), and the nearest alias with its ``WRatio`` (0 to 100)."""

    cell: str
    confidence: float
    nearest: str
    score: float


@app.post("/classify")
async def classify(query: QueryIn) -> ResultOut:
    """Answer one job."""
    scores = model.predict_proba([f"{query.title}\n{query.description or ''}"])[0]
    best = scores.argmax()
    nearest, score, _ = process.extractOne(query.title.lower(), aliases, scorer=fuzz.WRatio)
    return ResultOut(cell=str(model.classes_[best]), confidence=float(scores[best]), nearest=nearest, score=score)


@app.get("/readyz")
async def readyz() -> dict[str, str]:
    """Ready as soon as the server runs."""
    return {"status": "ok"}
