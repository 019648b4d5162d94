"""The level of a job of any family by its text alone: years, pay and words move it; a title, or what is stated, comes first."""

from rung import Normaliser, Query, Result

DUTIES = "You nurse the patients of the ward and keep their records. You give them their medicine and wash the wounds of the sick."


def expected(result: Result) -> float:
    assert result.level is not None
    return result.level.expected_rank


def test_years_and_pay_move_the_level_of_a_text_without_a_title(normaliser: Normaliser) -> None:
    few, many = (normaliser.classify(Query(description=f"{DUTIES} {n} years of experience.")) for n in ("1", "10"))
    low, high = (normaliser.classify(Query(description=f"{DUTIES} The pay is ${n},000.")) for n in ("40", "220"))
    assert few.family is not None
    assert few.family.id == "nursing"
    assert expected(few) + 0.5 < expected(many)
    assert expected(low) + 0.5 < expected(high)


def test_a_title_keeps_its_level_whatever_years_are_asked(normaliser: Normaliser) -> None:
    alone = normaliser.classify(Query("Registered Nurse"))
    asked = normaliser.classify(Query("Registered Nurse", description=f"{DUTIES} 10 years of experience."))
    assert expected(asked) == expected(alone)


def test_what_a_text_states_of_managing_people_decides_without_a_title(normaliser: Normaliser) -> None:
    answer = normaliser.classify(Query(description=f"{DUTIES} You manage a team of five nurses."))
    assert (answer.people_management, answer.track) == ("yes", "manager")


def test_a_text_of_another_family_leads_a_team_without_a_title_as_with_one(normaliser: Normaliser) -> None:
    lead = f"{DUTIES} You recruit, motivate, coach and lead the ward team."
    without, titled = (normaliser.classify(Query(title, description=lead, include=("evidence",))) for title in ("", "Nurse"))
    assert (without.people_management, without.track) == ("yes", "manager")
    assert titled.people_management == "yes"
    assert any(each.towards == {"track": "manager"} for each in without.evidence or ())


def test_to_lead_a_team_is_not_to_manage_product_people_without_a_title_either(normaliser: Normaliser) -> None:
    text = "You own the product vision and the roadmap. You decide what we build and why. You lead the data team through discovery."
    answer = normaliser.classify(Query(description=text))
    assert answer.family is not None
    assert (answer.family.id, answer.people_management) == ("product-management", "unknown")


def test_a_mention_of_what_others_manage_hides_nothing_of_a_text_without_a_title(normaliser: Normaliser) -> None:
    duties = "You plan headcount and succession of the product group. You look after career growth and take staffing decisions."
    mention = "You report to the director, who manages a team of five."
    weighed = normaliser.weigh(Query(description=f"{duties} {mention}"))
    assert weighed.context.odds.mentions
    assert weighed.context.odds.track == 0.0
    assert sum(share for cell, share in weighed.probabilities.items() if cell.track == "manager") > 0.35
