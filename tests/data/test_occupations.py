"""The occupations that the real tables teach: plain titles of common jobs must come out under their own codes."""

from pathlib import Path

import pytest

from rung.title.occupation import OccupationReader
from rung.training import occupations

DATA = Path(__file__).parents[2] / "training_data"
PLAIN = [
    ("Registered Nurse", "nurse responsible for general care", "29-1141.00"),
    ("Software Engineer", "software developer", "15-1252.00"),
    ("Primary School Teacher", "primary school teacher", "25-2021.00"),
    ("Electrician", "electrician", "47-2111.00"),
    ("Plumber", "plumber", "47-2152.00"),
    ("Graphic Designer", "graphic designer", "27-1024.00"),
    ("Accountant", "accountant", "13-2011.00"),
    ("Hairdresser", "hairdresser", "39-5012.00"),
    ("Bartender", "bartender", "35-3011.00"),
    ("Pharmacist", "pharmacist", "29-1051.00"),
    ("Civil Engineer", "civil engineer", "17-2051.00"),
    ("Lawyer", "lawyer", "23-1011.00"),
    ("Security Guard", "security guard", "33-9032.00"),
    ("Receptionist", "receptionist", "43-4171.00"),
    ("Data Scientist", "data scientist", "15-2051.00"),
    ("Welder", "welder", "51-4121.00"),
    ("Baker", "baker", "51-3011.00"),
    ("Senior Staff Nurse (Night Shift)", "nurse responsible for general care", "29-1141.00"),
    ("URGENT: 2x Lorry Drivers, Leeds", "cargo vehicle driver", "53-3032.00"),
    ("Jr. Web Developer - Remote", "web developer", "15-1254.00"),
]
BYTES = 22_000_000


@pytest.fixture(scope="module")
def contents():
    return occupations.make(DATA)


@pytest.fixture(scope="module")
def reader(contents, tmp_path_factory):
    folder = tmp_path_factory.mktemp("occupations")
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    return OccupationReader.open(folder)


def test_the_tables_hold_whole_schemes():
    tables = occupations.read_tables(DATA)
    assert {scheme: len(names) for scheme, names in tables.names.items()} == {"esco": 2942, "soc": 1016}
    assert all(uri.startswith("http://data.europa.eu/esco/occupation/") for uri, _, _ in tables.names["esco"])
    assert all(len(isco) == 4 and isco.isdigit() for _, _, isco in tables.names["esco"])
    assert sum(title.source == "vacancy" for title in tables.titles["esco"]) == 15_463


@pytest.mark.slow
def test_common_titles_come_out_under_their_own_codes(reader):
    found = [(title, reader.read(title), label, code) for title, label, code in PLAIN]
    esco = [title for title, read, label, _ in found if label not in [o.label for o in read.esco[:5]]]
    soc = [title for title, read, _, code in found if code not in [o.code for o in read.soc[:3]]]
    assert len(esco) <= 2, esco
    assert len(soc) <= 2, soc


@pytest.mark.slow
def test_the_files_stay_small(contents):
    assert sum(map(len, contents.values())) < BYTES
