"""Synthetic input: titles from a small grammar, repeated as often as in real files, and texts of postings.

The same arguments give the same output, so that two runs measure the same work.
"""

from __future__ import annotations

import random
import re
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
VERBS = """
own shape prioritise write define support measure present coordinate test maintain launch negotiate research design set plan
review improve analyse document build deliver organise monitor explain develop prepare check compare simplify evaluate automate
track adapt translate collect refine draft resolve arrange audit schedule inspect repair assemble calculate promote record
update operate forecast investigate configure migrate moderate illustrate publish procure deploy integrate validate standardise
consolidate communicate strengthen administer facilitate accelerate modernise troubleshoot customise summarise accompany
distribute synchronise
"""
NOUNS = """
roadmaps backlogs stories customers strategies results notes dashboards experiments contracts budgets reports interfaces
partners metrics incidents pipelines starters releases markets prices orders invoices shipments warehouses suppliers payments
accounts campaigns channels audiences articles images lessons courses pupils patients wards treatments records vehicles engines
machines parts materials drawings buildings sites permits inspections tenants leases loans policies claims risks controls audits
taxes ledgers payrolls benefits interviews candidates surveys complaints tickets servers networks databases backups queries
models forecasts samples trials devices sensors batteries crops meals menus kitchens guests bookings routes drivers stations
tracks ports cargoes standards procedures manuals workshops webinars newsletters brands slogans logos prototypes wireframes
components libraries tests defects migrations licences tenders quotes territories visits demonstrations renewals subscriptions
refunds deliveries returns shelves stores shifts rotas uniforms tools spares valves pumps boilers circuits cables turbines
reactors wells fields forests habitats grants donors volunteers charities museums exhibitions archives translations subtitles
recordings rehearsals concerts tournaments coaches athletes laws briefs hearings patents trademarks agreements disputes borders
passports elections councils ministries treaties statistics indices portfolios bonds shares dividends hedges rates auctions
specifications requirements environments opportunities relationships communications technologies applications architectures
infrastructures methodologies dependencies transformations collaborations acquisitions certifications qualifications
compensations organisations accommodations manufacturers subcontractors specialists consultants researchers physicians
accountants electricians librarians journalists photographers administrators stakeholders neighbourhoods municipalities
investigations observations calculations measurements improvements assessments assignments appointments prescriptions
vaccinations thermometers microscopes laboratories simulations algorithms visualisations spreadsheets presentations transcripts
questionnaires conferences scholarships dissertations curricula kindergartens playgrounds greenhouses orchards fertilisers
pesticides ecosystems aquariums locomotives helicopters submarines satellites telescopes antennas transformers conductors
semiconductors processors keyboards headphones furniture textiles garments cosmetics perfumes jewellery ceramics sculptures
landscapes gardens fountains bridges tunnels motorways pavements scaffolds cranes excavators lifts staircases ceilings windows
insulation
"""
ADJECTIVES = """
annual regional international digital clinical legal financial technical internal external commercial industrial public private
rural urban seasonal weekly daily monthly quarterly new existing complex simple early late local global secure reliable accurate
detailed practical creative careful modern traditional sustainable renewable electric mechanical chemical medical academic
cultural strategic operational regulatory statistical editorial visual mobile embedded wireless automated manual urgent routine
confidential multilingual inclusive independent experienced motivated flexible structured curious friendly patient comprehensive
transparent collaborative interdisciplinary analytical entrepreneurial pharmaceutical agricultural environmental geographical
psychological architectural biological theoretical temporary permanent voluntary mandatory seamless affordable
"""
WORKPLACES = """
office laboratory hospital school factory workshop studio depot clinic library bank branch hotel restaurant farm airport harbour
court agency ministry plant warehouse shop garage theatre university campus
"""
# The gaps: {V} a verb, {N} a noun, {A} an adjective, {P} a workplace, {n} a number.
PLAIN = (
    "{V} and {V} {N} for the {P}", "you {V} {A} {N} together with {A} {N} and {N}", "we {V} {N}, {N} and {A} {N} in every {P}",
    "{V} {N} so that {N} and {N} stay {A}", "knowledge of {N}, {N} or {A} {N} helps", "you are {A}, {A} and like to {V} {N}",
    "our {P} was founded to {V} {A} {N} across {N}", "the {P} has {A} {N} and {A} {N}", "{V} the {A} {N} of our {P} and their {N}",
    "you have worked with {N} in another {P} before", "we offer {A} {N}, training in {N} and {A} {N}",
    "keep {N} up to date and {V} {A} {N}", "{V} {N} on time, within the rules for {A} {N}", "together we {V} how {N} reach {A} {N}",
    "able to {V} {A} {N} with {A} {N}", "here {N} matter more than {A} {N}", "{V} with care what {N} need before {N} {V} {N}",
    "degree in {N} or {A} {N}, or what equals it", "{A} {N}, {A} {N} and {N}",
)  # fmt: skip
STATING = (
    "you manage a team of {n} product managers", "you report to the Head of Product", "at least {n} years of experience with {N}",
    "{n} direct reports, {A} and {A}", "you own the roadmap and the vision of the {P}", "hire, coach and appraise {n} people",
    "experience in leading {A} teams of {n}", "proven record of {N} and stakeholder management", "lead {n} teams that {V} {N}",
    "{n}+ years in {A} {N}", "you will write user stories and keep the backlog", "as an individual contributor you {V} {N}",
)  # fmt: skip
HEADINGS_OF_PARTS = ("About us", "What you will do", "What you bring", "What we offer", "Your role", "Requirements", "How to apply")
BEYOND_ASCII = ("a naïve façade", "people’s time", "São Paulo – Köln", "café and crèche", "Łódź and Tōkyō")
STATED = 0.055  # share of sentences with a statement about the job, as in real postings
_NUMBERS = "2 3 four 5 6 seven 8 10"
_FILLS = {gap: words.split() for gap, words in zip("VNAPn", (VERBS, NOUNS, ADJECTIVES, WORKPLACES, _NUMBERS), strict=True)}
_GAP = re.compile(r"\{(\w)\}")


