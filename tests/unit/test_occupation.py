"""Occupation codes on a table small enough to see through: what is read, what is not loaded, and what a wrong table says."""

import gzip
import shutil
from pathlib import Path

import numpy as np
import pytest

from rung.errors import ArtefactError, DataError
from rung.title.occupation import DOCUMENT, OccupationReader, Words, array_file, files
from rung.title.occupation_points import Points, pieces_of, term_key, terms_of, weigh
from rung.training import occupations
from rung.training.occupation_meanings import title_meanings

DATA = Path(__file__).parents[2] / "training_data"
ESCO = [
    ("esco/cook", "5120", "cook", "line cook|restaurant cook"),
    ("esco/nurse", "2221", "nurse", "staff nurse|registered nurse|ward nurse"),
    ("esco/developer", "2512", "software developer", "programmer|web developer"),
    ("esco/driver", "8332", "lorry driver", "truck driver|haulage driver"),
]
ONET = [
    ("35-2014.00", "Cooks, Restaurant", "Line Cook|Grill Cook", "Cook"),
    ("29-1141.00", "Registered Nurses", "Staff Nurse|Ward Nurse", "Nurse"),
    ("15-1252.00", "Software Developers", "Web Developer|Programmer", "Software Developer"),
    ("53-3032.00", "Heavy and Tractor-Trailer Truck Drivers", "Haulage Driver", "Truck Driver"),
]
VACANCIES = [("Kitchen Hero", "esco/cook"), ("KITCHEN HERO (weekends)", "esco/cook"), ("Night Nurse", "esco/nurse")]


def table(rows):
    lines = ["# a table", "\t".join(["column"] * len(rows[0])), *("\t".join(row) for row in rows)]
    return gzip.compress(("\n".join(lines) + "\n").encode(), mtime=0)


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    folder = tmp_path_factory.mktemp("data")
    shutil.copytree(DATA / "occupations", folder / "occupations")
    for name, rows in (("esco", ESCO), ("onet", ONET), ("jobbert", VACANCIES)):
        (folder / "occupations" / f"{name}.tsv.gz").write_bytes(table(rows))
    settings = folder / "occupations" / "settings.yaml"
    settings.write_text(settings.read_text().replace("most: 10", "most: 3"))
    return folder


@pytest.fixture
def copy(data, tmp_path):
    return Path(shutil.copytree(data, tmp_path / "training_data"))


@pytest.fixture(scope="module")
def contents(data):
    return occupations.make(data)


@pytest.fixture
def folder(contents, tmp_path):
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)
    return tmp_path


def test_an_official_title_names_its_occupation_in_both_schemes(folder):
    found = OccupationReader.open(folder).read("Staff Nurse (m/f/d), Leeds")
    assert (found.esco[0].uri, found.esco[0].label, found.esco[0].isco) == ("esco/nurse", "nurse", "2221")
    assert (found.soc[0].code, found.soc[0].title) == ("29-1141.00", "Registered Nurses")


def test_confidences_fall_and_the_list_is_bounded(folder):
    found = OccupationReader.open(folder).read("web developer")
    for confidences in ([o.confidence for o in found.esco], [o.confidence for o in found.soc]):
        assert len(confidences) == 3
        assert confidences == sorted(confidences, reverse=True)
        assert 0.3 < confidences[0] <= sum(confidences) <= 1.001  # rounded to four digits


def test_vacancies_teach_words_that_no_official_title_has(folder):
    found = OccupationReader.open(folder).read("kitchen hero")
    assert found.esco[0].uri == "esco/cook"
    assert found.soc == ()


