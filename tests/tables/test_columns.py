"""Which columns are read: by headings, and of two candidates the one whose cells name jobs; what was chosen is said."""

from __future__ import annotations

import pytest

from rung import TableError
from rung.errors import DataError
from rung.tables.columns import ColumnFinder, Headings, column_finder, normal_heading
from rung.tables.opening import DelimitedOpening, NdjsonOpening, ReadOptions
from rung.training.build import headings_dict
from tests.tables.conftest import FINDER, ROOT, Heard, cells

find_columns = FINDER.find


def test_title_is_found_by_headings_in_any_spelling() -> None:
    for heading in (
        "title",
        "Job Title",
        "JOB_TITLE",
        "jobTitle",
        "Intitulé du poste",
        "INTITULE DU POSTE",
        "Intitule\u0301_du_poste",
    ):
        assert find_columns(["x", heading], {}).places["title"] == 1


def test_guessed_columns_are_said_and_exact_names_are_no_guess() -> None:
    columns = find_columns(["title", "Job Description"], {})
    assert columns.guessed == {"description"}
    assert columns.describe() == ["reading title from 'title', description from 'Job Description' (guessed)"]


def test_named_column_wins_over_a_guess_and_empty_name_reads_none() -> None:
    columns = find_columns(["title", "role", "text"], {"title": "role", "description": ""})
    assert columns.places["title"] == 1
    assert "description" not in columns.places


def test_two_titles_must_be_told_apart_by_number() -> None:
    with pytest.raises(TableError, match="2 columns are called 'title'"):
        find_columns(["title", "title"], {})
    assert find_columns(["title", "title"], {"title": "#2"}).places["title"] == 1


@pytest.mark.parametrize(
    ("headings", "named", "said"),
    [
        (["a", "b"], {}, "no column of titles"),
        (["a"], {"title": "b"}, "no column has that heading"),
        (["title"], {"title": "#9"}, "only 1 columns"),
        (["title"], {"salary": "x"}, "no field is called 'salary'"),
        (["title", "rung_status"], {}, "already has the column 'rung_status'"),
        (["title"], {"title": ""}, "a title is required; name its column: --column title=HEADING"),
    ],
)
def test_headings_that_cannot_be_read_are_refused_by_name(headings, named, said) -> None:
    with pytest.raises(TableError, match=said):
        find_columns(headings, named)


def test_foreign_size_column_is_not_taken_for_the_organisations() -> None:
    assert "size" not in find_columns(["title", "size"], {}).places


def test_without_rows_the_surer_heading_is_read_and_the_other_is_named() -> None:
    columns = find_columns(["Title", "Job Title"], {})
    assert columns.places["title"] == 1
    assert columns.warning == "warning: 'Title' may hold the titles too; to read it instead: --column title=Title"
    assert columns.describe()[1] == columns.warning


def test_a_column_of_forms_of_address_holds_no_titles() -> None:
    rows = [["Mr", "PM"], ["Dr.", "VP"], ["", "Head"], ["MR.", "x"]]
    columns = find_columns(["Title", "Position"], {}, rows)
    assert (columns.headings["title"], columns.warning) == ("Position", "")
    with pytest.raises(TableError, match=r"'Title' holds forms of address, such as Mr\); name it"):
        find_columns(["Title", "Name"], {}, rows)
    assert find_columns(["Title", "Name"], {"title": "Title"}, rows).places["title"] == 0


@pytest.mark.parametrize(
    ("cells", "chosen", "warned"),
    [
        ([("Berlin", "PM"), ("Paris", "VP")], "role", False),
        ([("PM", "Berlin"), ("VP", "Paris")], "title", False),
        ([("PM", "VP"), ("VP", "PM")], "title", True),  # both hold jobs: the heading decides
        ([("", "PM"), ("", "VP")], "role", False),
        ([("PM", "Berlin"), ("Paris", "VP"), ("Rome", "Head"), ("Bonn", "PM")], "role", False),
        ([("PM", "Berlin"), ("VP", "VP"), ("Rome", "Head"), ("Bonn", "PM")], "role", True),
    ],
)
def test_of_two_candidates_the_one_whose_cells_name_jobs_is_read(cells, chosen, warned) -> None:
    columns = find_columns(["title", "role"], {}, cells)
    assert columns.headings["title"] == chosen
    assert bool(columns.warning) == warned


