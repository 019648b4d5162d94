"""Decoding: texts as their authors wrote them, and the way back to the raw characters."""

from __future__ import annotations

import html
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rung import Query
from rung.text.decode import decoded, decoded_query
from rung.text.sentences import readable
from rung.title.clean import Cleaner


def words(raw: str) -> list[str]:
    return [token.text for token in Cleaner(()).clean(decoded(raw).text).tokens]


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("S&ecirc;nior Product Manager", "Sênior Product Manager"),
        ("Chef de produit d&eacute;butant", "Chef de produit débutant"),
        ("Pro&shy;duct Man&shy;ager", "Product Manager"),
        ("&Eacute;quipe produit", "Équipe produit"),
        ("Gerente de Inova&#231;&#xE3;o", "Gerente de Inovação"),
        ("Product&nbsp;Manager", "Product\u00a0Manager"),
        ("Research &amp; Development", "Research & Development"),
        ("Research &amp;amp; Development", "Research & Development"),
        ("Responsable d&amp;eacute;veloppement", "Responsable développement"),
        ("Product Manager (B&uuml;ro)", "Product Manager (Büro)"),
        ("AT&T Product Manager; R&D", "AT&T Product Manager; R&D"),
        ("&unknown; Product Manager", "&unknown; Product Manager"),
    ],
)
def test_an_entity_is_its_character(raw, expected):
    assert decoded(raw).text == expected


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("SÃªnior Product Manager", "Sênior Product Manager"),
        ("GrÃ¶ÃŸe und FÃ¼hrung", "Größe und Führung"),
        ("MÅ‚odszy Product Manager", "Młodszy Product Manager"),
        ("You ownâ€”and buildâ€”the productâ€™s roadmap", "You own—and build—the product’s roadmap"),
        ("â€¢ Own the roadmap", "• Own the roadmap"),
        ("CafÃƒÂ© Product Owner", "Café Product Owner"),
        ("S&Atilde;&ordf;nior", "Sênior"),
        ("Ã‰quipe produit", "Équipe produit"),
    ],
)
def test_a_text_that_was_read_in_a_wrong_encoding_is_repaired(raw, expected):
    assert decoded(raw).text == expected


@pytest.mark.parametrize(
    "raw",
    [
        "Sênior Product Manager", "Größe – Führung", "l’équipe « produit »", "SÃO PAULO", "Año 2", "Product Manager",
        "프로덕트 매니저", "プロダクトマネージャー", "Ürün Müdürü", "İstanbul", "مدير منتج", "naïve café…", "© 2026 Größe®", "É™",
    ],
)  # fmt: skip
def test_what_is_well_written_stays(raw):
    assert decoded(raw) == (raw, ())


@pytest.mark.parametrize("invisible", ["\u200b", "\u200c", "\u200d", "\u2060", "\ufeff", "\u00ad", "\u202a"])
def test_an_invisible_character_inside_a_word_leaves(invisible):
    assert decoded(f"Pro{invisible}duct Manag{invisible * 3}er").text == "Product Manager"
    assert words(f"{invisible}Product{invisible} Manager{invisible}") == ["product", "manager"]


def test_a_zero_width_space_between_words_parts_them():
    assert decoded("Senior\u200bProduct\u200bManager").text == "Senior Product Manager"
    assert decoded("P\u200bM").text == "PM"
    assert decoded("👩\u200d💻 Product Manager").text == "👩\u200d💻 Product Manager"


LIST = "<p>You will:</p><ul><li>own the <b>roadmap</b> &amp; vision</li><li>lead four product managers</li></ul>"


def test_html_is_read_alike_however_often_it_was_escaped():
    once = html.escape(LIST)
    lines = [
        [" ".join(line.split()) for line in readable(decoded(raw).text).splitlines() if line.strip()]
        for raw in (LIST, once, html.escape(once))
    ]
    assert lines == [["you will:", "own the roadmap & vision", "lead four product managers"]] * 3


