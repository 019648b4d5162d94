"""Who manages whom is heard in sentences that nobody tuned to: the job, a boss, a colleague, or the job by another name.

The texts use other words than the wordings of ``training_data/shared/statements/``.
"""

from __future__ import annotations

import pytest
from statement_toys import manages, reader, rules


@pytest.mark.parametrize(
    "text",
    [
        "Line management: 3 FTE",
        "Line management: 5 posts",
        "Responsible for: 2 x Data Analyst",
        "Responsible for: 3 x Admissions Officer",
        "Accountable for: Marketing Officer, Events Assistant",
        "Accountable for: Senior Librarian, Library Assistants",
        "Posts reporting to this post: Finance Officer, Payroll Clerk",
        "Direct reports: Senior Cook, Kitchen Porters",
        "You'd have two apprentices working under you.",
        "Four gardeners work under you.",
        "Twelve cleaners are supervised by the postholder.",
        "The team of nine paralegals is managed by you.",
        "Responsible for a department of ten fee earners and four support staff.",
        "You run a branch with seven staff.",
        "A team of five buyers looks to you for direction and appraisal.",
        "You will be responsible of leading the group of case managers.",
        "The jobholder has day-to-day control of nine gardeners.",
        "Supervise a team of guides and improve the whole experience of visitors.",
        "Day-to-day you'd manage a pair of junior surveyors.",
        "Eleven tutors come under the postholder.",
        "Sets rotas for and appraises the bar team of ten.",
    ],
)
def test_fields_passives_and_inverted_sentences_tell_whom_the_job_manages(text: str) -> None:
    assert manages(text, "") == "yes"


@pytest.mark.parametrize(
    "text",
    [
        "Liderar equipe de 12 conferentes e motoristas.",
        "Será o responsável direto por uma equipa de oito enfermeiros.",
        "Coordenará vinte vigilantes em três edifícios.",
        "Nadzorujesz pracę dwudziestu operatorów, planujesz grafik.",
        "Osoba na tym stanowisku nadzoruje czterech księgowych.",
        "Koordynujesz pracę czternastu elektryków.",
        "Zarządzasz jedenastoma doradcami.",
        "Sie steuern ein Team aus zwölf Servicekräften.",
        "Dir unterstellt sind sechs Auszubildende und zwei Gesellen.",
        "Als Küchenchef leiten Sie dreizehn Köche.",
        "Manager au quotidien six téléconseillers.",
        "Vous avez quatorze ouvriers sous votre responsabilité.",
        "Contarás con un equipo de seis mozos a tu cargo.",
        "Supervisarás a veinte limpiadores en tres turnos.",
        "Avrai la responsabilità di undici addetti.",
        "Je coördineert en begeleidt een ploeg van tien magazijnmedewerkers.",
        "Je geeft leiding aan vijftien koks.",
        "Llevarás un equipo de nueve comerciales.",
        "Będziesz odpowiadać za pracę siedmiu programistów.",
    ],
)
def test_a_manager_is_heard_in_other_languages(text: str) -> None:
    assert manages(text, "") == "yes"


@pytest.mark.parametrize(
    ("text", "managing"),
    [
        ("All product managers and designers, some forty people, answer to you.", "yes"),
        ("You would be the line manager for two people.", "yes"),
        ("Your three product managers look forward to meeting you.", "yes"),
        ("The person in this role hires, appraises and develops product managers.", "yes"),
        ("Três product managers reportam a si.", "yes"),
        ("Drie product managers vallen onder jou.", "yes"),
        ("You lead through influence; there are no reporting lines to you.", "no"),
        ("Nobody reports to the role; it coordinates three areas.", "no"),
        ("Personalverantwortung hast du in dieser Rolle nicht.", "no"),
        ("A função não inclui gestão de equipas.", "no"),
        ("Je stuurt niemand aan.", "no"),
        ("Stanowisko nie obejmuje nadzoru nad pracownikami.", "no"),
        ("Our engineers are managed by the engineering director.", "unknown"),
        ("We promise you a manager who coaches you every week.", "unknown"),
        ("You work in a company of 11-50 people. Team size: 11-50 people", "unknown"),
    ],
)
def test_a_lead_of_product_manages_or_does_not(text: str, managing: str) -> None:
    assert manages(text, "lead-product-manager") == managing