@pytest.mark.parametrize(
    ("cells", "read"),
    [
        (["Healthcare", "", "Retail"], False),
        (["", "government", "Healthcare"], True),  # the row of the other value fails, and says why
        (["Private"], True),
        (["", ""], True),
        ([], True),
    ],
)
def test_a_column_called_sector_that_holds_industries_is_not_read_and_this_is_said(cells, read) -> None:
    assert FINDER.undecided(["title", "sector"], {})
    assert not FINDER.undecided(["title", "sector"], {"sector": "sector"})
    columns = find_columns(["title", "sector"], {}, [["PM", cell] for cell in cells])
    assert ("sector" in columns.places) is read
    assert [note.partition(":")[0] for note in columns.describe()[1:]] == ([] if read else ["'sector' is not read as sector"])
    named = find_columns(["title", "sector"], {"sector": "sector"}, [["PM", cell] for cell in cells])
    assert named.places["sector"] == 1


LONG = "You plan the work of the depot and answer for its costs. " * 3


@pytest.mark.parametrize(
    ("headings", "cells", "read"),
    [
        (["title", "ad"], [LONG, LONG, "none"], "ad"),
        (["title", "Ad"], [LONG, "", ""], "Ad"),  # blank cells say nothing
        (["title", "ad"], ["17", "18", LONG], None),  # numbers of ads
        (["title", "ad"], ["https://jobs.example/17"] * 3, None),
        (["title", "ad"], ["", "", ""], None),
        (["job title", "position"], [LONG] * 3, "position"),
        (["title", "ad title"], [LONG] * 3, None),
    ],
)
def test_a_heading_that_says_little_holds_the_description_if_its_cells_are_long(headings, cells, read) -> None:
    columns = find_columns(headings, {}, [["PM", cell] for cell in cells])
    assert columns.places["title"] == 0
    assert columns.headings.get("description") == read
    assert "description" not in columns.places or "description" in columns.guessed


def test_a_sure_heading_wins_over_long_texts_and_without_rows_none_are_read() -> None:
    rows = [["PM", LONG, "short"]]
    assert find_columns(["title", "ad", "description"], {}, rows).headings["description"] == "description"
    assert "description" not in find_columns(["title", "ad"], {}).places
    assert "description" not in find_columns(["title", "ad"], {"description": ""}, rows).places


@pytest.mark.parametrize(
    ("headings", "named", "undecided"),
    [
        (["title", "ad"], {}, True),
        (["title", "ad"], {"description": "ad"}, False),
        (["title", "ad", "description"], {}, False),
        (["position"], {}, False),  # it is the title
        (["position", "ad"], {}, True),
        (["title", "x"], {}, False),
    ],
)
def test_rows_are_worth_a_look_where_only_they_tell_the_description(headings, named, undecided) -> None:
    assert FINDER.undecided(headings, named) is undecided


@pytest.mark.parametrize(
    "heading",
    ["ad", "Advert", "ADVERTISEMENT", "Job listing", "posting", "Anzeige", "Inserat", "Stellenangebot", "annonce", "Offre d'emploi",
     "Oferta de trabajo", "Vaga", "inserzione", "Advertentie", "Oferta pracy"],
)  # fmt: skip
def test_the_shipped_headings_find_the_text_of_the_ad(normaliser, heading) -> None:
    finder = column_finder(normaliser)
    rows = [["Truck driver", LONG], ["Krankenpfleger", LONG], ["Product Manager", LONG]]
    columns = finder.find(["Job title", heading], {}, rows)
    assert (columns.headings["title"], columns.headings.get("description")) == ("Job title", heading)


@pytest.mark.parametrize("size", [1, 7, 1_000])
def test_a_stream_waits_for_rows_only_where_two_columns_may_hold_the_titles(size) -> None:
    data = b"title,role\n" + b"Mr,PM\n" * 3
    opening = DelimitedOpening(ReadOptions({}, {}), FINDER, look=False)
    fed = [opening.feed(data[at : at + size]) for at in range(0, len(data), size)]
    assert fed == [None] * len(fed)
    table = opening.feed(b"Dr,VP\nDr,VP\n")
    assert table.columns.headings["title"] == "role"
    assert DelimitedOpening(ReadOptions({}, {}), FINDER, look=False).feed(b"title,x\n") is not None


