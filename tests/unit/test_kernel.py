"""The compiled kernel against the plain path, its oracle: sentences, scores, what they come to, and where strings stand."""

from __future__ import annotations

import random
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service import Limits, Normaliser, Query, artefact
from service import duties as duties_module
from service import sentences as sentences_module
from service import strings as strings_module
from service.duties import Bounds, Columns, summarise_in_kernel, summarise_plainly
from service.errors import InvalidQuery
from service.normaliser import newest_model
from service.sentences import KernelScorer, PlainScorer, readable
from service.strings import PlainFinder, kernel
from tests.bench.generate import text, titles

pytestmark = pytest.mark.skipif(kernel is None, reason="the package was installed without a compiler")

TEXTS = [
    "",
    " \n\t ",
    "a b c",
    "You lead a team of product managers. You hire two more! Do you? Yes; often...and so on",
    "• one bullet\n• two bullets\r\n- a dash – another — and * a star\n\n\nend",
    "v1.2.3 of the roadmap.Next one.\u00a0Blank\u2003blank. \x85 next\x1cline\u2028sep",
    "Führung von Produktmanagern: Größe, Straße, ÄÖÜ, ﬁnance, Ⅳ, ½ day, x² and 10⁶. İstanbul ᾼ ǅ ẞ ŉ",
    "製品管理 プロダクトマネージャー。 🧭 👩🏽‍💻 product🧭manager zero\u200bwidth soft\u00adhyphen \u202eelur",
    "cafe\u0301 versus café, snake_case _under_ __init__ 1_000",
    "\ud83d half of a pair, \x00 and \x0b controls",
    "<p>Own the roadmap</p><li>and the vision</li> strategy & <b>plans</b>",
    "word " * 5_000,
    "no end " + "x" * 40_000,
    "".join(map(chr, range(0x20, 0x3000))),
    "".join(chr(c) for c in range(0x3000, sys.maxunicode + 1, 7) if not 0xD800 <= c < 0xE000),
]


@pytest.fixture(scope="module")
def both():
    model = artefact.load(newest_model())
    vocabulary, arrays = model.documents["vocabulary"], model.arrays
    parts = (
        {term: row for row, term in enumerate(vocabulary["terms"])},
        *(arrays[key] for key in ("idf", "sentence_weights", "sentence_intercepts")),
    )
    families = tuple(vocabulary["families"])
    columns = Columns(
        families, families.index(vocabulary["graded"]), families.index(vocabulary["not_duty"]), vocabulary["thresholds"]
    )
    return PlainScorer(*parts), KernelScorer(*parts), columns, Bounds(**model.documents["weights"]["duties"]["features"])


def check(both, raw: str, limit: int) -> None:
    plain, compiled, columns, bounds = both
    lowered = readable(raw)
    expected, got = plain.read(lowered, limit), compiled.read(lowered, limit)
    assert got.spans.tolist() == expected.spans.tolist()
    np.testing.assert_allclose(got.scores, expected.scores, rtol=0, atol=1e-9)
    np.testing.assert_allclose(compiled.score([lowered]), plain.score([lowered]), rtol=0, atol=1e-9)
    if len(expected.spans):
        slow, quick = summarise_plainly(expected, columns, bounds), summarise_in_kernel(expected, columns, bounds)
        assert (quick.nearest, list(quick.features)) == (slow.nearest, list(slow.features))
        np.testing.assert_allclose(list(quick.features.values()), list(slow.features.values()), rtol=0, atol=1e-9)
        assert quick.amount == pytest.approx(slow.amount, abs=1e-9)
        for field in ("duty", "graded", "manages", "level"):
            np.testing.assert_allclose(getattr(quick.sentences, field), getattr(slow.sentences, field), rtol=0, atol=1e-9)
        assert quick.sentences.family.tolist() == slow.sentences.family.tolist()


