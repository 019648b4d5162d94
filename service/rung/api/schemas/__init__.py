"""The shapes of requests and answers: a description and an example of every field.

The answer to a query is described by the fields of ``rung.types.Result`` itself.
"""

from rung.api.schemas.answers import BatchOut, FailedOut, FieldErrorOut, HealthOut, MetricsOut, Out, ProblemOut, ReloadOut
from rung.api.schemas.info import FamiliesOut, FamilyOut, InfoOut, LevelOut, LimitsOut, NamedOut, OfferedAnswerOut, QuestionOut
from rung.api.schemas.ladders import CrossingOut, CrosswalkOut, LadderOut, LaddersOut, LadderSummaryOut
from rung.api.schemas.requests import BatchIn, Closed, CrosswalkIn, OrganisationIn, Probability, QueryIn, parts

__all__ = [
    "BatchIn",
    "BatchOut",
    "Closed",
    "CrossingOut",
    "CrosswalkIn",
    "CrosswalkOut",
    "FailedOut",
    "FamiliesOut",
    "FamilyOut",
    "FieldErrorOut",
    "HealthOut",
    "InfoOut",
    "LadderOut",
    "LadderSummaryOut",
    "LaddersOut",
    "LevelOut",
    "LimitsOut",
    "MetricsOut",
    "NamedOut",
    "OfferedAnswerOut",
    "OrganisationIn",
    "Out",
    "Probability",
    "ProblemOut",
    "QueryIn",
    "QuestionOut",
    "ReloadOut",
    "parts",
]