def test_a_stream_waits_for_rows_where_only_they_tell_the_description() -> None:
    opening = DelimitedOpening(ReadOptions({}, {}), FINDER, look=False)
    assert opening.feed(b"title,ad\n" + f"PM,{LONG}\n".encode() * 2) is None
    table = opening.feed(f"VP,{LONG}\n".encode() * 3)
    assert table.columns.fields == ("title", "description")


def test_members_of_objects_are_judged_by_their_values_likewise() -> None:
    lines = b'{"title":"Mr","n":1}\n{"title":"Dr","role":"PM"}\n{"title":null,"role":"VP"}\n'
    table = NdjsonOpening(ReadOptions({}, {}), FINDER).feed(lines, last=True)
    assert table.columns.headings["title"] == "role"


def test_many_equal_headings_are_told_apart_in_one_go() -> None:
    columns = find_columns(["title", *["description"] * 16_000], {})
    assert columns.fields == ("title",)


ADDRESS = "Title,Name,{0}\nMr,Ann Example,Senior Product Manager\nDr,Bo Example,Truck driver\nMs,Cy Example,Krankenpfleger\n"


@pytest.mark.parametrize(
    "heading", ["Job Title", "Position", "Stanowisko", "Intitulé du poste", "Função", "Puesto", "Functie", "Ruolo"]
)
def test_the_shipped_headings_and_model_find_the_titles_beside_forms_of_address(tmp_path, carry, heading) -> None:
    (tmp_path / "in.csv").write_text(ADDRESS.format(heading), encoding="utf-8")
    heard = Heard()
    carry("in.csv", "out.csv", heard)
    assert any(note.startswith(f"reading title from {heading!r} (guessed)") for note in heard.notes)
    rows = cells((tmp_path / "out.csv").read_bytes())
    assert rows[1][rows[0].index("rung_level")] == "senior"


@pytest.mark.parametrize(
    ("title", "description"),
    [
        ("Position Name", "Job Description"),
        ("Stellenbezeichnung", "Stellenbeschreibung"),
        ("Intitulé du poste", "Description du poste"),
        ("Título del puesto", "Descripción"),
        ("Título da vaga", "Descrição"),
        ("Titolo della posizione", "Descrizione"),
        ("Functietitel", "Functieomschrijving"),
        ("Nazwa stanowiska", "Opis stanowiska"),
    ],
)
def test_the_shipped_headings_are_known_in_eight_languages(normaliser, title, description) -> None:
    columns = column_finder(normaliser).find(["Nr", title, description], {})
    assert (columns.places["title"], columns.places["description"]) == (1, 2)


HEADINGS = Headings.from_dict(headings_dict(ROOT / "training_data" / "shared" / "headings.yaml"))


@pytest.mark.parametrize(
    ("heading", "sure"),
    [
        ("Business Title", True),
        ("Worker Title", True),
        ("Advert title", True),
        ("Current Job Title", True),
        ("Job Title (Local)", False),
        ("Current Role", False),
        ("Profissão", False),
    ],
)
def test_the_headings_of_personnel_systems_are_known(heading, sure) -> None:
    finder = ColumnFinder(HEADINGS, lambda cells: [True] * len(cells))
    assert finder.find(["Nr", heading], {}).headings["title"] == heading
    assert finder.find([heading, "Job Title"], {}).headings["title"] == (heading if sure else "Job Title")


@pytest.mark.parametrize(
    ("field", "form", "said"),
    [("salary", "pay", "unknown field 'salary'"), ("description", "job titel", "'job titel' means"), ("title", "text", None)],
)
def test_a_heading_that_means_two_things_is_refused_when_the_model_is_built(tmp_path, field, form, said) -> None:
    path = tmp_path / "headings.yaml"
    path.write_text(
        "figures: {rows: 1, equal: 0.1, near: 0.5}\naddress: {en: [mr]}\nheadings:\n"
        "  - {field: title, rank: 0, forms: {de: [Job-Titel]}}\n"
        f"  - {{field: {field}, rank: 1, forms: {{en: [{form}]}}}}\ntexts: {{en: [ad]}}\n",
        encoding="utf-8",
    )
    if said is None:
        assert set(headings_dict(path)) == {"figures", "address", "headings", "texts"}
        return
    with pytest.raises(DataError, match=rf"headings\.yaml:5: {said}"):
        headings_dict(path)


def test_headings_are_compared_without_case_accents_and_marks() -> None:
    assert normal_heading(" Título--del  PUESTO ") == "titulo_del_puesto"
