"""Counting real ads: whose ads count, what of their text, and a table that keeps figures and no text."""

import json

import numpy as np
import pytest

from rung.errors import DataError
from rung.training import counts as counting
from rung.training.counts import Ad, Counts, CountSettings, DutyText, Figures, choose, count
from rung.training.title_levels import TitleLevels

SETTINGS = CountSettings(shortest=20, by_label=3, by_employer=2, least_ads=2, least_sources=2, terms=100)
LEVELS = TitleLevels(
    {
        "unsure": ["various"],
        "rules": [{"level": "senior", "track": "ic", "words": ["senior"]}],
        "usual": {"level": "mid", "track": "ic"},
    }
)
DUTIES = DutyText(["lead", "head"], ["welder"])
TEXT = "You weld the frames and check every seam twice."


def ad(number, title="Welder", source="one", company="", description=TEXT, lang="en"):
    return Ad(f"c{number:03}", source, company, title, description, lang)


def family(title):
    return title.split()[-1].lower()


def chosen(*ads, aside=()):
    return [ad.id for ad, *_ in choose(ads, LEVELS, family, SETTINGS, frozenset(aside), "owner")]


def test_no_source_has_more_than_its_share_of_one_label():
    ads = [ad(number) for number in range(5)] + [ad(7, "Senior Welder"), ad(8, source="two")]
    assert chosen(*ads) == ["c000", "c001", "c002", "c007", "c008"]


def test_each_family_has_its_own_share_and_the_graded_family_none():
    ads = [ad(number) for number in range(4)] + [ad(5, "Nurse"), ad(6, "Product Owner"), ad(7, "Nurse")]
    assert chosen(*ads) == ["c000", "c001", "c002", "c005", "c007"]


def test_no_employer_has_many_and_one_without_a_name_is_none():
    named = [ad(number, company="Acme", source=f"source {number}") for number in range(4)]
    nameless = [ad(10 + number, company="None", source=f"source {number}") for number in range(4)]
    assert chosen(*named, *nameless) == ["c000", "c001", "c010", "c011", "c012", "c013"]


def test_what_is_short_or_foreign_or_unsure_or_set_aside_does_not_count():
    ads = [ad(1, description="Weld."), ad(2, lang="pl"), ad(3, "Various welders"), ad(4), ad(5)]
    assert chosen(*ads, aside=["c004"]) == ["c005"]


def test_an_ad_is_read_without_its_own_title_and_the_names_of_ranks():
    own = ad(1, "Pipe Welder (nights)", description="As a pipe welder you help our lead frame welders. Senior staff weld alone.")
    text = DUTIES.of(own)
    assert not {"pipe", "senior", "staff", "lead"} & set(text.split())
    assert "weld alone" in text


def table():
    ads = [
        (ad(n, source=s, description=f"{TEXT} {w}"), level, "ic")
        for n, (s, w, level) in enumerate(
            [
                ("one", "sweep floors", "mid"),
                ("two", "sweep floors", "mid"),
                ("two", "train apprentices", "senior"),
                ("two", "train apprentices", "senior"),
            ]
        )
    ]

    def figures(text):
        return Figures(5.0 if "train" in text else 0.0, 60.4, ["sweep" in text])

    return count(ads, ["associate", "mid", "senior"], DUTIES, figures, ["sweeps"], SETTINGS)


def test_a_term_counts_where_it_stands_in_enough_ads_of_enough_sources():
    terms = table().terms
    assert {"sweep", "sweep floors", "every seam"} <= set(terms)
    assert "apprentices" not in terms  # two ads, but of one source


def test_the_table_keeps_what_was_counted_and_its_bytes_are_always_the_same(tmp_path):
    first, second = tmp_path / "a.npz", tmp_path / "b.npz"
    table().save(first)
    table().save(second)
    assert first.read_bytes() == second.read_bytes()
    kept = Counts.load(first)
    assert (kept.matrix != table().matrix).nnz == 0
    assert kept.rank.tolist() == [2, 2, 3, 3]
    assert kept.years.tolist() == [0, 0, 5, 5]
    assert kept.pay.tolist() == [60] * 4
    assert kept.signs.tolist() == [[True], [True], [False], [False]]
    assert kept.names == ("sweeps",)
    assert kept.source.tolist() == ["one", "two", "two", "two"]
    assert kept.ids.tolist() == ["c000", "c001", "c002", "c003"]


def test_a_table_that_is_none_is_refused(tmp_path):
    (tmp_path / "a.npz").write_bytes(b"no archive")
    with pytest.raises(DataError, match="rung corpus count"):
        Counts.load(tmp_path / "a.npz")


def test_postings_are_read_in_order_of_their_ids_and_a_row_without_one_is_refused(tmp_path):
    path = tmp_path / "postings.jsonl"
    rows = [{"id": name, "title": "Welder", "repo": "one", "lang": "en"} for name in ("b", "a")]
    path.write_text("\n".join(map(json.dumps, rows)))
    assert [ad.id for ad in counting.read_ads([path])] == ["a", "b"]
    path.write_text('{"title": "Welder"}')
    with pytest.raises(DataError, match=r"postings\.jsonl"):
        counting.read_ads([path])


def test_narrowing_keeps_the_ads_and_some_terms():
    whole = table()
    half = counting.narrowed(whole, np.arange(0, len(whole.terms), 2))
    assert half.terms == whole.terms[::2]
    assert half.matrix.shape == (4, len(half.terms))


def test_rows_keep_all_that_is_known_of_them():
    half = counting.rows_of(table(), np.array([True, False, True, False]))
    assert half.ids.tolist() == ["c000", "c002"]
    assert half.years.tolist() == [0, 5]
    assert half.signs.tolist() == [[True], [False]]
    assert half.matrix.shape == (2, len(table().terms))
