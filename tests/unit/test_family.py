"""The family of a title: subjects in eight languages, joined heads, and titles that name a job and no work."""

import numpy as np
import pytest

from rung import Normaliser, Query
from rung.errors import DataError
from rung.normaliser import newest_model
from rung.training.families import heads_of
from rung.tries import trie_of


@pytest.mark.parametrize(
    ("title", "family"),
    [
        ("Teamleiterin Buchhaltung", "finance"),
        ("Leitung Einkauf (m/w/d)", "supply-chain"),
        ("Sachbearbeiter Personal", "human-resources"),
        ("Responsable Achats H/F", "supply-chain"),
        ("Directrice de la communication", "marketing"),
        ("Gestionnaire de paie", "finance"),
        ("Jefe de almacén", "transport-warehouse"),
        ("Coordinadora de calidad", "quality-safety"),
        ("Coordenador de manutenção", "trades-maintenance"),
        ("Analista de recursos humanos", "human-resources"),
        ("Responsabile magazzino", "transport-warehouse"),
        ("Addetta ufficio acquisti", "supply-chain"),
        ("Hoofd financiën", "finance"),
        ("Medewerker klantenservice", "customer-service"),
        ("Kierownik działu marketingu", "marketing"),
        ("Specjalista ds. bezpieczeństwa informacji", "information-security"),
        ("Head of Underwriting", "banking-insurance"),
        ("Toxicology Lead", "science"),
        ("Snowflake Manager", "data"),
        ("Vice President, Talent Acquisition", "human-resources"),
    ],
)
def test_the_subject_of_an_empty_head_names_the_family(normaliser: Normaliser, title: str, family: str) -> None:
    assert normaliser.classify(Query(title)).family.id == family


@pytest.mark.parametrize(
    ("title", "family"),
    [
        ("Agent d'entretien", "facilities-property"),
        ("Agente d’accueil H/F", "administration"),
        ("Hôtesse d'accueil", "administration"),
        ("Conducteur d'engins de chantier", "trades-maintenance"),
        ("Ingénieur d'affaires", "sales"),
        ("Plumber's Mate", "trades-maintenance"),
        ("Driver's Mate", "transport-warehouse"),
        ("Women's Shoe Buyer", "supply-chain"),
    ],
)
def test_an_apostrophe_parts_the_words_of_a_head(normaliser: Normaliser, title: str, family: str) -> None:
    assert normaliser.classify(Query(title)).family.id == family


@pytest.mark.parametrize(
    ("title", "family"),
    [
        ("First Line Support Engineer", "it-operations"),
        ("3rd Line Support Analyst", "it-operations"),
        ("CSM, Key Accounts", "customer-service"),
        ("AE - Nordics", "sales"),
        ("Regional L&D Manager", "human-resources"),
        ("FM Coordinator", "facilities-property"),
        ("Specialty Registrar", "medical"),
        ("Hotel Duty Manager", "hospitality"),
        ("Supervisor - Evenings", "unknown"),
        ("Immediate Starts", "unknown"),
    ],
)
def test_short_names_and_ranks_of_a_shift_are_read(normaliser: Normaliser, title: str, family: str) -> None:
    result = normaliser.classify(Query(title))
    assert family == (result.family.id if result.family else "unknown")


@pytest.mark.parametrize(
    ("title", "family"),
    [
        ("Meat Cutter", "manufacturing"),
        ("Orchard Picker", "agriculture-animals"),
        ("Garment Cutter", "manufacturing"),
        ("Film Production Coordinator", "media-arts"),
        ("Media Buyer", "marketing"),
        ("Network Architect", "it-operations"),
        ("Landscape Architect", "engineering"),
        ("Guidance Counselor", "education"),
    ],
)
def test_what_stands_beside_a_head_of_many_trades_decides(normaliser: Normaliser, title: str, family: str) -> None:
    assert normaliser.classify(Query(title)).family.id == family


@pytest.mark.parametrize(
    ("title", "family"),
    [
        ("Waiter and Barista", "hospitality"),
        ("Accountant & Office Administrator", "finance"),
        ("Electrician and Warehouse Operative", "trades-maintenance"),
        ("Nurse and Social Worker", "nursing"),
        ("Recruiter & Payroll Clerk", "human-resources"),
        ("Journalist and Photographer", "media-arts"),
    ],
)
def test_the_first_of_joined_heads_counts(normaliser: Normaliser, title: str, family: str) -> None:
    assert normaliser.classify(Query(title)).family.id == family


@pytest.mark.parametrize(
    "title",
    [
        "Supervisor",
        "Junior Supervisor",
        "Associate",
        "Coordinator",
        "Officer",
        "Sachbearbeiter",
        "Responsable",
        "Coordinador",
        "Kierownik",
    ],
)
def test_a_noun_alone_is_a_job_of_no_known_family(normaliser: Normaliser, title: str) -> None:
    answer = normaliser.classify(Query(title))
    assert answer.family.id == "unknown"
    assert answer.level is not None


