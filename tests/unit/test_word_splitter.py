"""Words that lost their separator, their letters or their encoding are read as what they were."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from rung.text.decode import LOST_LETTER, decoded_title
from rung.title.clean import Cleaner
from rung.title.lexicon import Head, Lexicon, Seniority
from rung.title.parse import Parser
from rung.title.word_splitter import WordSplitter


def lexicon(heads: Mapping[str, Head], ranks: Mapping[str, str], further: str = "") -> Lexicon:
    """A toy: jobs, ranks, and words that are known otherwise."""
    forms = {tuple(form.split()): value for form, value in ranks.items()}
    words = {word for phrase in (*(tuple(h.split()) for h in heads), *forms) for word in phrase} | set(further.split())
    return Lexicon(
        heads={tuple(form.split()): head for form, head in heads.items()},
        seniority={value: Seniority(value, 50, False, True, False, "") for value in ranks.values()},
        seniority_forms=forms, numerals={}, steps=frozenset(), grades={}, spellings={"mgr": "manager"}, abbreviations={},
        specialisms={}, employment={("freelance",): "contract"}, employment_flags={}, flag_forms=(),
        locations=frozenset({("remote",)}),
        links=frozenset(), joins=frozenset(), transparent=frozenset(), apart={}, corporate=frozenset(), serves=frozenset(),
        generic=frozenset(), broad=frozenset(), patterns=(), falls_back={}, names={}, aliases={}, families={}, named={},
        graded="product", plain_head="", words=frozenset(words), titles=(),
    )  # fmt: skip


TOY = lexicon(
    {form: Head("product", "product manager", "agent") for form in ("product manager", "pm", "产品经理")},
    {"senior": "senior", "lead": "lead", "vp": "vp", "head of": "head", "高级": "senior"},
    "leadership manage",
)


@pytest.fixture(scope="module")
def splitter() -> WordSplitter:
    return WordSplitter(TOY)


@pytest.mark.parametrize(
    ("word", "pieces"),
    [
        ("seniorproductmanager", "senior product manager"),
        ("productmanager", "product manager"),
        ("vpproduct", "vp product"),
        ("productlead", "product lead"),
        ("freelancemanager", "freelance manager"),
        ("leadership", "leadership"),  # a word of its own
        ("managers", "managers"),  # the rest is no word
        ("productpm", "productpm"),  # so short an end stands by chance in many words
        ("leadvp", "leadvp"),
        ("ofproduct", "ofproduct"),  # a short word that names nothing alone
        ("product2manager", "product2manager"),
        ("managerremote", "manager remote"),
        ("productmgr", "product mgr"),  # a short form of a known word
        ("remotely", "remotely"),
        ("高级产品经理", "高级 产品经理"),  # no blanks are written between these
        ("ai产品经理", "ai 产品经理"),
        ("产品设计顾问", "产品设计顾问"),
    ],
)
def test_a_word_is_parted_where_known_words_make_up_the_whole_of_it(splitter, word, pieces):
    assert splitter.pieces(word) == tuple(pieces.split())


def test_pieces_keep_their_places_and_what_stands_before_them(splitter):
    title = Cleaner(()).clean("x - SeniorProductManager")
    tokens = splitter.tokens(title.tokens)
    assert [(token.text, title.raw[token.start : token.end], token.gap) for token in tokens[1:]] == [
        ("senior", "Senior", "-"), ("product", "Product", ""), ("manager", "Manager", ""),
    ]  # fmt: skip


def test_pieces_of_a_word_that_folding_lengthened_stand_for_all_of_it(splitter):
    title = Cleaner(()).clean("Seni\u200borProductManager")
    assert {title.raw[token.start : token.end] for token in splitter.tokens(title.tokens)} == {"Seni\u200borProductManager"}


def test_a_long_word_costs_no_more_than_its_length(splitter):
    assert splitter.pieces("senior" * 100) == ("senior" * 100,)


@pytest.mark.parametrize(
    "title", ["SeniorProductManager", "Seni0r Pr0duct Manager", "5enior Product Manager", "SENIORPRODUCT MANAGER"]
)
def test_a_title_is_read_as_it_was_meant(title):
    parsed = Parser(TOY).parse(Cleaner(()).clean(title))
    first = "senior" if not title.startswith("5") else None
    assert [role.head for role in parsed.roles] == ["product manager"]
    assert parsed.roles[0].modifiers == ((first,) if first else ())


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("P r o d u c t   M a n a g e r", "Product   Manager"),
        ("S E N I O R  PM", "SENIOR  PM"),
        ("Plan A B C", "Plan A B C"),
        ("Senior%20Product%20Manager", "Senior Product Manager"),
        ("Senior+Product+Manager", "Senior Product Manager"),
        ("Gerente+de+Inova%C3%A7%C3%A3o", "Gerente de Inovação"),
        ("100% Remote + Product Manager", "100% Remote + Product Manager"),
        ("S?nior", f"S{LOST_LETTER}nior"),
        ("J\ufffdnior Manager", f"J{LOST_LETTER}nior Manager"),
        ("Product Manager?", "Product Manager?"),
    ],
)
def test_a_title_is_decoded_further_than_a_text(raw, expected):
    assert decoded_title(raw).text == expected


def test_a_lost_letter_is_one_edit_from_the_word():
    parsed = Parser(TOY).parse(Cleaner(()).clean(decoded_title("S?nior Product Manager").text))
    assert parsed.roles[0].modifiers == ("senior",)
