"""The family of a text: what the reader answers, how it stands beside a title, and the table that it is trained on."""

from __future__ import annotations

import gzip
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from rung import Normaliser, Query
from rung.errors import DataError
from rung.text.families import FamilyTextReader, FamilyTextWeights
from rung.text.plain_scorer import PlainScorer
from rung.training.counts import Ad
from rung.training.family_counts import Chosen, FamilyCountSettings, choose, confirmed, count, read_tasks
from rung.training.family_table import TASKS, FamilyCounts
from rung.training.family_text import FamilyTextSettings

TERMS = ["patients", "roadmap", "bricks", "give medication"]
NAMES = ("nursing", "product-management", "trades-maintenance")
SCORES = np.array([[4.0, -2.0, -2.0], [-2.0, 4.0, -2.0], [-2.0, -2.0, 4.0], [5.0, -2.0, -2.0]])


@pytest.fixture
def reader() -> FamilyTextReader:
    return reader_of(by_sentence=1.0)


def reader_of(by_sentence: float) -> FamilyTextReader:
    beside = {"weak": 0.5, "words": 1.0}
    weights = FamilyTextWeights(1.0, by_sentence, least_share=0.001, unknown=0.04, beside=beside, against=0.75, spare=2.0)
    scorer = PlainScorer(TERMS, np.ones(4), SCORES.astype(np.int8), np.ones(3), np.full(3, -1.0))
    return FamilyTextReader(scorer, NAMES, "product-management", weights, 400)


def test_a_text_names_the_family_of_its_words(reader: FamilyTextReader) -> None:
    shares = reader.read("You <b>give medication</b> to patients.")
    assert next(iter(shares)) == "nursing"
    assert shares["unknown"] == 0.04
    assert sum(shares.values()) == pytest.approx(1.0)


def test_the_graded_family_is_not_answered(reader: FamilyTextReader) -> None:
    assert set(reader.read("You own the roadmap.")) == {"nursing", "trades-maintenance", "unknown"}


def test_words_of_other_work_speak_against_the_graded_family(reader: FamilyTextReader) -> None:
    assert reader.against_graded("You give medication to patients.") < -1.0
    assert reader.against_graded("You own the roadmap.") == 0.0
    assert reader.against_graded("Lorem ipsum dolor.") == 0.0


def test_what_most_sentences_speak_of_outweighs_a_word_said_often() -> None:
    text = "Bricks, bricks, bricks and bricks, bricks, bricks. Patients wait. Patients come. Patients go."
    firsts = [next(iter(reader_of(by_sentence).read(text))) for by_sentence in (0.0, 3.0)]
    assert firsts == ["trades-maintenance", "nursing"]


@pytest.mark.parametrize("text", ["", "   ", "Lorem ipsum dolor.", "?!"])
def test_a_text_without_a_known_word_says_nothing(reader: FamilyTextReader, text: str) -> None:
    assert reader.read(text) is None


def test_a_text_moves_a_title_as_far_as_its_factor_says(reader: FamilyTextReader) -> None:
    title = {"trades-maintenance": 0.5, "nursing": 0.4, "unknown": 0.1}
    (weak, _), (words, kind) = (reader.families("patients", title, kind, alone=False) for kind in ("weak", "words"))
    assert next(iter(weak)) == next(iter(words)) == "nursing"
    assert title["nursing"] < weak["nursing"] < words["nursing"]
    assert sum(weak.values()) == pytest.approx(1.0)
    assert kind == "words"


@pytest.mark.parametrize(("text", "kind"), [("patients", "head"), ("Lorem ipsum.", "words"), ("", "words"), (None, "weak")])
def test_a_title_stands_where_its_text_is_not_asked_or_says_nothing(reader: FamilyTextReader, text: str | None, kind: str) -> None:
    title = {"trades-maintenance": 0.9, "unknown": 0.1}
    assert reader.families(text, title, kind, alone=False) == (title, kind)


