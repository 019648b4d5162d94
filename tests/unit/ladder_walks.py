"""For each ladder, bottom to top: a position, its title, and duties of our own that somebody on it would have.

``facts`` are what the caller states of the organisation; a ladder with variants has one walk a variant.
"""

from __future__ import annotations

from typing import NamedTuple


class Step(NamedTuple):
    """A position with its title and its duties."""

    position: str
    title: str
    duties: str


class Walk(NamedTuple):
    """One ladder or one variant of it."""

    ladder: str
    facts: dict[str, str]
    steps: tuple[Step, ...]


_ANALYST = (
    "Gather requirements from stakeholders and document business processes in detail. Draw process maps, write functional "
    "specifications and acceptance criteria, and hand them to the developers. Run workshops with the departments concerned "
    "and analyse gaps between the present system and the one that is wanted."
)
_OWNER = (
    "Write user stories with acceptance criteria and order the backlog of one scrum team. Run refinement and sprint planning,"
    " answer the developers' questions and accept finished stories. The vision and the strategy of the product come from the "
    "product manager, to whom you report."
)
_ENTRY = (
    "Learn the craft at the side of an experienced product manager. Write user stories and keep the backlog of one feature "
    "tidy. Take notes in interviews and test small changes before release. Everything of weight is reviewed by your mentor "
    "first. This is an entry level position for graduates; no prior experience is needed."
)
_MIDDLE = (
    "Own the roadmap of one product with a single cross-functional squad. Talk to users every week and turn what they need "
    "into priorities. Write the problem statement, run discovery with the designer and engineers, and ship. Measure outcomes "
    "after launch. You will report to the Group Product Manager."
)
_EXPERIENCED = (
    "Own a complex product end to end, from ambiguous problem to launch, and write its strategy and business case on your "
    "own. Steer trade-offs across several functions. Junior product managers come to you for advice. Five years or more as a "
    "product manager."
)
_EXPERT = (
    "As the most senior individual contributor, take on the hardest strategic initiatives, spanning several products and "
    "business units. Define standards and methods for how product work is done across the company. Advise the chief product "
    "officer and executives without any direct reports. Ten years of product management are expected."
)
_FEW = (
    "Manage two product managers who are new to the craft: hold weekly one-to-ones, appraise them and help them grow. Beside "
    "that, keep one squad of your own with its backlog and roadmap. You will report to the Director of Product."
)
_GROUP = (
    "Manage three product managers, two of them seasoned, who share a group of related products: hold weekly one-to-ones, "
    "appraise them, help them grow and bring their roadmaps together. One backlog stays yours. You will report to the "
    "Director of Product."
)
_AREA = (
    "Lead the product managers of a whole business area with eight delivery teams. Set the value strategy that the teams "
    "carry out, sit in the area's leadership team, and line-manage its group product managers. You will report to the Head of"
    " Product."
)
_HEAD = (
    "Build and lead the product management team: hire, coach and appraise product managers and group product managers. Define"
    " the overall product vision and the roadmap across all products, and align product strategy with the business strategy."
)
_ADVISER = (
    "Lead design, engineering, product management and user research, and define the overall product vision. Build and develop "
    "these teams, advise the executives on what to build next, and set the strategy that others carry out. You will report to"
    " the CEO."
)
_VP = (
    "Lead product across several domains through directors and heads of product. Represent product at executive level and tie"
    " its strategy to the objectives of the business. Own the budget and the organisation design of product. You will report "
    "to the Chief Product Officer."
)
_CHIEF = (
    "As a C-level executive reporting to the chief executive officer, own the long-term product vision of the whole company "
    "and decide where it invests. Lead all of product through vice presidents, answer to the board for revenue and margin, "
    "and shape company strategy."
)

UK = Walk(
    "uk-government",
    {},
    (
        Step("associate-product-manager", "Associate Product Manager", _ENTRY),
        Step("product-manager", "Product Manager", _MIDDLE),
        Step("senior-product-manager", "Senior Product Manager", _GROUP),
        Step("lead-product-manager", "Lead Product Manager", _AREA),
        Step("head-of-product-management", "Head of Product Management", _HEAD),
    ),
)
NINE = Walk(
    "nine-levels",
    {},
    (
        Step("junior-product-manager", "Junior Product Manager", _ENTRY),
        Step("product-manager", "Product Manager", _MIDDLE),
        Step("senior-product-manager", "Senior Product Manager", _EXPERIENCED),
        Step("lead-product-manager", "Lead Product Manager", _EXPERT),
        Step("principal-product-manager", "Principal Product Manager", _EXPERT),
        Step("group-product-manager", "Group Product Manager", _GROUP),
        Step("head-of-product", "Head of Product", _HEAD),
        Step("vp-product", "VP Product", _VP),
        Step("chief-product-officer", "Chief Product Officer", _CHIEF),
    ),
)
DUAL = Walk(
    "dual-track",
    {},
    (
        Step("associate-product-manager", "Associate Product Manager", _ENTRY),
        Step("product-manager", "Product Manager", _MIDDLE),
        Step("senior-product-manager", "Senior Product Manager", _EXPERIENCED),
        Step("principal-product-manager", "Principal Product Manager", _EXPERT),
        Step("lead-product-manager", "Lead Product Manager", _FEW),
        Step("director-of-product", "Director of Product", _AREA),
        Step("head-of-product", "Head of Product", _ADVISER),
    ),
)
ANALYST = Walk(
    "analyst-to-cpo",
    {},
    (
        Step("business-analyst", "Business Analyst", _ANALYST),
        Step("product-owner", "Product Owner", _OWNER),
        Step("associate-product-manager", "Associate Product Manager", _ENTRY),
        Step("product-manager", "Product Manager", _MIDDLE),
        Step("group-product-manager", "Group Product Manager", _GROUP),
        Step("chief-product-officer", "Chief Product Officer", _CHIEF),
    ),
)
SMALL = Walk(
    "organisation-size",
    {"size": "small"},
    (
        Step("associate-product-manager", "Associate Product Manager", _ENTRY),
        Step("product-manager", "Product Manager", _MIDDLE),
        Step("head-of-product", "Head of Product", _GROUP),
    ),
)
MEDIUM = Walk(
    "organisation-size",
    {"size": "medium"},
    (
        Step("associate-product-manager", "Associate Product Manager", _ENTRY),
        Step("product-manager", "Product Manager", _MIDDLE),
        Step("senior-product-manager", "Senior Product Manager", _GROUP),
        Step("head-of-product", "Head of Product", _HEAD),
    ),
)
ENTERPRISE = Walk(
    "organisation-size",
    {"size": "large"},
    (
        Step("associate-product-manager", "Associate Product Manager", _ENTRY),
        Step("product-manager", "Product Manager", _MIDDLE),
        Step("senior-product-manager", "Senior Product Manager", _GROUP),
        Step("lead-product-manager", "Lead Product Manager", _AREA),
        Step("head-of-product", "Head of Product", _HEAD),
    ),
)
WALKS = (SMALL, MEDIUM, ENTERPRISE, UK, NINE, DUAL, ANALYST)
