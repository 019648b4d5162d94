"""The compiled kernel against the plain path: tokens, sentences, scores, what they come to, where patterns match."""

from __future__ import annotations

import random
import sys
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.generate import text, titles
from bench.plain import without_kernel
from rung import Limits, Normaliser, Query, artefact
from rung.assemble import text_reader
from rung.errors import DataError, InvalidQuery
from rung.kernel import native as kernel
from rung.kernel import plain as plain_kernel
from rung.markup import without_markup
from rung.normaliser import newest_model
from rung.text.compiling import compile_patterns
from rung.text.cues import Cue, compile_cues, count_cues
from rung.text.document import Bounds, Columns, KernelDocument
from rung.text.matches import TextReader
from rung.text.patterns import TEXT, Pattern, Patterns, PatternSet, Tables
from rung.text.plain_document import PlainDocument
from rung.text.plain_scorer import PlainScorer
from rung.text.sentences import KernelScorer, readable, sentence_places
from rung.text.tokens import tokenise

pytestmark = pytest.mark.skipif(kernel is None, reason="no compiled kernel: none was built, or RUNG_KERNEL=plain")

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
        vocabulary["terms"].split("\n"),
        *(arrays[key] for key in ("idf", "sentence_weights", "sentence_scales", "sentence_intercepts")),
    )
    beside = (
        vocabulary["general_terms"].split("\n"),
        *(arrays[f"general_{key}"] for key in ("idf", "weights", "scales", "intercept")),
    )
    families = tuple(vocabulary["families"])
    columns = Columns(
        families, families.index(vocabulary["graded"]), families.index(vocabulary["not_duty"]), vocabulary["thresholds"]
    )
    cues = compile_cues(model.documents["taxonomy"]["cues"]["cues"])
    bounds = Bounds(**model.documents["weights"]["duties"]["features"])
    document = (arrays["document"], arrays["document_usual"], columns, cues, bounds)
    return Both(
        (PlainScorer(*parts), KernelScorer(*parts)),
        (PlainDocument(*document), KernelDocument(*document)),
        text_reader(model.documents["taxonomy"], Patterns(Tables(model.documents["patterns"], arrays))),
        cues,
        (PlainScorer(*beside), KernelScorer(*beside)),
    )


class Both(NamedTuple):
    """Each model twice: the plain one, and that of the kernel."""

    scorers: tuple[PlainScorer, KernelScorer]
    documents: tuple[PlainDocument, KernelDocument]
    texts: TextReader
    cues: tuple[Cue, ...]
    beside: tuple[PlainScorer, KernelScorer]


def near(got: bytes, expected: bytes) -> None:
    np.testing.assert_allclose(np.frombuffer(got), np.frombuffer(expected), rtol=0, atol=1e-9)


def check(both: Both, raw: str, limit: int) -> None:
    lowered = readable(raw)
    plain, compiled = both.scorers
    expected, got = plain.read(lowered, limit, both.beside[0]), compiled.read(lowered, limit, both.beside[1])
    assert expected.whole is not None
    assert got.whole == both.beside[1].score(lowered)
    near(got.whole, expected.whole)
    assert got.number == expected.number
    assert sentence_places(got.spans) == sentence_places(expected.spans)
    near(got.scores, expected.scores)
    near(compiled.score(lowered), plain.score(lowered))
    if expected.number:
        counted, _ = count_cues(both.cues, both.texts.read(raw).cues, lowered, len(lowered))
        slow, quick = (document.assess(expected, counted) for document in both.documents)
        assert quick.nearest == slow.nearest
        assert quick[2:4] == pytest.approx(slow[2:4], abs=1e-9)
        np.testing.assert_allclose((*quick.levels, *quick[5:]), (*slow.levels, *slow[5:]), rtol=0, atol=1e-9)
        np.testing.assert_allclose(quick.sentences.rows(), slow.sentences.rows(), rtol=0, atol=1e-9)
        assert quick.sentences.likeliest() == slow.sentences.likeliest()


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


class _Letters(dict[str, str]):
    """A letter for any token, the same for the same token."""

    def __missing__(self, word: str) -> str:
        return chr(0x4E00 + sum(map(ord, word)) % 64)