@pytest.mark.parametrize(
    ("raw", "word", "expected"),
    [
        ("S&ecirc;nior PM", "Sênior", "S&ecirc;nior"),
        ("Chef d&eacute;but&eacute; x", "débuté", "d&eacute;but&eacute;"),
        ("a &Eacute;quipe x", "Équipe", "&Eacute;quipe"),
        ("a SÃªnior PM", "Sênior", "SÃªnior"),
        ("a SÃªnior PM", "PM", "PM"),
        ("&amp;eacute;t&amp;eacute; b", "été", "&amp;eacute;t&amp;eacute;"),
        ("x Pro\u00adduct\u00ad y", "Product", "Pro\u00adduct"),
        ("Senior\u200bProduct", "Product", "Product"),
        ("Senior\u200bProduct", "Senior", "Senior"),
        ("\u00adPM &amp; a\u200bb", "ab", "a\u200bb"),
    ],
)
def test_offsets_lead_back_to_the_raw_characters(raw, word, expected):
    text = decoded(raw)
    start = text.text.index(word)
    start, end = text.raw(start, start + len(word))
    assert raw[start:end] == expected


PIECES = st.sampled_from(
    [
        "a",
        "Zé",
        " ",
        "&eacute;",
        "&amp;",
        "&amp;lt;",
        "amp;",
        "&shy;",
        "\u200b",
        "\u00ad",
        "Ãª",
        "â€™",
        "Ã",
        "&#233;",
        ";",
        "ﬁ",
        "<li>",
    ]
)


@settings(max_examples=500, deadline=None)
@given(st.lists(PIECES, max_size=14).map("".join))
def test_every_character_leads_to_a_stretch_of_the_raw_text_in_order(raw):
    text = decoded(raw)
    places = [text.raw(at, at + 1) for at in range(len(text.text))]
    assert all(0 <= start < end <= len(raw) for start, end in places)
    assert places == sorted(places)
    for (start, end), character in zip(places, text.text, strict=True):
        if end - start == 1 and raw[start] != character:
            assert raw[start] in "\u200b\u00adÃâ"
    if text.passes == ():
        assert text.text == raw


DUTIES = "<ul>{}</ul>".format(
    "".join(
        f"<li>{duty}</li>"
        for duty in (
            "You own the product&rsquo;s roadmap and write the stories of one team.",
            "You hire, coach and appraise four product managers &amp; set their goals.",
            "You decide with the sales lead which customers&rsquo; wishes are built next.",
        )
    )
)


@pytest.mark.parametrize("times", [0, 1, 2])
def test_evidence_is_worded_as_the_raw_text_is(normaliser, times):
    raw = DUTIES
    for _ in range(times):
        raw = html.escape(raw)
    result = normaliser.classify(Query(title="S&ecirc;nior Product Manager", description=raw))
    places = {"title": "S&ecirc;nior Product Manager", "description": raw}
    assert {each.source for each in result.evidence} == {"title", "description"}
    for each in result.evidence:
        assert places[each.source][each.start : each.end] == each.text
    unescaped = normaliser.classify(Query(title="Sênior Product Manager", description=html.unescape(html.unescape(raw))))
    assert (result.level, result.track, result.confidence) == (unescaped.level, unescaped.track, unescaped.confidence)
    assert [each.says for each in result.evidence] == [each.says for each in unescaped.evidence]


def test_what_needs_nothing_is_not_copied():
    assert decoded_query(Query(title="Group PM", description="You lead – and own.", company="Größe AG")) is None


def test_the_repair_is_loaded_where_a_text_needs_it():
    program = (
        "import sys; from rung.text.decode import decoded; "
        "decoded('Größe &amp; Führung – l’équipe\\u00ad'); before = 'ftfy' in sys.modules; "
        "decoded('SÃªnior'); print(before, 'ftfy' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "False True\n"
