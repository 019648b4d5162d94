"""Measuring families: which titles are held out, what counts as right, and that training does not see them."""

import gzip
from pathlib import Path

import pytest

from rung.title.clean import Cleaner
from rung.title.family import FamilyReading
from rung.title.family_heads import HeadFinder
from rung.training import families
from rung.training.families import FamilySettings, Row, compile_families, train_families
from rung.training.family_scores import held_out, measure, onet_titles
from rung.training.make import taxonomy
from rung.tries import trie_of

DATA = Path(__file__).parents[2] / "training_data"
SETTINGS = FamilySettings(1, 1, 50, 50, 0.5, 1e-4, 5, 1.0, 1.0, 1.0, 4, 1.0, 1.0)


class Reader:
    """Knows one family, by its words."""

    def read(self, clean):
        return FamilyReading({"finance": 0.9, "nursing": 0.1}, None, "words" if "title" in clean.text else "head")


def test_a_title_is_held_out_with_each_of_its_families_whatever_its_case():
    titles = [(f"Title {letter}", family) for letter in "abcdefghijklmnopqrstuvwxyz" for family in ("finance", "nursing")]
    held = held_out(iter([*titles, *((title.upper(), "design") for title, _ in titles)]), Cleaner(()))
    assert 0 < len(held) < 26
    assert all(found == {"finance", "nursing", "design"} for _, found in held.values())


def test_right_is_any_family_of_the_title():
    held = {text: (Cleaner(()).clean(text), found) for text, found in (("title a", {"finance", "design"}), ("nurse", {"nursing"}))}
    assert {name: (figure.value, figure.rows) for name, figure in measure(Reader(), held).items()} == {
        "all": (0.5, 2),
        "words": (1.0, 1),
        "head": (0.0, 1),
    }


def test_titles_of_onet_have_the_family_of_their_code(tmp_path, monkeypatch):
    (tmp_path / "occupations").mkdir()
    rows = "code\ttitle\ttitles\treported\n29-1141.00\tRegistered Nurses\tWard Nurse|Staff Nurse\tRN\n99-9999.00\tNobody\t\t\n"
    (tmp_path / "occupations" / "onet.tsv.gz").write_bytes(gzip.compress(rows.encode()))
    monkeypatch.setattr("rung.training.family_scores.family_records", lambda _: [{"id": "nursing", "codes": {"soc": ["29-114"]}}])
    assert list(onet_titles(tmp_path, ("titles",))) == [("Ward Nurse", "nursing"), ("Staff Nurse", "nursing")]
    assert list(onet_titles(tmp_path, ("title", "reported"))) == [("Registered Nurses", "nursing"), ("RN", "nursing")]


@pytest.mark.parametrize(("left_out", "known"), [(frozenset(), True), (frozenset({"zebra counting"}), False)])
def test_what_is_left_out_teaches_nothing(monkeypatch, left_out, known):
    lexicon = taxonomy(DATA)["lexicon"]
    heads = HeadFinder(*compile_families(DATA, lexicon))
    titles = [Row("Zebra counting", "finance", 1.0), Row("gnu counting", "finance", 1.0), Row("gnu healing", "nursing", 1.0)]
    monkeypatch.setattr(families, "rows", lambda *_: iter(titles))
    names, cleaner = ["finance", "nursing"], Cleaner(lexicon["patterns"])
    _, arrays = train_families(DATA, names, heads, cleaner, SETTINGS, left_out)
    words = trie_of(arrays["family_words"])
    assert ("zebra" in words) is known
    assert "healing" in words