def check_tokens(raw: str) -> None:
    expected = tokenise(raw, _Letters())
    one = words(known=_Letters())
    for _ in range(2):  # the letters of short tokens are cached
        letters, bounds = one.tokens(without_markup(raw))
        assert letters == expected.letters
        assert np.frombuffer(bounds, np.int32).tolist() == list(expected.bounds)


def test_letters_of_tokens_are_cached_by_how_they_are_written() -> None:
    many = [f"{start}{number}" for number in range(40_000) for start in ("a", "né", "longer than twelve")]
    one, known = words(known=_Letters()), _Letters()
    for _ in range(2):
        assert one.tokens(" ".join(many))[0] == tokenise(" ".join(many), known).letters


@pytest.mark.parametrize("raw", TEXTS, ids=lambda raw: repr(raw[:20]))
def test_tokens_are_those_of_the_plain_path(raw):
    check_tokens(raw)


@settings(max_examples=500, deadline=None)
@given(raw=st.text(st.sampled_from("aéz09١½²_''’’llresdtm.,:;!?--–—/()&+% \n\r•|…“”\"]*<>٣の\u2003\ud83d"), max_size=30))
def test_tokens_are_those_of_the_plain_path_on_any_text(raw):
    check_tokens(raw)


WORDS = st.sampled_from(["a", "b", "c*", "*d", "<n>", "3", ",", ":", "-", "~2", "~1", "..2", "[a]", "[b|3]", "{c* ~1}", "{<n>}"])
PIECES = ["a", "b", "cx", "xd", "cd", "3", "4,", ":", "-", "."]
PATTERNS = st.one_of(
    st.lists(WORDS, min_size=1, max_size=5).map(" ".join),
    st.tuples(WORDS, WORDS, WORDS).map(lambda three: f"({three[0]} {three[1]} | {three[2]}) a"),
)


@settings(max_examples=300, deadline=None)
@given(patterns=st.lists(PATTERNS, min_size=1, max_size=5), raw=st.lists(st.sampled_from(PIECES)))
def test_patterns_match_where_the_plain_path_finds_them(patterns, raw):
    rows = [Pattern("test", pattern, "test", group=TEXT if at % 2 else "other") for at, pattern in enumerate(patterns)]
    source, text = PatternSet(rows, {"test": {}}, {}), " ".join(raw)
    try:
        tables = compile_patterns(source)
    except DataError:  # it could match nothing
        return
    compiled = Patterns(tables)
    letters = compiled.tokens(text).letters
    with without_kernel():
        plain = Patterns(tables)
        assert plain.tokens(text).letters == letters
    for group in (TEXT, "other", "none"):
        for start, end in ((0, None), (1, 5), (3, 2)):
            assert compiled.find(letters, group, start, end) == plain.find(letters, group, start, end)


IN, FORK, OPEN, CLOSE, DONE, ONE = range(6)
# A pattern of one word over two letters, a and b: the steps, and where it goes on behind an a.
_STEPS = [(DONE, 0, 0, 0), (IN, 0, 0, 0)]


def words(
    code=_STEPS,
    needs=(0, 0),
    begins=(0, 1),
    offsets=(0, 1, 1),
    starts=((0, 0, 0),),
    required=(),
    needed=(),
    ends=(0, 0),
    width=2,
    known=None,
    kinds=2,
    groups=1,
    rows=(0, 1),
):
    """Patterns over two letters; the parts are those of a sound one but where something else is given."""
    sets = b"\x01\x01"  # of each kind of letters, which sets hold it
    of_letters = np.array(rows, dtype=np.int32).tobytes()
    of_needs = np.array(needs, dtype=np.uint64).tobytes()
    numbers = (np.array(part, dtype=np.int32).tobytes() for part in (code, begins, offsets, starts, required, needed, ends))
    return kernel.Words(ord("a"), width, kinds, groups, known, sets, of_letters, of_needs, *numbers)


