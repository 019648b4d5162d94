"""The compiled kernel against the plain path: letters, words, sentences, scores, what they come to, where patterns match."""

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
from rung.decision.evidence import EvidenceFigures, top_sentences_native, top_sentences_plain
from rung.errors import InvalidQuery
from rung.kernel import native as kernel
from rung.kernel.patterns import KernelMatcher, Pattern, PlainMatcher, pairs
from rung.kernel.programs import BEHIND, CHAR, DONE, FORK, JUMP, SET, program
from rung.normaliser import newest_model
from rung.text.cues import CueReader, compile_cues
from rung.text.document import Bounds, Columns, KernelDocument, PlainDocument
from rung.text.sentences import KernelScorer, PlainScorer, readable
from rung.text.tokens import tokenise
from rung.title.clean import fold_with_offsets

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
        {term: row for row, term in enumerate(vocabulary["terms"])},
        *(arrays[key] for key in ("idf", "sentence_weights", "sentence_intercepts")),
    )
    families = tuple(vocabulary["families"])
    columns = Columns(
        families, families.index(vocabulary["graded"]), families.index(vocabulary["not_duty"]), vocabulary["thresholds"]
    )
    cues = compile_cues(model.documents["taxonomy"]["cues"]["cues"])
    bounds = Bounds(**model.documents["weights"]["duties"]["features"])
    document = (vocabulary["document_features"], arrays["document"], arrays["document_usual"], columns, cues, bounds)
    return Both(
        (PlainScorer(*parts), KernelScorer(*parts)),
        (PlainDocument(*document), KernelDocument(*document)),
        CueReader(cues),
        columns,
    )


class Both(NamedTuple):
    """Each model twice: the plain one, and that of the kernel."""

    scorers: tuple[PlainScorer, KernelScorer]
    documents: tuple[PlainDocument, KernelDocument]
    cues: CueReader
    columns: Columns


def check(both: Both, raw: str, limit: int) -> None:
    lowered = readable(raw)
    plain, compiled = both.scorers
    expected, got = plain.read(lowered, limit), compiled.read(lowered, limit)
    assert got.number == expected.number
    assert pairs(got.spans).tolist() == pairs(expected.spans).tolist()
    np.testing.assert_allclose(np.frombuffer(got.scores), expected.scores.ravel(), rtol=0, atol=1e-9)
    np.testing.assert_allclose(compiled.score([lowered]), plain.score([lowered]), rtol=0, atol=1e-9)
    if expected.number:
        counted, _ = both.cues.read(lowered, expected.spans)
        slow, quick = (document.assess(expected, counted) for document in both.documents)
        assert quick.nearest == slow.nearest
        assert quick[2:4] == pytest.approx(slow[2:4], abs=1e-9)
        np.testing.assert_allclose((*quick.levels, *quick[5:]), (*slow.levels, *slow[5:]), rtol=0, atol=1e-9)
        np.testing.assert_allclose(quick.sentences.rows(), slow.sentences.rows(), rtol=0, atol=1e-9)
        assert quick.sentences.likeliest().tolist() == slow.sentences.likeliest().tolist()
        check_loudest(slow.sentences, both.columns)


FIGURES = EvidenceFigures(sentences=6, floor=0.1, cue=1.0, speaks=0.3, sure=0.5, smallest_share=0.001)


def check_loudest(said, columns: Columns) -> None:
    silent = np.arange(len(columns.families)) % 2 == 0
    for inside in (True, False):
        for count in (0, 1, 7, 1_000):
            slow, quick = (f(said, silent, FIGURES, inside, count) for f in (top_sentences_plain, top_sentences_native))
            assert [row[:2] for row in quick] == [row[:2] for row in slow]
            np.testing.assert_allclose([row[2:] for row in quick], [row[2:] for row in slow], rtol=0, atol=1e-9)


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


PATTERNS = [
    Pattern(r"\b(?:lead|leads|leading|manage) (?:and \w+ )?(?:\w+ |\w+-\w+ ){0,3}(?:teams?|group) of", ("lead", "manage")),
    Pattern(r"\b(\d{1,2})\+?(?: ?(?:-|–|to) ?\d{1,2}\+?)? ?years\b", ("0", "1", "9")),
    Pattern(r"führ\w*(?: \w+){0,2} [^\W_]+(?![^\W_])", ("führ",)),
    Pattern(r"the(?: board)?\s{1,3}x?", ("the board", "the")),
    Pattern(r"製\w+", ("製",)),
    Pattern(r"(?<=[a-z])(?:-in|\(in\))(?![a-z])"),
    Pattern(r"(?<![a-z0-9])#?(?:r[ #:._-]{0,3}|[a-z]{1,5}[-_])?\d{2,6}(?![a-z0-9])"),
    Pattern(r"\(?\b[mwfdx](?: ?[/|,] ?[mwfd*]){1,3}\b\)?\*?"),
    Pattern(r"[$€£–] ?\d{1,4}(?:[.,]\d{1,3})*k?"),
]
PIECES = [
    *(
        "lead",
        "leads",
        "leading ",
        "manage ",
        "and ",
        "team of",
        "teams",
        " ",
        "  ",
        "-",
        "_",
        "12",
        "9",
        "+",
        " years",
        "–",
        " to ",
    ),
    *(
        "führ",
        "ung",
        "é",
        "the",
        "the board",
        "\n",
        "x",
        "製品",
        "(in)",
        "-in",
        "#",
        "r: ",
        "m/w/d",
        "(",
        ")",
        "*",
        "$",
        "€ 3.000k",
    ),
    *(".", "ŉ", "٣", "🧭"),
]