@pytest.mark.parametrize("raw", TEXTS, ids=lambda raw: repr(raw[:20]))
@pytest.mark.parametrize("limit", [1, 3, 400])
def test_sentences_and_scores_are_those_of_the_plain_path(both, raw, limit):
    check(both, raw, limit)


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_sentences_and_scores_are_those_of_the_plain_path_on_any_text(both, data):
    words = st.one_of(st.sampled_from(["lead", "product", "managers", "the roadmap", "hire"]), st.text(max_size=8))
    breaks = st.sampled_from([" ", ". ", "\n", " - ", "… ", "!?", "\u2003", "*", " * ", ";", "; ", "•"])
    check(both, "".join(data.draw(st.lists(st.one_of(words, breaks), max_size=40))), data.draw(st.sampled_from([2, 400])))


GROUPS = [["lead", "leading"], ["0", "1:1"], ["führ"], ["the board", "the"], ["製品"], ["x"], ["not there"]]


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_strings_are_found_where_the_plain_path_finds_them(data):
    pieces = [*(string for group in GROUPS for string in group), " ", "_", "-", "é", "9", "ße", "\n"]
    raw = "".join(data.draw(st.lists(st.sampled_from(pieces), max_size=30)))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(raw)), max_size=6)))
    spans = np.array(list(zip(cuts[::2], cuts[1::2], strict=False)), dtype=np.int64).reshape(-1, 2)
    found = kernel.Finder(GROUPS).find(raw, spans)
    assert found == [(number, list(places)) for number, places in PlainFinder(GROUPS).find(raw, spans)]


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: kernel.Scorer([], 0, b"", b""),
        lambda: kernel.Scorer([1], 1, b"", b"", b""),
        lambda: kernel.Scorer(["a b"], 1, np.zeros(1), np.zeros((1, 2), np.float32), np.zeros(2)),
        lambda: kernel.Scorer(["word"], 1, np.zeros(2), np.zeros((1, 2), np.float32), np.zeros(2)),
        lambda: kernel.Scorer(["word"], 1, np.zeros(1), np.zeros((1, 2)), np.zeros(2)),
        lambda: kernel.Scorer.__new__(kernel.Scorer).read("text", 1),
        lambda: kernel.Finder.__new__(kernel.Finder).find("text", np.zeros((1, 2), np.int64)),
        lambda: kernel.Finder([["fine", ""]]),
        lambda: kernel.Finder(["text"]),
        lambda: kernel.summarise(b"", 4, 3, 0, 1, 1, (0.0,) * 5),
        lambda: kernel.summarise(np.zeros(9), 9, 9, 0, 1, 1, (0.0,) * 5),
        lambda: kernel.summarise(np.zeros(9), 9, 4, 7, 1, 1, (0.0,) * 5),
    ],
)
def test_what_cannot_be_is_refused(wrong):
    with pytest.raises((TypeError, ValueError)):
        wrong()


@pytest.mark.parametrize("count", [300, pytest.param(20_000, marks=pytest.mark.slow)])
def test_answers_are_those_of_the_plain_path(monkeypatch, count):
    rng = random.Random(count)
    asked = [
        Query(
            title=title if n % 7 else "", description=text(rng, rng.choice((60, 400, 1_500))) if n % 3 == 0 or n % 7 == 0 else None
        )
        for n, title in enumerate(titles(count, 91))
    ]
    with_kernel = Normaliser.load(limits=Limits(cache=0))
    quick = [outcome(with_kernel, query) for query in asked]
    for module in (strings_module, sentences_module, duties_module):
        monkeypatch.setattr(module, "kernel", None)
    plain = Normaliser.load(limits=Limits(cache=0))
    for query, (said, probabilities) in zip(asked, quick, strict=True):
        expected_said, expected = outcome(plain, query)
        assert said == expected_said
        np.testing.assert_allclose(probabilities, expected, rtol=0, atol=1e-9)


def outcome(normaliser: Normaliser, query: Query) -> tuple[object, list[float]]:
    """What is said, and the probabilities behind it."""
    try:
        result, weighed = normaliser.classify(query), normaliser.weigh(query)
    except InvalidQuery as error:
        return error.detail, []
    said = (result.status, result.family, result.position, result.level, result.track, result.flags, result.range)
    shown = [(e.source, e.start, e.end, e.says) for e in result.evidence]
    return (said, shown), list(weighed.probabilities.values())