def test_an_equal_preferred_label_goes_before_an_alternative_one(copy, tmp_path):
    path = copy / "occupations" / "esco.tsv.gz"
    mechanic = "esco/mechanic\t7412\telectrical mechanic\telectrician\n"
    electrician = "esco/electrician\t7411\telectrician\tindustrial electrician\n"
    path.write_bytes(gzip.compress(gzip.decompress(path.read_bytes()) + (mechanic + electrician).encode(), mtime=0))
    for name, content in occupations.make(copy).items():
        (tmp_path / name).write_bytes(content)
    reader = OccupationReader.open(tmp_path)
    scheme, words = reader._schemes["esco"], ["electrician"]
    nearest = scheme.features(["nearest"], words, np.zeros(1), np.zeros(1))["nearest"]
    assert nearest[5] > nearest[4] > nearest[:4].max()
    assert reader.read("electrician").esco[0].uri == "esco/electrician"


def test_arrays_of_features_without_a_weight_are_empty(folder):
    assert np.load(folder / array_file("soc", "title_ids")).size == 0
    assert np.load(folder / array_file("esco", "title_ids")).size > 0


def test_a_misspelt_word_is_corrected(folder):
    assert OccupationReader.open(folder).read("progammer").esco[0].uri == "esco/developer"


@pytest.mark.parametrize("title", ["", "   ", "zzzz qqqq", "(((", "\u200b", "x" * 5000, "a " * 5000])
def test_a_title_without_a_known_word_has_no_occupation(folder, title):
    found = OccupationReader.open(folder).read(title)
    assert (found.esco, found.soc) == ((), ())


def test_nothing_is_loaded_before_the_first_title(folder):
    for name in files():
        if name != DOCUMENT:
            (folder / name).unlink()
    reader = OccupationReader.open(folder)
    with pytest.raises(ArtefactError, match=r"cannot be read .* build the model again"):
        reader.read("cook")


def test_arrays_are_mapped_not_copied(folder):
    reader = OccupationReader.open(folder)
    reader.read("cook")
    assert all(isinstance(array.base, np.memmap) for scheme in reader._schemes.values() for array in scheme._arrays.values())


def test_a_folder_without_occupations_says_what_to_do(tmp_path):
    with pytest.raises(ArtefactError, match="rung train"):
        OccupationReader.open(tmp_path)


def test_a_document_that_is_no_json_is_named(folder):
    (folder / DOCUMENT).write_text("{")
    with pytest.raises(ArtefactError, match=r"occupations\.json"):
        OccupationReader.open(folder).read("cook")


def test_the_same_tables_give_the_same_bytes(data, contents):
    assert occupations.make(data) == contents
    assert set(contents) == set(files())


def test_every_weight_of_a_term_belongs_to_an_occupation(folder):
    rows, classes = (np.load(folder / array_file("esco", name)) for name in ("centre_rows", "centre_classes"))
    assert rows[-1] == len(classes) > 0
    assert classes.max() < len(ESCO)


def test_words_are_cut_replaced_and_set_aside():
    words = Words(frozenset({"urgent", "the"}), {"it": ["ict"], "qc": ["quality", "control"]})
    assert words.cut("Urgent: QC Ladies & IT Managers") == ["quality", "control", "lady", "and", "ict", "manager"]
    assert words.cut("the") == ["the"]
    assert terms_of(["a", "b", "a"]) == ["a", "b", "a b", "b a"]
    assert term_key("a") != term_key("b")


def test_pieces_are_runs_of_letters_with_the_ends_of_words():
    assert pieces_of(["chef"], [3]) == ["#<ch", "#che", "#hef", "#ef>"]
    assert pieces_of(["it", "it"], [3, 4]) == ["#<it", "#it>", "#<it>"]
    assert pieces_of([], [3]) == []


def test_values_of_a_title_make_a_unit_vector_and_unknown_texts_have_none():
    known = {"chef": 0, "#che": 1, "#hef": 2}
    places, values = weigh(["chef", "zzz"], lambda texts: [known[t] for t in texts if t in known], np.array([2.0, 1.0, 1.0]), [3])
    assert places.tolist() == [0, 1, 2]
    assert values @ values == pytest.approx(1.0)
    assert values[0] / values[1] == pytest.approx(2 * 2**0.5)  # two pieces share the weight of one
    assert weigh(["zzz"], lambda _: [], np.array([2.0]), [3])[1].tolist() == []


