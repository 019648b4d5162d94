"""The application that Rung is measured against: FastAPI that reads the same body and answers 1.6 kB, and looks nothing up."""

from __future__ import annotations

from fastapi import FastAPI
from pydantic import BaseModel


class QueryIn(BaseModel):
    """The body that Rung takes."""

    title: str
    description: str | None = None


class Row(BaseModel):
    """One of the parts of an answer."""

    ladder: str
    title: str
    relation: str
    confidence: float


class ResultOut(BaseModel):
    """An answer of about the size of a short one of Rung's."""

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
    """Echo the title."""
    return ResultOut(title=query.title, status="classified", rows=ROWS)  # type: ignore[arg-type]


@app.get("/readyz")
async def readyz() -> dict[str, str]:
    """Ready as soon as it answers."""
    return {"status": "ok"}