@pytest.mark.parametrize(
    "title",
    [
        "Senior",
        "Junior",
        "Sr.",
        "Full time",
        "Urgent",
        "London",
        "25-30 USD / hr",
        "Send us your CV",
        "Register your interest",
        "Terms of Reference: Baseline Survey",
        "Invitation to Tender - Road Works",
    ],
)
def test_words_of_level_place_and_pay_alone_name_no_job(normaliser: Normaliser, title: str) -> None:
    assert normaliser.classify(Query(title)).status == "unreadable"


def test_a_document_that_says_whom_it_seeks_names_a_job(normaliser: Normaliser) -> None:
    assert normaliser.classify(Query("Terms of Reference: Finance Officer")).family.id == "finance"


@pytest.mark.parametrize("title", ["IT 프로젝트 매니저", "HR 담당자", "IT директор по закупкам"])
def test_words_of_an_unknown_script_leave_the_family_open(normaliser: Normaliser, title: str) -> None:
    assert normaliser.classify(Query(title)).status == "ambiguous"


@pytest.mark.parametrize(
    ("title", "family"),
    [
        ("Zahlkellnerin (m/w/d) Wien", "hospitality"),
        ("Detailhandelsfachmann EFZ 60-80%", "retail"),
        ("Personalverrechner/in Teilzeit", "finance"),
        ("Mandatsleiterin 80%", "finance"),
        ("Commis de plancher - soir", "retail"),
        ("Technicienne de surface H/F", "facilities-property"),
        ("Aide familial (m/f/x) Namur", "social-care"),
        ("Tablaroquero Querétaro", "trades-maintenance"),
        ("Garrotera para restaurante", "hospitality"),
        ("Surtidor de pedidos turno mixto", "transport-warehouse"),
        ("Meio oficial de eletricista", "trades-maintenance"),
        ("Conferente de mercadorias 2º turno", "transport-warehouse"),
        ("Koeltechnieker Antwerpen", "trades-maintenance"),
        ("Grootkeukenmedewerker (m/v/x)", "hospitality"),
        ("Gemeenschapswacht", "public-safety"),
        ("Docieplacz - od zaraz", "trades-maintenance"),
    ],
)
def test_regional_names_of_jobs_are_heads(normaliser: Normaliser, title: str, family: str) -> None:
    assert normaliser.classify(Query(title)).family.id == family


@pytest.mark.parametrize("title", ["Addetti vendita", "Addetta alla vendita", "Addetto vendite", "Addetta alle vendite"])
def test_gender_and_number_of_a_head_change_nothing(normaliser: Normaliser, title: str) -> None:
    assert normaliser.classify(Query(title)).family.id == "retail"


@pytest.mark.parametrize(
    ("title", "family"),
    [
        ("Clinical Support Worker - Theatres", "nursing"),
        ("Registered Home Manager", "social-care"),
        ("Democratic Services Officer", "public-nonprofit"),
        ("Emergency Call Handler", "public-safety"),
        ("Midday Assistant - Infant School", "education"),
        ("EVS Attendant - Evenings", "facilities-property"),
        ("Cath Lab Tech - PRN", "medical"),
        ("TGT Chemistry", "education"),
        ("Blended Process - Rotational Shifts", "customer-service"),
        ("Bogger Operator - Kalgoorlie", "trades-maintenance"),
        ("Kitchen Fitter, Bristol", "trades-maintenance"),
        ("Goods In Clerk", "transport-warehouse"),
        ("DSP Driver", "transport-warehouse"),
    ],
)
def test_names_of_jobs_of_one_country_are_heads(normaliser: Normaliser, title: str, family: str) -> None:
    assert normaliser.classify(Query(title)).family.id == family


@pytest.mark.parametrize(
    ("title", "family"),
    [
        ("Standortleiterin Logistik", "transport-warehouse"),
        ("Responsable d'exploitation restauration", "hospitality"),
        ("Subgerente de cocina", "hospitality"),
        ("Team Leader - Burger King", "hospitality"),
        ("Shift Manager, Lidl", "retail"),
    ],
)
def test_the_place_or_the_house_names_the_family_of_a_leader(normaliser: Normaliser, title: str, family: str) -> None:
    assert normaliser.classify(Query(title)).family.id == family


@pytest.mark.parametrize(
    ("title", "family"), [("Gardener cum Driver", "facilities-property"), ("Storekeeper cum Accountant", "transport-warehouse")]
)
def test_cum_joins_two_jobs_and_the_first_counts(normaliser: Normaliser, title: str, family: str) -> None:
    assert normaliser.classify(Query(title)).family.id == family


@pytest.mark.parametrize(
    "title", ["Junior Buyer Shoes", "Junior Accountant - Oslo", "Junior Controller", "Study Nurse", "Banqueting Manager"]
)
def test_english_words_in_use_abroad_stay_english(normaliser: Normaliser, title: str) -> None:
    assert not any(flag.startswith("language:") for flag in normaliser.classify(Query(title)).flags)


