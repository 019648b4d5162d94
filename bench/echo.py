"""The HTTP baseline: a FastAPI application that reads the same body as Rung and returns a constant answer of 1.6 kB."""

from __future__ import annotations

from fastapi import FastAPI
from pydantic import BaseModel


class QueryIn(BaseModel):
    """The request body, as Rung accepts it."""

    title: str
    description: str | None = None


class Row(BaseModel):
    """One row of the answer."""

    ladder: str
    title: str
    relation: str
    confidence: float


class ResultOut(BaseModel):
    """An answer of about the size of a short answer of Rung."""

    title: str
    status: str
    rows: list[Row]


ROWS = [
    {"ladder": f"ladder-{n}", "title": "Senior Product Manager of this ladder", "relation": "exact", "confidence": 0.9612}
    for n in range(14)
]

app = FastAPI()


@app.post("/classify")
async def classify(query: QueryIn) -> ResultOut:
    """Return the title in a constant answer."""
    return ResultOut(title=query.title, status="classified", rows=ROWS)  # type: ignore[arg-type]


@app.get("/readyz")
async def readyz() -> dict[str, str]:
    """Ready as soon as the server runs."""
    return {"status": "ok"}
