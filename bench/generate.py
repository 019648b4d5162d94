"""Realistic input, made here: titles from a small grammar of what people write, repeated as they are in real files, and texts.

All functions are pure: the same arguments give the same output, so that two runs measure the same work.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from itertools import accumulate

LEVELS = (
    "", "", "", "", "Senior", "Senior", "Sr.", "Sr", "Junior", "Jr", "Associate", "Lead", "Principal", "Staff", "Group",
    "Head of", "Director of", "Director,", "VP of", "VP,", "Vice President of", "Chief", "Senior Director,", "Interim",
    "Deputy", "Assistant",
)  # fmt: skip
HEADS = (
    "Product Manager", "Product Manager", "Product Manager", "Product Owner", "PM", "Product", "Product Management",
    "Product Lead", "Technical Product Manager", "Digital Product Manager", "Product Marketing Manager", "Project Manager",
    "Programme Manager", "Produktmanager", "Chef de produit", "Gestor de Producto", "Software Engineer", "Data Analyst",
    "Business Analyst", "UX Designer", "Account Manager", "Production Manager", "Nurse", "Sales Executive",
    "Customer Success Manager", "Scrum Master", "Category Manager",
)  # fmt: skip
SUBJECTS = (
    "", "", "", "Payments", "Growth", "Platform", "Search", "Mobile", "Data", "AI", "Risk", "Logistics", "Pricing",
    "Identity", "CRM", "Checkout", "Marketplace", "Insurance", "Healthcare", "Internal Tools", "API", "Onboarding", "Ads",
    "Games", "Energy", "Lending",
)  # fmt: skip
NUMERALS = ("", "", "", "", "", "", "", " I", " II", " III", " 2")
PLACES = (
    "", "", "", "", "Berlin", "London", "Remote", "Köln", "São Paulo", "New York, NY", "Zürich", "Paris", "Hybrid",
    "Bengaluru", "Łódź", "Tōkyō", "Remote - EMEA", "Dublin, Ireland",
)  # fmt: skip
NOISE = (
    "",
    "",
    "",
    "",
    "",
    "(m/w/d)",
    "(f/m/x)",
    "(H/F)",
    "- 12 month contract",
    "- full time",
    "| up to 80k",
    "[Ref. 48213]",
    "!!!",
    "🚀",
)
COMPANIES = ("Example Ltd", "Acme, Inc", "Musterfirma GmbH", "Société Modèle", "Ejemplo SA", "Northwind")
SUBJECTS_OF_SENTENCES = ("You", "The team", "We", "The role", "This person", "Our group")
VERBS = (
    "own", "shape", "prioritise", "write", "define", "lead", "support", "measure", "present", "coach", "coordinate", "test",
    "maintain", "report on", "launch", "negotiate", "research", "design", "hire for", "set",
)  # fmt: skip
OBJECTS = (
    "the product roadmap", "a backlog of user stories", "discovery with customers", "a team of product managers",
    "the annual strategy", "key results for the quarter", "release notes", "dashboards for stakeholders",
    "pricing experiments", "the vision of the platform", "supplier contracts", "budget and headcount", "regulatory reports",
    "the career paths of direct reports", "market research", "interfaces to partner systems", "a naïve façade of metrics",
    "incident reviews", "the sales pipeline", "training for new starters",
)  # fmt: skip
ENDINGS = (
    "", " with engineering and design", " across three regions", " in close contact with clients", " for the executive board",
    " under tight deadlines", " and report to the Head of Product", " using data rather than opinion", " from idea to launch",
)  # fmt: skip


def title(rng: random.Random) -> str:
    """One raw title, with the noise that boards and people add."""
    level, head, subject = rng.choice(LEVELS), rng.choice(HEADS), rng.choice(SUBJECTS)
    core = f"{level} {head}".strip() + rng.choice(NUMERALS)
    if subject:
        core += rng.choice((f", {subject}", f" - {subject}", f" ({subject})", f" {subject}", f" / {subject}"))
    place, noise = rng.choice(PLACES), rng.choice(NOISE)
    text = core + (f" - {place}" if place else "") + (f" {noise}" if noise else "")
    return text.upper() if rng.random() < 0.04 else text.lower() if rng.random() < 0.05 else text


def titles(count: int, seed: int = 1) -> list[str]:
    """So many distinct titles."""
    rng = random.Random(seed)
    found: dict[str, None] = {}
    while len(found) < count:
        made = title(rng)
        if made in found:
            made = f"{made} #{rng.randrange(10**6)}"
        found[made] = None
    return list(found)


def repeated(count: int, distinct: float = 0.12, seed: int = 1) -> Iterator[str]:
    """So many titles of which a share is distinct, the rest repeated by Zipf's law, in random order."""
    rng = random.Random(seed)
    known = titles(max(1, round(count * distinct)), seed)
    weights = list(accumulate(1.0 / rank for rank in range(1, len(known) + 1)))
    # Each comes once, so that the share of distinct ones is what was asked for.
    rows = known + rng.choices(known, cum_weights=weights, k=count - len(known))
    rng.shuffle(rows)
    return iter(rows)


def text(rng: random.Random, size: int) -> str:
    """The text of a posting, of about so many characters, in sentences and lines."""
    parts, length = [], 0
    while length < size:
        sentence = f"{rng.choice(SUBJECTS_OF_SENTENCES)} {rng.choice(VERBS)} {rng.choice(OBJECTS)}{rng.choice(ENDINGS)}."
        parts.append(sentence + ("\n" if rng.random() < 0.15 else " "))
        length += len(sentence) + 1
    return "".join(parts)[:size].rstrip()


def rows(count: int, *, distinct: float = 0.12, size: int = 0, seed: int = 1) -> Iterator[Sequence[str]]:
    """Rows of id, title, company, city and, with ``size``, a text of so many characters; ``HEADINGS`` names them."""
    rng = random.Random(seed + 1)
    for number, raw in enumerate(repeated(count, distinct, seed)):
        row = (str(number), raw, rng.choice(COMPANIES), rng.choice(PLACES))
        yield (*row, text(rng, size)) if size else row


HEADINGS = ("id", "title", "company", "city", "description")
