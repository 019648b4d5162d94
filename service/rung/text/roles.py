"""The roles that words have for statements: ``roles`` in ``training_data/shared/statements/``."""

from __future__ import annotations

ROLES = (
    "job", "named-job", "named-person", "named-holders", "object-of", "promised", "sought", "asks", "addressed", "possessive",
    "other", "under", "third-person", "determiner", "relative", "boundary", "contrast", "joins", "not", "skip", "possible",
    "later", "applicant", "not-applicant", "helps", "denied-after", "requirements-heading", "field-heading", "duties-heading",
    "denied-heading", "answer-yes", "answer-no", "answer-number", "product-people", "staff", "count-list", "pronoun",
)  # fmt: skip
# Roles that are looked for in one place only, each a group of patterns of its own: people whom a pronoun takes up, lists of people,
# and answers.
APART = frozenset({"product-people", "staff", "count-list", "answer-yes", "answer-no", "answer-number"})
HOLDERS = "named-holders"
NAMES = ("named-job", "named-person", HOLDERS)
DENIED, REQUIREMENTS = "denied-heading", "requirements-heading"
HEADINGS = "-heading"  # how the names of such roles end, and the group of their patterns