@pytest.mark.parametrize(
    "text",
    [
        "Jana, who leads the design team, will be your closest partner.",
        "You work with Karim Haddad, who manages a team of nine.",
        "Reporting to the Quality Champion, who leads six inspectors, you sample goods.",
        "Priya manages four engineers and will be your line manager.",
        "Lena Brandt manages six designers and you will join them.",
        "The duty manager supervises fourteen stewards; you check tickets.",
        "The head chef runs a brigade of twelve. You prepare desserts.",
        "Anyone who manages people will find the app useful.",
        "Rattaché au DAF qui manage une équipe de six personnes, vous tenez la comptabilité.",
        "Vous êtes rattachée à la cheffe comptable, qui dirige cinq personnes.",
        "Podlegasz głównej księgowej, która zarządza zespołem sześciu osób.",
        "Raportujesz do Anny, która zarządza pięcioma programistami.",
        "Du berichtest an Frau Kern, die ein Team von zehn Personen leitet.",
        "Die Stationsleitung führt ein Team von 30 Pflegekräften. Deine Patienten liegen auf zwei Stationen.",
        "Riporterai alla responsabile qualità, che coordina sei tecnici.",
        "Reportas al jefe de planta, que dirige un equipo de treinta personas.",
    ],
)
def test_the_team_of_a_boss_or_a_colleague_is_not_the_job_s(text: str) -> None:
    assert manages(text, "") == "unknown"


@pytest.mark.parametrize(
    ("title", "text", "managing"),
    [
        ("Registered Nurse", "The ward manager supervises twelve nurses and sets the rota.", "unknown"),
        ("Ward Manager - Stroke Unit", "The ward manager supervises twelve nurses and sets the rota.", "yes"),
        ("Ward Manager", "The ward manager supervises twelve nurses. You may be asked to work at weekends.", "yes"),
        ("Deputy Ward Manager", "The ward manager supervises twelve nurses.", "unknown"),
        ("Warehouse Supervisor (Lates)", "The supervisor oversees a crew of fifteen pickers.", "yes"),
        ("VP Operations", "The Vice President leads a team of forty people.", "yes"),
        ("Site Electrician", "The site manager leads a team of thirty people.", "unknown"),
        ("Senior Finance Manager", "The Finance Manager manages a team of three assistants.", "yes"),
        ("Assistant Store Manager", "The Store Manager leads a team of ten people.", "unknown"),
        ("Principal Product Manager", "The Principal Product Manager line-manages two people.", "yes"),
        ("Kitchen Porter", "The head chef runs a team of nine cooks.", "unknown"),
    ],
)
def test_who_is_named_is_the_job_where_the_title_has_the_same_words(title: str, text: str, managing: str) -> None:
    stated = rules().counted(reader().read(text), "", False, title)
    assert rules().claim(stated, "manages") == managing


@pytest.mark.parametrize(
    "heading",
    [
        "You are responsible for",
        "In this role you will",
        "Position overview",
        "Essential functions",
        "What will you do",
        "Primary responsibilities",
        "Tes missions",
        "Atividades e responsabilidades",
        "Das machst du bei uns",
        "Zakres zadań",
    ],
)
def test_what_stands_below_a_heading_of_duties_is_done_by_the_job(heading: str) -> None:
    assert manages(f"Requirements\nA driving licence\n{heading}\nManage a team of nine people", "") == "yes"


@pytest.mark.parametrize(
    "heading",
    ["Must have", "What we are looking for", "Who are you", "Essential skills", "Nice to haves", "Person specification",
     "Job requirements", "Exigences", "Obrigatórios", "Kogo szukamy"],
)  # fmt: skip
def test_what_stands_below_a_heading_of_requirements_is_asked_of_the_applicant(heading: str) -> None:
    assert manages(f"What you will do\nWrite code\n{heading}\nManage a team of nine people", "") == "unknown"