BROKEN = [
    {"code": []},
    {"code": [(IN, 0, 0, 0)]},
    {"code": [(DONE, 0, 0, 0), (DONE, 0, 0, 0)]},
    {"code": [(DONE, 0, 0, 0), (77, 0, 0, 0)]},
    {"code": [(DONE, 0, 0, 0), (IN, 8, 0, 0)]},
    {"code": [(DONE, 0, 0, 0), (IN, -1, 0, 0)]},
    {"code": [(DONE, 0, 0, 0), (IN, 0, 1, 0)]},
    {"code": [(DONE, 0, 0, 0), (ONE, 2, 0, 0)]},
    {"code": [(DONE, 0, 0, 0), (FORK, 1, 0, 0)]},
    {"code": [(DONE, 0, 0, 0), (FORK, 0, 0, 1)]},
    {"code": [(DONE, 0, 0, 0), (OPEN, 0, -1, 0)]},
    {"needs": ()},
    {"needs": (1, 2**40)},
    {"width": 0},
    {"kinds": 0},
    {"rows": (0, 2)},
    {"rows": (0, -1)},
    {"rows": (0,)},
    {"rows": (0, 1, 1)},
    {"groups": 0},
    {"groups": 3},
    {"begins": (0,)},
    {"begins": (0, 2)},
    {"begins": (0, -1)},
    {"offsets": ()},
    {"offsets": (0, 1)},
    {"offsets": (0, 9, 9)},
    {"offsets": (0, -1, 1)},
    {"starts": ((1, 0, 0),)},
    {"starts": ((0, 2, 0),)},
    {"starts": ((0, 0, 4),)},
    {"required": (5,)},
    {"required": (2,)},
    {"required": (3,), "needed": (1,)},
    {"required": (3,), "needed": (-1,)},
    {"ends": ()},
    {"ends": (0, 1)},
]


def test_a_pattern_over_words_is_found() -> None:
    assert words().find("xaba", 0, 0, 9) == [(0, 1, 2, (-1, -1)), (0, 3, 4, (-1, -1))]
    closing = [(DONE, 0, 0, 0), (CLOSE, 0, 0, 0), (IN, 0, 1, 0)]
    assert words(closing, starts=((0, 2, 1),)).find("xaa", 0, 0, 9) == [(0, 1, 3, (1, 3))]
    then_b = [(DONE, 0, 0, 0), (ONE, 1, 0, 0)]
    assert words(then_b, starts=((0, 1, 0),)).find("aaab", 0, 0, 9) == [(0, 2, 4, (-1, -1))]


def test_a_pattern_is_found_only_with_what_it_needs_and_requires() -> None:
    assert words(needs=(0b10, 1)).find("aab", 0, 0, 9) == [(0, 1, 2, (-1, -1))]
    assert words(needs=(0b10, 2)).find("aab", 0, 0, 9) == [(0, 0, 1, (-1, -1)), (0, 1, 2, (-1, -1))]
    with_b = words(required=(3,), needed=(0,), ends=(0, 1))
    assert with_b.find("aa", 0, 0, 9) == []
    assert len(with_b.find("aab", 0, 0, 9)) == 2


# Of one sentence, three families, one threshold and one cue, with something that does not belong.
_FITS = (np.zeros(7), np.zeros(1), (3, 0, 1, 1), (0.5,) * 5, np.zeros(16 * 3), np.zeros(3))
_WRONG = (
    (0, np.zeros(8)),
    (0, b""),
    (1, np.zeros(2)),
    (1, "text"),
    (2, (3, 3, 1, 1)),
    (2, (2, 0, 1, 1)),
    (4, np.zeros(3)),
    (5, b""),
)
UNFIT = [(*_FITS[:at], value, *_FITS[at + 1 :]) for at, value in _WRONG]


def test_what_is_whole_is_taken() -> None:
    assert len(kernel.assess(*_FITS)) == 6


def one_word():
    """A scorer of one word."""
    return kernel.Scorer(["word"], 1, bytes(8), bytes(2), bytes(16), bytes(16))


