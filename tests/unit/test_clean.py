"""Cleaning: one normal form, and the way back to the characters."""

import pytest

from rung.title.clean import Cleaner, fold, fold_with_offsets

GENDER = [("gender", r"\((?:m/w/d|f/m/x)\)", False), ("gender", r"(?<=[a-z])[*:]in(?![a-z])", False)]
NUMBERS = [("season", r"20\d\d\b", True), ("requisition", r"#?\d{4,}", True), ("pay", r"\$\d+", False)]


@pytest.mark.parametrize(
    ("raw", "folded"),
    [
        ("Leiter Produktmanagement für Geräte", "leiter produktmanagement fur gerate"),
        ("PRODUCT\u200b MANAGER", "product manager"),
        ("Młodszy Product Manager", "mlodszy product manager"),
        ("Ｐｒｏｄｕｃｔ Manager", "product manager"),
        ("Product\tManager\x00", "product manager"),
    ],
)
def test_case_accents_and_invisible_characters_fold(raw, folded):
    assert fold(raw) == folded


def test_lookalike_letters_fold_only_beside_latin_ones():
    assert fold_with_offsets("Рroduct")[0] == "product"
    assert fold_with_offsets("Менеджер")[0] == "менеджер"


@pytest.mark.parametrize("raw", ["Grüße … an Product Managers", "a\u200bb ﬁn", "plain ascii", "<b>Product</b> Manager"])
def test_offsets_lead_back_to_the_raw_characters(raw):
    folded, offsets = fold_with_offsets(raw)
    assert len(offsets) == len(folded) + 1
    assert offsets[-1] == len(raw)
    assert all(0 <= o <= len(raw) for o in offsets)
    word = Cleaner(()).clean(raw).tokens[-1]
    assert fold(raw[word.start : word.end]) == word.text


def test_markup_is_no_word():
    assert [t.text for t in Cleaner(()).clean("<p>Product & Growth</p>").tokens] == ["product", "and", "growth"]


def test_noise_is_set_aside_as_it_was_written():
    title = Cleaner(GENDER).clean("Produktmanager:in (m/w/d)")
    assert title.text == "produktmanager"
    assert [m.text for m in title.set_aside] == [":in", "(m/w/d)"]


@pytest.mark.parametrize(
    ("raw", "aside"),
    [
        ("Intern 2025", [("season", "2025")]),
        ("Intern #2025", [("requisition", "#2025")]),
        ("Intern 20256", [("requisition", "20256")]),
        ("A2025 Intern", []),
        ("$2025 Intern (2026), 44444", [("pay", "$2025"), ("season", "2026"), ("requisition", "44444")]),
    ],
)
def test_a_pattern_at_a_word_begins_where_a_word_does_and_the_first_one_counts(raw, aside):
    assert [(m.kind, m.text) for m in Cleaner(NUMBERS).clean(raw).set_aside] == aside


def test_a_hyphen_without_spaces_joins_and_one_with_spaces_parts():
    assert [t.gap for t in Cleaner(()).clean("co-op - product").tokens] == ["", "~", "-"]


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        ("C.P.O.", ["cpo"]),
        ("V.P., Product", ["vp", "product"]),
        ("P.M. (A.I.)", ["pm", "ai"]),
        ("Sr. Dir. Product", ["sr", "dir", "product"]),
        ("L.E.A.D. programme", ["l", "e", "a", "d", "programme"]),
        ("R.N.2", ["r", "n", "2"]),
        ("Web 3.0", ["web", "3", "0"]),
    ],
)
def test_two_or_three_letters_with_full_stops_are_one_word(raw, words):
    tokens = Cleaner(()).clean(raw).tokens
    assert [t.text for t in tokens] == words
    assert all(fold(raw[t.start : t.end]).replace(".", "") == t.text for t in tokens)


def test_each_word_is_folded_by_its_own_letters():
    assert fold_with_offsets("Product-менеджер")[0] == "product-менеджер"
    assert fold_with_offsets("Рroduct-Мanager")[0] == "product-manager"