def points_of(folder):
    arrays = {name: np.load(folder / f"points_{name}.npy") for name in ("keys", "idf", "vectors", "scales")}
    return Points(arrays, [3, 4, 5])


def test_titles_of_like_jobs_point_the_same_way(folder):
    def likeness(one, other):
        a, b = (points_of(folder).of(words.split()) for words in (one, other))
        return a @ b / np.sqrt((a @ a) * (b @ b))

    assert likeness("haulage driver", "truck driver") > likeness("haulage driver", "grill cook") + 0.3
    assert likeness("programmer", "web developer") > likeness("programmer", "ward nurse") + 0.3


def test_a_word_of_no_title_stands_near_titles_that_mean_the_same(folder):
    reader = OccupationReader.open(folder)
    scheme, words = reader._schemes["esco"], ["chef"]
    assert not scheme.found(words)
    meaning = scheme.features(["meaning"], words, np.zeros(1), reader._meanings.of(words))["meaning"]
    names = [label for _, label, _ in reader._document["names"]["esco"]]
    assert names[int(meaning.argmax())] == "cook"


def test_a_title_without_a_known_word_means_nothing(folder):
    reader = OccupationReader.open(folder)
    meaning = reader._schemes["esco"].features(["meaning"], ["qqqq"], np.zeros(1), reader._meanings.of(["qqqq"]))["meaning"]
    assert not meaning.any()


def test_an_official_title_without_a_known_word_is_like_no_title():
    meanings = Points({"keys": np.array([term_key("cook")], np.uint64), "idf": np.ones(1), "vectors": np.array([[3, 4]], np.int8),
                       "scales": np.ones(1)}, ())  # fmt: skip
    made = title_meanings(meanings, [["cook"], ["qqqq"]], np.array([1.0, 0.9]))
    assert (np.array([0.6, 0.8]) @ made["meaning_weights"] * made["meaning_scales"]).tolist() == pytest.approx([1.0, 0.0], abs=0.01)


def test_a_title_of_unknown_letters_stands_at_the_origin(folder):
    assert not points_of(folder).of(["qqqq"]).any()
    assert not points_of(folder).of([]).any()


@pytest.mark.parametrize(
    ("name", "row", "says"),
    [
        ("esco", "esco/baker\t7512\tbaker", r"esco\.tsv\.gz:7: 4 columns are needed, found 3"),
        ("onet", "x\ty\tz\tq\tr", r"onet\.tsv\.gz:7: 4 columns are needed, found 5"),
        ("meanings", "zzz\t1 2.5", r"meanings\.tsv\.gz:\d+: whole numbers from -127 to 127 are needed"),
        ("meanings", "zzz\t1 300", r"meanings\.tsv\.gz:\d+: whole numbers from -127 to 127 are needed"),
        ("meanings", "zzz\t1 2", r"meanings\.tsv\.gz:\d+: as many numbers are needed as in the rows above"),
        ("jobbert", "Baker\tesco/baker", r"jobbert\.tsv\.gz:6: esco/baker is no occupation of esco\.tsv\.gz"),
    ],
)
def test_a_wrong_row_is_named_with_file_and_line(copy, name, row, says):
    path = copy / "occupations" / f"{name}.tsv.gz"
    path.write_bytes(gzip.compress(gzip.decompress(path.read_bytes()) + row.encode() + b"\n", mtime=0))
    with pytest.raises(DataError, match=says):
        occupations.read_tables(copy)


@pytest.mark.parametrize("content", [b"no gzip", gzip.compress(b"\xff\xfe"), gzip.compress(b"a\tb")[:-4]])
def test_a_table_that_cannot_be_read_is_named(copy, content):
    (copy / "occupations" / "esco.tsv.gz").write_bytes(content)
    with pytest.raises(DataError, match=r"esco\.tsv\.gz: cannot be read"):
        occupations.read_tables(copy)