def beside_itself(one):
    return one.read("text", 1, one)


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: kernel.Scorer([], 0, b"", b"", b""),
        lambda: kernel.Scorer([1], 1, b"", b"", b"", b""),
        lambda: kernel.Scorer(["a b"], 1, bytes(8), bytes(2), bytes(16), bytes(16)),
        lambda: kernel.Scorer(["word"], 1, bytes(16), bytes(2), bytes(16), bytes(16)),
        lambda: kernel.Scorer(["word"], 1, bytes(8), bytes(3), bytes(16), bytes(16)),
        lambda: kernel.Scorer(["word"], 1, bytes(8), bytes(2), bytes(8), bytes(16)),
        lambda: kernel.Scorer.__new__(kernel.Scorer).read("text", 1),
        lambda: one_word().read("text", 1, kernel.Scorer.__new__(kernel.Scorer)),
        lambda: one_word().read("text", 1, "text"),
        lambda: beside_itself(one_word()),
        lambda: one_word().__init__(["word"], 1, bytes(8), bytes(2), bytes(16), bytes(16)),
        lambda: one_word().score(b"text"),
        lambda: kernel.Words.__new__(kernel.Words).find("text", 0, 0, 1),
        *(lambda parts=parts: words(**parts) for parts in BROKEN),
        lambda: words().__init__(1, 2, 3),
        lambda: words().find("text", 1, 0, 1),
        lambda: words().find("text", 0, -1, 1),
        lambda: words().find(b"text", 0, 0, 1),
        lambda: kernel.Words.__new__(kernel.Words).tokens("text"),
        lambda: words().tokens(b"bytes"),
        lambda: words(known={"word": "two"}).tokens("word"),
        lambda: words(known={"word": 3}).tokens("word"),
        lambda: words(known=3).tokens("word"),
        *(lambda parts=parts: kernel.assess(*parts) for parts in UNFIT),
        lambda: kernel.mean_shares(b"", 3),
        lambda: kernel.mean_shares(bytes(16), 0),
        lambda: kernel.mean_shares(bytes(25), 3),
        lambda: kernel.mean_shares(bytes(8 * 300), 300),
        lambda: kernel.sum_rows(rows(2), bytes(8), bytes(6), bytes(24)),
        lambda: kernel.sum_rows(rows(-1), bytes(8), bytes(6), bytes(24)),
        lambda: kernel.sum_rows(rows(0), bytes(8), bytes(5), bytes(24)),
        lambda: kernel.sum_rows(memoryview(rows(0)), bytes(8), bytes(6), bytes(24)),
    ],
)
def test_what_cannot_be_is_refused(wrong):
    with pytest.raises((TypeError, ValueError)):
        wrong()


@settings(max_examples=100, deadline=None)
@given(data=st.data(), columns=st.integers(1, 40), terms=st.integers(1, 30))
def test_shares_and_sums_of_rows_are_those_of_the_plain_path(data, columns, terms):
    rng = np.random.default_rng(data.draw(st.integers(0, 99)))
    scores = rng.normal(0, 50, (data.draw(st.integers(1, 9)), columns)).tobytes()
    near(kernel.mean_shares(scores, columns), plain_kernel.mean_shares(scores, columns))
    idf, scales = rng.random(terms, np.float32) + 1, rng.random(columns)
    weights = rng.integers(-128, 128, (terms, columns), np.int8)
    asked = rows(*data.draw(st.lists(st.integers(0, terms - 1), max_size=20)))
    model = (asked, idf.tobytes(), weights.tobytes(), scales.tobytes())
    near(kernel.sum_rows(*model), plain_kernel.sum_rows(*model))


def rows(*numbers: int) -> bytes:
    return np.array(numbers, np.int32).tobytes()


@pytest.mark.parametrize("count", [300, pytest.param(20_000, marks=pytest.mark.slow)])
def test_answers_are_those_of_the_plain_path(count):
    rng = random.Random(count)
    asked = [
        Query(
            title=title if n % 7 else "",
            description=text(rng, rng.choice((60, 400, 1_500)), stating=0.6) if n % 3 == 0 or n % 7 == 0 else None,
        )
        for n, title in enumerate(titles(count, 91))
    ]
    with_kernel = Normaliser.load(limits=Limits(cache=0))
    quick = [outcome(with_kernel, query) for query in asked]
    with without_kernel():
        plain = Normaliser.load(limits=Limits(cache=0))
        slow = [outcome(plain, query) for query in asked]
    for (said, probabilities), (expected_said, expected) in zip(quick, slow, strict=True):
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