@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_patterns_match_where_the_plain_path_finds_them(data):
    raw = "".join(data.draw(st.lists(st.sampled_from(PIECES), max_size=30)))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(raw)), max_size=6)))
    spans = np.array(list(zip(cuts[::2], cuts[1::2], strict=False)), dtype=np.int64).reshape(-1, 2)
    plain, compiled = PlainMatcher(PATTERNS), KernelMatcher(PATTERNS)
    assert compiled.find(raw, spans) == plain.find(raw, spans)
    assert compiled.find(raw) == plain.find(raw)
    for number in range(len(PATTERNS) + 1):
        assert compiled.first(raw, number) == plain.first(raw, number)


CHARACTERS = st.sampled_from(["a", "b", "é", "–", r"\w", r"\d", r"\s", r"\W", "[ab]", "[^a]", r"[^\W_]", "[a-c–]", r"[\D]", " "])
EDGES = st.sampled_from([r"\b", "(?!a)", "(?<=b)", r"(?<!\w)"])
EXPRESSIONS = st.recursive(
    CHARACTERS | EDGES,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=4).map("".join),
        st.lists(inner, min_size=1, max_size=4).map(lambda branches: f"(?:{'|'.join(branches)})"),
        inner.map(lambda one: f"(?:{one})?"),
        CHARACTERS.flatmap(lambda one: st.sampled_from([f"{one}*", f"{one}+", f"{one}{{1,3}}", f"(?:{one}b){{0,2}}"])),
    ),
    max_leaves=10,
)


@settings(max_examples=500, deadline=None)
@given(expression=EXPRESSIONS, raw=st.text(st.sampled_from("aabbc é–1_\n製٣\u3000"), max_size=12))
def test_any_expression_matches_as_python_matches_it(expression, raw):
    try:
        program(expression)
    except ValueError:
        return
    patterns = [Pattern(expression, tuple("abcé1製"))]
    plain, compiled = PlainMatcher(patterns), KernelMatcher(patterns)
    assert compiled.first(raw, 0) == plain.first(raw, 0)
    assert compiled.find(raw) == plain.find(raw)


def test_more_states_than_are_kept_change_no_match():
    """What may go on depends on where an "a" stood among the last eleven characters: two thousand states of the automaton."""
    rng = random.Random(11)
    patterns = [Pattern("(?:a|b)*a(?:a|b){10}c", ("a", "b"))]
    plain, compiled = PlainMatcher(patterns), KernelMatcher(patterns)
    texts = ["".join(rng.choices("abc ", (9, 9, 1, 1), k=3_000)) for _ in range(4)]
    assert any(map(plain.find, texts))
    assert [compiled.find(text) for text in texts] == [plain.find(text) for text in texts]
    silent = "".join(rng.choices("ab", k=3_000))
    assert compiled.first(silent, 0) == plain.first(silent, 0) == -1


@pytest.mark.parametrize("expression", [r"(a)\1", "a*?", "(?i:a)", "(?=ab)", "(?<!ab)", "(?:a?)*", "^a", "[–—‐‑]", "[Ā-ſ]", "."])
def test_what_the_matcher_does_not_know_is_refused(expression):
    with pytest.raises(ValueError, match=r"expression|set|empty"):
        program(expression)


def check_letters(raw):
    (folded, offsets), lowered = fold_with_offsets(raw), readable(raw)
    with without_kernel():
        plain, places = fold_with_offsets(raw)
        assert (folded, list(offsets), lowered) == (plain, list(places), readable(raw))


@pytest.mark.parametrize("raw", TEXTS, ids=lambda raw: repr(raw[:20]))
def test_letters_are_those_of_the_plain_path(raw):
    check_letters(raw)


@settings(max_examples=300, deadline=None)
@given(raw=st.text(max_size=40) | st.text(st.sampled_from("aÅIİΣςоа'`&+-/ \t•ﬁ½🧭\u0301\u00ad\u200b"), max_size=20))
def test_letters_are_those_of_the_plain_path_on_any_text(raw):
    check_letters(raw)