@pytest.mark.parametrize(
    "title",
    [
        "Malarz / Malarka",
        "Pracownik / Pracownica ochrony",
        "Leraar / Lerares Frans",
        "Educatore/educatrice",
        "Operatore/operatrice CNC",
    ],
)
def test_both_genders_of_a_name_are_one_job(normaliser: Normaliser, title: str) -> None:
    assert "several_roles" not in normaliser.classify(Query(title)).flags


def test_cleaning_leaves_every_head_as_it_is(normaliser: Normaliser) -> None:
    heads = list(trie_of(np.load(newest_model() / "family_heads.npy")))
    changed = [head for head in heads if normaliser.pipeline.cleaner.clean(head).text != head and "summer" not in head]
    assert len(heads) > 10_000
    assert changed == []


def test_every_head_of_two_families_is_named_at_once() -> None:
    records = [
        {"id": "one", "heads": {"en": ["embalmer", "undertaker"], "de": ["bestatter"]}},
        {"id": "two", "heads": {"en": ["undertaker", "gravedigger"], "de": ["bestatter"], "fr": ["embalmer"]}},
    ]
    with pytest.raises(DataError, match=r"'undertaker' \(en\) in one and two; 'bestatter' \(de\) in one and two$"):
        heads_of(records, ())


@pytest.mark.parametrize(
    ("title", "language"),
    [
        ("Altenpfleger", "de"),
        ("Infirmière", "fr"),
        ("Contable", "es"),
        ("Enfermeiro", "pt"),
        ("Commercialista", "it"),
        ("Vrachtwagenchauffeur", "nl"),
        ("Księgowa", "pl"),
        ("看護師長 アシスタント", "ja"),
        ("市场推广负责人", "zh"),
        ("간호조무사", "ko"),
        ("Старший бухгалтер", "ru"),
        ("Завідувач відділу постачання", "uk"),
        ("مدير المشتريات", "ar"),
    ],
)
def test_a_title_in_another_language_says_so(normaliser: Normaliser, title: str, language: str) -> None:
    assert f"language:{language}" in normaliser.classify(Query(title=title)).flags


@pytest.mark.parametrize(
    "title", ["Registered Nurse (東京)", "Café Manager", "Façade Engineer", "Supervisor, Media Production", "IT Project Manager"]
)
def test_a_foreign_place_or_letter_does_not_make_a_title_foreign(normaliser: Normaliser, title: str) -> None:
    assert not any(flag.startswith("language:") for flag in normaliser.classify(Query(title=title)).flags)


def test_a_head_of_two_other_languages_tells_neither() -> None:
    heads = heads_of([{"id": "one", "heads": {"en": ["clerk"], "pt": ["assistente"], "it": ["assistente", "impiegato"]}}], ())
    assert {text: head.language for text, head in heads.items()} == {"clerk": "en", "assistente": "", "impiegato": "it"}


@pytest.mark.parametrize("title", ["مدير منتج", "ผู้จัดการ", "מנהל מוצר", "उत्पाद प्रबंधक", "Διευθυντής προϊόντος", "მენეჯერი"])
def test_a_title_in_a_script_that_the_data_has_no_titles_of_is_unreadable(normaliser: Normaliser, title: str) -> None:
    answer = normaliser.classify(Query(title))
    assert (answer.status, answer.level) == ("unreadable", None)
    assert "no_job_words" in answer.flags


def test_a_known_job_beside_words_in_such_a_script_is_read(normaliser: Normaliser) -> None:
    answer = normaliser.classify(Query("مدير Nurse"))
    assert answer.family is not None
    assert answer.family.id == "nursing"


@pytest.mark.parametrize("title", ["(Senior) Software Engineer", "Accountant / Senior Accountant"])
def test_a_title_of_several_levels_has_the_flag_in_every_family(normaliser: Normaliser, title: str) -> None:
    answer = normaliser.classify(Query(title))
    assert "level_span" in answer.flags
    assert answer.range.levels == ("mid", "senior")
    assert "level_span" not in normaliser.classify(Query("Senior Software Engineer")).flags


def test_a_title_of_several_jobs_has_the_flag_in_every_family(normaliser: Normaliser) -> None:
    assert "several_roles" in normaliser.classify(Query("Nurse / Teacher")).flags
    assert "several_roles" not in normaliser.classify(Query("Senior UX/UI Designer")).flags


@pytest.mark.parametrize(
    ("title", "head", "levels", "roles"),
    [
        ("Krankenpfleger", "krankenpfleger", [], ("krankenpfleger",)),
        ("Senior Painter", "painter", [("Senior", "senior")], ("senior painter",)),
        ("Growth Marketers", "growth marketers", [], ("growth marketers",)),
        ("Supervisor", "supervisor", [], ("supervisor",)),
    ],
)
def test_the_title_as_understood_names_the_job_in_every_family(
    normaliser: Normaliser, title: str, head: str, levels: list[tuple[str, str]], roles: tuple[str, ...]
) -> None:
    view = normaliser.classify(Query(title, include=("query",))).query
    assert (view.head, view.roles) == (head, roles)
    assert [(each.text, each.value) for each in view.modifiers] == levels
