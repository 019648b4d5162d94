"""What is kept of real postings: figures and labels that the rest of the data knows, no source above its share, and no text."""

from collections import Counter
from pathlib import Path

import yaml

from rung.training import family_counts
from rung.training.counts import Counts
from rung.training.families import family_records
from rung.training.family_table import FAMILY_COUNTS, TASKS, FamilyCounts
from rung.training.labels import ANY_POSTINGS, PRODUCT_ADS, TWO_FAMILIES, read_ad_labels, read_double_labels
from rung.training.make import COUNTS
from rung.training.sources import graded_family

SHARED = Path(__file__).parents[2] / "training_data" / "shared"
GRADED = graded_family(SHARED.parent)
LEVELS = [level["id"] for level in yaml.safe_load((SHARED.parent / "scale.yaml").read_text())["levels"]]
COUNTED = Counts.load(SHARED / COUNTS)
BOUNDS = yaml.safe_load((SHARED / "weights.yaml").read_text())["training"]["counts"]


def test_no_source_holds_more_than_half_of_the_ads():
    assert max(Counter(COUNTED.source).values()) <= len(COUNTED.ids) / 2


def test_years_and_pay_are_stated_by_many_ads_and_of_a_likely_size():
    pay = yaml.safe_load((SHARED / "weights.yaml").read_text())["duties"]["pay"]
    asked, paid = COUNTED.years[COUNTED.years > 0], COUNTED.pay[COUNTED.pay > 0]
    assert min(len(asked), len(paid)) > 500
    assert asked.max() <= 15
    assert pay["least"] <= paid.min() <= paid.max() <= pay["most"]


def test_terms_are_at_most_two_words_of_several_ads():
    assert len(COUNTED.terms) <= BOUNDS["terms"]
    assert max(len(term.split()) for term in COUNTED.terms) <= 2
    assert (COUNTED.matrix > 0).sum(axis=0).min() >= BOUNDS["least_ads"]


def test_the_table_is_small():
    assert (SHARED / COUNTS).stat().st_size < 4_000_000


def test_ranks_are_of_the_scale_and_every_one_is_there():
    assert set(COUNTED.rank) == set(range(1, len(LEVELS) + 1))


def test_labels_name_known_levels_and_no_labelled_product_ad_is_counted():
    labels = read_ad_labels(SHARED.parent, PRODUCT_ADS)
    assert {label.level for label in labels.values()} <= {*LEVELS, ""}
    assert {label.track for label in labels.values()} <= {"ic", "manager", ""}
    product = {id_ for id_, label in labels.items() if label.family == GRADED}
    assert len(product) > 100
    assert not product & set(COUNTED.ids)


def test_the_words_of_titles_name_known_levels():
    rules = yaml.safe_load((SHARED / "title_levels.yaml").read_text())
    assert {rule["level"] for rule in (*rules["rules"], rules["usual"])} <= set(LEVELS)


def test_what_was_read_twice_names_known_families_and_levels():
    known = {record["id"] for record in family_records(SHARED.parent)} | {GRADED, "unknown"}
    postings = read_double_labels(SHARED.parent, ANY_POSTINGS, "id")
    titles = read_double_labels(SHARED.parent, TWO_FAMILIES, "title")
    assert (len(postings), len(titles)) == (300, 200)
    assert set().union(*(row.accepted["family"] for row in (*postings.values(), *titles.values()))) <= known
    assert set().union(*(row.accepted["level"] for row in postings.values())) <= {*LEVELS, ""}
    assert set().union(*(row.accepted["track"] for row in postings.values())) <= {"ic", "manager", ""}


def test_no_posting_that_is_measured_is_counted_by_family():
    aside = family_counts.measured(SHARED.parent)
    assert len(aside) == 300
    read = family_counts.families_read(SHARED.parent)
    assert {*read_ad_labels(SHARED.parent, PRODUCT_ADS)} == read.keys()
    assert set(read.values()) <= {record["id"] for record in family_records(SHARED.parent)} | {GRADED, "unknown"}


def test_ads_counted_by_family_keep_their_bounds():
    counts = FamilyCounts.load(SHARED / FAMILY_COUNTS)
    bounds = yaml.safe_load((SHARED / "weights.yaml").read_text())["family_counts"]
    ads = counts.source != TASKS
    assert len(counts.terms) == bounds["terms"]
    assert max(Counter(zip(counts.source[ads], counts.family[ads], strict=True)).values()) <= bounds["by_family"]
    assert (counts.by_reading & (counts.family == GRADED)).sum() > 80
    assert not counts.by_reading[~ads].any()