class _Letters(dict[str, str]):
    """A letter for any token, the same for the same token."""

    def __missing__(self, word: str) -> str:
        return chr(0x4E00 + sum(map(ord, word)) % 64)


def check_tokens(raw: str) -> None:
    found = tokenise(raw, _Letters())
    with without_kernel():
        assert tokenise(raw, _Letters()) == found


@pytest.mark.parametrize("raw", TEXTS, ids=lambda raw: repr(raw[:20]))
def test_tokens_are_those_of_the_plain_path(raw):
    check_tokens(raw)


@settings(max_examples=500, deadline=None)
@given(raw=st.text(st.sampled_from("aéz09١½²_''’’llresdtm.,:;!?--–—/()&+% \n\r•|…“”\"]*<>٣の\u2003\ud83d"), max_size=30))
def test_tokens_are_those_of_the_plain_path_on_any_text(raw):
    check_tokens(raw)


SET_SIZE = 12
BROKEN = [
    [],
    [0],
    [1, *[0] * SET_SIZE],
    [2, *[0] * SET_SIZE, DONE],
    [1, *[0] * SET_SIZE, SET, 1, DONE],
    [0, JUMP, 99, DONE],
    [0, FORK, 2, DONE],
    [0, DONE, CHAR],
    [0, CHAR, 97],
    [0, 77],
    [40, *[1] * 40 * SET_SIZE, *(part for number in range(40) for part in (BEHIND, number)), DONE],
]


# Of one sentence, three families, one threshold and one cue, with something that does not belong.
_FITS = (np.zeros(7), [0.0], (3, 0, 1, 1), (0.5,) * 7, b"\0", np.zeros(16 * 3), np.zeros(3), np.ones(4))
_WRONG = (
    (0, np.zeros(8)),
    (0, b""),
    (1, [0.0, 0.0]),
    (1, ["text"]),
    (2, (3, 3, 1, 1)),
    (2, (2, 0, 1, 1)),
    (5, np.zeros(3)),
    (6, b""),
    (7, b""),
)
UNFIT = [(*_FITS[:at], value, *_FITS[at + 1 :]) for at, value in _WRONG]


def test_what_is_whole_is_taken() -> None:
    assert len(kernel.assess(*_FITS)) == 8


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: kernel.Scorer([], 0, b"", b""),
        lambda: kernel.Scorer([1], 1, b"", b"", b""),
        lambda: kernel.Scorer(["a b"], 1, np.zeros(1), np.zeros((1, 2), np.float32), np.zeros(2)),
        lambda: kernel.Scorer(["word"], 1, np.zeros(2), np.zeros((1, 2), np.float32), np.zeros(2)),
        lambda: kernel.Scorer(["word"], 1, np.zeros(1), np.zeros((1, 2)), np.zeros(2)),
        lambda: kernel.Scorer.__new__(kernel.Scorer).read("text", 1),
        lambda: kernel.Matcher.__new__(kernel.Matcher).find("text"),
        lambda: kernel.Matcher([["fine", ""]], program),
        lambda: kernel.Matcher(["text"], program),
        *(lambda code=code: kernel.Matcher([["t"]], lambda *_: np.uint32(code).tobytes()).find("text") for code in BROKEN),
        lambda: kernel.Matcher([["t"]], lambda *_: "text").find("text"),
        lambda: kernel.loudest(np.zeros(2, np.int64), np.zeros(8), np.zeros(1, np.int64), np.zeros(1, bool), True, (0.0, 0.0), 1),
        lambda: kernel.loudest(np.zeros(2, np.int64), np.zeros(4), np.ones(1, np.int64), np.zeros(1, bool), False, (0.0, 0.0), 1),
        lambda: kernel.lowered(b"bytes"),
        lambda: kernel.tokens(b"bytes", {}),
        lambda: kernel.tokens("word", {"word": "two"}),
        lambda: kernel.tokens("word", {"word": 3}),
        lambda: kernel.tokens("word", 3),
        lambda: kernel.folded("é", 3),
        *(lambda parts=parts: kernel.assess(*parts) for parts in UNFIT),
    ],
)
def test_what_cannot_be_is_refused(wrong):
    with pytest.raises((TypeError, ValueError)):
        wrong()


@pytest.mark.parametrize("count", [300, pytest.param(20_000, marks=pytest.mark.slow)])
def test_answers_are_those_of_the_plain_path(count):
    rng = random.Random(count)
    asked = [
        Query(
            title=title if n % 7 else "", description=text(rng, rng.choice((60, 400, 1_500))) if n % 3 == 0 or n % 7 == 0 else None
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