def test_a_text_decides_alone_where_the_title_names_no_job(reader: FamilyTextReader) -> None:
    families, kind = reader.families("patients", {"unknown": 1.0}, "none", alone=True)
    assert (next(iter(families)), kind) == ("nursing", "duties")


def test_the_table_is_read_as_it_was_written(tmp_path) -> None:
    counts = FamilyCounts(
        ("bricks", "patients"),
        csr_matrix(np.array([[2, 0], [0, 300], [1, 1]])),
        np.array(["trades-maintenance", "nursing", "nursing"]),
        np.array([TASKS, "a/board", TASKS]),
        np.array([False, True, False]),
    )
    counts.save(tmp_path / "first.npz")
    counts.save(tmp_path / "second.npz")
    read = FamilyCounts.load(tmp_path / "first.npz")
    assert (read.terms, read.family.tolist(), read.source.tolist()) == (
        counts.terms,
        counts.family.tolist(),
        counts.source.tolist(),
    )
    assert read.matrix.toarray().tolist() == [[2, 0], [0, 255], [1, 1]]
    assert read.by_reading.tolist() == [False, True, False]
    assert (tmp_path / "first.npz").read_bytes() == (tmp_path / "second.npz").read_bytes()


def test_a_missing_table_says_what_makes_it(tmp_path) -> None:
    with pytest.raises(DataError, match="family_counts"):
        FamilyCounts.load(tmp_path / "none.npz")


DATA = Path(__file__).parents[2] / "training_data"


def ad(number: int, title: str, company: str = "", source: str = "a/board") -> Ad:
    return Ad(f"id{number}", source, company, title, "You lay bricks and mix mortar. " * 3, "en")


class Titles:
    """Stands for the model: the family of a title is its first word, the confidence its second."""

    def classify_many(self, queries):
        for query in queries:
            family, confidence = query.title.split()
            yield SimpleNamespace(family=SimpleNamespace(id=family), confidences=SimpleNamespace(family=float(confidence)))


COUNTING = FamilyCountSettings(shortest=40, sure=0.6, clear=0.85, by_family=2, by_employer=3, least_rows=1, terms=10)


@pytest.mark.parametrize(
    ("ads", "kept"),
    [
        ([ad(1, "nursing 0.9"), ad(2, "nursing 0.5")], ["id1"]),
        ([ad(n, "nursing 0.9") for n in range(4)], ["id0", "id1"]),
        ([ad(n, "nursing 0.9", source=f"board/{n}") for n in range(4)], ["id0", "id1", "id2", "id3"]),
        ([ad(n, f"family{n} 0.9", company="Acme") for n in range(4)], ["id0", "id1", "id2"]),
        ([ad(1, "unknown 0.9"), ad(2, "sales 0.9")], ["id2"]),
        ([ad(7, "nursing 0.9"), ad(8, "nursing 0.9")], ["id8"]),
    ],
)
def test_sure_ads_are_counted_up_to_their_share(ads, kept) -> None:
    assert [one.ad.id for one in choose(ads, Titles(), COUNTING, {}, frozenset({"id7"}))] == kept


def test_an_ad_has_the_family_that_a_reader_gave_it() -> None:
    chosen = choose([ad(1, "nursing 0.3"), ad(2, "nursing 0.9")], Titles(), COUNTING, {"id1": "sales"}, frozenset())
    assert [(one.family, one.by_reading, one.clear) for one in chosen] == [("sales", True, True), ("nursing", False, True)]


def test_a_family_that_is_not_clear_is_confirmed_by_the_words_or_left_out() -> None:
    words = np.array([[3, 0]] * 3 + [[0, 3]] * 3 + [[3, 0], [0, 3], [0, 3]])
    family = np.array(["nursing"] * 3 + ["trades-maintenance"] * 3 + ["nursing"] * 3)
    source = np.array([TASKS] * 6 + ["a/board"] * 3)
    counts = FamilyCounts(("patients", "bricks"), csr_matrix(words), family, source, np.zeros(9, bool))
    ads = [Chosen(ad(number, "x"), "nursing", False, clear) for number, clear in enumerate([False, False, True])]
    kept = confirmed(counts, ads, FamilyTextSettings(1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 0.5, 1e-4, 20, 1))
    assert kept.matrix.toarray().tolist() == [*words[:7].tolist(), [0, 3]]
    assert kept.source.tolist() == [TASKS] * 6 + ["a/board"] * 2