def title(rng: random.Random) -> str:
    """One raw title, with noise as in real ones."""
    level, head, subject = rng.choice(LEVELS), rng.choice(HEADS), rng.choice(SUBJECTS)
    core = f"{level} {head}".strip() + rng.choice(NUMERALS)
    if subject:
        core += rng.choice((f", {subject}", f" - {subject}", f" ({subject})", f" {subject}", f" / {subject}"))
    place, noise = rng.choice(PLACES), rng.choice(NOISE)
    text = core + (f" - {place}" if place else "") + (f" {noise}" if noise else "")
    return text.upper() if rng.random() < 0.04 else text.lower() if rng.random() < 0.05 else text


def titles(count: int, seed: int = 1) -> list[str]:
    """``count`` distinct titles."""
    rng = random.Random(seed)
    found: dict[str, None] = {}
    while len(found) < count:
        made = title(rng)
        if made in found:
            made = f"{made} #{rng.randrange(10**6)}"
        found[made] = None
    return list(found)


def repeated(count: int, distinct: float = 0.12, seed: int = 1) -> Iterator[str]:
    """``count`` titles in random order; the share ``distinct`` is distinct, the rest repeats by Zipf's law."""
    rng = random.Random(seed)
    known = titles(max(1, round(count * distinct)), seed)
    weights = list(accumulate(1.0 / rank for rank in range(1, len(known) + 1)))
    # Each occurs at least once, so that the share of distinct titles is exact.
    rows = known + rng.choices(known, cum_weights=weights, k=count - len(known))
    rng.shuffle(rows)
    return iter(rows)


def text(rng: random.Random, size: int, stating: float = STATED) -> str:
    """The text of a posting with about ``size`` characters; ``stating`` is the share of sentences with a statement about the job.

    It takes as long to read as a real posting. Per 4,000 characters it has, with the mean of 500 real postings of at least 1,000
    characters in brackets: 2.7 (2.7) statements, 3.9 (5.0) cues, 562 (559) words of two letters or more, 261 (344) of them
    distinct, 45 (43) sentences, 34 (30) line breaks, 11 (3) non-ASCII characters. 51% (63%) of the texts are ASCII only.
    """
    headings = rng.sample(HEADINGS_OF_PARTS, len(HEADINGS_OF_PARTS))
    bullet, plain = rng.choice(("", "", "", "", "- ", "• ")), rng.random() < 0.6
    parts, length = list[str](), 0
    while length < size:
        if headings and rng.random() < 0.1:
            parts.append(headings.pop() + "\n")
        else:
            beyond = "" if plain or rng.random() < 0.9 else f"With {rng.choice(BEYOND_ASCII)}: "
            parts.append(bullet + beyond + sentence(rng, stating) + ("\n" if rng.random() < 0.75 else " "))
        length += len(parts[-1])
    return "".join(parts)[:size].rstrip()


def sentence(rng: random.Random, stating: float) -> str:
    """One sentence of one or two clauses; ``stating`` is the probability (0 to 1) that it makes a statement about the job."""
    clauses = [rng.choice(STATING if rng.random() < stating else PLAIN), *rng.choices(PLAIN, k=rng.randrange(2))]
    made = ", and ".join(_GAP.sub(lambda gap: rng.choice(_FILLS[gap.group(1)]), clause) for clause in clauses)
    return f"{made[0].upper()}{made[1:]}."


def rows(count: int, *, distinct: float = 0.12, size: int = 0, seed: int = 1) -> Iterator[Sequence[str]]:
    """``count`` rows with the columns ``HEADINGS``; without the last one, a text of ``size`` characters, if ``size`` is 0."""
    rng = random.Random(seed + 1)
    for number, raw in enumerate(repeated(count, distinct, seed)):
        row = (str(number), raw, rng.choice(COMPANIES), rng.choice(PLACES))
        yield (*row, text(rng, size)) if size else row


HEADINGS = ("id", "title", "company", "city", "description")