def test_a_sought_person_is_the_job_below_a_heading_of_requirements_too() -> None:
    assert manages("What we are looking for\nWe are seeking a lead to manage our team of four people.", "") == "yes"


def test_a_duty_that_is_promised_is_one_below_a_heading_of_requirements_too() -> None:
    assert manages("Role requirements\nYou'll manage a team of six people.", "") == "yes"
    assert manages("Role requirements\nYou will have managed a team of six people.", "") == "unknown"


def test_a_contributor_in_the_applicant_s_past_denies_nothing() -> None:
    asked = "Proven leadership and a record of delivery, both as an individual contributor and as a head."
    assert manages(f"Manage a team of nine people.\n{asked}", "") == "yes"


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("The position is graded at principal level.", "lead"),
        ("This role is at director level.", "head"),
        ("This is a C-level appointment.", "chief"),
        ("Level of the post: Director", "head"),
        ("Level: L6 (Staff)", "lead"),
        ("Seniority - Senior", "senior"),
        ("Erfahrungslevel: Senior", "senior"),
        ("Es handelt sich um eine Einstiegsposition.", "associate"),
        ("Die Stelle ist auf Senior-Level angesiedelt.", "senior"),
        ("Niveau d'expérience : débutant accepté", "associate"),
        ("Poste ouvert aux débutants.", "associate"),
        ("Nivel de experiencia: Senior", "senior"),
        ("Estágio de seis meses em Lisboa.", "associate"),
        ("La posizione è aperta a neolaureati senza esperienza.", "associate"),
        ("Startersfunctie, direct na je studie.", "associate"),
        ("Stanowisko dla absolwentów bez doświadczenia.", "associate"),
        ("The contract manager sits at senior level in another firm.", ""),
    ],
)
def test_a_level_is_heard_in_other_words(text: str, level: str) -> None:
    found = rules().reads(rules().counted(reader().read(text), "", False), "stated_level")
    assert (rules().level(found.statement) if found else "") == level


def test_a_job_that_is_no_usual_managers_job_may_still_manage() -> None:
    assert manages("You manage a team of nine nurses. This is not an ivory tower management role.", "") == "yes"


@pytest.mark.parametrize(
    "text",
    [
        "A one-year placement for students on a sandwich course.",
        "Our graduate scheme takes three years with five rotations.",
        "Open to second and third year students of any subject.",
        "The role is a level 4 apprenticeship in our product team.",
        "As our apprentice you go to college on Fridays.",
        "You must be returning to full-time study in September.",
        "Current MBA students only.",
        "A rotational scheme for those who left university within the last two years.",
        "You are enrolled in a Master's degree.",
        "We welcome rising juniors for nine weeks.",
        "Freshers welcome.",
        "Become our winter intern.",
    ],
)
def test_a_job_for_learners_is_heard_in_other_words(text: str) -> None:
    found = rules().reads(rules().counted(reader().read(text), "", False), "stated_level")
    assert found is not None
    assert rules().level(found.statement) == "associate"


@pytest.mark.parametrize(
    "text",
    [
        "You own our internship marketplace and its price.",
        "You set the roadmap of the internship platform.",
        "You decide what our app for student placements does next.",
    ],
)
def test_a_product_for_learners_says_nothing_of_the_level(text: str) -> None:
    assert rules().reads(rules().counted(reader().read(text), "", False), "stated_level") is None


@pytest.mark.parametrize(
    ("field", "managing"),
    [
        ("Experience: 6-9 yrs", "yes"),
        ("Total experience - 8+ years", "yes"),
        ("Qualification: Any graduate", "yes"),
        ("Experience:", "unknown"),
        ("Qualifications:", "unknown"),
    ],
)
def test_a_field_with_its_value_is_no_heading(field: str, managing: str) -> None:
    assert manages(f"{field}\nManages three product managers", "lead-product-manager") == managing


def test_a_heading_of_duties_in_short_is_known() -> None:
    assert manages("Qualifications\nMBA\nJD:\nManages three product managers", "lead-product-manager") == "yes"