def test_tasks_and_ads_are_counted_with_how_their_family_is_known() -> None:
    ads = [Chosen(ad(1, "x"), "trades-maintenance", True, True), Chosen(ad(2, "x"), "nursing", False, True)]
    counts = count([("lay bricks by plan.", "trades-maintenance")], ads, 1)
    by_term = dict(zip(counts.terms, counts.matrix.toarray().T.tolist(), strict=True))
    assert (by_term["bricks"], by_term["lay bricks"]) == ([1, 3, 3], [1, 3, 3])
    assert counts.family.tolist() == ["trades-maintenance", "trades-maintenance", "nursing"]
    assert counts.source.tolist() == [TASKS, "a/board", "a/board"]
    assert counts.by_reading.tolist() == [False, True, False]


def test_the_tasks_of_an_occupation_are_one_text(tmp_path) -> None:
    path = tmp_path / "tasks.tsv.gz"
    rows = ["O*NET-SOC Code\tTask", "29-1141.00\tGive medication.", "47-2021.00\tLay bricks.", "29-1141.00\tDress wounds."]
    path.write_bytes(gzip.compress("\n".join(rows).encode()))
    assert list(read_tasks(path, DATA)) == [
        ("give medication.\ndress wounds.", "nursing"),
        ("lay bricks.", "trades-maintenance"),
    ]


DUTIES = [
    ("nursing", "You look after patients on the surgical ward, hand out medication, change dressings and write up observations."),
    (
        "hospitality",
        "Prepare starters and desserts, keep the kitchen spotless, order vegetables and help at the pass in the evening.",
    ),
    (
        "transport-warehouse",
        "Load the lorry, drive to customers across the county, collect signatures and bring returns back to the depot.",
    ),
    ("finance", "Reconcile bank accounts, post supplier invoices, prepare VAT returns and help with the month-end close."),
    ("education", "Plan lessons in mathematics for pupils aged eleven to sixteen, mark homework and meet parents."),
    ("software-engineering", "Write Python services, review pull requests, fix bugs and deploy to Kubernetes."),
    ("legal-compliance", "Draft contracts, research case law and represent clients in court hearings."),
    ("trades-maintenance", "Wire houses, fit sockets and fuse boards, test circuits and find faults in electrical installations."),
    ("human-resources", "Screen applications, interview candidates, make offers and keep personnel files."),
    ("facilities-property", "Vacuum the offices, mop floors, clean toilets and refill soap every evening."),
]


@pytest.mark.parametrize(("family", "text"), DUTIES)
@pytest.mark.parametrize("title", ["", "Senior", "Supervisor"])
def test_duties_name_the_family_where_the_title_does_not(normaliser: Normaliser, family: str, text: str, title: str) -> None:
    assert normaliser.classify(Query(title, description=text)).family.id == family


@pytest.mark.parametrize(("family", "text"), DUTIES)
def test_duties_of_another_job_leave_a_clear_head_in_its_family(normaliser: Normaliser, family: str, text: str) -> None:
    for title, own in (("Dental Hygienist", "medical"), ("Beekeeper", "agriculture-animals")):
        assert normaliser.classify(Query(title, description=text)).family.id == own


@pytest.mark.parametrize(
    ("family", "text"),
    [
        (
            "product-management",
            "You own the roadmap of our payments API: talk to customers, decide what is built and measure adoption.",
        ),
        (
            "project-programme",
            "You run a programme of four releases: plan milestones, track risks and report progress to the steering committee.",
        ),
    ],
)
@pytest.mark.parametrize("title", ["TPM", "Senior TPM"])
def test_the_text_decides_between_the_jobs_of_a_short_form(normaliser: Normaliser, family: str, text: str, title: str) -> None:
    assert normaliser.classify(Query(title, description=text)).family.id == family
